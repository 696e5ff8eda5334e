"""A person takes an inquiry, judges each candidate, and may put the inquiry back."""

from __future__ import annotations

from muniment.actions import determining, finding
from muniment.actions.context import Actor, Step, step
from muniment.core.errors import NotAllowed, SenderFault, WrongState
from muniment.core.ledger import Event
from muniment.core.permissions import Permission, allowed
from muniment.core.workflow import INQUIRY, InquiryState, after
from muniment.store import access
from muniment.store.models import Candidate, Inquiry, User, Verdict
from muniment.store.models.candidate import VERDICTS


def move(inquiry: Inquiry, name: str) -> None:
    """Take one step of the inquiry's table and count the version up."""
    inquiry.state = after(INQUIRY, inquiry.state, name)
    inquiry.version += 1
    inquiry.save()


def take(actor: Actor, inquiry_id: int, version: int) -> Inquiry:
    """Take a waiting inquiry in hand; of two people who try, one gets it and the other is told who has it."""
    with step(actor, Permission.INQUIRY_ANSWER, inquiry_id=inquiry_id) as s:
        inquiry = access.lock_inquiry(inquiry_id)
        if inquiry.holder is not None and inquiry.state == InquiryState.IN_HAND:
            if inquiry.holder_id == actor.person().pk:
                return inquiry
            raise WrongState(f"{inquiry.holder} took this inquiry a moment ago.", rule="inquiry.in_hand")
        inquiry = access.lock_inquiry(inquiry_id, version)
        inquiry.holder, inquiry.taken, inquiry.active = actor.person(), s.now, s.now
        inquiry.handed_to = None
        move(inquiry, "take")
        s.record(Event.INQUIRY_TAKEN, inquiry=inquiry, version=inquiry.version)
        determine_for(s, inquiry, actor.person())  # with no candidate there will be no verdict to determine from
        return inquiry


def put_back(actor: Actor, inquiry_id: int, version: int) -> None:
    """Give the inquiry back to the queue; verdicts and draft are kept."""
    with step(actor, Permission.INQUIRY_ANSWER, inquiry_id=inquiry_id) as s:
        inquiry = access.lock_inquiry(inquiry_id, version)
        require_holder(inquiry, actor.person())
        inquiry.holder = inquiry.taken = inquiry.active = None
        move(inquiry, "put back")
        s.record(Event.INQUIRY_PUT_BACK, inquiry=inquiry)


def require_holder(inquiry: Inquiry, user: User) -> None:
    """Only who has the inquiry in hand may change it."""
    if inquiry.state != InquiryState.IN_HAND:
        raise WrongState(f"This inquiry is not in hand; its state is “{inquiry.state}”.", rule="workflow")
    if inquiry.holder_id != user.pk:
        raise NotAllowed(f"{inquiry.holder} has this inquiry in hand.", rule="inquiry.in_hand")


def require_examiner(inquiry: Inquiry, user: User) -> None:
    """The holder judges; in a second look, another person with that right judges independently."""
    if inquiry.state != InquiryState.SECOND_LOOK:
        require_holder(inquiry, user)
        return
    response = access.standing_response(inquiry)
    if response is None or response.signer_id == user.pk:
        raise NotAllowed("The second look is for another person than the signer.", rule="response.second")
    if not allowed(user.roles, Permission.RESPONSE_SECOND):
        raise NotAllowed("Your role does not include the second look.", rule=Permission.RESPONSE_SECOND)


def judge(actor: Actor, inquiry_id: int, candidate_id: int, verdict: str) -> None:
    """Say whether a candidate is the person. The score is shown only after this; a change of mind keeps both verdicts.

    Verdicts do not count the version up: they belong to the person who judges, and two tabs of one person may judge.
    """
    if verdict not in VERDICTS:
        raise SenderFault(f"A verdict is one of: {', '.join(VERDICTS)}.", field="verdict", rule="verdict.known")
    with step(actor, inquiry_id=inquiry_id) as s:
        inquiry = access.lock_inquiry(inquiry_id)
        user = actor.person()
        require_examiner(inquiry, user)
        candidate = access.lock_candidate(inquiry, candidate_id)
        _withdraw(candidate, user)
        Verdict.objects.create(
            inquiry=inquiry, purpose=inquiry.purpose, candidate=candidate, user=user, verdict=verdict, at=s.now
        )
        s.record(Event.CANDIDATE_JUDGED, inquiry=inquiry, objects={"candidate": candidate.pk}, verdict=verdict)
        determine_for(s, inquiry, user)


def determine_for(s: Step, inquiry: Inquiry, user: User) -> None:
    """Keep what the holder's verdicts establish; a second person's verdicts are compared, they determine nothing."""
    if inquiry.state == InquiryState.IN_HAND:
        determining.determine(s, inquiry, user)


def _withdraw(candidate: Candidate, user: User) -> None:
    candidate.verdicts.filter(user=user, withdrawn=False).update(withdrawn=True)


def take_apart(actor: Actor, inquiry_id: int, candidate_id: int) -> None:
    """Make one candidate of each record of a candidate: the systems' shared number may itself be wrong (C2)."""
    with step(actor, Permission.INQUIRY_ANSWER, inquiry_id=inquiry_id) as s:
        inquiry = access.lock_inquiry(inquiry_id)
        require_holder(inquiry, actor.person())
        candidate = access.lock_candidate(inquiry, candidate_id)
        records = list(candidate.records.order_by("system", "record_id"))
        if len(records) < 2:
            raise WrongState("This candidate is one record; there is nothing to take apart.", rule="candidate.single")
        candidate.verdicts.filter(withdrawn=False).update(withdrawn=True)
        finding.split(inquiry, candidate, records)
        inquiry.candidate_count += len(records) - 1
        inquiry.save(update_fields=["candidate_count"])
        s.record(Event.CANDIDATE_TAKEN_APART, inquiry=inquiry, objects={"candidate": candidate.pk}, into=len(records))
        determining.determine(s, inquiry, actor.person())
