"""What an agency's end of the line makes of what comes, in every form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from muniment import formats
from muniment.cli.send import _code, _describe, _explain, _final
from muniment.core.message import FreeText
from muniment.gateway.client import Received
from tests.messages import iaq


def delivery(kind: str, form: str, text: str = "SYNTHETIC") -> Received:
    """A delivery as it comes over a line."""
    message = FreeText(kind=kind, format=form, sender="VTICE0900", destination=("ZZ0010100",), control="S", text=text)
    return Received(7, formats.write(message), notice=False)


@pytest.mark.parametrize("form", formats.WRITERS)
def test_the_answer_ends_the_waiting_and_a_receipt_does_not(form: str) -> None:
    receipt, answer = delivery("AM", form), delivery("IAR", form)
    assert (_describe(receipt)[0], _describe(answer)[0]) == ("AM", "IAR")
    assert (_final(receipt, hit=False), _final(answer, hit=False)) == (0, 1)
    assert (_final(receipt, hit=True), _final(answer, hit=True)) == (1, 2)


@pytest.mark.parametrize("form", formats.WRITERS)
def test_a_reject_is_told_from_an_answer(form: str) -> None:
    assert _code(delivery("IAR", form)) == 0
    assert _code(delivery("IAR", form, "MESSAGE REJECTED - NO SEARCH WAS MADE")) == 1


def test_what_a_code_means_for_this_message_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    _explain(iaq(SEX="Q", DOB="03/14/1985"), Path("a.msg"))
    told = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in told[:2]] == ["dob.invalid", "sex.invalid"]
    assert told[2] == "`muniment parse a.msg --table` shows where it is."


def test_what_a_notice_said_is_not_said_again(capsys: pytest.CaptureFixture[str]) -> None:
    _explain(b"<a>", Path("a.xml"))
    assert capsys.readouterr().err == "`muniment parse a.xml --table` shows where it is.\n"


def test_a_message_that_is_right_here_needs_no_words(capsys: pytest.CaptureFixture[str]) -> None:
    _explain(iaq(), Path("a.msg"))
    assert capsys.readouterr().err == ""


def test_a_notice_for_the_line_is_json() -> None:
    notice = Received(8, json.dumps({"code": "sender.unknown", "text": "x"}).encode(), notice=True)
    assert _describe(notice) == ("notice", {"code": "sender.unknown", "text": "x"})
    assert (_final(notice, hit=False), _code(notice)) == (1, 1)
