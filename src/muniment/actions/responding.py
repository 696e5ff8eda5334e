"""A person answers: draft, check, sign; another person looks where the rules ask; what is signed can be taken back.

Every refusal that the law demands stands here, in the action, whatever the page let through.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, Final

from muniment.actions import determining, falling, sending, stops
from muniment.actions.adjudication import move, require_examiner, require_holder
from muniment.actions.context import Actor, Step, refuse, step
from muniment.actions.wording import faults, text_hash, tidy
from muniment.core.errors import NotAllowed, Refused, SenderFault, Stale, WrongState
from muniment.core.lanes import UNDO, URGENT
from muniment.core.ledger import Event
from muniment.core.permissions import Permission
from muniment.core.workflow import InquiryState
from muniment.status.answers import second_person_required, supported
from muniment.store import access
from muniment.store.models import Determination, Draft, Inquiry, Response, User

#: One in so many of the answers that no rule sends to a second person goes to one all the same (random re-examination).
RANDOM_SECOND: Final = 20


@dataclass(frozen=True, slots=True)
class Signing:
    """What the signer saw: a signature holds for exactly this text and this version of the determination."""

    version: int
    text_sha256: str
    determination: int
    password: str


def save_draft(actor: Actor, inquiry_id: int, answer_class: str, text: str) -> Draft:
    """Keep the answer as it is being written. A draft may be wrong; only signing refuses."""
    with step(actor, Permission.INQUIRY_ANSWER, inquiry_id=inquiry_id) as s:
        inquiry = access.lock_inquiry(inquiry_id)
        require_holder(inquiry, actor.person())
        access.touch(inquiry, actor.person(), s.now)
        text = tidy(text)
        draft, _ = Draft.objects.update_or_create(
            inquiry=inquiry,
            defaults={
                "purpose": inquiry.purpose,
                "answer_class": answer_class,
                "text": text,
                "user": actor.person(),
                "saved": s.now,
            },
        )
        s.record(Event.DRAFT_SAVED, inquiry=inquiry, answer_class=answer_class, text_sha256=text_hash(text))
        return draft


def sign(actor: Actor, inquiry_id: int, signing: Signing) -> Response:
    """Sign the draft as it stands. Refused when text, determination or state are not those that were shown."""
    try:
        with step(actor, Permission.RESPONSE_SIGN, inquiry_id=inquiry_id) as s:
            inquiry = access.lock_inquiry(inquiry_id, signing.version)
            user = actor.person()
            require_holder(inquiry, user)
            _require_signer(user, signing.password)
            require_searched(inquiry)
            require_all_judged(inquiry, user)
            draft, determination = _as_shown(s, inquiry, user, signing)
            _require_lawful(inquiry, draft, determination)
            return _signed(s, inquiry, user, draft, determination)
    except Refused as refusal:
        refuse(actor, refusal.rule or "refused", inquiry_id)
        raise


def _require_signer(user: User, password: str) -> None:
    if user.scripted and not access.installation().synthetic:
        raise NotAllowed("A scripted account may sign only in a database marked synthetic.", rule="scripted.synthetic")
    if not user.check_password(password):
        raise SenderFault("That is not your password.", field="password", rule="response.password")


def require_searched(inquiry: Inquiry) -> None:
    """Refuse while the search is owed that a supplement or a reopening brought about."""
    if access.search_owed(inquiry):
        text = "The record systems are asked again with what was added; wait for what they say."
        raise WrongState(text, rule="search.owed")


def require_all_judged(inquiry: Inquiry, user: User) -> None:
    """Refuse while this person owes a verdict on a candidate."""
    owed = {candidate.pk for candidate in access.candidates(inquiry)} - set(access.standing_verdicts(inquiry, user))
    if owed:
        raise WrongState("Judge every candidate before you sign.", rule="candidate.judged")


def _as_shown(s: Step, inquiry: Inquiry, user: User, signing: Signing) -> tuple[Draft, Determination]:
    draft = access.draft(inquiry)
    if draft is None or text_hash(draft.text) != signing.text_sha256:
        raise Stale("The text is not the one you were shown; read it again.", rule="response.text")
    determination = determining.determine(s, inquiry, user)
    if determination.version != signing.determination:
        raise Stale("What the records establish has changed since you looked; read it again.", rule="response.version")
    return draft, determination


def _require_lawful(inquiry: Inquiry, draft: Draft, determination: Determination) -> None:
    if inquiry.kind == "IAQ":
        found = determining.found(determination)
        options = {option.code: option for option in supported(found, silent=inquiry.silent)}
        option = options.get(draft.answer_class)
        if option is None or not option.supported:
            why = option.why if option else "choose one of the answer classes"
            raise Refused(f"{draft.answer_class or 'No class'}: {why}", field="answer_class", rule="response.class")
    stops.require_not_adverse(inquiry, draft.answer_class, determining.found(determination))
    wrong = faults(inquiry, draft.answer_class, draft.text, determination)
    if wrong:
        raise Refused(wrong[0].text, field="text", rule=wrong[0].rule)


def _signed(s: Step, inquiry: Inquiry, user: User, draft: Draft, determination: Determination) -> Response:
    earlier = access.replaced_by_next(inquiry)
    reason = second_reason(draft.answer_class, determination, earlier)
    response = Response.objects.create(
        inquiry=inquiry,
        purpose=inquiry.purpose,
        determination=determination,
        answer_class=draft.answer_class,
        text=draft.text,
        text_sha256=text_hash(draft.text),
        signer=user,
        signed=s.now,
        second_reason=reason,
        replaces=earlier,
        clock=inquiry.clock,
        due=inquiry.due,
    )
    if reason:
        move(inquiry, "ask second person")
        s.record(Event.RESPONSE_SECOND_ASKED, inquiry=inquiry, objects={"response": response.pk}, **_facts(response))
    else:
        _leave(s, inquiry, response)
    return response


def second_reason(answer_class: str, determination: Determination, earlier: Response | None = None) -> str:
    """Why another person must look too, or nothing. A random twentieth goes even where no rule asks."""
    asked = required_second(answer_class, determination, earlier)
    if asked:
        return asked
    return "random re-examination" if secrets.randbelow(RANDOM_SECOND) == 0 else ""


def required_second(answer_class: str, determination: Determination, earlier: Response | None) -> str:
    """Why a rule asks for another person, or nothing. `earlier` is the answer that would be replaced."""
    asked = second_person_required(determining.police_found(determination), answer_class)
    if asked or earlier is None or earlier.answer_class == answer_class:
        return asked or ""
    return f"It replaces an answer of another class ({earlier.answer_class or 'by hand'})."


def _facts(response: Response) -> dict[str, Any]:
    version = response.determination.version if response.determination else None
    facts = {"answer_class": response.answer_class, "text_sha256": response.text_sha256, "determination": version}
    return facts | ({"replaces": response.replaces_id} if response.replaces_id else {})


def _leave(s: Step, inquiry: Inquiry, response: Response) -> None:
    """Signed for good: into the outbox, at once in the urgent lanes, elsewhere after the time for taking it back."""
    response.leaves = s.now if inquiry.lane in URGENT else s.now + UNDO
    response.save()
    move(inquiry, "sign")
    people: dict[str, Any] = {"signer": response.signer_id, "second": response.second_id}
    entry = s.record(
        Event.RESPONSE_SIGNED, inquiry=inquiry, objects={"response": response.pk}, **_facts(response), **people
    )
    sending.respond(s, inquiry, response, entry)


def second(actor: Actor, inquiry_id: int, signing: Signing) -> Response:
    """The other person agrees, after judging every candidate alone and to the same verdicts, and signs too."""
    with step(actor, Permission.RESPONSE_SECOND, inquiry_id=inquiry_id) as s:
        inquiry = access.lock_inquiry(inquiry_id, signing.version)
        user = actor.person()
        require_examiner(inquiry, user)
        _require_second_look(inquiry)
        _require_signer(user, signing.password)
        response = _standing(inquiry)
        require_all_judged(inquiry, user)
        if disagreements(inquiry, user):
            raise WrongState("Your verdicts differ from the signer's; send it back with a note.", rule="second.differs")
        _require_unchanged(s, inquiry, response, signing)
        require_still_lawful(inquiry, response)
        response.second, response.second_signed = user, s.now
        _leave(s, inquiry, response)
        return response


def _require_unchanged(s: Step, inquiry: Inquiry, response: Response, signing: Signing) -> None:
    if response.text_sha256 != signing.text_sha256:
        raise Stale("The text is not the one you were shown; read it again.", rule="response.text")
    if determining.determine(s, inquiry, response.signer) != response.determination:
        text = "What the records establish has changed since the answer was signed; send it back with a note."
        raise Stale(text, rule="response.version")


def require_still_lawful(inquiry: Inquiry, response: Response) -> None:
    """A stop or a hold may have come while the answer waited for the second person, or for its time to leave."""
    if response.determination is not None:
        stops.require_not_adverse(inquiry, response.answer_class, determining.found(response.determination))


def _require_second_look(inquiry: Inquiry) -> None:
    if inquiry.state != InquiryState.SECOND_LOOK:
        raise WrongState(f"No second look is owed; the state is “{inquiry.state}”.", rule="workflow")


def _standing(inquiry: Inquiry) -> Response:
    response = access.lock_standing_response(inquiry.pk)
    if response is None:
        raise WrongState("No signed answer stands.", rule="response.none")
    return response


def disagreements(inquiry: Inquiry, user: User) -> list[int]:
    """Ids of candidates that this person and the signer judged differently."""
    mine = access.standing_verdicts(inquiry, user)
    theirs = access.standing_verdicts(inquiry, _signer(inquiry))
    return [candidate for candidate, verdict in mine.items() if theirs.get(candidate) != verdict]


def _signer(inquiry: Inquiry) -> User:
    response = access.standing_response(inquiry)
    if response is None:
        raise WrongState("No signed answer stands.", rule="response.none")
    return response.signer


def disagree(actor: Actor, inquiry_id: int, version: int, note: str) -> None:
    """The other person does not agree: the signature falls, and the inquiry waits again with the note."""
    if not note.strip():
        raise SenderFault("Say in a few words what you see differently.", field="note", rule="second.note")
    with step(actor, Permission.RESPONSE_SECOND, inquiry_id=inquiry_id) as s:
        inquiry = access.lock_inquiry(inquiry_id, version)
        require_examiner(inquiry, actor.person())
        _require_second_look(inquiry)
        response = _withdraw(inquiry, note.strip()[:300])
        inquiry.holder = inquiry.taken = inquiry.active = None
        move(inquiry, "disagree")
        s.record(Event.RESPONSE_SECOND_DISAGREED, inquiry=inquiry, objects={"response": response.pk})


def _withdraw(inquiry: Inquiry, note: str) -> Response:
    response = _standing(inquiry)
    response.withdrawn, response.note = True, note
    response.save(update_fields=["withdrawn", "note"])
    return response


def take_back(actor: Actor, inquiry_id: int, version: int) -> None:
    """The signer takes the answer back while it has not left. A moment too late is `WrongState`, never half of both."""
    with step(actor, Permission.RESPONSE_SIGN, inquiry_id=inquiry_id) as s:
        inquiry = access.lock_inquiry(inquiry_id, version)
        user = actor.person()
        response = _standing(inquiry)
        if response.signer_id != user.pk:
            raise NotAllowed("Only who signed an answer can take it back.", rule="response.signer")
        falling.recall(response)
        _withdraw(inquiry, "taken back by the signer")
        inquiry.holder, inquiry.taken, inquiry.active = user, s.now, s.now
        move(inquiry, "take back")
        s.record(Event.RESPONSE_TAKEN_BACK, inquiry=inquiry, objects={"response": response.pk})
