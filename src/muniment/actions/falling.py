"""A signed answer leaves the outbox again: its signer takes it back, or it falls because more is known than it says."""

from __future__ import annotations

from muniment.actions.adjudication import move
from muniment.actions.context import Step
from muniment.actions.noting import keep_note
from muniment.core.ledger import Event
from muniment.core.workflow import DELIVERY, after
from muniment.store import access
from muniment.store.models import Inquiry, Response


def recall(response: Response) -> None:
    """Take back what lies in the outbox of the answer; `WrongState` once it may leave."""
    for row in access.lock_deliveries_of(response.inquiry.message):
        if row.response_id == response.pk:
            row.state = after(DELIVERY, row.state, "take back")
            row.save(update_fields=["state"])


def let_fall(s: Step, inquiry: Inquiry, response: Response, what: str) -> None:
    """The signature falls because of `what`, in words for people; the inquiry waits, for its signer first."""
    recall(response)
    response.withdrawn, response.note = True, f"{what}: read it again and sign anew"
    response.save(update_fields=["withdrawn", "note"])
    inquiry.holder = inquiry.taken = inquiry.active = None
    inquiry.handed_to = response.signer
    move(inquiry, "fall")
    keep_note(s, inquiry, response.signer, "handed over", what)  # who went home does not keep it for ever
    s.record(Event.RESPONSE_FELL, inquiry=inquiry, objects={"response": response.pk})
