"""A signed answer: who signed, what goes or went out, and whether it can still be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from muniment.actions import responding, sending
from muniment.core.workflow import DeliveryState, InquiryState
from muniment.store import access
from muniment.store.models import Agency, Delivery, Inquiry, Response, User
from muniment.web import undelivered
from muniment.web.answer import label_of
from muniment.web.words import clause, count, upper


@dataclass(frozen=True, slots=True)
class Signed:
    """The signed answer as this viewer sees it."""

    response: Response
    reason: str
    label: str
    wire: str
    state: str
    seconds_left: int
    left: bool
    delivery: Delivery | None
    trouble: str
    since: str
    refusal: str
    told: str
    agency: Agency | None
    may_take_back: bool
    differing: int

    @property
    def differs(self) -> str:
        """How far the second person's verdicts are from the signer's."""
        return (
            f"{count(self.differing, 'verdict')} of yours differ{'s' if self.differing == 1 else ''} from the signer's"
        )


#: What the outbox says of an answer, in words.
ON_ITS_WAY: Final = {
    DeliveryState.READY: "Released; waits for the line.",
    DeliveryState.SENT: "Handed to the line; not acknowledged yet.",
    DeliveryState.ACKNOWLEDGED: "Delivered; the line acknowledged it.",
    DeliveryState.PURGED: "Delivered; what it said is removed.",
    DeliveryState.REPLACED: "Replaced by a later answer.",
}
OPEN_STATES: Final = (InquiryState.SECOND_LOOK, InquiryState.SIGNED)


def signed_of(inquiry: Inquiry, response: Response, viewer: User, now: datetime) -> Signed:
    """The standing answer of the inquiry."""
    delivery = access.delivery_of(response)
    held = delivery is None or delivery.state == DeliveryState.HELD
    mine = response.signer_id == viewer.pk
    second_look = inquiry.state == InquiryState.SECOND_LOOK
    return Signed(
        response=response,
        reason=clause(response.second_reason),
        label=label_of(response.answer_class),
        wire=sending.preview(inquiry, response.text),
        state=_state(response, delivery, now),
        seconds_left=_seconds(response, now) if held else 0,
        left=not held,
        **_trouble(inquiry, delivery, now),
        may_take_back=mine and held and inquiry.state in OPEN_STATES,
        differing=len(responding.disagreements(inquiry, viewer)) if second_look and not mine else 0,
    )


def _state(response: Response, delivery: Delivery | None, now: datetime) -> str:
    if delivery is None:
        return f"Waits for a second person: {clause(response.second_reason)}."
    words = ON_ITS_WAY.get(DeliveryState(delivery.state), "")
    if delivery.state in access.OWED and not undelivered.connected(delivery, now):
        return f"{words} {upper(undelivered.why(delivery, now))}."
    return words


def _trouble(inquiry: Inquiry, delivery: Delivery | None, now: datetime) -> dict[str, Any]:
    """What everybody must know who looks at an answer that the agency does not have."""
    known = delivery if delivery is not None and undelivered.in_trouble(delivery) else None
    call = undelivered.call_in(known) if known else None
    return {
        "delivery": known,
        "trouble": undelivered.why(known, now) if known else "",
        "since": undelivered.since(known, now) if known else "",
        "refusal": undelivered.refusal(known) if known else "",
        "told": undelivered.told_words(call, now) if call else "",
        "agency": inquiry.agency if known else None,
    }


def _seconds(response: Response, now: datetime) -> int:
    return max(0, round((response.leaves - now).total_seconds())) if response.leaves else 0
