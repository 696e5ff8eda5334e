"""The queue: what next, and how long have I?"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from muniment.core.ledger import Event
from muniment.store.models import Inquiry, LedgerEntry, Line, Message
from muniment.web.queue import due
from tests.cast import Cast
from tests.messages import iaq, yq
from tests.web.scene import Waiting, record, resident
from tests.web.walk import address, look, take

pytestmark = pytest.mark.django_db


def many(line: Line, number: int) -> None:
    """Waiting inquiries, one after the other due."""
    now = timezone.now()
    messages = Message.objects.bulk_create(
        Message(line=line, received=now, raw=b"x" * 300, sha256=f"{place:064x}", content={"attention": "OFC T EXAMPLE"})
        for place in range(number)
    )
    Inquiry.objects.bulk_create(
        Inquiry(
            message=message,
            kind="IAQ",
            purpose="C",
            agency_id="ZZ0010100",
            control=f"SYN{place:07}",
            subject={"birth_dates": ["1985-03-14"], "sex": "M"},
            about=f"TESTPERSON, NUMBER {place}",
            custody=True,
            lane=6,
            received=now,
            due=now + timedelta(minutes=60 + place),
            state="waiting",
        )
        for place, message in enumerate(messages)
    )


def test_inquiries_stand_in_the_order_of_their_deadlines(at: Callable[[str], Client], waiting: Waiting) -> None:
    waiting(iaq("SYN0000001", name="TESTPERSON, LAST", custody="N"))
    waiting(iaq("SYN0000002", name="TESTPERSON, SECOND"))
    waiting(yq("SYN0000003"))
    text = look(at("sam"), "/queue/").text
    assert text.index("TESTPERSON, ALPHA BETA") < text.index("TESTPERSON, SECOND") < text.index("TESTPERSON, LAST")
    assert "3 inquiries wait" in text
    assert "1 hit confirmations" in text
    assert "1 not in custody" in text


@pytest.mark.parametrize(
    ("left", "words", "look"),
    [
        (timedelta(hours=3, minutes=58), "3 h 58 min", ""),
        (timedelta(minutes=40), "40 min", "soon"),
        (timedelta(minutes=11), "11 min", "late"),
        (timedelta(minutes=-4), "late by 4 min", "late"),
    ],
)
def test_time_left_is_told_in_words_and_one_bar(left: timedelta, words: str, look: str) -> None:
    now = timezone.now()
    inquiry = Inquiry(received=now + left - timedelta(hours=4), due=now + left)
    found = due(inquiry, now)
    assert (found.words, found.look, found.target) == (words, look, "4 h")
    assert 0 <= found.width <= 100


def test_a_row_says_who_asks_what_about_whom_and_what_was_found(at: Callable[[str], Client], waiting: Waiting) -> None:
    waiting(None, resident(), silent=["EOIR"])
    text = look(at("sam"), "/queue/").text
    for part in (
        "Example County Sheriff, TX",
        "ZZ0010100 · OFC T EXAMPLE",
        "born 1985-03-14, M",
        "Status, by name",
        "in custody",
        "1 candidate",
        "8 of 9 systems answered",
        "waiting",
    ):
        assert part in text


def test_a_stop_shows_as_a_tag_and_nothing_else_of_what_is_on_record(
    at: Callable[[str], Client], waiting: Waiting
) -> None:
    waiting(None, record("CIS", "A900000123", {"kind": "us_passport", "kind_of": "citizen", "date": "2020-01-01"}))
    page = look(at("sam"), "/queue/")
    assert "citizenship on record: stop" in page.text
    assert not re.search(r"R1\b|passport|0\.\d\d|bits", page.text)


def test_an_empty_queue_says_so(at: Callable[[str], Client]) -> None:
    text = look(at("sam"), "/queue/").text
    assert "No inquiry waits" in text
    assert "New inquiries appear here by themselves" in text


@pytest.mark.parametrize(("lane", "shown"), [("1", 1), ("6", 1), ("7", 0), ("second", 0), ("nonsense", 2), ("", 2)])
def test_a_lane_shows_its_own(lane: str, shown: int, at: Callable[[str], Client], waiting: Waiting) -> None:
    waiting(iaq())
    waiting(yq())
    page = look(at("sam"), f"/queue/?lane={lane}")
    assert page.html.count('class="open"') == shown


def test_who_has_an_inquiry_in_hand_is_named(at: Callable[[str], Client], waiting: Waiting) -> None:
    take(at("sam"), waiting())
    assert "in hand: you" in look(at("sam"), "/queue/").text
    assert "in hand: sam of the tests" in look(at("sofia"), "/queue/").text


def test_a_refresh_gets_the_board_alone(at: Callable[[str], Client], waiting: Waiting) -> None:
    waiting()
    html = at("sam").get("/queue/", headers={"HX-Request": "true"}).content.decode()
    assert html.lstrip().startswith('<div id="board"')
    assert "<html" not in html


def test_each_look_at_the_queue_is_written_down(cast: Cast, at: Callable[[str], Client], waiting: Waiting) -> None:
    waiting()
    look(at("sam"), "/queue/?lane=6")
    entry = LedgerEntry.objects.get(event=Event.QUEUE_VIEWED)
    assert entry.actor == f"user:{cast.sam.pk}"
    assert b'"shown":1' in bytes(entry.canonical)


@pytest.mark.parametrize("text", ["SYN0000001", "zz0010100", "ZZ0010100", "5550100100", "555 0100-100", " SYN0000001 "])
def test_an_inquiry_is_found_by_control_agency_or_phone(
    text: str, at: Callable[[str], Client], waiting: Waiting
) -> None:
    inquiry = waiting()
    answer = at("sam").get("/find/", {"q": text})
    assert answer["Location"] == address(inquiry)


def test_several_finds_are_listed_and_none_is_explained(at: Callable[[str], Client], waiting: Waiting) -> None:
    waiting(iaq("SYN0000001"))
    waiting(iaq("SYN0000002"))
    assert "2 inquiries found" in look(at("sam"), "/find/?q=ZZ0010100").text
    assert "No inquiry found" in look(at("sam"), "/find/?q=nothing").text
    assert "Type a control field" in look(at("sam"), "/find/?q=").text


def test_what_was_looked_for_is_not_in_the_ledger(at: Callable[[str], Client], waiting: Waiting) -> None:
    waiting()
    look(at("sam"), "/find/?q=5550100177")
    assert not any(b"5550100177" in bytes(entry.canonical) for entry in LedgerEntry.objects.all())


def test_next_takes_the_one_that_is_due_first(cast: Cast, at: Callable[[str], Client], waiting: Waiting) -> None:
    waiting(iaq())
    urgent = waiting(yq())
    assert at("sam").post("/queue/next/")["Location"] == address(urgent)
    urgent.refresh_from_db()
    assert urgent.holder == cast.sam


def test_next_goes_on_to_the_one_after_when_somebody_was_quicker(
    at: Callable[[str], Client], waiting: Waiting, cast: Cast
) -> None:
    later = waiting(iaq())
    take(at("sofia"), waiting(yq()))
    assert at("sam").post("/queue/next/")["Location"] == address(later)


def test_next_without_a_waiting_inquiry_returns_to_the_queue(at: Callable[[str], Client], cast: Cast) -> None:
    page = at("sam").post("/queue/next/", follow=True)
    assert "No inquiry waits" in page.content.decode()


def test_a_long_queue_costs_no_more_questions_to_the_database_than_a_short_one(
    at: Callable[[str], Client], center: Line, django_assert_max_num_queries: Any
) -> None:
    many(center, 130)
    sam = at("sam")
    with django_assert_max_num_queries(17):
        page = look(sam, "/queue/")
    assert page.html.count('class="open"') == 50
    assert "The first 50 of 130 by deadline" in page.text
    assert page.text.index("NUMBER 0 ") < page.text.index("NUMBER 49 ")
