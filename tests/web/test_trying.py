"""The page on which a message is tried, without JavaScript."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from muniment.core.ledger import Event
from muniment.store.models import Delivery, Inquiry, LedgerEntry, Message
from tests.formats.test_explaining import CASES, broken_message
from tests.messages import iaq, iaq_in
from tests.web.walk import look, send

pytestmark = pytest.mark.django_db

At = Callable[[str], Client]
PLACE = "/messages/try/"


def tried() -> dict[str, Any]:
    """What the ledger keeps of it."""
    entry = LedgerEntry.objects.get(event=Event.MESSAGE_TRIED)
    detail: dict[str, Any] = json.loads(bytes(entry.canonical))["detail"]
    return detail


def test_a_right_message_is_shown_field_by_field_and_nothing_is_kept(at: At) -> None:
    ada = at("ada")
    page = send(ada, look(ada, PLACE).form(PLACE), message=iaq(ARN="900000123").decode())
    for words in ("accepted", "IAQ as text (Nlets)", "A-number", "900000123", "M (male)", "Y (in custody)"):
        assert words in page.text
    assert [rows.objects.count() for rows in (Message, Inquiry, Delivery)] == [0, 0, 0]
    assert tried() == {"form": "nlets", "size": len(iaq(ARN="900000123")), "codes": []}


@pytest.mark.parametrize(
    ("raw", "wrong", "right"),
    [
        (iaq(SEX="Q"), "SEX/Q", "SEX/F"),
        (iaq_in("nlets-xml").replace(b">M<", b">Q<"), "&lt;nc:PersonSexCode&gt;Q", "&lt;nc:PersonSexCode&gt;F"),
        (iaq_in("niem-json").replace(b'"M"', b"7"), "ncic:PersonSexCode&quot;: 7", "ncic:PersonSexCode&quot;: &quot;F"),
        (iaq().replace(b"AX", b"<b>"), "&lt;b&gt;", "The destination must be one to 5"),
    ],
)
def test_what_is_wrong_is_told_marked_and_shown_right(at: At, raw: bytes, wrong: str, right: str) -> None:
    sven = at("sven")
    page = send(sven, look(sven, PLACE).form(PLACE), message=raw.decode())
    assert "rejected" in page.text
    assert wrong in page.html.split('<mark class="d">')[1].split("</mark>")[0]
    assert right in page.html
    assert len(tried()["codes"]) == 1


def test_twenty_ways_to_break_a_message_are_told_and_marked(at: At) -> None:
    ada = at("ada")
    form = look(ada, PLACE).form(PLACE)
    for case in CASES:
        page = send(ada, form, message=broken_message(case).decode())
        for part in case["says"]:
            assert part in unescape(page.html)
        marked = page.html.split('<mark class="d">')[1:]
        told = [unescape(mark.split("</span>")[1].split("</mark>")[0]) for mark in marked]
        assert told == case.get("marked", told)


def test_what_was_pasted_stays_to_be_mended(at: At) -> None:
    ada = at("ada")
    page = send(ada, look(ada, PLACE).form(PLACE), message="IAQ.\r\n  X")
    assert page.form(PLACE).fields["message"].replace("\r\n", "\n").strip("\n") == "IAQ.\n  X"


@pytest.mark.parametrize("message", ["", "A\x00B"])
def test_nothing_is_no_message(at: At, message: str) -> None:
    ada = at("ada")
    answer = ada.post(PLACE, {"message": message})
    assert answer.status_code == 422
    assert not LedgerEntry.objects.filter(event=Event.MESSAGE_TRIED).exists()
