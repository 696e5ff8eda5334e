"""24 hours after a firearm check is closed, everything that could say who was asked about is removed (P9).

What stays says that it was asked and answered, by whom and when: the agency and its control field, the class of the
answer, who signed it, the hashes of message and answer, and the ledger. The database permits this and nothing else, no
sooner and for no other purpose (store/sql/purging.sql).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from muniment.actions.adjudication import move
from muniment.actions.context import Actor, step
from muniment.core.errors import WrongState
from muniment.core.ledger import Event
from muniment.core.workflow import DELIVERY, INQUIRY, after
from muniment.store import access

#: 28 CFR 25.9(b)(1)(iii); domain.md 4.3.
KEPT: Final = timedelta(hours=24)
ROUND: Final = 100  # in one call; the rest comes with the next
#: What an inquiry is about once nobody knows any more.
REMOVED: Final = "REMOVED AFTER 24 HOURS"


def purge(actor: Actor) -> int:
    """Empty every firearm check that is due; how many there were. An answer that has not arrived is waited for."""
    before = access.db_now() - KEPT
    inquiries = access.checks_to_purge(before, ROUND)
    messages = access.rejected_to_purge(before, ROUND)
    return sum(_purge(actor, number) for number in inquiries) + sum(_purge_rejected(actor, each) for each in messages)


def _purge(actor: Actor, inquiry_id: int) -> bool:
    """False where another worker was here a moment ago."""
    with step(actor) as s:
        inquiry = access.lock_inquiry(inquiry_id)
        try:
            after(INQUIRY, inquiry.state, "purge")
        except WrongState:
            return False
        for delivery in access.lock_answers(inquiry):
            delivery.state, delivery.wire = after(DELIVERY, delivery.state, "purge"), b""
            delivery.save(update_fields=["state", "wire"])
        removed = access.remove_findings(inquiry)
        inquiry.subject, inquiry.about, inquiry.queue_mark = {}, REMOVED, ""
        move(inquiry, "purge")
        closed = inquiry.closed.isoformat() if inquiry.closed else None
        s.record(Event.INQUIRY_PURGED, inquiry=inquiry, closed=closed, removed=removed)
        return True


def _purge_rejected(actor: Actor, message_id: int) -> bool:
    with step(actor) as s:
        message = access.lock_message(message_id)
        if not bytes(message.raw):
            return False
        access.empty_message(message)
        s.record(Event.MESSAGE_PURGED, message=message)
        return True
