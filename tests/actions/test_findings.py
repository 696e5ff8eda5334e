"""Stops and holds are opened by what the facts show and lifted by nothing but a written finding of two people."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from muniment.actions import adjudication, determining, findings, responding, sending, stops, wording
from muniment.actions.findings import Written
from muniment.core.errors import MunimentError, NotAllowed, Refused, SenderFault, Stale, WrongState
from muniment.core.ledger import Event
from muniment.core.workflow import FindingState
from muniment.status.determination import ADVERSE_CLASSES
from muniment.status.determination import Determination as Found
from muniment.store import access
from muniment.store.models import CandidateRecord, Delivery, Finding, Inquiry, LedgerEntry
from tests.actions import desk
from tests.cast import Cast, acting
from tests.messages import iaq
from tests.web.scene import A_NUMBER, WORKER, Waiting, record

pytestmark = pytest.mark.django_db

ENDED = {"kind": "admission", "date": "2024-03-01", "class": "B2", "admit_until": "2024-08-31"}
CLAIM = {"kind": "citizen_claim", "date": "2025-01-01", "by": "self"}
BORN = {"kind": "birth", "date": "1985-03-14", "country": "US", "state": "TX"}
NOTHING = Written("no evidence", "The claim was made for another person.", "Statement of 2025-02-01, file 17")


def of(*facts: dict[str, Any]) -> Any:
    """A record of TESTPERSON with these facts, tied by its number."""
    return record("CIS", f"A{A_NUMBER}", *facts, a_number=A_NUMBER)


def asked(waiting: Waiting, *facts: dict[str, Any]) -> Inquiry:
    """An inquiry of its own, whatever was asked before."""
    return waiting(iaq(f"FND{Inquiry.objects.count():04}", ARN=A_NUMBER), of(*facts))


def judged(cast: Cast, waiting: Waiting, *facts: dict[str, Any], verdict: str = "same") -> Inquiry:
    """An inquiry that sam has in hand, every candidate judged."""
    inquiry = asked(waiting, *facts)
    desk.take(cast.sam, inquiry)
    desk.judge(cast.sam, inquiry, verdict)
    inquiry.refresh_from_db()
    return inquiry


def only(inquiry: Inquiry) -> Finding:
    return Finding.objects.get(inquiry=inquiry)


def write(cast: Cast, row: Finding, written: Written = NOTHING) -> Finding:
    findings.write(acting(cast.ida), row.pk, row.version, written)
    row.refresh_from_db()
    return row


def agree(cast: Cast, row: Finding) -> Finding:
    findings.agree(acting(cast.sven), row.pk, row.version)
    row.refresh_from_db()
    return row


def result(inquiry: Inquiry) -> dict[str, Any]:
    made = access.latest_determination(inquiry)
    assert made is not None
    return made.result


# Opened and lapsed by the facts


def test_an_indication_opens_a_hold_and_a_fact_of_citizenship_a_stop(cast: Cast, waiting: Waiting) -> None:
    hold, stop = judged(cast, waiting, ENDED, CLAIM), judged(cast, waiting, BORN)
    assert (only(hold).kind, only(hold).facts) == ("hold", [f"CIS:A{A_NUMBER}-1"])
    assert (only(stop).kind, list(only(stop).because)) == ("stop", ["citizen.birth.USC_B"])
    assert LedgerEntry.objects.filter(event=Event.FINDING_OPENED).count() == 2


def test_without_either_nothing_is_opened(cast: Cast, waiting: Waiting) -> None:
    assert not Finding.objects.filter(inquiry=judged(cast, waiting, ENDED)).exists()


def test_records_that_are_anothers_let_it_lapse(cast: Cast, waiting: Waiting) -> None:
    inquiry = judged(cast, waiting, ENDED, CLAIM)
    (candidate,) = access.candidates(inquiry)
    adjudication.judge(acting(cast.sam), inquiry.pk, candidate.pk, "another")
    assert only(inquiry).state == FindingState.LAPSED
    adjudication.judge(acting(cast.sam), inquiry.pk, candidate.pk, "same")
    assert sorted(row.state for row in access.findings_of(inquiry)) == ["lapsed", "open"]


# The finding


def test_a_finding_of_two_people_lifts_the_hold_at_once(cast: Cast, waiting: Waiting) -> None:
    inquiry = judged(cast, waiting, ENDED, CLAIM)
    assert (result(inquiry)["hold"], result(inquiry)["answer_class"]) == (True, "R2")
    row = write(cast, only(inquiry))
    assert result(inquiry)["hold"]  # written is not agreed
    agree(cast, row)
    assert (result(inquiry)["hold"], result(inquiry)["answer_class"]) == (False, "R7")
    desk.draft(cast.sam, inquiry, "R7")
    assert desk.sign(cast.sam, inquiry).answer_class == "R7"


def test_some_evidence_keeps_the_hold_and_asks_nobody_twice(cast: Cast, waiting: Waiting) -> None:
    inquiry = judged(cast, waiting, ENDED, CLAIM)
    agree(cast, write(cast, only(inquiry), Written("some evidence", "A birth certificate may exist.", "Letter 4")))
    assert (result(inquiry)["hold"], result(inquiry)["answer_class"]) == (True, "R2")
    assert only(inquiry).state == FindingState.CLOSED


def test_the_next_inquiry_on_the_same_record_knows_the_finding(cast: Cast, waiting: Waiting) -> None:
    agree(cast, write(cast, only(judged(cast, waiting, ENDED, CLAIM))))
    later = judged(cast, waiting, ENDED, CLAIM)
    assert not result(later)["hold"]
    assert not Finding.objects.filter(inquiry=later).exists()


def test_a_new_indication_opens_it_again(cast: Cast, waiting: Waiting) -> None:
    agree(cast, write(cast, only(judged(cast, waiting, ENDED, CLAIM))))
    later = judged(cast, waiting, ENDED, CLAIM, {"kind": "us_military", "date": "2026-01-01"})
    assert result(later)["hold"]
    assert list(only(later).because) == ["indicium.us_military"]


def test_a_finding_on_a_record_of_another_person_holds_nobody(cast: Cast, waiting: Waiting) -> None:
    found = Written("citizen", "Born in El Paso.", "Certificate 12")
    agree(cast, write(cast, only(judged(cast, waiting, ENDED, CLAIM)), found))
    assert not result(judged(cast, waiting, ENDED, CLAIM, verdict="another"))["hold"]


def test_no_finding_lifts_a_stop(cast: Cast, waiting: Waiting) -> None:
    row = only(judged(cast, waiting, BORN, ENDED))
    with pytest.raises(SenderFault, match="lifts a stop"):
        write(cast, row)
    with pytest.raises(IntegrityError, match="finding_lifts_no_stop"), transaction.atomic():
        Finding.objects.filter(pk=row.pk).update(result="no evidence")
    agree(cast, write(cast, row, Written("citizen", "Born in El Paso.", "Certificate 12")))
    assert result(row.inquiry)["stop"]


@pytest.mark.parametrize(
    ("written", "field"),
    [
        (Written("perhaps", "x", "y"), "result"),
        (Written("no evidence", " ", "y"), "words"),
        (Written("no evidence", "x", " "), "papers"),
    ],
)
def test_a_finding_without_outcome_words_or_documents_is_refused(
    written: Written, field: str, cast: Cast, waiting: Waiting
) -> None:
    with pytest.raises(SenderFault) as refused:
        write(cast, only(judged(cast, waiting, CLAIM)), written)
    assert refused.value.field == field


@pytest.mark.parametrize("who", ["sam", "selma", "sven", "aldo", "ada", "nobody"])
def test_only_an_adjudicator_writes_a_finding(who: str, cast: Cast, waiting: Waiting) -> None:
    row = only(judged(cast, waiting, CLAIM))
    with pytest.raises(NotAllowed):
        findings.write(acting(getattr(cast, who)), row.pk, row.version, NOTHING)


def test_who_wrote_it_cannot_agree_to_it(cast: Cast, waiting: Waiting) -> None:
    row = write(cast, only(judged(cast, waiting, CLAIM)))
    with pytest.raises(NotAllowed, match="Another person"):
        findings.agree(acting(cast.ida), row.pk, row.version)
    with pytest.raises(IntegrityError, match="finding_takes_two"), transaction.atomic():
        Finding.objects.filter(pk=row.pk).update(second=cast.ida)


def test_who_does_not_agree_says_why_and_it_stays_open(cast: Cast, waiting: Waiting) -> None:
    row = write(cast, only(judged(cast, waiting, CLAIM)))
    with pytest.raises(SenderFault):
        findings.disagree(acting(cast.sven), row.pk, row.version, " ")
    findings.disagree(acting(cast.sven), row.pk, row.version, "The letter is of another year.")
    row.refresh_from_db()
    assert (row.state, row.note) == ("open", "The letter is of another year.")


def test_what_was_not_written_is_not_agreed_to_and_an_old_page_is_stale(cast: Cast, waiting: Waiting) -> None:
    row = only(judged(cast, waiting, CLAIM))
    with pytest.raises(WrongState):
        agree(cast, row)
    write(cast, row)
    with pytest.raises(Stale):
        findings.agree(acting(cast.sven), row.pk, row.version - 1)


def test_a_finding_that_counts_never_changes_and_is_never_removed(cast: Cast, waiting: Waiting) -> None:
    row = agree(cast, write(cast, only(judged(cast, waiting, CLAIM))))
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Finding.objects.filter(pk=row.pk).update(words="otherwise")
    with pytest.raises(DatabaseError, match="never removed"), transaction.atomic():
        Finding.objects.filter(pk=row.pk).delete()
    with pytest.raises(WrongState, match="does not wait any more"):
        agree(cast, row)


# Every path to an adverse answer asks


@pytest.mark.parametrize("answer_class", sorted(ADVERSE_CLASSES))
def test_no_path_leads_to_an_adverse_answer_while_it_waits(answer_class: str, cast: Cast, waiting: Waiting) -> None:
    inquiry = judged(cast, waiting, ENDED, CLAIM)
    made = access.latest_determination(inquiry)
    assert made is not None
    assert wording.words(inquiry, made, answer_class) == ""
    responding.save_draft(acting(cast.sam), inquiry.pk, answer_class, "RECORD OF AUTHORIZED STAY ENDED")
    with pytest.raises(Refused):
        desk.sign(cast.sam, inquiry)
    assert not stops.may_be_adverse(inquiry, stops_found(inquiry))


def stops_found(inquiry: Inquiry) -> Found:
    made = access.latest_determination(inquiry)
    assert made is not None
    return determining.found(made)


def opened_meanwhile(inquiry: Inquiry) -> None:
    """A hold that came by itself after the signature."""
    Finding.objects.create(
        inquiry=inquiry, purpose=inquiry.purpose, kind="hold", because={}, facts=["x"], opened=access.db_now()
    )


def test_a_hold_that_comes_after_the_signature_keeps_the_second_person_from_signing(
    cast: Cast, waiting: Waiting
) -> None:
    inquiry = asked(waiting, ENDED)
    desk.answer(cast.sam, inquiry, "R7")
    desk.judge(cast.selma, inquiry)
    record_of_it = CandidateRecord.objects.get(inquiry=inquiry)
    record_of_it.facts = [*record_of_it.facts, {**CLAIM, "id": "claim"}]
    record_of_it.save()
    with pytest.raises(MunimentError):
        desk.agree(cast.selma, inquiry)


def test_an_adverse_answer_falls_that_has_not_left_when_a_hold_comes(cast: Cast, waiting: Waiting) -> None:
    inquiry = asked(waiting, ENDED)
    desk.answer(cast.sam, inquiry, "R7")
    desk.agree(cast.selma, inquiry)
    opened_meanwhile(inquiry)
    delivery = Delivery.objects.get(message=inquiry.message, state="held")
    sending.release(WORKER, delivery.pk)
    delivery.refresh_from_db()
    inquiry.refresh_from_db()
    assert (delivery.state, inquiry.state) == ("taken back", "waiting")
    assert LedgerEntry.objects.filter(event=Event.RESPONSE_FELL, inquiry_id=inquiry.pk).exists()
    assert inquiry.pk in access.untaken_inquiries(access.db_now())  # after a while it waits for everybody


def test_the_board_counts_what_waits_and_what_was_found(cast: Cast, waiting: Waiting) -> None:
    agree(cast, write(cast, only(judged(cast, waiting, ENDED, CLAIM))))
    write(cast, only(judged(cast, waiting, {**CLAIM, "by": "family"}, {"kind": "us_military", "date": "2026-01-01"})))
    judged(cast, waiting, BORN)
    counted = access.finding_count(access.db_now())
    assert (counted.stops, counted.holds, counted.written, counted.closed, counted.none) == (1, 1, 1, 1, 1)
    assert [row.kind for row in findings.view_list(acting(cast.sven))] == ["hold", "stop"]
