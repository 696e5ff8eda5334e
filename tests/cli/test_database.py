"""`muniment database`: copies out and in."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from muniment.project import center, database
from tests.project import servers


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state folder of the test's own."""
    with servers.folder() as made:
        monkeypatch.setenv("MUNIMENT_HOME", str(made))
        yield made


def run(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    """A command of the database on a state folder."""
    env = os.environ | {"MUNIMENT_HOME": str(home)}
    return subprocess.run(center.program("database", *arguments), env=env, capture_output=True, text=True)


def test_a_copy_goes_out_and_into_another_center(home: Path, tmp_path: Path) -> None:
    with database.ensure_running(), database.connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'MUSTER' AS name")
    copy = tmp_path / "copy"
    assert run("dump", str(copy), home=home).returncode == 0
    assert copy.stat().st_mode & 0o777 == 0o600
    other = home / "other"
    other.mkdir()
    restored = run("restore", str(copy), home=other)
    assert restored.returncode == 0, restored.stderr
    again = run("restore", str(copy), home=other)
    assert again.returncode == 1
    assert "already exists" in again.stderr


def test_migrate_makes_the_tables(home: Path) -> None:
    assert run("migrate", home=home).returncode == 0
    with database.ensure_running():
        assert center.is_marked_synthetic() is False
