"""One inquiry at the workbench: values first, then the verdict, only then the score and what it establishes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from muniment.actions import intake
from muniment.actions.context import Actor
from muniment.core.ledger import Event
from muniment.store.models import Inquiry, LedgerEntry, Line, Verdict
from tests.cast import Cast
from tests.messages import free, iaq, yq
from tests.web.scene import A_NUMBER, WORKER, Waiting, column, record, resident, stranger
from tests.web.walk import Page, address, judge, look, send, take

pytestmark = pytest.mark.django_db

#: What no page may hold before the own verdict: a number of the model, its word for it, what would follow from it.
BIASING = re.compile(
    r"\b0\.\d{2,}|\bbits?\b|\bodds\b|probab|\bscores?\b|R\d{1,2}L?\b|Permanent resident", re.IGNORECASE
)
HARMLESS = "Your verdict comes first; a record's score shows after it."


def biases(page: Page) -> list[str]:
    """Everything on the page, in its text or its source, that would tell the result."""
    source = re.sub(r'<meta[^>]*>|<input type="hidden"[^>]*>', "", page.html.replace(HARMLESS, ""))
    return BIASING.findall(source)


def test_the_page_shows_asked_beside_recorded_with_the_difference_marked(
    at: Callable[[str], Client], waiting: Waiting
) -> None:
    page = look(at("sam"), address(waiting(None, resident(), stranger(), silent=["EOIR"])))
    for part in ("Asked", "Record 1", "Record 2", "TESTPERSON", "ALPHA BETA", "1985-03-14", "A900 000 123", "Mexico"):
        assert part in page.text
    assert '<mark class="d">' in page.html
    assert "EOIR no answer in 3 s" in page.text
    assert "VISAS V-1, 2 min ago" in page.text
    assert "Attention OFC T EXAMPLE" in page.text


def test_before_the_verdict_nothing_tells_the_result(at: Callable[[str], Client], waiting: Waiting) -> None:
    inquiry = waiting(None, resident(), stranger())
    sam = at("sam")
    assert biases(look(sam, address(inquiry))) == []
    assert biases(take(sam, inquiry)) == []
    assert biases(judge(sam, inquiry, "cannot tell", "cannot tell"))


def test_a_verdict_shows_the_score_of_its_own_candidate_only(at: Callable[[str], Client], waiting: Waiting) -> None:
    inquiry = waiting(None, resident(), stranger())
    sam = at("sam")
    page = take(sam, inquiry)
    page = send(sam, next(form for form in page.forms if form.action.endswith("/judge/")), verdict="same")
    assert page.text.count("the evidence, in bits") == 1
    assert page.text.count("not judged yet") == 1
    assert not re.search(r"R\d|Permanent resident", page.text)
    assert "Shown when you have given a verdict on every record" in page.text


def test_after_all_verdicts_the_record_and_the_answer_show(at: Callable[[str], Client], waiting: Waiting) -> None:
    inquiry = waiting(None, resident(), stranger())
    sam = at("sam")
    take(sam, inquiry)
    page = judge(sam, inquiry, *in_order(inquiry, CIS="same", VISAS="another"))
    assert "Permanent resident" in page.text
    assert "1 is the person, 1 is another person" in page.text
    for part in (
        "Speaks for",
        "Speaks against",
        "It would",
        f"CIS A{A_NUMBER}",
        "INA 101(a)(20)",
        "Exactly as it will be sent",
    ):
        assert part in page.text


def in_order(inquiry: Inquiry, **verdicts: str) -> list[str]:
    """Verdicts by system, in the random order of the columns."""
    by_position = {column(inquiry, system).position: verdict for system, verdict in verdicts.items()}
    return [verdict for _, verdict in sorted(by_position.items())]


def test_evidence_for_and_against_stands_in_two_lists_of_the_same_kind(
    at: Callable[[str], Client], waiting: Waiting
) -> None:
    inquiry = waiting(iaq(), stranger())
    sam = at("sam")
    take(sam, inquiry)
    html = judge(sam, inquiry, "another").html
    heads = re.findall(r"<h3>(Speaks \w+)</h3><table class=\"t\">", html)
    assert heads == ["Speaks for", "Speaks against"]
    drawn = re.findall(r'<text x="[\d.]+" y="\d+">([+−][\d.]+)', html)
    listed = re.findall(r'<td class="v">([+−][\d.]+)</td>', html)
    assert sorted(drawn) == sorted(listed)
    assert len(drawn) >= 4


def test_a_change_of_mind_keeps_both_verdicts(at: Callable[[str], Client], waiting: Waiting) -> None:
    inquiry = waiting(None, resident())
    sam = at("sam")
    take(sam, inquiry)
    judge(sam, inquiry, "same")
    judge(sam, inquiry, "cannot tell")
    kept = Verdict.objects.filter(inquiry=inquiry).order_by("id").values_list("verdict", "withdrawn")
    assert list(kept) == [("same", True), ("cannot tell", False)]


def test_where_nothing_was_found_the_record_shows_at_once(at: Callable[[str], Client], waiting: Waiting) -> None:
    page = take(at("sam"), waiting())
    assert "No record was found that could be this person" in page.text
    assert "No record of a lawful admission" in page.text
    assert page.has_form("/answer/")


def test_of_two_who_take_it_one_gets_it_and_the_other_is_told(at: Callable[[str], Client], waiting: Waiting) -> None:
    inquiry = waiting()
    sam, sofia = at("sam"), at("sofia")
    seen_by_both = look(sofia, address(inquiry))
    take(sam, inquiry)
    page = send(sofia, seen_by_both.form("/take/"))
    assert page.status == 409
    assert "sam of the tests took this inquiry a moment ago" in page.text
    assert "in hand: sam of the tests" in page.text
    assert not page.has_form("/take/")


def test_taking_it_twice_is_taking_it_once(at: Callable[[str], Client], waiting: Waiting) -> None:
    inquiry = waiting()
    sam = at("sam")
    form = look(sam, address(inquiry)).form("/take/")
    assert [send(sam, form).status for _ in range(2)] == [200, 200]
    assert LedgerEntry.objects.filter(event=Event.INQUIRY_TAKEN).count() == 1


def test_others_read_along_and_can_change_nothing(at: Callable[[str], Client], waiting: Waiting) -> None:
    inquiry = waiting(None, resident())
    take(at("sam"), inquiry)
    sofia = at("sofia")
    page = look(sofia, address(inquiry))
    assert "only sam of the tests can change it" in page.text
    assert not any(page.has_form(ending) for ending in ("/judge/", "/answer/", "/put-back/", "/take-apart/"))
    candidate = column(inquiry, "CIS").pk
    refused = sofia.post(f"{address(inquiry)}judge/", {"candidate": candidate, "verdict": "same"})
    assert refused.status_code == 403
    assert not Verdict.objects.exists()


def test_put_back_it_waits_again_and_the_verdicts_are_kept(at: Callable[[str], Client], waiting: Waiting) -> None:
    inquiry = waiting(None, resident())
    sam = at("sam")
    take(sam, inquiry)
    page = send(sam, judge(sam, inquiry, "same").form("/put-back/"))
    assert page.address == "/queue/"
    assert "waiting" in page.text
    assert "you: same person" in look(sam, address(inquiry)).text


def test_a_page_from_before_a_change_is_told_so(at: Callable[[str], Client], waiting: Waiting) -> None:
    inquiry = waiting()
    sam = at("sam")
    old = take(sam, inquiry)
    send(sam, old.form("/put-back/"))
    take(sam, inquiry)
    page = send(sam, old.form("/put-back/"))
    assert page.status == 409
    assert "Somebody changed this inquiry since you opened it" in page.text
    assert page.has_form("/put-back/")


@pytest.mark.parametrize(
    ("step", "typed"),
    [
        ("take", {}),
        ("take", {"version": "x"}),
        ("put-back", {"version": "-1"}),
        ("judge", {"candidate": "1"}),
        ("judge", {"candidate": "1", "verdict": "perhaps"}),
        ("take-apart", {"candidate": ""}),
    ],
)
def test_a_form_that_no_page_sends_is_refused_in_words(
    step: str, typed: dict[str, Any], at: Callable[[str], Client], waiting: Waiting
) -> None:
    answer = at("sam").post(f"{address(waiting())}{step}/", typed)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_a_candidate_of_another_inquiry_is_absent(at: Callable[[str], Client], waiting: Waiting) -> None:
    other = waiting(iaq("SYN0000001", ARN=A_NUMBER), resident())
    inquiry = waiting(iaq("SYN0000002", ARN=A_NUMBER), resident())
    sam = at("sam")
    take(sam, inquiry)
    answer = sam.post(f"{address(inquiry)}judge/", {"candidate": column(other, "CIS").pk, "verdict": "same"})
    assert answer.status_code == 404


def test_records_that_share_a_number_can_be_taken_apart(at: Callable[[str], Client], waiting: Waiting) -> None:
    court = record(
        "EOIR", "A900000123", {"kind": "proceedings", "state": "pending", "date": "2020-01-01"}, a_number=A_NUMBER
    )
    inquiry = waiting(None, resident(), court)
    sam = at("sam")
    page = take(sam, inquiry)
    assert page.text.count("Same person") == 1
    page = send(sam, page.form("/take-apart/"))
    assert page.text.count("Same person") == 2
    assert not page.has_form("/take-apart/")


def test_values_on_which_a_candidates_records_differ_name_their_systems(
    at: Callable[[str], Client], waiting: Waiting
) -> None:
    court = record("EOIR", "A900000123", given="ALFA", a_number=A_NUMBER)
    page = look(at("sam"), address(waiting(None, resident(), court)))
    assert re.search(r"ALPHA BETA CIS", page.text)
    assert re.search(r"BETA EOIR", page.text)


def test_a_hit_confirmation_says_what_was_asked_and_how_long_is_left(
    at: Callable[[str], Client], waiting: Waiting
) -> None:
    page = look(at("sam"), address(waiting(yq())))
    for part in ("Hit confirmation, urgent", "Warrant (NIC) N900000001", "first request", "Attention OFC T EXAMPLE"):
        assert part in page.text
    assert re.search(r"due in (9|10) min", page.text)


def test_what_comes_in_about_the_inquiry_stands_in_its_story_with_its_text(
    at: Callable[[str], Client], waiting: Waiting, center: Line
) -> None:
    inquiry = waiting(iaq("SYN0000009", ARN=A_NUMBER))
    message = intake.receive(
        Actor.line("demo"), center, free("AM", "SYN0000009", "SUBJECT RELEASED <b>TODAY</b>")
    ).message
    intake.read(WORKER, message)
    page = look(at("sam"), address(inquiry))
    assert "AM received from ZZ0010100" in page.text
    assert "SUBJECT RELEASED" in page.text
    assert "<b>TODAY</b>" not in page.html


def test_each_look_is_written_down_and_the_story_counts_them(
    cast: Cast, at: Callable[[str], Client], waiting: Waiting
) -> None:
    inquiry = waiting()
    sam = at("sam")
    look(sam, address(inquiry))
    page = look(sam, address(inquiry))
    seen = LedgerEntry.objects.filter(event=Event.INQUIRY_VIEWED, inquiry_id=inquiry.pk)
    assert [entry.actor for entry in seen] == [f"user:{cast.sam.pk}"] * 2
    assert "Looked at by you, 2 times" in page.text


def test_each_line_of_the_story_leads_to_its_proof(at: Callable[[str], Client], waiting: Waiting) -> None:
    sam = at("sam")
    page = look(sam, address(waiting()))
    for link in re.findall(r'href="(/ledger/\d+/)"', page.html):
        assert "Their SHA-256 is" in look(sam, link).text


def test_the_number_of_questions_to_the_database_does_not_grow_with_the_candidates(
    at: Callable[[str], Client], waiting: Waiting, django_assert_max_num_queries: Any
) -> None:
    records = [record("VISAS", f"V-{place}", given=f"ALFONS{'ABCDEF'[place]}") for place in range(5)]
    inquiry = waiting(iaq(), *records)
    sam = at("sam")
    take(sam, inquiry)
    judge(sam, inquiry, *["another"] * 5)
    with django_assert_max_num_queries(35):
        look(sam, address(inquiry))
