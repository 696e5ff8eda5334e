"""The pages of stops and holds, without JavaScript: what waits, the finding, the second look, and what others see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from muniment.core.ledger import Event
from muniment.store.models import Finding, Inquiry, LedgerEntry
from tests.cast import Cast
from tests.messages import iaq
from tests.web.scene import A_NUMBER, Waiting, record
from tests.web.walk import address, judge, look, send, take

pytestmark = pytest.mark.django_db

At = Callable[[str], Client]
ENDED = {"kind": "admission", "date": "2024-03-01", "class": "B2", "admit_until": "2024-08-31"}
CLAIM = {"kind": "citizen_claim", "date": "2025-01-01", "by": "self"}
BORN = {"kind": "birth", "date": "1985-03-14", "country": "US", "state": "TX"}
WORDS = {"words": "The claim was made for a brother.", "papers": "Statement of 2025-02-01, file 17"}


def held(at: At, waiting: Waiting, *facts: dict[str, str]) -> Inquiry:
    """An inquiry in sam's hand that a stop or a hold stands on."""
    found = record("CIS", f"A{A_NUMBER}", *(facts or (ENDED, CLAIM)), a_number=A_NUMBER)
    inquiry = waiting(iaq(f"STP{Inquiry.objects.count():04}", ARN=A_NUMBER), found)
    take(at("sam"), inquiry)
    judge(at("sam"), inquiry, "same")
    return inquiry


def page_of(inquiry: Inquiry) -> str:
    return f"/stops/{Finding.objects.get(inquiry=inquiry).pk}/"


def test_a_hold_is_found_by_an_adjudicator_and_lifted_by_a_second_person(at: At, waiting: Waiting) -> None:
    inquiry = held(at, waiting)
    text = look(at("sam"), address(inquiry)).text
    assert "Hold, opened" in text
    assert "waits for a finding" in text
    page = look(at("ida"), page_of(inquiry))
    assert "2025-01-01 citizen claim" in page.text
    page = send(at("ida"), page.form(page_of(inquiry)), result="no evidence", **WORDS)
    assert "waits for a second person" in page.text
    assert all(form.action != f"{page_of(inquiry)}second/" for form in page.forms)
    page = look(at("sven"), page_of(inquiry))
    assert "The claim was made for a brother." in page.text
    page = send(at("sven"), page.form("/second/"), do="agree")
    assert page.address == "/stops/"
    assert "1 finding counted: 0 citizen, 0 some evidence, 1 no evidence" in page.text
    text = look(at("sam"), address(inquiry)).text
    assert "found, and agreed to by a second person" in text
    assert "Recorded period of stay ended" in text


def test_a_second_person_who_does_not_agree_says_why(at: At, waiting: Waiting) -> None:
    inquiry = held(at, waiting)
    page = look(at("ida"), page_of(inquiry))
    send(at("ida"), page.form(page_of(inquiry)), result="no evidence", **WORDS)
    page = look(at("sven"), page_of(inquiry))
    assert "Say in a few words" in send(at("sven"), page.form("/second/"), do="disagree").text
    send(at("sven"), page.form("/second/"), do="disagree", note="It is of another year.")
    assert "It is of another year." in look(at("ida"), page_of(inquiry)).text


def test_what_was_typed_is_there_again_after_a_refusal(at: At, waiting: Waiting) -> None:
    inquiry = held(at, waiting)
    page = look(at("ida"), page_of(inquiry))
    page = send(at("ida"), page.form(page_of(inquiry)), result="no evidence", words=WORDS["words"], papers="")
    assert WORDS["words"] in page.text
    assert Finding.objects.get(inquiry=inquiry).state == "open"


def test_on_a_stop_no_outcome_is_offered_that_would_lift_it(at: At, waiting: Waiting) -> None:
    inquiry = held(at, waiting, BORN)
    page = look(at("ida"), page_of(inquiry))
    assert "No evidence" not in page.text
    assert "No finding lifts a stop" in page.text
    send(at("ida"), page.form(page_of(inquiry)), result="no evidence", **WORDS)
    assert Finding.objects.get(inquiry=inquiry).state == "open"


def test_a_second_examiner_reads_nothing_of_it_before_judging(at: At, waiting: Waiting) -> None:
    inquiry = held(at, waiting)
    text = look(at("selma"), address(inquiry)).text
    assert "hold was opened" not in text
    assert "waits for a finding" not in text


def test_looking_is_written_down_and_nothing_waits_is_said(at: At, cast: Cast) -> None:
    assert "Nothing waits." in look(at("ida"), "/stops/").text
    entry = LedgerEntry.objects.get(event=Event.FINDINGS_VIEWED)
    assert entry.actor == f"user:{cast.ida.pk}"


def test_the_board_says_how_much_waits(at: At, waiting: Waiting) -> None:
    held(at, waiting)
    held(at, waiting, BORN)
    assert "1 stop and 1 hold wait for a finding" in look(at("sven"), "/board/").text


def test_a_finding_that_is_none_is_absent(at: At) -> None:
    look(at("ida"), "/stops/999/", 404)
