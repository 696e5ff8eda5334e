"""From the line to the queue: how many inquiries a second, and how long an urgent one takes meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from zlib import crc32

from bench.center import connect, one
from muniment.gateway.client import LineClient, Refusal
from muniment.project.center import SEED
from muniment.sources.world.demo import demo_agencies
from muniment.sources.world.draw import Draw
from muniment.sources.world.generate import inhabitant
from tests.journeys.running import RunningCenter
from tests.messages import iaq, yq

CONNECTIONS: Final = 4
#: Share of inquiries about people of the world; the others are about nobody on record.
KNOWN: Final = 0.9


def inquiries(count: int, people: int, run: str) -> Iterator[bytes]:
    """Inquiries of all agencies of the line about random people, each with a control field of its own."""
    draw, today = Draw(1, crc32(run.encode())), datetime.now(UTC).toordinal()
    agencies = [agency.ori for agency in demo_agencies() if "demo" in agency.lines]
    for number in range(count):
        someone = inhabitant(draw.below(people), SEED if draw.chance(KNOWN) else SEED + 1, today).truth
        name = f"{someone['name']['family']}, {someone['name']['given']}"[:30]
        born = someone["birth_date"].replace("-", "")
        ori = agencies[number % len(agencies)]
        yield iaq(f"{run}{number:07}", ori=ori, name=name, custody="N", DOB=born, SEX=someone["sex"])


def client(center: RunningCenter) -> LineClient:
    """The far end of the line; which of several connections takes a receipt does not matter."""
    return LineClient("127.0.0.1", center.line_port, "demo", "demo-line-key")


def send_all(center: RunningCenter, messages: Iterable[bytes]) -> None:
    """Send all, waiting when the line says it is busy; receipts are taken in passing."""
    with client(center) as line:
        for message in messages:
            _insist(line, message)
            for _ in line.deliveries(0.0):
                pass
        for _ in line.deliveries(1.0):
            pass


def _insist(line: LineClient, message: bytes) -> None:
    while True:
        try:
            line.send(message)
        except Refusal as refusal:
            if refusal.rule != "line.busy":
                raise
            time.sleep(0.2)
        else:
            return


@dataclass
class Urgent:
    """Sends a hit confirmation request each second and looks when it waits in the queue."""

    center: RunningCenter
    run: str
    seconds: list[float] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Until told to stop."""
        with client(self.center) as line, connect() as connection:
            while not self.stop.wait(1.0):
                began = time.monotonic()
                message = line.send(yq(f"{self.run}U{len(self.seconds):06}"))["message"]
                statement = "SELECT 1 FROM store_inquiry WHERE message_id = %s AND state = 'waiting'"
                while one(connection, statement, message) is None and time.monotonic() < began + 60:
                    time.sleep(0.01)
                self.seconds.append(time.monotonic() - began)
                for _ in line.deliveries(0.0):
                    pass


def to_queue(center: RunningCenter, messages: Sequence[bytes], run: str) -> tuple[float, list[float]]:
    """Inquiries a second from the first byte sent until the last waits, and the seconds of each urgent one."""
    shares = [messages[place::CONNECTIONS] for place in range(CONNECTIONS)]
    senders = [threading.Thread(target=send_all, args=(center, share), daemon=True) for share in shares]
    urgent = Urgent(center, run)
    watcher = threading.Thread(target=urgent.watch, daemon=True)
    with connect() as connection:
        last = one(connection, "SELECT coalesce(max(id), 0) FROM store_inquiry")
        statement = "SELECT count(*) FROM store_inquiry WHERE id > %s AND kind = 'IAQ' AND state = 'waiting'"
        began = time.monotonic()
        for thread in (*senders, watcher):
            thread.start()
        while one(connection, statement, last) < len(messages):
            time.sleep(0.1)
        took = time.monotonic() - began
    urgent.stop.set()
    for thread in (*senders, watcher):
        thread.join(30)
    return len(messages) / took, urgent.seconds
