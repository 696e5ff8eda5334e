"""Answered inquiries, parked messages, the ledger and one entry of it."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable

import pytest
from django.test import Client

from muniment.actions import intake
from muniment.actions.context import Actor
from muniment.core.ledger import Event
from muniment.store.models import LedgerEntry, Line
from tests.web.scene import WORKER, Waiting, resident
from tests.web.walk import check, judge, look, sign, take

pytestmark = pytest.mark.django_db


def test_an_answered_inquiry_is_listed_with_class_signer_and_time(
    at: Callable[[str], Client], waiting: Waiting
) -> None:
    inquiry = waiting(None, resident())
    sam = at("sam")
    assert "Nothing was answered yet" in look(sam, "/answered/").text
    take(sam, inquiry)
    judge(sam, inquiry, "same")
    check(sam, inquiry)
    sign(sam, inquiry)
    text = look(at("sven"), "/answered/").text
    for part in ("TESTPERSON, ALPHA BETA", "control SYN0000001", "R3", "sam of the tests", "signed"):
        assert part in text


def test_a_parked_message_shows_its_bytes_as_text_and_never_as_a_page(
    at: Callable[[str], Client], center: Line
) -> None:
    raw = b"\x00<script>alert(1)</script>\xff\r\n" + b"Z" * 3000
    message = intake.receive(Actor.line("demo"), center, raw).message
    intake.read(WORKER, message)
    page = look(at("sven"), "/parked/")
    assert "1 parked message" in page.text
    assert "no readable sender" in page.text
    assert r"\x00<script>alert(1)</script>\xff" in page.text
    assert "<script>alert" not in page.html
    assert f"{len(raw):,} bytes in all" in page.text


def test_no_parked_message_is_said_so(at: Callable[[str], Client]) -> None:
    assert "No message is parked" in look(at("sven"), "/parked/").text


def test_the_ledger_is_searched_by_inquiry_event_and_person(at: Callable[[str], Client], waiting: Waiting) -> None:
    inquiry = waiting()
    take(at("sam"), inquiry)
    aldo = at("aldo")
    text = look(aldo, f"/ledger/?inquiry={inquiry.pk}&event=inquiry.taken&by=").text
    assert "Taken in hand by sam of the tests" in text
    assert text.count("inquiry.taken") == 2  # the choice and the one line
    assert "No entry matches" in look(aldo, "/ledger/?by=user:999999").text


@pytest.mark.parametrize("query", ["inquiry=x", "event=nothing", "inquiry=-1", "by=" + "x" * 61])
def test_a_search_that_makes_no_sense_is_told_so(query: str, at: Callable[[str], Client]) -> None:
    page = look(at("aldo"), f"/ledger/?{query}")
    assert 'class="fault"' in page.html


def test_searching_the_ledger_is_an_entry(at: Callable[[str], Client]) -> None:
    look(at("aldo"), "/ledger/")
    assert LedgerEntry.objects.filter(event=Event.LEDGER_SEARCHED).count() == 1


def test_an_entry_shows_the_bytes_that_its_hash_vouches_for(at: Callable[[str], Client], waiting: Waiting) -> None:
    waiting()
    entry = LedgerEntry.objects.filter(event=Event.INQUIRY_READ).get()
    page = look(at("aldo"), f"/ledger/{entry.pk}/")
    found = re.search(r"<pre[^>]*>(.*?)</pre>", page.html)
    assert found is not None
    shown = html.unescape(found[1]).encode()
    assert shown == bytes(entry.canonical)
    assert hashlib.sha256(shown).hexdigest() in page.text


def test_an_entry_about_no_inquiry_is_for_the_auditor_alone(at: Callable[[str], Client]) -> None:
    entry = LedgerEntry.objects.get(event=Event.INSTALLATION_MARKED)
    look(at("aldo"), f"/ledger/{entry.pk}/")
    look(at("sam"), f"/ledger/{entry.pk}/", 404)
    look(at("aldo"), "/ledger/99999/", 404)


def test_every_event_has_words(waiting: Waiting, at: Callable[[str], Client]) -> None:
    waiting(None, resident())
    text = look(at("aldo"), "/ledger/").text
    assert "Searched: 9 systems, 1 candidate" in text
    assert "Put into the queue" in text
