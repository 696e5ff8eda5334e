"""`make soak`: hours of arrivals while parts are killed and the line is cut; what was lost, said twice, or grows.

In the last quarter nothing is killed: memory that a part gains there, after its first half minute, is its growth.
Exit status: 0 nothing lost, nothing doubled, no part grew by more than `MOST_GROWTH`; 1 otherwise.
"""

from __future__ import annotations

import contextlib
import random
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Final

from bench.center import center_of, memory
from muniment.core.errors import MunimentError
from muniment.gateway.client import LineClient
from tests.journeys.peers import Specialist, Switch, shuffled
from tests.journeys.running import RunningCenter
from tests.journeys.test_kills import CHECK
from tests.messages import iaq

PEOPLE: Final = 5_000
RATE: Final = 2.0  # arrivals a second
CALM: Final = 0.25  # share of the time, at its end, without kills
SETTLING: Final = 30.0  # seconds until a part that is left alone has what it needs
MOST_GROWTH: Final = 0.05
PATIENCE: Final = 300.0  # seconds for what is still owed at the end


@dataclass
class Arrivals(Switch):
    """A switch that sends at a steady rate until it is told that no more come."""

    sent: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    cuts: int = 0
    line: LineClient | None = None

    def run(self) -> None:
        """Until told to stop, through every outage."""
        began = time.monotonic()
        client = LineClient("127.0.0.1", self.center.line_port, "demo", "demo-line-key")
        while not self.stop.is_set():
            try:
                with client as self.line:
                    while not self.stop.is_set():
                        self._turn(client, time.monotonic() - began)
            except (MunimentError, OSError):
                self.resent += 1
                time.sleep(0.2)

    def _turn(self, client: LineClient, seconds: float) -> None:
        if not self.ended.is_set() and len(self.sent) < seconds * RATE:
            control = f"S{len(self.sent):08}"
            self.repeated += client.send(iaq(control, custody="N"))["repeat"]
            self.sent.append(control)
        for delivery in client.deliveries(0.0 if len(self.sent) < seconds * RATE - 1 else 0.2):
            self._take(delivery.number, delivery.content)

    def cut(self) -> None:
        """The line breaks, in the middle of whatever is on it."""
        self.cuts += 1
        if self.line is not None and self.line._socket is not None:
            with contextlib.suppress(OSError):
                self.line._socket.shutdown(socket.SHUT_RDWR)


def trouble(center: RunningCenter, switch: Arrivals, calm: threading.Event, dice: random.Random) -> None:
    """Kill a part or cut the line every few seconds, until it becomes calm."""
    while not calm.wait(dice.uniform(3, 15)):
        if dice.random() < 1 / 3:
            switch.cut()
        else:
            center.kill_one(dice)


def soak(minutes: float) -> bool:
    """Play that long and say what came of it; whether all is well."""
    with center_of(PEOPLE) as center:
        calm, done = threading.Event(), threading.Event()
        switch = Arrivals(center, [])
        people = [Specialist(center, name, done) for name in ("specialist14", "specialist9")]
        people += [Specialist(center, name, done, seconds=True) for name in ("senior3", "supervisor1")]
        crew = [threading.Thread(target=each.run, daemon=True) for each in (switch, *people)]
        crew.append(threading.Thread(target=trouble, args=(center, switch, calm, shuffled(time.time_ns()))))
        for member in crew:
            member.start()
        _pass(switch, minutes * 60 * (1 - CALM))
        calm.set()
        _pass(switch, SETTLING)
        before = memory(center)
        _pass(switch, max(0.0, minutes * 60 * CALM - SETTLING))
        after = memory(center)
        switch.ended.set()
        _await_answers(switch)
        done.set()
        switch.stop.set()
        for member in crew:
            member.join(30)
        checked = center.run("-W", "ignore", "-c", CHECK).split()
        return _say(center, switch, checked, before, after)


def _pass(switch: Arrivals, seconds: float) -> None:
    """Let time pass, and say each minute how far it is."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(60.0, left))
        print(f"{time.strftime('%H:%M:%S')} sent {len(switch.sent)}, answered {len(switch.answers)}", flush=True)


def _await_answers(switch: Arrivals) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and not switch.answers.keys() >= set(switch.sent):
        time.sleep(0.5)


def _say(
    center: RunningCenter, switch: Arrivals, checked: list[str], before: dict[str, float], after: dict[str, float]
) -> bool:
    lost = set(switch.sent) - switch.answers.keys()
    doubled = {control for control, numbers in switch.answers.items() if len(numbers) > 1}
    print(f"sent {len(switch.sent)}, kills {center.kills}, cuts {switch.cuts}, repeats {switch.repeated}")
    print(f"lost {len(lost)}, doubled {len(doubled)}")
    for name in before:
        grown_by = _growth(before, after, name)
        print(f"memory of {name}: {before[name]:.1f} MiB, then {after[name]:.1f} MiB ({grown_by:+.1%})")
    count = str(len(switch.sent))
    sound = checked == [count, count, "0", "0", "0", "0"]
    if not sound:
        print(f"the database says otherwise: {' '.join(checked)}")
    grown = [name for name in before if _growth(before, after, name) > MOST_GROWTH]
    return sound and not lost and not doubled and not grown


def _growth(before: dict[str, float], after: dict[str, float], name: str) -> float:
    return after[name] / before[name] - 1 if before[name] else 0.0


if __name__ == "__main__":
    sys.exit(0 if soak(float(sys.argv[1])) else 1)
