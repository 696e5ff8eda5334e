"""The worked cases are strong: whatever rule is broken on purpose, one of them notices."""

from __future__ import annotations

import sys

import pytest

import muniment.status
from muniment.status.determination import STATUSES
from tests.status.broken import SOURCE, Broken, listed, noticed, numbers_and_holds

LISTED = [pytest.param(change, id=f"{change.file}-{change.breaks}") for change in listed()]
DATED = [pytest.param(change, id=change.breaks) for change in numbers_and_holds()]


@pytest.mark.parametrize("change", LISTED)
def test_a_broken_rule_is_noticed(change: Broken) -> None:
    assert noticed(change) is not None


@pytest.mark.parametrize("change", DATED)
def test_another_number_and_a_rule_that_a_court_holds_are_noticed(change: Broken) -> None:
    assert noticed(change) is not None


@pytest.mark.parametrize("file", ["engine.py", "stay.py", "rules.toml", "classes.csv"])
def test_an_engine_made_anew_without_a_change_holds_every_case(file: str) -> None:
    before = dict(sys.modules)
    assert noticed(Broken(file, "nothing", (SOURCE / file).read_text())) is None
    assert {name: sys.modules.get(name) for name in before} == before
    assert sys.modules["muniment.status"] is muniment.status


def test_every_status_can_be_held_by_a_court() -> None:
    held = {
        change.breaks.split()[0].removeprefix("status.") for change in numbers_and_holds() if "held" in change.breaks
    }
    dated = {status for status in STATUSES if status != "UND"}
    assert dated - held <= {"USC_B", "USC_A", "USC_D", "USC_N", "USC", "NATL"}  # these rest on `citizen.` rules
