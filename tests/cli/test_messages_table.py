"""`muniment parse --table`: for people at a terminal; a program that reads it gets JSON."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from rich.console import Console

from muniment.cli.messages_table import _message, show
from muniment.formats.explaining import Stretch
from muniment.formats.profile import DEFAULT
from tests.messages import iaq, iaq_in

MUNIMENT = str(Path(sys.executable).with_name("muniment"))


def shown(raw: bytes) -> str:
    """What a wide terminal without colors shows."""
    page = io.StringIO()
    show(raw, "auto", date(2026, 11, 24), DEFAULT, Console(file=page, width=240))
    return page.getvalue()


def pointed_at(page: str) -> list[tuple[str, str]]:
    """What stands above the marks, and the name beside them."""
    lines = page.splitlines()
    found = []
    for above, below in pairwise(lines):
        if mark := re.fullmatch(r"( *\w*) ?(\^+)( \w+)?", below):
            found.append((above[mark.start(2) : mark.end(2)], (mark[1] + (mark[3] or "")).strip()))
    return found


def test_fields_are_named_and_codes_put_into_words() -> None:
    page = shown(iaq(ARN="900000123"))
    assert "IAQ as text (Nlets): accepted" in page
    for words in (
        "A-number",
        "900000123",
        "M (male)",
        "Y (in custody)",
        "0399 (none known, or immigration)",
        "C (criminal justice)",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("raw", "mark", "right"),
    [
        (iaq(SEX="Q"), "SEX/Q", "for instance SEX/F"),
        (iaq_in("nlets-xml").replace(b">M<", b">Q<"), "<nc:PersonSexCode>Q", "for instance <nc:PersonSexCode>F"),
        (iaq_in("niem-json").replace(b'"M"', b"7"), '"ncic:PersonSexCode": 7', '"ncic:PersonSexCode": "F"'),
    ],
)
def test_what_is_wrong_is_marked_in_the_message_and_shown_right(raw: bytes, mark: str, right: str) -> None:
    page = shown(raw)
    assert "rejected, nothing would be searched" in page
    assert right in page
    assert pointed_at(page) == [(mark, "SEX")]


@pytest.mark.parametrize("width", [30, 63, 64, 65, 66, 67, 80])
def test_marks_stand_below_what_is_wrong_on_a_narrow_screen_too(width: int) -> None:
    stretches = [Stretch("A" * 60), Stretch("SEX/Q", "SEX"), Stretch("." * 50)]
    page = _message(stretches, width).plain
    assert "".join(words for words, _ in pointed_at(page)) == "SEX/Q"
    assert {name for _, name in pointed_at(page)} == {"SEX"}
    assert max(map(len, page.splitlines())) <= max(width, len("^^^^^ SEX"))


def test_without_a_terminal_it_stays_json() -> None:
    done = subprocess.run([MUNIMENT, "parse", "-", "--table"], input=iaq(), capture_output=True, timeout=20)
    assert json.loads(done.stdout)["ok"]


def test_at_a_terminal_it_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "a.msg"
    path.write_bytes(iaq(SEX="Q"))
    far, near = pty.openpty()
    done = subprocess.run([MUNIMENT, "parse", str(path), "--table"], stdout=near, stderr=near, timeout=20)
    os.close(near)
    page = os.read(far, 65536).decode()
    os.close(far)
    assert done.returncode == 1
    assert "SEX" in page
    assert not page.lstrip().startswith("{")
