"""Those at both ends of a journey: a switch that sends and takes, and specialists who answer in the browser's words."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from muniment.actions.installing import DEMO_PASSWORD
from muniment.core.errors import MunimentError
from muniment.gateway.client import LineClient
from tests.journeys.running import RunningCenter
from tests.journeys.visitor import Form, Page, Visitor


@dataclass
class Switch:
    """Sends each message until it is acknowledged, takes what comes, and counts what came under which number."""

    center: RunningCenter
    messages: Iterable[bytes]
    answers: dict[str, dict[int, bytes]] = field(default_factory=dict)
    order: dict[str, list[int]] = field(default_factory=dict)
    waiting: list[bytes] = field(default_factory=list)
    resent: int = 0
    repeated: int = 0
    sent_all: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)
    line: LineClient | None = None
    cuts: int = 0

    def run(self) -> None:
        """Until told to stop, through every outage."""
        self.waiting = list(self.messages)
        client = LineClient("127.0.0.1", self.center.line_port, "demo", "demo-line-key")
        while not self.stop.is_set():
            try:
                with client as self.line:
                    while not self.stop.is_set():
                        self._turn(client)
            except (MunimentError, OSError):
                self.resent += 1
                time.sleep(0.2)

    def _turn(self, client: LineClient) -> None:
        """Send one that waits, take what came."""
        if self.waiting:
            self.repeated += client.send(self.waiting[0])["repeat"]
            self.waiting.pop(0)
        else:
            self.sent_all.set()
        self._take_all(client, 0.0 if self.waiting else 0.5)

    def _take_all(self, client: LineClient, seconds: float) -> None:
        for delivery in client.deliveries(seconds):
            self._take(delivery.number, delivery.content)

    def cut(self) -> None:
        """The line breaks, in the middle of whatever is on it."""
        self.cuts += 1
        if self.line is not None and self.line._socket is not None:
            with contextlib.suppress(OSError):
                self.line._socket.shutdown(socket.SHUT_RDWR)

    def _take(self, number: int, content: bytes) -> None:
        if not content.startswith((b"IAR.", b"AM.")) or b"THIS IS NOT AN ANSWER" in content:
            return
        control = content.split(b"*", 1)[1].split(b".", 1)[0].decode()
        self.answers.setdefault(control, {})[number] = content
        self.order.setdefault(control, []).append(number)


@dataclass
class Specialist:
    """Answers the queue over HTTP without JavaScript, logging in again and going on after every outage."""

    center: RunningCenter
    username: str
    stop: threading.Event = field(default_factory=threading.Event)
    seconds: bool = False
    signed: int = 0
    trouble: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Answer until told to stop."""
        while not self.stop.is_set():
            try:
                self._shift()
            except (OSError, LookupError, StopIteration, ValueError) as fault:
                self.trouble.append(f"{type(fault).__name__}: {fault}"[:300])
                time.sleep(0.3)

    def _shift(self) -> None:
        visitor = Visitor(self.center.web)
        entered = visitor.log_in(self.username, DEMO_PASSWORD)
        if "/login/" in entered.address:
            raise LookupError(f"not logged in: {entered.status} {entered.text[:200]}")
        while not self.stop.is_set():
            page = self._next(visitor)
            if page is None:
                time.sleep(0.2)
            else:
                self.answer(visitor, page)

    def _next(self, visitor: Visitor) -> Page | None:
        """A second look that is owed, for who may, else the next by deadline, taken; None where nothing waits."""
        if self.seconds:
            owed = [link for link in visitor.get("/queue/?lane=second").links if "/inquiries/" in link]
            return visitor.get(owed[0]) if owed else None
        queue = visitor.get("/queue/")
        page = visitor.submit(queue, queue.form("/queue/next/")) if queue.has_form("/queue/next/") else queue
        if "/inquiries/" in page.address:
            return page
        opened = (visitor.get(link) for link in queue.links if "/inquiries/" in link)
        # What was in hand when the page that said so was lost is in hand still.
        return next((page for page in opened if page.has_form("/put-back/")), None)

    def answer(self, visitor: Visitor, page: Page, verdict: str = "another") -> None:
        """Judge what is owed, take the words as they are, sign."""
        while (owed := unjudged(page)) is not None:
            page = visitor.submit(page, owed, verdict=verdict)
        if page.has_form("/answer/"):
            page = visitor.submit(page, page.form("/answer/"), do="sign")
        elif not page.has_form("/sign/"):
            page = visitor.get(f"{page.address}sign/")
        if page.has_form("/sign/"):
            page = visitor.submit(page, page.form("/sign/"), password=DEMO_PASSWORD)
            self.signed += 1


def unjudged(page: Page) -> Form | None:
    """The form of a candidate that this person has not judged."""
    judging = (form for form in page.forms if form.action.endswith("/judge/"))
    return next((form for form in judging if not form.pressed), None)


def shuffled(seed: int) -> random.Random:
    """Dice whose seed is printed when a test fails."""
    print(f"seed {seed}")
    return random.Random(seed)
