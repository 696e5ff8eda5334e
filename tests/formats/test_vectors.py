"""The golden messages of the contract and our own: what goes into `parse` and `compose`, and what must come out."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from muniment.cli.main import app

CASES = Path(__file__).parents[1] / "cases" / "messages"
EXPECTED = {path: json.loads(path.read_bytes()) for path in sorted(CASES.rglob("*.expect.json"))}

Run = Callable[[list[str], bytes], tuple[int, bytes]]


def stem(expectation: Path) -> str:
    """The name of a case."""
    return expectation.name.removesuffix(".expect.json")


def inside(arguments: list[str], given: bytes) -> tuple[int, bytes]:
    """The command in this process with its standard input; status and standard output."""
    done = CliRunner().invoke(app, arguments, input=given)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout_bytes


def installed(arguments: list[str], given: bytes) -> tuple[int, bytes]:
    """The same as a shell runs it."""
    command = [str(Path(sys.executable).with_name("muniment")), *arguments]
    done = subprocess.run(command, input=given, capture_output=True, timeout=10)
    assert b"Traceback" not in done.stderr
    return done.returncode, done.stdout


def message(expectation: Path, case: dict[str, Any]) -> bytes:
    """The bytes of a case."""
    if "gen" not in case:
        [path] = [each for each in expectation.parent.glob(f"{stem(expectation)}.*") if each != expectation]
        return path.read_bytes()
    pieces = ((bytes.fromhex(part.get("hex", "")) or part["text"].encode(), part) for part in case["gen"]["parts"])
    raw = b"".join(piece * part.get("repeat", 1) for piece, part in pieces)
    assert len(raw) == case["gen"]["bytes"]
    return raw


def holds(wanted: Any, found: Any) -> bool:
    """The contract's comparison: objects by subset, lists element by element, anything else equal and of one type."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(key in found and holds(each, found[key]) for key, each in wanted.items())
    if isinstance(wanted, list):
        return isinstance(found, list) and len(wanted) == len(found) and all(map(holds, wanted, found))
    return type(wanted) is type(found) and bool(wanted == found)


def play(expectation: Path, run: Run) -> None:
    """Run one case and compare."""
    case = EXPECTED[expectation]
    if "compose" in case:
        status, output = run(["compose", "-"], json.dumps(case["compose"]).encode())
    else:
        status, output = run(["parse", "-", *case.get("args", [])], message(expectation, case))
    assert status == case["exit"], output
    if "compose" in case and status == 0:
        assert output == case["wire"].encode("ascii")
        _, output = run(["parse", "-"], output)
    if status == 2:
        assert output == b""
        return
    body = json.loads(output.decode("ascii"))
    assert output.endswith(b"}\n")
    assert output.count(b"\n") == 1
    assert body["ok"] is (case["exit"] == 0)
    assert holds(case["expect"], body), body


@pytest.mark.parametrize("expectation", EXPECTED, ids=stem)
def test_a_golden_message_comes_out_as_its_case_says(expectation: Path) -> None:
    play(expectation, inside)


@pytest.mark.parametrize(
    "name",
    [
        "iaq-input-header",
        "chr-random",
        "yq-vin",
        "er-switch",
        "compose-yr",
        "compose-reject",
        "opt-today",
        "xml-iaq",
        "json-iaq",
        "ebts-image-type4",
    ],
)
def test_the_installed_command_says_the_same(name: str) -> None:
    [expectation] = [path for path in EXPECTED if stem(path) == name]
    play(expectation, installed)


def test_no_case_is_passed_over() -> None:
    """Every file is a case, a message of one, or one of the papers; names are unlike over all folders."""
    names = [stem(path) for path in EXPECTED]
    assert len(names) == len(set(names))
    messages = {
        path for path in CASES.rglob("*.*") if path not in EXPECTED and path.name not in {"README.md", ".gitattributes"}
    }
    with_message = {path for path, case in EXPECTED.items() if not case.keys() & {"gen", "compose"}}
    assert {path.parent / path.name.split(".")[0] for path in messages} == {p.parent / stem(p) for p in with_message}
    assert len(EXPECTED) >= 265
