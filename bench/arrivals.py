"""A switch that sends at a steady rate and whose line can be cut. Django must be set up before this is imported."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Final

from muniment.core.errors import MunimentError
from muniment.gateway.client import LineClient
from tests.journeys.peers import Switch
from tests.messages import iaq

RATE: Final = 1.0  # arrivals a second


@dataclass
class Arrivals(Switch):
    """A switch that sends at a steady rate until it is told that no more come."""

    sent: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

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
        due = 0 if self.ended.is_set() else int(seconds * RATE) - len(self.sent)
        if due > 0:
            control = f"S{len(self.sent):08}"
            self.repeated += client.send(iaq(control, custody="N"))["repeat"]
            self.sent.append(control)
        for delivery in client.deliveries(0.0 if due > 1 else 0.2):
            self._take(delivery.number, delivery.content)
