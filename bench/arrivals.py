"""A switch that sends at a steady rate and whose line can be cut. Django must be set up before this is imported."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Final

from muniment.gateway.client import LineClient
from tests.journeys.peers import Switch
from tests.messages import iaq

RATE: Final = 1.0  # arrivals a second


@dataclass
class Arrivals(Switch):
    """A switch that sends at a steady rate until it is told that no more come."""

    sent: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    began: float = field(default_factory=time.monotonic)

    def _turn(self, client: LineClient) -> None:
        due = 0 if self.ended.is_set() else int((time.monotonic() - self.began) * RATE) - len(self.sent)
        if due > 0:
            control = f"S{len(self.sent):08}"
            self.repeated += client.send(iaq(control, custody="N"))["repeat"]
            self.sent.append(control)
        self._take_all(client, 0.0 if due > 1 else 0.2)
