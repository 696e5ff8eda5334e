"""What is shown when something breaks or does not fit; absent and forbidden are in test_doors."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

import pytest
from django.test import Client

from muniment.web import queue
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_our_own_fault_shows_a_reference_and_no_trace(
    at: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("TESTPERSON")

    monkeypatch.setattr(queue, "_boxes", broken)
    sam = at("sam")
    sam.raise_request_exception = False
    with caplog.at_level(logging.ERROR):
        answer = sam.get("/queue/")
    text = answer.content.decode()
    assert answer.status_code == 500
    assert "Something broke on our side" in text
    assert "TESTPERSON" not in text
    assert "Traceback" not in text
    found = re.search(r'<b class="v">([0-9a-f]{12})</b>', text)
    assert found is not None
    assert found[1] in caplog.text


def test_a_form_without_its_token_is_refused_in_words(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.sam)
    answer = client.post("/queue/next/")
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()
