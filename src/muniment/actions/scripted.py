"""A specialist played by a program, for the demo, for rehearsals and for load: only in a database marked synthetic.

It walks the same actions as a person at the workbench, with the password of a scripted account; signing checks that
the database is synthetic (`responding`), so nothing here can answer a real agency.
"""

from __future__ import annotations

from muniment.actions import adjudication, responding
from muniment.actions.context import Actor
from muniment.actions.responding import Signing
from muniment.actions.wording import text_hash, words
from muniment.core.errors import OurFault
from muniment.core.workflow import InquiryState
from muniment.store import access
from muniment.store.models import Candidate, Inquiry, Response

UNLIKELY = 0.5


def answer(inquiry_id: int, specialist: str, second: str, password: str) -> Response:
    """Answer one waiting inquiry with the class that the records suggest; `second` looks too where that is owed."""
    actor = _actor(specialist)
    version = access.viewable_inquiry(actor.person(), inquiry_id).version
    inquiry = adjudication.take(actor, inquiry_id, version)
    judge_all(actor, inquiry)
    determination = access.latest_determination(inquiry)
    assert determination is not None  # taking made the first one
    answer_class = "" if inquiry.kind == "YQ" else str(determination.result["answer_class"])
    text = words(inquiry, determination, answer_class)
    responding.save_draft(actor, inquiry_id, answer_class, text)
    signing = Signing(inquiry.version, text_hash(text), determination.version, password)
    response = responding.sign(actor, inquiry_id, signing)
    return response if response.leaves else look_too(inquiry_id, second, signing)


def look_too(inquiry_id: int, second: str, signed: Signing) -> Response:
    """The other scripted account judges alone, then signs too."""
    actor = _actor(second)
    inquiry = access.viewable_inquiry(actor.person(), inquiry_id)
    assert inquiry.state == InquiryState.SECOND_LOOK
    judge_all(actor, inquiry)
    signing = Signing(inquiry.version, signed.text_sha256, signed.determination, signed.password)
    return responding.second(actor, inquiry_id, signing)


def judge_all(actor: Actor, inquiry: Inquiry) -> None:
    """One verdict for each candidate, by a rule that any two scripted accounts share."""
    for candidate in access.candidates(inquiry):
        adjudication.judge(actor, inquiry.pk, candidate.pk, verdict(candidate))


def verdict(candidate: Candidate) -> str:
    """The same person by a unique identifier; another when the score is low; else nobody can tell."""
    if candidate.basis == "identifier":
        return "same"
    return "another" if candidate.score["probability"] < UNLIKELY else "cannot tell"


def _actor(username: str) -> Actor:
    user = access.user_by_name(username)
    if user is None or not user.scripted:
        raise OurFault(f"{username} is no scripted account of this database.", rule="scripted.account")
    return Actor.of(user, "script")
