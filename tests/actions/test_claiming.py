"""A claim of citizenship that somebody was told is entered by hand and holds every adverse path from that moment."""

from __future__ import annotations

import json

import pytest

from muniment.actions import claiming, determining, findings, responding, sending, stops, wording
from muniment.actions.findings import Written
from muniment.core.errors import MunimentError, Refused, SenderFault, Stale, WrongState
from muniment.core.ledger import Event
from muniment.status.determination import ADVERSE_CLASSES
from muniment.store import access
from muniment.store.models import Delivery, Finding, Inquiry, LedgerEntry, Note, Response
from tests.actions import desk
from tests.cast import Cast, acting
from tests.messages import iaq
from tests.web.scene import A_NUMBER, WORKER, Waiting, record

pytestmark = pytest.mark.django_db

ENDED = {"kind": "admission", "date": "2024-03-01", "class": "B2", "admit_until": "2024-08-31"}
BORN = {"kind": "birth", "date": "1985-03-14", "country": "US", "state": "TX"}
SAID = "His sister called: born in Laredo."


@pytest.fixture
def inquiry(waiting: Waiting) -> Inquiry:
    """It waits; the records say that a visitor's stay ended."""
    return waiting(iaq(ARN=A_NUMBER), record("CIS", f"A{A_NUMBER}", ENDED, a_number=A_NUMBER))


def claimed(cast: Cast, inquiry: Inquiry, by: str = "family", reason: str = SAID) -> Inquiry:
    inquiry.refresh_from_db()
    claiming.claim(acting(cast.sofia), inquiry.pk, inquiry.version, by, reason)
    inquiry.refresh_from_db()
    return inquiry


def in_hand(cast: Cast, inquiry: Inquiry) -> None:
    desk.take(cast.sam, inquiry)
    desk.judge(cast.sam, inquiry)


def signed(cast: Cast, inquiry: Inquiry) -> Response:
    """The adverse answer, signed by two people and held back for the time of taking it back."""
    in_hand(cast, inquiry)
    desk.draft(cast.sam, inquiry, "R7")
    desk.sign(cast.sam, inquiry)
    return desk.agree(cast.selma, inquiry)


def test_every_path_to_an_adverse_answer_is_closed_at_once(cast: Cast, inquiry: Inquiry) -> None:
    in_hand(cast, inquiry)
    made = access.latest_determination(inquiry)
    assert made is not None
    assert stops.may_be_adverse(inquiry, determining.found(made))
    desk.draft(cast.sam, inquiry, "R7")
    claimed(cast, inquiry)
    made = access.latest_determination(inquiry)
    assert made is not None
    assert (made.result["hold"], made.result["answer_class"]) == (True, "R2")
    for adverse in ADVERSE_CLASSES:
        assert not stops.may_be_adverse(inquiry, determining.found(made))
        assert wording.words(inquiry, made, adverse) == ""
        with pytest.raises(Refused):
            stops.require_not_adverse(inquiry, adverse, determining.found(made))
    with pytest.raises(MunimentError):
        desk.sign(cast.sam, inquiry)


def test_the_ledger_says_who_entered_it_and_the_words_stand_in_a_note(cast: Cast, inquiry: Inquiry) -> None:
    claimed(cast, inquiry)
    entry = LedgerEntry.objects.get(event=Event.INQUIRY_CLAIMED)
    assert (entry.actor, entry.inquiry_id) == (f"user:{cast.sofia.pk}", inquiry.pk)
    assert json.loads(bytes(entry.canonical))["detail"] == {"by": "family"}
    assert Note.objects.get(inquiry=inquiry, kind="claimed").text == SAID
    assert LedgerEntry.objects.filter(event=Event.FINDING_OPENED, inquiry_id=inquiry.pk).count() == 1


def test_an_inquiry_that_waits_is_held_before_anybody_judged_it(cast: Cast, inquiry: Inquiry) -> None:
    claimed(cast, inquiry)
    assert (inquiry.state, inquiry.queue_mark) == ("waiting", "hold")
    assert Finding.objects.get(inquiry=inquiry).state == "open"
    in_hand(cast, inquiry)
    made = access.latest_determination(inquiry)
    assert made is not None
    assert made.result["answer_class"] == "R2"
    assert Finding.objects.filter(inquiry=inquiry).count() == 1


def test_a_claim_about_somebody_without_any_record_holds_too(cast: Cast, waiting: Waiting) -> None:
    nobody = waiting(iaq())
    claimed(cast, nobody)
    assert nobody.queue_mark == "hold"
    desk.take(cast.sam, nobody)
    desk.draft(cast.sam, nobody)
    assert desk.sign(cast.sam, nobody).answer_class == "R2"


def test_an_adverse_answer_that_has_not_left_falls(cast: Cast, inquiry: Inquiry) -> None:
    signed(cast, inquiry)
    claimed(cast, inquiry)
    assert inquiry.state == "waiting"
    assert Response.objects.get().withdrawn
    assert Delivery.objects.get(kind="response").state == "taken back"
    sending.release(WORKER, Delivery.objects.get(kind="response").pk)
    assert not LedgerEntry.objects.filter(event=Event.RESPONSE_RELEASED).exists()


def test_an_answer_in_its_second_look_falls(cast: Cast, inquiry: Inquiry) -> None:
    in_hand(cast, inquiry)
    desk.draft(cast.sam, inquiry, "R7")
    desk.sign(cast.sam, inquiry)
    claimed(cast, inquiry)
    assert inquiry.state == "waiting"
    assert inquiry.handed_to == cast.sam


def test_an_answer_that_says_so_already_stays_signed(cast: Cast, waiting: Waiting) -> None:
    citizen = waiting(iaq(ARN=A_NUMBER), record("CIS", f"A{A_NUMBER}", BORN, a_number=A_NUMBER))
    in_hand(cast, citizen)
    desk.draft(cast.sam, citizen, "R1")
    desk.sign(cast.sam, citizen)
    claimed(cast, citizen)
    assert citizen.state == "second look"
    assert not Response.objects.get().withdrawn


def test_a_second_claim_is_one_more_reason_of_the_same_hold(cast: Cast, inquiry: Inquiry) -> None:
    claimed(cast, inquiry)
    claimed(cast, inquiry, "lawyer", "Counsel sent a letter.")
    row = Finding.objects.get(inquiry=inquiry)
    assert len(row.because["indicium.citizen_claim"]) == 2


def test_a_finding_of_two_people_lifts_it(cast: Cast, inquiry: Inquiry) -> None:
    in_hand(cast, inquiry)
    claimed(cast, inquiry)
    row = Finding.objects.get(inquiry=inquiry)
    written = Written("no evidence", "It was said of a brother.", "Statement of 2025-02-01, file 17")
    findings.write(acting(cast.ida), row.pk, row.version, written)
    row.refresh_from_db()
    assert access.latest_determination(inquiry).result["hold"]  # type: ignore[union-attr]  # there is one
    findings.agree(acting(cast.sven), row.pk, row.version)
    made = access.latest_determination(inquiry)
    assert made is not None
    assert (made.result["hold"], made.result["answer_class"]) == (False, "R7")


@pytest.mark.parametrize(
    ("by", "reason", "rule"),
    [("nobody", SAID, "claim.by"), ("self", " ", "note.reason"), ("self", "x" * 301, "note.length")],
)
def test_who_claims_it_and_what_was_said_must_be_told(
    by: str, reason: str, rule: str, cast: Cast, inquiry: Inquiry
) -> None:
    with pytest.raises(SenderFault) as fault:
        claimed(cast, inquiry, by, reason)
    assert fault.value.rule == rule
    assert not Finding.objects.exists()


def test_an_answer_that_has_left_must_be_reopened_first(cast: Cast, inquiry: Inquiry) -> None:
    signed(cast, inquiry)
    desk.deliver(inquiry)
    with pytest.raises(WrongState):
        claimed(cast, inquiry)


def test_a_page_that_is_old_enters_nothing(cast: Cast, inquiry: Inquiry) -> None:
    with pytest.raises(Stale):
        claiming.claim(acting(cast.sofia), inquiry.pk, inquiry.version + 1, "self", SAID)
    assert not Note.objects.filter(kind="claimed").exists()


def test_the_signer_reads_it_again(cast: Cast, inquiry: Inquiry) -> None:
    in_hand(cast, inquiry)
    desk.draft(cast.sam, inquiry, "R12")
    shown = desk.signing(inquiry)
    claimed(cast, inquiry)
    with pytest.raises(Stale):
        responding.sign(acting(cast.sam), inquiry.pk, shown)


def again(waiting: Waiting) -> Inquiry:
    """The same person, asked about again."""
    return waiting(iaq("SYN0000009", ARN=A_NUMBER), record("CIS", f"A{A_NUMBER}", ENDED, a_number=A_NUMBER))


def test_the_next_inquiry_on_the_same_record_knows_the_claim(cast: Cast, waiting: Waiting, inquiry: Inquiry) -> None:
    in_hand(cast, inquiry)
    claimed(cast, inquiry)
    other = again(waiting)
    assert other.queue_mark == "hold"
    desk.take(cast.sofia, other)
    desk.judge(cast.sofia, other)
    made = access.latest_determination(other)
    assert made is not None
    assert (made.result["hold"], made.result["answer_class"]) == (True, "R2")


def test_a_claim_about_another_person_holds_nobody_else(cast: Cast, waiting: Waiting, inquiry: Inquiry) -> None:
    desk.take(cast.sam, inquiry)
    desk.judge(cast.sam, inquiry, "another")
    claimed(cast, inquiry)
    assert again(waiting).queue_mark == ""


def test_what_was_found_on_a_claim_is_not_asked_again(cast: Cast, waiting: Waiting, inquiry: Inquiry) -> None:
    in_hand(cast, inquiry)
    claimed(cast, inquiry)
    row = Finding.objects.get(inquiry=inquiry)
    findings.write(acting(cast.ida), row.pk, row.version, Written("no evidence", "Of a brother.", "Letter 4"))
    row.refresh_from_db()
    findings.agree(acting(cast.sven), row.pk, row.version)
    other = again(waiting)
    desk.take(cast.sofia, other)
    desk.judge(cast.sofia, other)
    made = access.latest_determination(other)
    assert made is not None
    assert (made.result["hold"], made.result["answer_class"]) == (False, "R7")
