"""`muniment status` from a shell: one file, many lines, for police, for people, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from muniment.cli.main import app
from muniment.status.rules import rule_book
from tests.status.cases import status_cases, unmet

CASES = {case.id: case for case in status_cases()}


def _run(*words: str, given: str = "") -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["status", *words], input=given)
    return result.exit_code, result.stdout, result.stderr


def _text(case: str) -> str:
    given = CASES[case].input
    return given if isinstance(given, str) else json.dumps(given)


def test_a_file_is_determined(tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    file.write_text(_text("niv-002"))
    status, out, err = _run(str(file))
    assert (status, err) == (0, "")
    assert list(unmet(CASES["niv-002"].expect, json.loads(out))) == []


def test_standard_input_is_determined_the_same(tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    file.write_text(_text("asy-001"))
    assert _run("-", given=_text("asy-001")) == _run(str(file))


def test_an_undetermined_status_is_no_failure() -> None:
    assert _run("-", given=_text("niv-003"))[0] == 0


@pytest.mark.parametrize("case", [name for name, case in CASES.items() if case.fault is not None])
def test_a_fault_is_exit_status_2_with_its_pointer_on_standard_error(case: str) -> None:
    assert _run("-", given=_text(case)) == (2, "", f"{CASES[case].fault}\n")


def test_a_file_that_is_not_there_is_told_in_a_sentence() -> None:
    status, out, err = _run("nowhere.json")
    assert (status, out) == (2, "")
    assert err == "nowhere.json cannot be read: No such file or directory. Name a fact file, or - for standard input.\n"


def test_lines_are_answered_in_their_order_and_a_fault_in_its_place() -> None:
    names = ["niv-001", "fault-002", "lpr-001", "fault-003", "usc-birth-001"]
    status, out, _ = _run("--lines", "-", given="\n".join(map(_text, names)) + "\n")
    found = [json.loads(line) for line in out.splitlines()]
    assert status == 2
    assert [one.get("status", one) for one in found] == [
        "NIV",
        {"fault": "/facts/1/kind"},
        "LPR",
        {"fault": ""},
        "USC_B",
    ]


def test_lines_without_a_fault_are_exit_status_0() -> None:
    assert _run("--lines", "-", given=_text("niv-001"))[0] == 0


def test_police_see_the_constant_form() -> None:
    one = _run("--audience", "police", "-", given=_text("asy-001"))[1]
    other = _run("--audience", "police", "-", given=_text("tps-001"))[1]
    assert one == other
    assert json.loads(one)["answer_class"] == "R4L"


def test_the_explanation_for_police_says_no_more_than_police_may_know() -> None:
    out = _run("--explain", "--audience", "police", "-", given=_text("asy-001"))[1].lower()
    assert "basis restricted" in out
    assert "asyl" not in out


def test_an_explanation_says_the_finding_the_facts_and_the_cites() -> None:
    out = " ".join(_run("--explain", "-", given=_text("niv-003"))[1].split())
    for words in (
        "R12 Undetermined",
        "31 August 2026",
        "C10",
        "8 CFR 214.1(c)(4)",
        "Missing: decision on the extension",
    ):
        assert words in out


def test_the_table_of_rules_shows_every_rule() -> None:
    rules = json.loads(_run("rules", "--json")[1])
    assert [rule["id"] for rule in rules] == [rule.id for rule in rule_book()]
    assert _run("rules")[0] == 0


def test_the_command_loads_no_django() -> None:
    script = (
        "import sys; from muniment.cli.main import app; app(['status', 'rules', '--json'], standalone_mode=False); "
    )
    loaded = "print([name for name in sys.modules if name.split('.')[0] in ('django', 'psycopg')], file=sys.stderr)"
    result = subprocess.run([sys.executable, "-c", script + loaded], capture_output=True, text=True, check=True)
    assert result.stderr.strip() == "[]"
