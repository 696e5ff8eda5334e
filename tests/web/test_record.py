"""Protected facts are masked on every page; who is cleared sees them for one look, and the ledger says why."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest
from django.template.loader import render_to_string
from django.test import Client
from hypothesis import assume, given
from hypothesis import strategies as st

from muniment.actions import determining
from muniment.actions.disclosing import NEEDS
from muniment.core.ledger import Event
from muniment.store import access
from muniment.store.models import Determination, Finding, Inquiry, LedgerEntry
from muniment.web.record import on_record
from tests.cast import Cast
from tests.journeys.visitor import Page
from tests.messages import iaq
from tests.web.scene import A_NUMBER, Waiting, record, resident
from tests.web.walk import address, judge, look, send, take

At = Callable[[str], Client]
KEY: Final = f"CIS:A{A_NUMBER}"
ENDED = {"kind": "admission", "date": "2024-03-01", "class": "B2", "admit_until": "2024-08-31"}
ASYLUM = {"kind": "asylum_application", "date": "2025-01-01", "filed": "2025-01-01", "state": "pending"}
#: Words that would tell of a basis, of a kind of fact, or of its law by itself.
TELLING = ("asyl", "refugee", "torture", "juvenile", "vawa", "u status", "temporary protected", "p3", "pend_", "c13")
PROTECTED = [
    ASYLUM,
    {"kind": "asylum_application", "date": "2019-02-03", "filed": "2018-01-01", "state": "denied"},
    {"kind": "withholding_grant", "date": "2025-04-04"},
    {"kind": "cat_grant", "date": "2025-04-04", "country": "GT"},
    {"kind": "sij_approval", "date": "2024-12-01"},
    {"kind": "protected_filing", "date": "2025-02-02", "what": "U", "state": "pending"},
    {"kind": "protected_filing", "date": "2025-02-02", "what": "VAWA", "state": "approved"},
    {"kind": "tps_grant", "date": "2025-02-02", "until": "2027-01-01", "litigation": True},
    {"kind": "admission", "date": "2024-09-09", "class": "384", "admit_until": "2024-12-31"},
]
OTHERS = [
    ENDED,
    {"kind": "charge", "date": "2025-03-03", "statute": "PC 484", "state": "open"},
    {"kind": "birth", "date": "1985-03-14", "country": "MX"},
    {"kind": "lpr_grant", "date": "2015-11-30", "class": "F31"},
]


def made(protected: list[Mapping[str, Any]], others: list[Mapping[str, Any]]) -> Determination:
    """A determination of these facts, not kept."""
    rows = [*((f"o{n}", fact) for n, fact in enumerate(others)), *((f"p{n}", fact) for n, fact in enumerate(protected))]
    facts = [{"id": name, "record": KEY, "pulled": "2026-11-24T06:00:00Z", **fact} for name, fact in rows]
    file = {"as_of": "2026-11-24", "person": {"birth_date": "1985-03-14"}, "facts": facts}
    return Determination(version=1, fact_file=file)


facts_of = st.lists(st.sampled_from(PROTECTED), min_size=1, max_size=4, unique_by=str)


@pytest.mark.django_db
@given(facts_of, facts_of, st.lists(st.sampled_from(OTHERS), unique_by=str))
def test_other_protected_facts_change_no_field_and_no_byte_of_what_is_masked(
    some: list[Mapping[str, Any]], more: list[Mapping[str, Any]], others: list[Mapping[str, Any]]
) -> None:
    one, two = made(some, others), made(more, others)
    assume(determining.found(one).answer_class == determining.found(two).answer_class)
    now = access.db_now()
    first, second = on_record(one, now), on_record(two, now)
    assert first == second
    assert first.masked
    text = rendered(first)
    assert text == rendered(second)
    assert not [word for word in TELLING if word in text.lower()]


def rendered(shown: object) -> str:
    """The middle of the page as somebody reads it who is not cleared."""
    return render_to_string("web/record.html", {"bench": {"record": shown, "stops": (), "systems": ()}})


@pytest.mark.django_db
def test_without_protected_facts_nothing_is_masked() -> None:
    shown = on_record(made([], OTHERS[:1]), access.db_now())
    assert not shown.masked
    assert "Masked" not in rendered(shown)


@pytest.mark.django_db
def test_a_residence_shows_as_it_is_but_for_a_class_that_would_tell() -> None:
    grant = {"kind": "lpr_grant", "date": "2015-11-30", "class": "SL6"}
    shown = on_record(made([grant], []), access.db_now())
    assert shown.masked
    assert "Permanent residence" in rendered(shown)
    assert "SL6" not in rendered(shown)


@pytest.fixture
def inquiry(at: At, waiting: Waiting) -> Inquiry:
    """In sam's hand, judged; the person asked for asylum after a visit."""
    one = waiting(iaq(ARN=A_NUMBER), record("CIS", f"A{A_NUMBER}", ENDED, ASYLUM, a_number=A_NUMBER))
    take(at("sam"), one)
    judge(at("sam"), one, "same")
    return one


def told(text: str) -> list[str]:
    return [word for word in TELLING if word in text.lower()]


@pytest.mark.django_db
def test_who_is_not_cleared_sees_that_a_record_is_there_and_nothing_of_it(at: At, inquiry: Inquiry) -> None:
    page = look(at("sam"), address(inquiry))
    assert "A protected record bears on this person, or more than one" in page.text
    assert "cleared to see it" in page.text
    assert "The answer is R5" in page.text
    assert "Admission, B2" in page.text  # what is not protected shows, without its weight
    assert told(page.text) == []
    assert all("/protected/" not in form.action for form in page.forms)


@pytest.mark.django_db
def test_who_is_not_cleared_is_refused_and_that_is_written_down(at: At, cast: Cast, inquiry: Inquiry) -> None:
    assert at("sam").post(f"{address(inquiry)}protected/", {"need": "answer"}).status_code == 404
    entry = LedgerEntry.objects.filter(event=Event.ACCESS_DENIED).latest("pk")
    assert (entry.actor, entry.inquiry_id) == (f"user:{cast.sam.pk}", inquiry.pk)
    assert json.loads(bytes(entry.canonical))["detail"] == {"rule": "center:protected:see"}


@pytest.mark.django_db
def test_who_is_cleared_sees_it_for_one_look_and_the_ledger_says_who_what_and_why(
    at: At, cast: Cast, inquiry: Inquiry
) -> None:
    selma = at("selma")
    send(at("sam"), look(at("sam"), address(inquiry)).form("/put-back/"))
    take(selma, inquiry)
    judge(selma, inquiry, "same")
    page = look(selma, address(inquiry))
    assert told(page.text) == []
    shown = send(selma, page.form("/protected/"), need="correction")
    assert "Asylum application pending" in shown.text
    assert f"{NEEDS['correction']}: the ledger has it" in shown.text
    entry = LedgerEntry.objects.get(event=Event.PROTECTED_SHOWN)
    assert (entry.actor, entry.inquiry_id) == (f"user:{cast.selma.pk}", inquiry.pk)
    detail = json.loads(bytes(entry.canonical))["detail"]
    assert (detail["need"], detail["facts"]) == ("correction", [f"{KEY}-1"])
    assert told(look(selma, address(inquiry)).text) == []  # the next look is masked again


@pytest.mark.django_db
@pytest.mark.parametrize("need", ["", "curiosity"])
def test_without_a_need_of_the_list_nothing_shows(at: At, inquiry: Inquiry, need: str) -> None:
    path = f"{address(inquiry)}protected/"
    answer = at("selma").post(path, {"need": need})
    assert told(Page(path, answer.status_code, answer.content.decode()).text) == []
    assert not LedgerEntry.objects.filter(event=Event.PROTECTED_SHOWN).exists()


@pytest.mark.django_db
def test_who_has_not_judged_every_record_sees_nothing_of_it(at: At, inquiry: Inquiry) -> None:
    answer = at("selma").post(f"{address(inquiry)}protected/", {"need": "answer"})
    assert answer.status_code == 404
    assert not LedgerEntry.objects.filter(event=Event.PROTECTED_SHOWN).exists()


@pytest.mark.django_db
def test_an_inquiry_without_protected_facts_has_nothing_to_show(at: At, waiting: Waiting) -> None:
    one = waiting(iaq(ARN=A_NUMBER), resident())
    take(at("selma"), one)
    page = judge(at("selma"), one, "same")
    assert "Masked" not in page.text
    assert at("selma").post(f"{address(one)}protected/", {"need": "answer"}).status_code == 404


@pytest.mark.django_db
def test_a_hold_that_a_protected_record_opens_does_not_name_it(at: At, waiting: Waiting) -> None:
    claim = {"kind": "citizen_claim", "date": "2025-01-01", "by": "self"}
    maybe = record("CLAIMS", "SYN1", ASYLUM)
    one = waiting(iaq(ARN=A_NUMBER), record("CIS", f"A{A_NUMBER}", ENDED, claim, a_number=A_NUMBER), maybe)
    take(at("sam"), one)
    for form in [form for form in look(at("sam"), address(one)).forms if form.action.endswith("/judge/")]:
        send(at("sam"), form, verdict="same")
    page = look(at("ida"), f"/stops/{Finding.objects.get(inquiry=one).pk}/")
    assert "2025-01-01 citizen claim" in page.text
    assert told(page.text) == []


@pytest.mark.django_db
def test_a_conflict_shows_the_facts_between_which_a_person_decides_and_its_law() -> None:
    here = {"kind": "birth", "date": "1985-03-14", "country": "US", "state": "TX"}
    there = {"kind": "birth", "date": "1985-03-14", "country": "MX"}
    shown = on_record(made([], [here, there]), access.db_now())
    note = next(note for note in shown.notes if note.code == "C1")
    assert [fact.split(" (")[0] for fact in note.facts] == ["1985-03-14 birth, US, TX", "1985-03-14 birth, MX"]
    assert note.cite
    assert f"1985-03-14 birth, MX ({KEY})" in rendered(shown)
