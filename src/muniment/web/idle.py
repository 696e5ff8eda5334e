"""What the holder is told before an inquiry goes back to the queue because nothing happened, and afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from muniment.actions.steering import idle_time
from muniment.core.workflow import InquiryState
from muniment.store import access
from muniment.store.models import Inquiry, User
from muniment.web.words import span

#: The holder is warned this long before.
NOTICE: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Idle:
    """A sentence for the holder, or for who was it; `left` is empty once the inquiry has gone back."""

    words: str
    holds: bool
    left: str = ""


def idle_of(inquiry: Inquiry, viewer: User, now: datetime) -> Idle | None:
    """What this person must know now; None for everybody else. `now` is the database's clock."""
    if inquiry.state == InquiryState.IN_HAND and inquiry.holder_id == viewer.pk:
        ends = (inquiry.active or inquiry.taken or now) + idle_time()
        if ends - now > NOTICE:
            return Idle("", holds=True)
        return Idle(
            f"Nothing has happened here for {span(now - ends + idle_time())}.", holds=True, left=span(ends - now)
        )
    return _went_back(inquiry, viewer)


def _went_back(inquiry: Inquiry, viewer: User) -> Idle | None:
    """The last note says that it was this person's and fell idle, and nobody has taken it since."""
    last = next(reversed(access.notes(inquiry)), None) if inquiry.state == InquiryState.WAITING else None
    if last is None or last.kind != "fell idle" or last.user_id != viewer.pk:
        return None
    words = f"This inquiry went back to the queue at {last.at:%H:%M}, after {span(idle_time())} without a sign of you."
    return Idle(words, holds=False)
