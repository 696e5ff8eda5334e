"""`muniment backup` and `muniment restore`: what comes out of a file is what went in, or nothing comes out."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from muniment.project import center, database, postgres_files
from tests.project import servers

Contents = dict[str, list[str]]
#: Two tables of the same shape that a writer fills row by row, both in one transaction.
PAIR = ("django_session", "muniment_cache")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command of the program."""
    return subprocess.run(center.program(*arguments), env=os.environ | environment, capture_output=True, text=True)


@contextmanager
def at(home: Path, url: str = "") -> Iterator[None]:
    """This process looks at another place."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MUNIMENT_HOME", str(home))
        patch.setenv("MUNIMENT_DATABASE_URL", url)
        yield


def contents() -> Contents:
    """Every row of every table, as text; transaction numbers are those of a server and stay out."""
    with database.connect() as connection:
        names = connection.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
                                   "AND relkind = 'r'").fetchall()  # fmt: skip
        return {
            name: sorted(row for (row,) in connection.execute(f"SELECT (to_jsonb(t) - 'xid')::text FROM {name} t"))
            for (name,) in names
        }


@pytest.fixture(scope="module")
def worked() -> Iterator[Path]:
    """A center that answered an inquiry."""
    with servers.folder() as home:
        played = run("demo", "--once", "--people", "100", MUNIMENT_HOME=str(home), MUNIMENT_DATABASE_URL="")
        assert played.returncode == 0, played.stderr
        yield home


@pytest.fixture(scope="module")
def file(worked: Path) -> Path:
    """Its backup."""
    made = worked / "backup.tar"
    done = run("backup", str(made), MUNIMENT_HOME=str(worked), MUNIMENT_DATABASE_URL="")
    assert done.returncode == 0, done.stderr
    assert "ledger up to entry" in done.stdout
    return made


@pytest.fixture(scope="module")
def bare() -> Iterator[Path]:
    """A place whose database runs and that nothing may get into."""
    with servers.folder() as home, at(home), database.ensure_running():
        yield home


@pytest.fixture
def empty() -> Iterator[Path]:
    """A place with nothing in it."""
    with servers.folder() as home, at(home):
        yield home


def rewritten(file: Path, to: Path, **changes: Any) -> Path:
    """The same backup with other words in its manifest, or other bytes in a part."""
    with tarfile.open(file) as old, tarfile.open(to, "w") as new:
        for member in old:
            content = old.extractfile(member)
            assert content is not None
            raw = content.read()
            if member.name == "manifest.json":
                raw = json.dumps(json.loads(raw) | changes.get("manifest", {})).encode()
            raw = changes.get(member.name, raw)
            member.size = len(raw)
            new.addfile(member, io.BytesIO(raw))
    return to


def test_every_table_and_the_key_come_out_as_they_went_in(worked: Path, file: Path, empty: Path) -> None:
    done = run("restore", str(file))
    assert done.returncode == 0, done.stderr
    assert "every table is as it was backed up" in done.stdout
    with at(worked), database.ensure_running():
        before = contents()
    with database.ensure_running():
        after = contents()
        assert run("doctor", "--json").returncode == 0  # the index is there and whole, too
    assert before.keys() == after.keys()
    assert [name for name in before if before[name] != after[name]] == []
    assert len(before["store_ledgerentry"]) > 10
    assert (empty / "secret_key").read_bytes() == (worked / "secret_key").read_bytes()
    assert (empty / "secret_key").stat().st_mode & 0o777 == 0o600
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_restored_center_works_on_and_its_ledger_stays_append_only(file: Path, empty: Path) -> None:
    assert run("restore", str(file)).returncode == 0
    played = run("demo", "--once", "--json")
    assert played.returncode == 0, played.stderr
    with database.ensure_running(), database.connect() as connection:
        with pytest.raises(database.psycopg.errors.InsufficientPrivilege, match="append-only"):
            connection.execute("UPDATE store_ledgerentry SET actor = 'nobody'")
        late = "SELECT count(*) FROM store_ledgerentry WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())"
        assert connection.execute(late).fetchone() == (0,)


def test_a_backup_over_data_or_over_a_file_is_refused(worked: Path, file: Path) -> None:
    with at(worked), database.ensure_running():
        before = contents()
        over = run("restore", str(file))
        again = run("backup", str(file))
        assert contents() == before
    assert (over.returncode, again.returncode) == (2, 2)
    assert "goes into an empty one only" in over.stderr
    assert "is there already" in again.stderr


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ({"form": 2}, "of a newer program"),
        ({"migrations": ["store.0001_tables", "store.9999_future"], "program": "9.0"}, "store.9999_future"),
        ({"server": 99}, "of PostgreSQL 99"),
    ],
    ids=["form", "schema", "server"],
)
def test_a_backup_of_a_newer_release_is_refused_and_nothing_is_kept(
    manifest: dict[str, Any], said: str, file: Path, bare: Path, tmp_path: Path
) -> None:
    done = run("restore", str(rewritten(file, tmp_path / "newer", manifest=manifest)), MUNIMENT_HOME=str(bare))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    with at(bare):
        assert contents() == {}


def test_a_damaged_backup_is_refused_and_nothing_is_kept(file: Path, bare: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut"
    cut.write_bytes(file.read_bytes()[:20_000])
    noise = tmp_path / "noise"
    noise.write_bytes(b"SPECIMEN" * 1000)
    changed = rewritten(file, tmp_path / "changed", **{"database.dump": b"PGDMP"})
    for bad in (cut, noise, changed):
        done = run("restore", str(bad), MUNIMENT_HOME=str(bare))
        assert done.returncode == 2
        assert "damaged" in done.stderr
    with at(bare):
        assert contents() == {}


def test_what_did_not_come_out_as_it_went_in_is_said(file: Path, empty: Path, tmp_path: Path) -> None:
    with tarfile.open(file) as tar:
        content = tar.extractfile("manifest.json")
        assert content is not None
        tables = json.load(content)["tables"]
    tables["store_agency"]["sha256"] = "0" * 64
    done = run("restore", str(rewritten(file, tmp_path / "other", manifest={"tables": tables})))
    assert done.returncode == 2
    assert "is not what was backed up (tables)" in done.stderr


def test_a_restore_beside_running_parts_is_refused(file: Path, bare: Path) -> None:
    with at(bare), database.connect():
        done = run("restore", str(file), MUNIMENT_HOME=str(bare))
    assert done.returncode == 2
    assert "stop them first" in done.stderr


def test_a_backup_beside_writers_is_of_one_moment_on_a_server_of_ones_own(worked: Path, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        with database.connect() as connection:
            number = 0
            while not stop.is_set():
                number += 1
                with connection.transaction():
                    for table in PAIR:
                        connection.execute(f"INSERT INTO {table} VALUES (%s, '', now())", [f"pair{number}"])

    with at(worked), database.ensure_running():
        url = f"postgresql://muniment@/muniment?host={postgres_files.find(worked).socket}"
        with database.connect() as connection:
            connection.execute("CREATE DATABASE other")
        writer = threading.Thread(target=write)
        writer.start()
        made = run("backup", str(tmp_path / "file"), MUNIMENT_DATABASE_URL=url)
        stop.set()
        writer.join()
        with database.connect() as connection:  # other tests compare this place with its backup
            connection.execute("DELETE FROM django_session WHERE session_key LIKE 'pair%'")
            connection.execute("DELETE FROM muniment_cache WHERE cache_key LIKE 'pair%'")
        assert made.returncode == 0, made.stderr
        other = url.replace("/muniment?", "/other?")
        done = run("restore", str(tmp_path / "file"), MUNIMENT_HOME=str(tmp_path), MUNIMENT_DATABASE_URL=other)
        assert done.returncode == 0, done.stderr
        with at(tmp_path, other):
            found = contents()
    session, cached = (sum('"pair' in row for row in found[table]) for table in PAIR)
    assert session == cached > 0
    assert (tmp_path / "secret_key").read_bytes() == (worked / "secret_key").read_bytes()
