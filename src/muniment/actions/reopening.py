"""What was answered waits for a person again: because a person says why, or because more is known than was said.

The program never answers: it lets a signature fall that has become too old, and it calls a person.
"""

from __future__ import annotations

from muniment.actions import determining, falling, responding
from muniment.actions.adjudication import determine_for, move, require_holder
from muniment.actions.context import Actor, Step, step
from muniment.actions.finding import Changes
from muniment.actions.noting import keep_note, reason_in
from muniment.core.errors import SenderFault, WrongState
from muniment.core.lanes import LANES
from muniment.core.ledger import Event
from muniment.core.permissions import Permission
from muniment.core.reopening import CHOSEN, CITIZEN, CITIZEN_LANE, LATE
from muniment.core.workflow import INQUIRY, DeliveryState, InquiryState, after
from muniment.status.answers import second_person_required, supported
from muniment.status.determination import ADVERSE_CLASSES
from muniment.store import access
from muniment.store.models import Determination, Draft, Inquiry, Response, User

#: What of a determination decides whether an answer still holds.
ESSENCE = ("status", "answer_class", "stop", "hold")


# A person


def reopen(actor: Actor, inquiry_id: int, version: int, why: str, reason: str) -> None:
    """Let an answered inquiry wait for a person again. What was said stays said until another answer replaces it."""
    with step(actor, Permission.INQUIRY_REOPEN, inquiry_id=inquiry_id) as s:
        if why not in CHOSEN:
            raise SenderFault(f"A kind of reason is one of: {', '.join(CHOSEN)}.", field="why", rule="reopening.why")
        reason = reason_in(reason)
        inquiry = access.lock_inquiry(inquiry_id, version)
        if inquiry.state == InquiryState.WITHDRAWN:
            text = "The agency was told that no answer will follow; to ask again, it sends a new inquiry."
            raise WrongState(text, rule="reopening.withdrawn")
        after(INQUIRY, inquiry.state, "reopen")  # refused here, before anything is thrown away
        response = _left(inquiry)
        urgent = why == CITIZEN and response.answer_class in ADVERSE_CLASSES
        _reopen(s, inquiry, actor.person(), why, reason, urgent=urgent)


def _left(inquiry: Inquiry) -> Response:
    response = access.standing_response(inquiry)
    if response is None:
        raise WrongState("No answer has left.", rule="response.none")
    return response


def _reopen(s: Step, inquiry: Inquiry, user: User, why: str, reason: str, *, urgent: bool) -> None:
    """Its time begins anew, in its lane; it is searched for anew, for its records may be a day old."""
    inquiry.reopened, inquiry.reopened_for = s.now, why
    inquiry.lane = CITIZEN_LANE if urgent else inquiry.lane
    inquiry.due, inquiry.escalated = s.now + LANES[inquiry.lane].target, 0
    inquiry.holder = inquiry.taken = inquiry.active = inquiry.handed_to = inquiry.closed = None
    _begin_text_anew(access.draft(inquiry))
    move(inquiry, "reopen")
    note = keep_note(s, inquiry, user, "reopened", reason)
    s.record(Event.INQUIRY_REOPENED, inquiry=inquiry, why=why, lane=inquiry.lane, due=inquiry.due.isoformat())
    s.owe("search again", note.pk, lane=inquiry.lane)


def _begin_text_anew(draft: Draft | None) -> None:
    """The text that was signed stays with its response; the next answer begins in other words."""
    if draft is not None:
        draft.delete()


def keep(actor: Actor, inquiry_id: int, version: int, reason: str) -> None:
    """Close a reopened inquiry because its answer stands as it was said; nothing is sent.

    Refused when something else would be answered now, and for an answer that only two people may give.
    """
    with step(actor, Permission.INQUIRY_REOPEN, inquiry_id=inquiry_id) as s:
        reason = reason_in(reason)
        inquiry = access.lock_inquiry(inquiry_id, version)
        user = actor.person()
        require_holder(inquiry, user)
        response = _left(inquiry)
        responding.require_searched(inquiry)
        responding.require_all_judged(inquiry, user)
        _require_unchanged(inquiry, response, determining.determine(s, inquiry, user))
        inquiry.holder = inquiry.taken = inquiry.active = None
        move(inquiry, "keep answer")
        _close_again(s, inquiry, response)
        keep_note(s, inquiry, user, "kept", reason)
        s.record(Event.INQUIRY_KEPT, inquiry=inquiry, objects={"response": response.pk})


def _require_unchanged(inquiry: Inquiry, response: Response, made: Determination) -> None:
    if not _holds(inquiry, response, made):
        text = "What may be answered is not what was answered: write and sign the answer that replaces it."
        raise WrongState(text, rule="reopening.changed")
    if second_person_required(determining.police_found(made), response.answer_class):
        text = "This answer needs two people, and so does leaving it as it is: sign it again."
        raise WrongState(text, rule="reopening.second")


def _holds(inquiry: Inquiry, response: Response, made: Determination) -> bool:
    """Whether the answer is still the one that the records suggest, or were passed over for, when it was given."""
    given = response.determination
    if given is None or any(given.result[name] != made.result[name] for name in ESSENCE):
        return False
    options = supported(determining.found(made), silent=inquiry.silent)
    return inquiry.kind == "YQ" or any(each.supported and each.code == response.answer_class for each in options)


def _close_again(s: Step, inquiry: Inquiry, response: Response) -> None:
    delivery = access.delivery_of(response)
    if delivery is not None and delivery.state == DeliveryState.ACKNOWLEDGED:
        inquiry.state = after(INQUIRY, inquiry.state, "acknowledge")
        inquiry.closed = s.now
        inquiry.save(update_fields=["state", "closed"])


# More is known


def follow(s: Step, inquiry: Inquiry, changes: Changes, what: str) -> None:
    """Let follow what must when more is known: who works on it sees it, what is signed falls, what left is reopened.

    `what` says what happened, in words for people.
    """
    inquiry.queue_mark = determining.queue_mark(s, inquiry)
    if inquiry.state in (InquiryState.SECOND_LOOK, InquiryState.SIGNED):
        _let_fall(s, inquiry, changes, what)
    elif inquiry.state in (InquiryState.RELEASED, InquiryState.ACKNOWLEDGED):
        _reopen_if_it_matters(s, inquiry, changes, what)
    else:
        _go_on(s, inquiry, changes)


def _let_fall(s: Step, inquiry: Inquiry, changes: Changes, what: str) -> None:
    """The signed text says that the system was silent: it is out of date whatever the system said."""
    response = access.lock_standing_response(inquiry.pk)
    if response is None:
        raise WrongState("No signed answer stands.", rule="response.none")
    falling.let_fall(s, inquiry, response, what)
    _make_urgent(s, inquiry, changes)


def _reopen_if_it_matters(s: Step, inquiry: Inquiry, changes: Changes, what: str) -> None:
    """An answer that would be given again in the same class, with nothing to judge, stays; it is shown all the same."""
    response = _left(inquiry)
    made = determining.determine(s, inquiry, response.signer)
    if not changes.to_judge and _holds(inquiry, response, made):
        inquiry.save()
        return
    urgent = response.answer_class in ADVERSE_CLASSES and _show_citizen(s, inquiry, changes)
    _reopen(s, inquiry, response.signer, CITIZEN if urgent else LATE, what, urgent=urgent)


def _go_on(s: Step, inquiry: Inquiry, changes: Changes) -> None:
    """The version counts up, so that nobody signs what was shown before."""
    inquiry.version += 1
    inquiry.save()
    _make_urgent(s, inquiry, changes)
    if inquiry.holder is not None:
        determine_for(s, inquiry, inquiry.holder)


def _make_urgent(s: Step, inquiry: Inquiry, changes: Changes) -> None:
    """A sign of citizenship that comes while an adverse answer stands is put right before everything else."""
    response = access.standing_response(inquiry) if inquiry.reopened else None
    if response is None or response.answer_class not in ADVERSE_CLASSES or inquiry.reopened_for == CITIZEN:
        return
    if _show_citizen(s, inquiry, changes):
        inquiry.lane, inquiry.reopened_for = CITIZEN_LANE, CITIZEN
        inquiry.due = min(inquiry.due, s.now + LANES[CITIZEN_LANE].target)
        inquiry.save()


def _show_citizen(s: Step, inquiry: Inquiry, changes: Changes) -> bool:
    records = determining.records_of([*changes.to_judge, *changes.reread])
    return determining.mark_of(s, inquiry, records, access.system_replies(inquiry)) in ("stop", "hold")
