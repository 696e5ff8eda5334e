"""How often what goes out is tried again, and when people are told that it has not arrived.

All these times stand here and nowhere else. What may leave is owed from that moment on until the far end of its line
acknowledges it, whether the line is connected or not.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from muniment.core.lanes import URGENT

#: The wait after the first hand-over; a far end that works acknowledges within a second. It doubles with each further
#: one while the line stays connected. A line that comes back is given everything that was last handed over longer ago.
RESEND: Final = timedelta(seconds=5)
#: The longest wait: a far end that is mended waits no longer than this, and one that is not costs twelve tries an hour.
CEILING: Final = timedelta(minutes=5)
#: A line that has not asked for this long is not connected. An HTTPS line may ask once a minute and is connected then.
QUIET: Final = timedelta(seconds=90)
#: After this long a supervisor is told: time enough for a line to be started again, and a sixth of an hour gone.
PATIENCE: Final = timedelta(minutes=10)
#: The same for an answer of an urgent lane: the shortest target is ten minutes (domain.md 5.3), and somebody must still
#: be able to telephone within it.
URGENT_PATIENCE: Final = timedelta(minutes=2)


def wait(tries: int) -> timedelta:
    """How long after hand-over number `tries` (from 1, since the line came back) the next one follows."""
    return min(CEILING, RESEND * (1 << min(max(tries, 1) - 1, 20)))


def patience(kind: str, lane: int) -> timedelta:
    """How long a delivery of that kind may be owed before people are told; receipts and rejects urge nobody."""
    return URGENT_PATIENCE if kind == "response" and lane in URGENT else PATIENCE


def stage(owed: datetime, first: timedelta, now: datetime) -> int:
    """How often people should have been told by `now`: after `first`, and each time that time has doubled."""
    return max(0, (now - owed) // first).bit_length()


def tell(owed: datetime, first: timedelta, told: int) -> datetime:
    """When people are told next, after they were told `told` times."""
    return owed + first * (1 << told)
