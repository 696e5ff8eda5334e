"""The page on which a message is tried, without JavaScript."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from muniment.core.ledger import Event
from muniment.store.models import Delivery, Inquiry, LedgerEntry, Message
from tests.formats.prints import file, large_image
from tests.formats.test_explaining import CASES, broken_message
from tests.journeys.visitor import Page
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


def chosen(raw: bytes) -> dict[str, Any]:
    """What a browser sends of a file."""
    return {"message": "", "file": SimpleUploadedFile("prints.eft", raw)}


def test_a_file_with_fingerprints_is_read_as_on_a_line_and_touches_no_disk(at: At, settings: Any) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = "/nowhere"
    raw = file(images=[(14, 1, large_image(1, b"\x1c\x1d" * 2_000_000))])
    answer = at("ada").post(PLACE, chosen(raw))
    page = Page(PLACE, answer.status_code, answer.content.decode())
    for words in ("accepted", "file with fingerprints (EBTS)", "2.018", "TESTPERSON, ALPHA BETA", "CAR (criminal, an"):
        assert words in page.text
    assert tried() == {"form": "ebts", "size": len(raw), "codes": []}
    assert [rows.objects.count() for rows in (Message, Inquiry, Delivery)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (file(images=[(14, 1, large_image(1, b"." * 20_971_520))]), "at most 20,971,520 bytes"),
        (file().replace(b"2.024:M", b"2.024:Q"), "2.024 (sex) must be M or F"),
        (b"1.001:9", "The file ends inside the Type-1 record."),
        (iaq(SEX="Q"), "SEX (sex) must be M, F, U or X"),
        (b"", "The submitted file is empty."),
    ],
    ids=["too large", "a wrong sex", "cut", "a message in text", "empty"],
)
def test_a_file_that_is_wrong_is_told_so(at: At, raw: bytes, says: str) -> None:
    answer = at("ada").post(PLACE, chosen(raw))
    assert says in unescape(answer.content.decode())


def test_a_file_is_read_in_place_of_what_was_pasted_and_only_the_first(at: At) -> None:
    files = [SimpleUploadedFile("a.eft", file()), SimpleUploadedFile("b.msg", iaq())]
    at("ada").post(PLACE, {"message": iaq(SEX="Q").decode(), "file": files})
    assert tried() == {"form": "ebts", "size": len(file()), "codes": []}


def test_no_other_page_takes_a_file_and_nobody_who_is_not_logged_in(at: At) -> None:
    for client, path in ((at("ada"), "/password/"), (Client(), PLACE), (Client(), reverse("account_login"))):
        request = client.post(path, chosen(file())).wsgi_request
        assert not request.FILES


@pytest.mark.parametrize("message", ["", "A\x00B"])
def test_nothing_is_no_message(at: At, message: str) -> None:
    ada = at("ada")
    answer = ada.post(PLACE, {"message": message})
    assert answer.status_code == 422
    assert not LedgerEntry.objects.filter(event=Event.MESSAGE_TRIED).exists()
