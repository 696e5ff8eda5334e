"""Where an inquiry goes, and why: into an urgent lane, to a colleague, back to the queue, or out of it unanswered.

The reason, in a person's own words, is kept as a `Note`; the ledger holds codes and numbers alone.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings

from muniment.actions import sending
from muniment.actions.adjudication import move, require_holder
from muniment.actions.context import Actor, step
from muniment.actions.noting import keep_note, reason_in, short
from muniment.core.errors import SenderFault, WrongState
from muniment.core.lanes import LANES
from muniment.core.ledger import Event
from muniment.core.permissions import Permission, allowed
from muniment.core.workflow import InquiryState
from muniment.store import access
from muniment.store.models import Inquiry, User

#: Lanes into which an inquiry may be expedited (domain.md 5.3): lane 1 is for hit confirmations.
EXPEDITED: Final = (2, 3)


def expedite(actor: Actor, inquiry_id: int, version: int, lane: int, reason: str) -> None:
    """Move the inquiry into an urgent lane. Its deadline is that lane's target from now, never later than before."""
    with step(actor, Permission.INQUIRY_EXPEDITE, inquiry_id=inquiry_id) as s:
        reason = reason_in(reason)
        inquiry = access.lock_inquiry(inquiry_id, version)
        if lane not in EXPEDITED or lane >= inquiry.lane:
            text = f"Lane {lane} is not more urgent than lane {inquiry.lane}, in which this inquiry waits."
            raise WrongState(text, rule="lane.urgent")
        before, inquiry.lane = inquiry.lane, lane
        inquiry.due = min(inquiry.due, s.now + LANES[lane].target)
        move(inquiry, "expedite")
        keep_note(s, inquiry, actor.person(), "expedited", reason)
        s.record(Event.INQUIRY_EXPEDITED, inquiry=inquiry, lane=lane, before=before, due=inquiry.due.isoformat())


def hand_over(actor: Actor, inquiry_id: int, version: int, colleague_id: int, word: str) -> None:
    """Give the inquiry to a named colleague; it waits for that person, with verdicts, draft and a word about it.

    Anybody who answers may still take it, and after `idle_time` it waits for everybody: an inquiry whose colleague
    went home must not be lost.
    """
    with step(actor, Permission.INQUIRY_ANSWER, inquiry_id=inquiry_id) as s:
        inquiry = access.lock_inquiry(inquiry_id, version)
        require_holder(inquiry, actor.person())
        colleague = _colleague(actor.person(), colleague_id)
        inquiry.holder = inquiry.taken = inquiry.active = None
        inquiry.handed_to = colleague
        move(inquiry, "hand over")
        keep_note(s, inquiry, actor.person(), "handed over", short(word.strip()))
        s.record(Event.INQUIRY_HANDED_OVER, inquiry=inquiry, colleague=colleague.pk)


def _colleague(user: User, colleague_id: int) -> User:
    for colleague in access.colleagues(user):
        if colleague.pk == colleague_id:
            return colleague
    raise SenderFault("Choose a colleague who may answer inquiries.", field="colleague", rule="colleague.answers")


def idle_time() -> timedelta:
    """How long the holder may do nothing before the inquiry goes back to the queue."""
    return timedelta(minutes=settings.MUNIMENT_IDLE_MINUTES)


def stay(actor: Actor, inquiry_id: int) -> None:
    """The holder is there and types; nothing else is said by that, so nothing is written down."""
    with step(actor) as s:
        access.touch(access.viewable_inquiry(actor.person(), inquiry_id), actor.person(), s.now)


def take_back_idle(actor: Actor) -> int:
    """Give every inquiry back to the queue whose holder neither did nor looked at anything for too long; how many."""
    idle = access.idle_inquiries(access.db_now() - idle_time())
    return sum(_fall_idle(actor, inquiry_id) for inquiry_id in idle)


def _fall_idle(actor: Actor, inquiry_id: int) -> bool:
    """Verdicts and draft are kept. False where the holder came back, or another worker was here, a moment ago."""
    with step(actor) as s:
        inquiry = access.lock_inquiry(inquiry_id)
        holder, active = inquiry.holder, inquiry.active or inquiry.taken
        if inquiry.state != InquiryState.IN_HAND or holder is None or active is None or s.now - active < idle_time():
            return False
        inquiry.holder = inquiry.taken = inquiry.active = None
        move(inquiry, "fall idle")
        keep_note(s, inquiry, holder, "fell idle")
        s.record(Event.INQUIRY_FELL_IDLE, inquiry=inquiry, holder=holder.pk, since=active.isoformat())
        return True


def free_untaken(actor: Actor) -> int:
    """Let everybody have each inquiry that the colleague it was handed over to has not taken in that time; how many."""
    untaken = access.untaken_inquiries(access.db_now() - idle_time())
    return sum(_free(actor, inquiry_id) for inquiry_id in untaken)


def _free(actor: Actor, inquiry_id: int) -> bool:
    """Verdicts, draft and the word about it are kept. False where somebody took it a moment ago."""
    with step(actor) as s:
        inquiry = access.lock_inquiry(inquiry_id)
        colleague = inquiry.handed_to
        if colleague is None or not access.untaken_inquiries(s.now - idle_time(), inquiry_id):
            return False
        inquiry.handed_to = None
        move(inquiry, "free")
        keep_note(s, inquiry, colleague, "not taken")
        s.record(Event.INQUIRY_FREED, inquiry=inquiry, colleague=colleague.pk)
        return True


def withdraw(actor: Actor, inquiry_id: int, version: int, reason: str) -> None:
    """Close the inquiry because the agency needs no answer any more, and tell the agency so.

    Who answers must have it in hand; a supervisor may close any that is open. An answer that is signed and waits for
    a second person falls.
    """
    with step(actor, Permission.INQUIRY_WITHDRAW, inquiry_id=inquiry_id) as s:
        reason = reason_in(reason)
        inquiry = access.lock_inquiry(inquiry_id, version)
        if inquiry.reopened:
            text = "The agency has an answer to this inquiry: leave it as it is, or sign one that replaces it."
            raise WrongState(text, rule="withdraw.answered")
        if allowed(actor.person().roles, Permission.INQUIRY_ANSWER):
            require_holder(inquiry, actor.person())
        _let_answer_fall(inquiry)
        inquiry.holder = inquiry.taken = inquiry.active = inquiry.handed_to = None
        inquiry.closed = s.now
        move(inquiry, "withdraw")
        keep_note(s, inquiry, actor.person(), "withdrawn", reason)
        entry = s.record(Event.INQUIRY_WITHDRAWN, inquiry=inquiry)
        sending.tell_withdrawn(s, inquiry, entry)


def _let_answer_fall(inquiry: Inquiry) -> None:
    response = access.lock_standing_response(inquiry.pk)
    if response is not None and inquiry.state == InquiryState.SECOND_LOOK:
        response.withdrawn, response.note = True, "the agency withdrew the inquiry"
        response.save(update_fields=["withdrawn", "note"])
