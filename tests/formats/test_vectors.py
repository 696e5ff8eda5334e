"""The golden messages of the contract: what goes into `parse` and `compose`, and what must come out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from muniment.cli.main import app

CASES = Path(__file__).parents[1] / "cases" / "messages"
#: Formats that a later version reads; until then `parse` says so (test_not_served below).
LATER = ("xml-", "json-", "ebts-")


def cases() -> list[Path]:
    """All cases of the formats that are served, from the contract and of our own."""
    found = sorted(CASES.rglob("*.expect.json"))
    return [path for path in found if not path.name.startswith(LATER)]


def message_of(expectation: Path, case: dict[str, Any]) -> tuple[bytes, str]:
    """The message's bytes and the ending of its file."""
    if "gen" in case:
        parts = [
            (bytes.fromhex(part["hex"]) if "hex" in part else part["text"].encode()) * part.get("repeat", 1)
            for part in case["gen"]["parts"]
        ]
        raw = b"".join(parts)
        assert len(raw) == case["gen"]["bytes"]
        return raw, case["gen"]["ext"]
    stem = expectation.name.removesuffix(".expect.json")
    [path] = [path for path in expectation.parent.glob(f"{stem}.*") if not path.name.endswith(".expect.json")]
    return path.read_bytes(), path.suffix.removeprefix(".")


def run(arguments: list[str], given: bytes) -> tuple[int, bytes]:
    """The command with its standard input; status and standard output."""
    done = CliRunner().invoke(app, arguments, input=given)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout_bytes


def holds(wanted: Any, found: Any) -> bool:
    """The contract's comparison: objects by subset, lists element by element, anything else equal and of one type."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(
            key in found and holds(value, found[key]) for key, value in wanted.items()
        )
    if isinstance(wanted, list):
        return isinstance(found, list) and len(wanted) == len(found) and all(map(holds, wanted, found))
    return type(wanted) is type(found) and bool(wanted == found)


@pytest.mark.parametrize("expectation", cases(), ids=lambda path: path.name.removesuffix(".expect.json"))
def test_a_golden_message_comes_out_as_its_case_says(expectation: Path) -> None:
    case = json.loads(expectation.read_bytes())
    if "compose" in case:
        status, output = run(["compose", "-", *case.get("args", [])], json.dumps(case["compose"]).encode())
        assert status == case["exit"], output
        if status == 0:
            assert output.decode("ascii") == case.get("wire", output.decode("ascii"))
            _, output = run(["parse", "-"], output)
    else:
        raw, _ = message_of(expectation, case)
        status, output = run(["parse", "-", *case.get("args", [])], raw)
        assert status == case["exit"], output
    if status == 2:
        assert output == b""
        return
    body = json.loads(output.decode("ascii"))
    assert holds(case.get("expect", {}), body), body
    assert output.count(b"\n") == 1


@pytest.mark.parametrize("ending", ["xml", "json", "eft"])
def test_a_format_of_a_later_version_is_said_not_to_be_served(ending: str) -> None:
    """Every golden message of another format is named as what it is, or is too large to be looked at."""
    for path in sorted(CASES.glob(f"*.{ending}")):
        if path.name.endswith(".expect.json"):
            continue
        status, output = run(["parse", str(path)], b"")
        assert (status, output) == (2, b""), path.name
