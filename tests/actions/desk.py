"""A person at the workbench, step by step, for tests of what happens around an answer."""

from __future__ import annotations

from datetime import UTC, datetime

from muniment.actions import adjudication, responding, sending
from muniment.actions.context import Actor
from muniment.actions.responding import Signing
from muniment.actions.wording import text_hash, words
from muniment.store import access
from muniment.store.access import FarEnd
from muniment.store.models import Delivery, Inquiry, Response, User
from tests.cast import PASSWORD, acting
from tests.web.scene import WORKER


def take(user: User, inquiry: Inquiry) -> Inquiry:
    """Take it in hand as it is now."""
    inquiry.refresh_from_db()
    adjudication.take(acting(user), inquiry.pk, inquiry.version)
    inquiry.refresh_from_db()
    return inquiry


def judge(user: User, inquiry: Inquiry, verdict: str = "same") -> None:
    """Judge every candidate that this person has not judged."""
    mine = access.standing_verdicts(inquiry, user)
    for candidate in access.candidates(inquiry):
        if candidate.pk not in mine:
            adjudication.judge(acting(user), inquiry.pk, candidate.pk, verdict)


def draft(user: User, inquiry: Inquiry, answer_class: str = "") -> None:
    """The center's words for this class, or for what the records suggest."""
    inquiry.refresh_from_db()
    made = access.latest_determination(inquiry)
    assert made is not None
    chosen = answer_class or made.result["answer_class"]
    responding.save_draft(acting(user), inquiry.pk, chosen, words(inquiry, made, chosen))


def signing(inquiry: Inquiry, password: str = PASSWORD) -> Signing:
    """What somebody would sign who saw everything as it is now."""
    inquiry.refresh_from_db()
    kept, made = access.draft(inquiry), access.latest_determination(inquiry)
    assert kept is not None
    assert made is not None
    return Signing(inquiry.version, text_hash(kept.text), made.version, password)


def sign(user: User, inquiry: Inquiry) -> Response:
    """Sign what is there now."""
    return responding.sign(acting(user), inquiry.pk, signing(inquiry))


def answer(user: User, inquiry: Inquiry, answer_class: str = "", verdict: str = "same") -> Response:
    """From the queue to the signature."""
    take(user, inquiry)
    judge(user, inquiry, verdict)
    draft(user, inquiry, answer_class)
    return sign(user, inquiry)


def agree(user: User, inquiry: Inquiry, verdict: str = "same") -> Response:
    """The second person judges to the same verdicts and signs too."""
    inquiry.refresh_from_db()
    judge(user, inquiry, verdict)
    response = access.standing_response(inquiry)
    assert response is not None
    assert response.determination is not None
    shown = Signing(inquiry.version, response.text_sha256, response.determination.version, PASSWORD)
    return responding.second(acting(user), inquiry.pk, shown)


#: When a far end came that has been there all the time.
ALWAYS = datetime.min.replace(tzinfo=UTC)


def ready(since: datetime = ALWAYS) -> list[Delivery]:
    """What may leave over the line of the tests to a far end that is there since then."""
    return access.lock_ready(FarEnd("demo", since), access.db_now(), 10)


def handed_over(delivery: Delivery, since: datetime = ALWAYS) -> bool:
    """Let its line take it, whose far end is there since then; whether it might."""
    to = FarEnd(delivery.line_id, since, among=[delivery.pk])
    return bool(sending.hand_over(Actor.line(delivery.line_id), to, 1))


def deliver(inquiry: Inquiry, *, acknowledged: bool = True) -> Delivery:
    """Release the held answer, hand it over, let the far end have it."""
    delivery = Delivery.objects.get(message=inquiry.message, state="held")
    sending.release(WORKER, delivery.pk)
    if acknowledged:
        assert handed_over(delivery)
        sending.acknowledge(Actor.line(delivery.line_id), delivery.line_id, delivery.pk)
    delivery.refresh_from_db()
    inquiry.refresh_from_db()
    return delivery
