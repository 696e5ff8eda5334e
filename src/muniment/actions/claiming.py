"""A claim of US citizenship that was made to a person, on the telephone or otherwise, entered by hand.

From that moment nothing adverse may be answered, by any path, until an adjudicator has found otherwise (domain.md 4.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from muniment.actions import determining, falling, stops
from muniment.actions.adjudication import move
from muniment.actions.context import Actor, Step, step
from muniment.actions.noting import keep_note, reason_in
from muniment.core.errors import SenderFault
from muniment.core.ledger import Event
from muniment.core.permissions import Permission
from muniment.core.workflow import InquiryState
from muniment.store import access
from muniment.store.models import Inquiry

#: Who claims it, by the word of the status contract.
BY: Final[Mapping[str, str]] = {
    "self": "the person",
    "family": "the family",
    "lawyer": "a lawyer",
    "agency": "the agency that asks",
}
#: Answers that a claim leaves as they are: they say already that citizenship is proved or indicated.
_STAND: Final = frozenset({"R1", "R2"})


def claim(actor: Actor, inquiry_id: int, version: int, by: str, reason: str) -> None:
    """Enter the claim; who was told it may be anybody who sees the inquiry. What is signed and has not left falls."""
    with step(actor, Permission.INQUIRY_VIEW, inquiry_id=inquiry_id) as s:
        if by not in BY:
            raise SenderFault("Say who claims it.", field="by", rule="claim.by")
        inquiry = access.lock_inquiry(inquiry_id, version)
        move(inquiry, "claim")
        note = keep_note(s, inquiry, actor.person(), "claimed", reason_in(reason))
        s.record(Event.INQUIRY_CLAIMED, inquiry=inquiry, by=by)
        stops.open_claim(s, inquiry, determining.claim_fact(note))
        _answer_falls(s, inquiry)
        if inquiry.state == InquiryState.IN_HAND and inquiry.holder is not None:
            determining.determine(s, inquiry, inquiry.holder)
        inquiry.queue_mark = determining.queue_mark(s, inquiry)
        inquiry.save(update_fields=["queue_mark"])


def _answer_falls(s: Step, inquiry: Inquiry) -> None:
    response = access.lock_standing_response(inquiry.pk)
    waits = inquiry.state in (InquiryState.SECOND_LOOK, InquiryState.SIGNED)
    if waits and response is not None and response.answer_class not in _STAND:
        falling.let_fall(s, inquiry, response, "US citizenship was claimed before it left")
