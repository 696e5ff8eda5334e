"""What stands around every page: the menu, the keys, the headers."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests.web.walk import look

pytestmark = pytest.mark.django_db


def test_single_keys_can_be_switched_off_and_on(at: Callable[[str], Client]) -> None:
    sam = at("sam")
    assert 'data-keys="on"' in look(sam, "/queue/").html
    sam.post("/keys/", {"keys": "off"})
    page = look(sam, "/queue/")
    assert 'data-keys="off"' in page.html
    assert "<kbd>" not in page.html
    sam.post("/keys/", {"keys": "on"})
    assert 'data-keys="on"' in look(sam, "/queue/").html


def test_the_menu_shows_what_the_role_may_open(at: Callable[[str], Client]) -> None:
    pages = {
        "sam": ["Queue", "Answered"],
        "sven": ["Queue", "Board", "Answered", "Stops", "Undelivered", "Parked", "Agencies", "Accounts", "Systems"],
        "ida": ["Stops"],
        "aldo": ["Ledger"],
        "ada": ["Agencies", "Accounts", "Systems"],
    }
    for who, expected in pages.items():
        nav = look(at(who), "/keys/").html.split('aria-label="Pages"')[1].split("</nav>")[0]
        assert re.findall(r">(\w+)</a>", nav) == expected


@pytest.mark.parametrize("path", ["/queue/", "/answered/", "/keys/", "/nowhere/"])
def test_no_page_may_be_kept_or_run_script_of_its_own(path: str, at: Callable[[str], Client]) -> None:
    answer = at("sam").get(path)
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "no-store" in answer["Cache-Control"]
    html = answer.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|<style", html)
