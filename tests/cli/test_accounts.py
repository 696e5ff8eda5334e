"""`muniment account`: from an empty database to the first people, as an operator types it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from muniment.project import center, database
from tests.project import servers

GOOD = "correct horse 7\n"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A state folder whose server runs as long as these tests do."""
    with servers.folder() as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MUNIMENT_HOME", str(made))
        with database.ensure_running():
            yield made


def run(home: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """A command on a state folder."""
    env = os.environ | {"MUNIMENT_HOME": str(home)}
    return subprocess.run(center.program(*arguments), env=env, input=typed, capture_output=True, text=True)


def test_a_real_installation_gets_its_first_people_line_and_agency(home: Path) -> None:
    def add(name: str, role: str) -> subprocess.CompletedProcess[str]:
        return run(home, "account", "add", name, "--role", role, "--title", f"{role} 1", typed=GOOD)

    weak = run(home, "account", "add", "anna", "--role", "administrator", typed="password1\n")
    assert (weak.returncode, weak.stdout) == (2, "")
    assert "too common" in weak.stderr
    assert add("anna", "administrator").returncode == 0
    key = run(home, "line", "add", "north")
    assert (key.returncode, len(key.stdout.strip())) == (0, 43)
    agency = ("agency", "add", "ZZ0099900", "--state", "TX", "--line", "north", "--purpose", "C")
    bad = run(home, *agency, "--name", "Muster County Sheriff", "--call-back", "911")
    assert (bad.returncode, bad.stderr.startswith("Call-back number must be")) == (2, True)
    good = run(home, *agency, "--name", "Muster County Sheriff", "--call-back", "555-010-0999")
    assert good.returncode == 0, good.stderr
    [row] = json.loads(run(home, "agency", "list", "--json").stdout)
    assert (row["ori"], row["call_back"], row["lines"]) == ("ZZ0099900", "5550100999", ["north"])
    assert add("sue", "supervisor").returncode == 0
    late = add("bob", "specialist")
    assert (late.returncode, "on the pages" in late.stderr) == (2, True)
    rows = json.loads(run(home, "account", "list", "--json").stdout)
    assert [(row["name"], row["roles"], row["active"]) for row in rows] == [
        ("anna", ["administrator"], True),
        ("sue", ["supervisor"], True),
    ]
    assert run(home, "account", "disable", "sue").returncode == 0
    assert "sue: supervisor 1, supervisor (disabled)" in run(home, "account", "list").stdout
    assert run(home, "account", "disable", "nobody").returncode == 2
