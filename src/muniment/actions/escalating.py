"""As an inquiry's time runs out, people are told, at each level once. Nothing is answered, nothing is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from muniment.actions.context import Actor, Step, step
from muniment.core.lanes import LEVELS
from muniment.core.ledger import Event
from muniment.store import access
from muniment.store.models import Inquiry

ROUND: Final = 500  # inquiries in one transaction


def escalate(actor: Actor) -> int:
    """Tell of every open inquiry that has reached a further level of `LEVELS`; how many there were.

    After a time in which nobody looked, the highest level reached is told and those below it are passed over.
    """
    told = 0
    while True:
        with step(actor) as s:
            rows = access.lock_escalating(s.now, LEVELS, ROUND)
            for inquiry in rows:
                _tell(s, inquiry)
        told += len(rows)
        if len(rows) < ROUND:
            return told


def _tell(s: Step, inquiry: Inquiry) -> None:
    """The version stays as it is: who is writing an answer must not lose it because time passes."""
    inquiry.escalated = level_at(inquiry, s.now)
    inquiry.save(update_fields=["escalated"])
    s.record(Event.INQUIRY_ESCALATED, inquiry=inquiry, level=inquiry.escalated, lane=inquiry.lane, state=inquiry.state)


def level_at(inquiry: Inquiry, now: datetime) -> int:
    """The highest level of `LEVELS` that the inquiry has reached; 0 before the first."""
    target = inquiry.due - inquiry.clock
    return max((level for level in LEVELS if inquiry.clock + target * (level / 100) <= now), default=0)
