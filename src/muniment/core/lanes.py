"""The lanes of the queue and their targets (domain.md 5.3). A timer that runs out never answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane: what waits in it and how long it may wait."""

    number: int
    label: str
    target: timedelta


LANES: Final[Mapping[int, Lane]] = {
    lane.number: lane
    for lane in (
        Lane(1, "hit confirmations", timedelta(minutes=10)),
        Lane(2, "officer on the line", timedelta(minutes=15)),
        Lane(3, "release within 12 h", timedelta(minutes=30)),
        Lane(6, "in custody", timedelta(hours=4)),
        Lane(7, "not in custody", timedelta(hours=24)),
    )
}

#: Lanes whose signed answers leave at once; elsewhere the signer has `UNDO` to take an answer back.
URGENT: Final = frozenset({1, 2, 3})
UNDO: Final = timedelta(seconds=10)


#: Per cent of an inquiry's time after which people are told, once each; at 100 the deadline has passed.
LEVELS: Final = (50, 80, 95, 100)
SUPERVISED: Final = 80  # from this level on it stands on the supervisor's board


def lane_of(*, custody: bool | None) -> int:
    """The lane of a status inquiry: 6 for a person in custody, else 7 (architecture.md, "Fixed meanings")."""
    return 6 if custody else 7
