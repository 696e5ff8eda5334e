"""What the action refuses whatever the page let through, on the specimens of the world, in the real systems."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from muniment import worker
from muniment.actions import adjudication, intake, responding, scripted, sending
from muniment.actions.context import Actor
from muniment.actions.responding import Signing
from muniment.actions.wording import words
from muniment.core.errors import MunimentError, NotAllowed, Refused, SenderFault, Stale, WrongState
from muniment.core.ledger import Event
from muniment.core.workflow import DeliveryState, InquiryState
from muniment.store import access
from muniment.store.models import Delivery, Inquiry, Installation, LedgerEntry, Response, User, Work
from tests.actions import desk
from tests.actions.desk import signing
from tests.cast import acting, assemble
from tests.messages import iaq, yq

pytestmark = pytest.mark.django_db(transaction=True)

Asked = Callable[[bytes], Inquiry]

FOOT = "NOT A WARRANT. GIVES NO POWER TO HOLD.\nRECHECK BEFORE ANY ACTION."
RESIDENT = iaq("RESIDENT", name="BEISPIEL SINGH, HARPREET", DOB="19810923", POB="II", ARN="900120008")
DERIVED = iaq("DERIVED", name="SPECIMEN, JOSE", DOB="20010814", ARN="900120009")
NOBODY = iaq("NOBODY", name="TESTPERSON, OMEGA")
FINAL_ORDER = iaq("ORDER", name="SPECIMEN, MARISOL", DOB="19880714", SEX="F", POB="HD", ARN="900871230")


@pytest.fixture(autouse=True)
def _no_lot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responding, "RANDOM_SECOND", 10**12)  # the lot of one in twenty falls in no test by itself


@pytest.fixture
def people(specimen_center: object) -> dict[str, User]:
    """The cast, by name."""
    return assemble().everybody()


def take_and_judge(actor: Actor, inquiry: Inquiry) -> Inquiry:
    """Take in hand and judge by the rule of scripted accounts."""
    inquiry.refresh_from_db()
    taken = adjudication.take(actor, inquiry.pk, inquiry.version)
    scripted.judge_all(actor, taken)
    return taken


def drafted(actor: Actor, inquiry: Inquiry, answer_class: str, text: str | None = None) -> None:
    """Save a draft: the center's words, or others."""
    determination = access.latest_determination(inquiry)
    assert determination is not None
    chosen = words(inquiry, determination, answer_class) if text is None else text
    responding.save_draft(actor, inquiry.pk, answer_class, chosen)


def refused(actor: Actor, inquiry: Inquiry, answer_class: str, text: str) -> str:
    """The rule by which signing this is refused; the refusal is in the ledger and nothing else has changed."""
    drafted(actor, inquiry, answer_class, text)
    with pytest.raises(Refused) as refusal:
        responding.sign(actor, inquiry.pk, signing(inquiry))
    assert refusal.value.rule is not None
    inquiry.refresh_from_db()
    assert inquiry.state == InquiryState.IN_HAND
    assert not Response.objects.exists()
    last = LedgerEntry.objects.order_by("-id").first()
    assert last is not None
    assert (last.event, last.outcome) == (Event.ACCESS_DENIED, "refused")
    return refusal.value.rule


@pytest.mark.parametrize("answer_class", ["R7", "R8", "R9"])
def test_under_a_hold_no_adverse_answer_can_be_signed(
    asked_about: Asked, people: dict[str, User], answer_class: str
) -> None:
    """The derived citizen without a certificate: a citizen parent, and residence before eighteen (G1, C3)."""
    sam, inquiry = acting(people["sam"]), asked_about(DERIVED)
    take_and_judge(sam, inquiry)
    determination = access.latest_determination(inquiry)
    assert determination is not None
    assert determination.result["hold"]
    assert refused(sam, inquiry, answer_class, FOOT) == "response.class"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (f"THE PERSON IS DEPORTABLE.\n{FOOT}", "text.forbidden"),
        (f"IL-\nLEGAL PRESENCE.\n{FOOT}", "text.forbidden"),
        (f"HAS ASYLUM.\n{FOOT}", "text.protected"),
        (f"resident.\n{FOOT}", "text.case"),
        (f"{'X' * 81}\n{FOOT}", "text.width"),
        ("RESIDENT ON RECORD.", "text.foot"),
    ],
)
def test_a_text_that_may_not_go_out_cannot_be_signed(
    asked_about: Asked, people: dict[str, User], text: str, rule: str
) -> None:
    sam, inquiry = acting(people["sam"]), asked_about(RESIDENT)
    take_and_judge(sam, inquiry)
    assert refused(sam, inquiry, "R3", text) == rule


def test_a_class_that_says_more_than_the_records_cannot_be_signed(asked_about: Asked, people: dict[str, User]) -> None:
    sam, inquiry = acting(people["sam"]), asked_about(NOBODY)
    take_and_judge(sam, inquiry)
    assert refused(sam, inquiry, "R1", FOOT) == "response.class"


def test_a_final_order_goes_to_a_second_person_and_leaves_only_with_both_names(
    asked_about: Asked, people: dict[str, User]
) -> None:
    sam, selma, inquiry = acting(people["sam"]), acting(people["selma"]), asked_about(FINAL_ORDER)
    take_and_judge(sam, inquiry)
    drafted(sam, inquiry, "R8")
    responding.sign(sam, inquiry.pk, signing(inquiry))
    assert not Delivery.objects.filter(kind="response").exists()
    with pytest.raises(NotAllowed):
        responding.second(sam, inquiry.pk, signing(inquiry))
    inquiry.refresh_from_db()
    scripted.judge_all(selma, inquiry)
    response = responding.second(selma, inquiry.pk, signing(inquiry))
    assert (response.signer, response.second) == (people["sam"], people["selma"])
    [delivery] = Delivery.objects.filter(kind="response")
    assert b"FINAL ORDER" in bytes(delivery.wire)
    assert delivery.state == DeliveryState.HELD


def test_the_database_refuses_a_response_that_would_leave_without_its_second_person(
    asked_about: Asked, people: dict[str, User]
) -> None:
    sam, inquiry = acting(people["sam"]), asked_about(FINAL_ORDER)
    take_and_judge(sam, inquiry)
    drafted(sam, inquiry, "R8")
    response = responding.sign(sam, inquiry.pk, signing(inquiry))
    for change in ({"leaves": response.signed}, {"second": people["sam"]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Response.objects.filter(pk=response.pk).update(**change)


def test_a_signed_answer_leaves_after_ten_seconds_and_not_before(asked_about: Asked, people: dict[str, User]) -> None:
    sam, inquiry = acting(people["sam"]), asked_about(RESIDENT)
    take_and_judge(sam, inquiry)
    drafted(sam, inquiry, "R3")
    response = responding.sign(sam, inquiry.pk, signing(inquiry))
    assert response.leaves == response.signed + timedelta(seconds=10)
    assert not worker.run_one(Actor.program("worker"))
    Work.objects.filter(task="release").update(due=response.signed)
    assert worker.run_one(Actor.program("worker"))
    inquiry.refresh_from_db()
    assert inquiry.state == InquiryState.RELEASED
    with pytest.raises(WrongState):
        responding.take_back(sam, inquiry.pk, inquiry.version)


def test_an_answer_by_hand_to_a_hit_leaves_at_once_and_confirms_nothing(
    asked_about: Asked, people: dict[str, User]
) -> None:
    sam, inquiry = acting(people["sam"]), asked_about(yq())
    take_and_judge(sam, inquiry)
    drafted(sam, inquiry, "", f"CALL US.\n{FOOT}")
    with pytest.raises(Refused, match="NO CONFIRMATION"):
        responding.sign(sam, inquiry.pk, signing(inquiry))
    drafted(sam, inquiry, "")
    response = responding.sign(sam, inquiry.pk, signing(inquiry))
    assert response.leaves == response.signed


def test_taken_back_it_is_in_hand_again_and_nothing_leaves(asked_about: Asked, people: dict[str, User]) -> None:
    sam, inquiry = acting(people["sam"]), asked_about(NOBODY)
    take_and_judge(sam, inquiry)
    drafted(sam, inquiry, "R10")
    responding.sign(sam, inquiry.pk, signing(inquiry))
    inquiry.refresh_from_db()
    with pytest.raises(NotAllowed):
        responding.take_back(acting(people["sofia"]), inquiry.pk, inquiry.version)
    responding.take_back(sam, inquiry.pk, inquiry.version)
    delivery = Delivery.objects.get(kind="response")
    sending.release(Actor.program("worker"), delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.TAKEN_BACK
    responding.sign(sam, inquiry.pk, signing(inquiry))
    assert Response.objects.filter(withdrawn=False).count() == 1


@pytest.mark.parametrize(
    ("change", "error"),
    [
        pytest.param({"version": 999}, Stale, id="the inquiry changed"),
        pytest.param({"text_sha256": "0" * 64}, Stale, id="another text"),
        pytest.param({"determination": 999}, Stale, id="another determination"),
        pytest.param({"password": "guess"}, SenderFault, id="wrong password"),
    ],
)
def test_a_signature_holds_only_for_what_was_shown(
    asked_about: Asked, people: dict[str, User], change: dict[str, object], error: type[MunimentError]
) -> None:
    sam, inquiry = acting(people["sam"]), asked_about(NOBODY)
    take_and_judge(sam, inquiry)
    drafted(sam, inquiry, "R10")
    shown = signing(inquiry)
    values = {name: getattr(shown, name) for name in ("version", "text_sha256", "determination", "password")}
    with pytest.raises(error):
        responding.sign(sam, inquiry.pk, Signing(**(values | change)))
    assert not Response.objects.exists()


def test_a_candidate_without_a_verdict_keeps_the_answer_back(asked_about: Asked, people: dict[str, User]) -> None:
    sam, inquiry = acting(people["sam"]), asked_about(RESIDENT)
    adjudication.take(sam, inquiry.pk, inquiry.version)
    drafted(sam, inquiry, "R12")
    with pytest.raises(WrongState, match="every candidate"):
        responding.sign(sam, inquiry.pk, signing(inquiry))


def test_a_scripted_account_signs_only_in_a_synthetic_database(asked_about: Asked, people: dict[str, User]) -> None:
    robot, inquiry = acting(people["robot"]), asked_about(NOBODY)
    take_and_judge(robot, inquiry)
    drafted(robot, inquiry, "R10")
    Installation.objects.update(synthetic=False)
    with pytest.raises(NotAllowed, match="synthetic"):
        responding.sign(robot, inquiry.pk, signing(inquiry))
    Installation.objects.update(synthetic=True)
    responding.sign(robot, inquiry.pk, signing(inquiry))


@pytest.mark.parametrize("name", ["sven", "aldo", "ada", "nobody"])
def test_who_may_not_answer_is_refused_and_written_down(asked_about: Asked, people: dict[str, User], name: str) -> None:
    inquiry = asked_about(NOBODY)
    with pytest.raises(NotAllowed):
        adjudication.take(acting(people[name]), inquiry.pk, inquiry.version)
    entry = LedgerEntry.objects.filter(event=Event.ACCESS_DENIED, actor=f"user:{people[name].pk}")
    assert entry.count() == 1


def test_a_name_and_a_birth_date_alone_never_establish_a_status(asked_about: Asked, people: dict[str, User]) -> None:
    """domain.md 1.4 step 1: without a unique number the same record is a candidate, never a fact."""
    sam = acting(people["sam"])
    inquiry = asked_about(iaq("NAMEONLY", name="BEISPIEL SINGH, HARPREET", DOB="19810923", POB="II"))
    adjudication.take(sam, inquiry.pk, inquiry.version)
    for candidate in access.candidates(inquiry):
        adjudication.judge(sam, inquiry.pk, candidate.pk, "same")
    determination = access.latest_determination(inquiry)
    assert determination is not None
    assert determination.result["status"] == "UND"
    assert determination.result["hold"]


def test_the_whole_way_writes_every_step_down(asked_about: Asked, people: dict[str, User]) -> None:
    sam, inquiry = acting(people["sam"]), asked_about(RESIDENT)
    take_and_judge(sam, inquiry)
    drafted(sam, inquiry, "R3")
    responding.sign(sam, inquiry.pk, signing(inquiry))
    Work.objects.update(due=access.db_now())
    worker.run_one(Actor.program("worker"))
    delivery = Delivery.objects.get(kind="response")
    assert desk.handed_over(delivery)
    sending.acknowledge(Actor.line("demo"), "demo", delivery.pk)
    inquiry.refresh_from_db()
    assert inquiry.state == InquiryState.ACKNOWLEDGED
    told = [entry.event for entry in access.ledger_of(inquiry)]
    path = [
        "message.received",
        "inquiry.read",
        "inquiry.searched",
        "inquiry.queued",
        "inquiry.taken",
        "candidate.judged",
        "draft.saved",
        "response.signed",
        "response.released",
        "delivery.sent",
        "delivery.acknowledged",
    ]
    assert [event for event in told if event in path] == path


def test_the_same_bytes_after_the_answer_get_the_answer_again(asked_about: Asked, people: dict[str, User]) -> None:
    sam, inquiry = acting(people["sam"]), asked_about(NOBODY)
    take_and_judge(sam, inquiry)
    drafted(sam, inquiry, "R10")
    responding.sign(sam, inquiry.pk, signing(inquiry))
    delivery = Delivery.objects.get(kind="response")
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.ACKNOWLEDGED)
    Inquiry.objects.update(state=InquiryState.ACKNOWLEDGED)
    intake.receive(Actor.line("demo"), inquiry.message.line, NOBODY)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.READY
    assert Inquiry.objects.count() == 1
