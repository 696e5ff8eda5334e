"""What `muniment doctor` finds, in real installations that something is wrong with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from muniment.project import center, database, diagnosis
from tests.project import servers


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state folder of the test's own."""
    with servers.folder() as made:
        monkeypatch.setenv("MUNIMENT_HOME", str(made))
        yield made


def doctor() -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit status and findings, by what they are about."""
    done = subprocess.run(center.program("doctor", "--json"), env=os.environ, capture_output=True, text=True)
    assert done.stdout, done.stderr
    return done.returncode, {finding["about"]: finding for finding in json.loads(done.stdout)}


def in_the_center(code: str) -> None:
    """Run code with Django set up and the tables there."""
    start = "from muniment.project import center; center.load_django(); center.migrate()\n"
    subprocess.run([sys.executable, "-c", start + code], env=os.environ, check=True)


def test_before_the_first_start_nothing_fails_and_nothing_is_made(home: Path) -> None:
    status, found = doctor()
    assert status == 0
    assert found["database"]["state"] == "warn"
    assert found["database"]["next"]
    assert not (home / "postgres").exists()


def test_an_installation_without_an_index_fails_and_says_how_to_make_one(home: Path) -> None:
    with database.ensure_running():
        in_the_center("")
        status, found = doctor()
    assert status == 1
    assert {about for about, finding in found.items() if finding["state"] == "fail"} == {"index"}
    assert "muniment index rebuild" in found["index"]["next"]
    assert str(home / "postgres" / "data") in found["database"]["text"]


def test_tables_of_an_older_release_demo_accounts_and_open_keys_fail(home: Path) -> None:
    with database.ensure_running():
        in_the_center("from muniment.store.models import User; User.objects.create(username='d', demo=True)")
        (home / "secret_key").chmod(0o644)
        _, found = doctor()
        assert found["check muniment.E004"]["state"] == found["secret key"]["state"] == "fail"
        with database.connect() as connection:
            connection.execute("DELETE FROM django_migrations WHERE app = 'store' AND name NOT LIKE '0001%'")
        _, found = doctor()
        assert found["tables"]["state"] == "fail"


def test_a_database_that_could_lose_commits_fails(home: Path) -> None:
    with database.ensure_running(), database.connect(administrator=True) as connection:
        connection.execute("ALTER ROLE muniment SET synchronous_commit = off")
        status, found = doctor()
    assert status == 1
    assert "synchronous_commit is off" in found["database"]["text"]


def test_every_finding_that_is_not_well_says_what_to_do(home: Path) -> None:
    _, found = doctor()
    assert [each for each in found.values() if each["state"] != "ok" and not each["next"]] == []


def test_a_disk_below_the_floor_fails(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUNIMENT_DISK_FLOOR_MB", "1000000000")
    status, found = doctor()
    assert (status, found["disk space"]["state"]) == (1, "fail")
    assert "lines are told to wait" in found["disk space"]["next"]


@pytest.mark.parametrize(("shift", "state"), [("0", "ok"), ("5 seconds", "warn"), ("-1 hour", "fail")])
def test_a_wrong_clock_is_seen_and_said(shift: str, state: str, database_server: None) -> None:
    with database.connect() as connection:  # one whose clock is read through a function that goes wrong
        clock = f"SELECT pg_catalog.clock_timestamp() + interval '{shift}'"
        head = "CREATE OR REPLACE FUNCTION wrong.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS"
        connection.execute("CREATE SCHEMA IF NOT EXISTS wrong")
        connection.execute(f"{head} $$ {clock} $$")
        connection.execute("SET search_path = wrong, pg_catalog")
        finding = diagnosis.clocks(connection)
    assert finding.state == state
    assert ("time server" in finding.next) == (state != "ok")
