"""Every coded refusal is found in the source, with its sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from muniment.cli.codes import Coded, coded

SOURCE = '''
class Busy(Exception):
    """Send it again later."""

def plain(): raise WrongState("Not now.", rule="state.wrong")
def filled(n): raise Refused(f"{n} is too many.", rule="too.many")
def own(): raise module.Busy(rule="line.busy")
def named():
    text = f"Written before: {x}"
    raise Stale(text, rule="stale.text")
def told(): return Fault("sender", "sender.unknown", "Nobody knows you.")
def uncoded(): raise ValueError("no code")
def computed(rule): raise Refused("a rule that varies", rule=rule)
'''


@pytest.fixture
def found(tmp_path: Path) -> list[Coded]:
    """What is found in the source above."""
    (tmp_path / "module.py").write_text(SOURCE)
    return coded(tmp_path)


@pytest.mark.parametrize(
    "expected",
    [
        Coded("state.wrong", "WrongState", "Not now."),
        Coded("too.many", "Refused", "{…} is too many."),
        Coded("line.busy", "Busy", "Send it again later."),
        Coded("stale.text", "Stale", "Written before: {…}"),
        Coded("sender.unknown", "rejected message", "Nobody knows you."),
    ],
    ids=lambda expected: expected.code,
)
def test_a_coded_refusal_is_found_with_its_sentence(found: list[Coded], expected: Coded) -> None:
    assert expected in found


def test_what_has_no_code_of_its_own_is_left_out(found: list[Coded]) -> None:
    assert len(found) == 5
    assert found == sorted(found)
