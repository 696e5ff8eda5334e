"""Who saw what: a page that shows a person's data is written down before it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from muniment.actions import determining
from muniment.actions.context import Actor, step
from muniment.core.ledger import Event
from muniment.core.permissions import Permission
from muniment.store import access
from muniment.store.models import Inquiry, Message

#: Why a person needs to know what is protected (8 USC 1367(a)(2); 8 CFR 208.6), by the word that the ledger keeps.
NEEDS: Final = {
    "answer": "I answer, and what is shown is not enough",
    "second look": "I look a second time at the answer",
    "correction": "I check whether an answer must be corrected",
    "question": "The person, or who may speak for the person, has a question",
}

#: Rows of the queue on its page: what many people together take in hand before those below are due.
QUEUE_ROWS: Final = 50


def view_inquiry(actor: Actor, inquiry_id: int) -> Inquiry:
    """The inquiry for its page; the view is an entry of its own."""
    with step(actor, Permission.INQUIRY_VIEW, inquiry_id=inquiry_id) as s:
        inquiry = access.viewable_inquiry(actor.person(), inquiry_id)
        access.touch(inquiry, actor.person(), s.now)
        s.record(Event.INQUIRY_VIEWED, inquiry=inquiry, state=inquiry.state, version=inquiry.version)
        return inquiry


def unmask(actor: Actor, inquiry_id: int, need: str) -> Inquiry:
    """Show protected facts for one look; who, which facts and why is written down before they are shown.

    Only to who may see what is on record at all.
    """
    with step(actor, Permission.PROTECTED_SEE, inquiry_id=inquiry_id) as s:
        inquiry = access.viewable_inquiry(actor.person(), inquiry_id)
        made = determining.looked_at(inquiry)
        facts = sorted(determining.masked(made)) if made else []
        if made is None or not facts or not access.revealed(inquiry, actor.person()):
            raise access.Absent
        s.record(Event.PROTECTED_SHOWN, inquiry=inquiry, version=made.version, need=need, facts=facts)
        return inquiry


def view_queue(actor: Actor, lane: int | None, *, second: bool = False) -> list[Inquiry]:
    """The queue names people, so looking at it is written down, with how many were shown."""
    with step(actor, Permission.QUEUE_VIEW) as s:
        user = actor.person()
        mine = [] if second else list(access.handed_to(user, lane))
        others = access.second_looks(user) if second else access.queue(user, lane).exclude(handed_to=user)
        rows = [*mine, *others[:QUEUE_ROWS]]
        s.record(Event.QUEUE_VIEWED, which="second look" if second else "open", lane=lane, shown=len(rows))
        return rows


def find_inquiries(actor: Actor, text: str) -> list[Inquiry]:
    """Inquiries by control field, ORI or call-back number; the ledger keeps how many were shown, not the text."""
    with step(actor, Permission.INQUIRY_VIEW) as s:
        rows = list(access.find_inquiry(actor.person(), text))
        s.record(Event.QUEUE_VIEWED, which="search", shown=len(rows))
        return rows


def view_answered(actor: Actor) -> list[Inquiry]:
    """Answered inquiries, newest first."""
    with step(actor, Permission.INQUIRY_VIEW) as s:
        rows = list(access.answered(actor.person()))
        s.record(Event.QUEUE_VIEWED, which="answered", shown=len(rows))
        return rows


def view_parked(actor: Actor) -> Iterable[Message]:
    """Messages that could not be addressed, for a supervisor."""
    with step(actor, Permission.MESSAGE_PARKED) as s:
        rows = list(access.parked(actor.person()))
        s.record(Event.PARKED_VIEWED, shown=len(rows))
        return rows
