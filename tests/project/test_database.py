"""The keeper of the embedded PostgreSQL, with real servers in folders of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from muniment.core.errors import OurFault
from muniment.project import database, environment, postgres_files
from tests.project import servers

PUT = "INSERT INTO kept DEFAULT VALUES RETURNING id"


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state folder of the test's own."""
    with servers.folder() as made:
        monkeypatch.setenv("MUNIMENT_HOME", str(made))
        monkeypatch.delenv("MUNIMENT_DATABASE_URL", raising=False)
        yield made


def value(query: str) -> Any:
    """The one value of a query."""
    with database.connect() as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def server_number(home: Path) -> int:
    """The process of the server."""
    return int((postgres_files.find(home).data / "postmaster.pid").read_text().split("\n", 1)[0])


def eventually(holds: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something holds; fail when it takes too long."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)


def reachable() -> bool:
    """Whether the server answers."""
    try:
        database.connect().close()
    except psycopg.OperationalError:
        return False
    return True


def keeper() -> subprocess.Popen[bytes]:
    """A keeper process as `ensure_running` starts one."""
    return subprocess.Popen([sys.executable, "-m", "muniment.project.database"], stdin=subprocess.PIPE)


def dismiss(process: subprocess.Popen[bytes]) -> None:
    """What happens to a keeper when its parent ends."""
    process.communicate(timeout=30)
    assert process.returncode == 0


def test_a_new_folder_becomes_a_safe_server_without_a_network_address(home: Path) -> None:
    with database.ensure_running(), database.connect() as connection:
        assert database.unsafe_settings(connection) == []
        assert value("SHOW listen_addresses") == ""
        assert value("SHOW server_encoding") == "UTF8"
        locale = "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = current_database()"
        assert value(locale) == "bC.UTF-8"
        assert value("SELECT count(*) FROM pg_roles WHERE rolname = current_user AND rolsuper") == 0
    data = postgres_files.find(home).data
    rules = [line for line in (data / "pg_hba.conf").read_text().splitlines() if not line.startswith("#")]
    assert rules == ["local all all peer map=m"]


def test_the_server_ends_with_the_block_and_keeps_what_was_committed(home: Path) -> None:
    with database.ensure_running(), database.connect() as connection:
        connection.execute("CREATE TABLE kept (id int)")
        number = server_number(home)
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
    assert not reachable()
    with database.ensure_running():
        assert value("SELECT count(*) FROM kept") == 0


def test_no_committed_row_is_lost_when_the_server_is_killed_five_times_under_load(home: Path) -> None:
    acknowledged: list[int] = []
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            try:
                with database.connect() as connection:
                    while not stop.is_set():
                        row = connection.execute(PUT).fetchone()
                        assert row is not None
                        acknowledged.append(row[0])
            except psycopg.OperationalError:
                time.sleep(0.02)

    with database.ensure_running():
        with database.connect() as connection:
            connection.execute("CREATE TABLE kept (id bigserial PRIMARY KEY)")
        writers = [threading.Thread(target=write) for _ in range(3)]
        for writer in writers:
            writer.start()
        for _ in range(5):
            before, number = len(acknowledged), server_number(home)
            os.kill(number, signal.SIGKILL)
            eventually(lambda before=before: len(acknowledged) > before + 50)
            assert server_number(home) != number
        stop.set()
        for writer in writers:
            writer.join()
        with database.connect() as connection:
            kept = {row[0] for row in connection.execute("SELECT id FROM kept")}
    assert len(acknowledged) == len(set(acknowledged))
    assert set(acknowledged) - kept == set()


def test_a_second_keeper_stands_by_and_takes_over_when_the_first_is_dismissed(home: Path) -> None:
    first = keeper()
    eventually(reachable)
    number = server_number(home)
    second = keeper()
    time.sleep(0.5)
    assert server_number(home) == number
    dismiss(first)
    eventually(reachable)
    assert server_number(home) != number
    dismiss(second)
    assert not reachable()


def test_a_server_whose_keeper_was_killed_is_adopted_and_stopped_by_the_next(home: Path) -> None:
    first = keeper()
    eventually(reachable)
    number = server_number(home)
    first.kill()
    first.communicate()
    with database.ensure_running():
        assert server_number(home) == number
        time.sleep(0.5)  # the next keeper has the lock by now
    assert not reachable()


def test_a_server_that_could_lose_commits_is_refused(home: Path) -> None:
    with database.ensure_running(), database.connect(administrator=True) as connection:
        connection.execute("ALTER ROLE muniment SET synchronous_commit = off")
        with pytest.raises(OurFault, match="synchronous_commit is off"):
            database.verify()
    with pytest.raises(OurFault, match="could lose what it committed"), database.ensure_running():
        pytest.fail("it must not get here")


def test_the_log_of_the_server_holds_nothing_of_what_it_was_asked(home: Path) -> None:
    with database.ensure_running(), database.connect() as connection:
        for query in ("SELECT 'SPECIMEN'::int", "SELECT specimen FROM nowhere", "SPECIMEN"):
            with pytest.raises(psycopg.Error):
                connection.execute(query)
    log = postgres_files.find(home).log.read_text()
    assert "database system is ready" in log
    assert "SPECIMEN" not in log.upper()


def test_an_interrupted_initdb_leaves_nothing_that_matters(home: Path) -> None:
    left = home / "postgres" / "data.new"
    left.mkdir(parents=True)
    (left / "PG_VERSION").write_text("18")
    with database.ensure_running():
        assert value("SELECT 1") == 1
    assert not left.exists()


def test_data_of_another_release_are_left_alone_with_a_plain_sentence(home: Path) -> None:
    with database.ensure_running():
        pass
    (postgres_files.find(home).data / "PG_VERSION").write_text("17\n")
    with pytest.raises(OurFault, match="was written by PostgreSQL 17, this is 18"):
        database.keep(threading.Event())


def test_a_long_path_gets_a_short_private_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    with servers.folder() as made:
        home = made / ("deep" * 20)
        monkeypatch.setenv("MUNIMENT_HOME", str(home))
        socket = postgres_files.find(home).socket
        assert len(os.fsencode(socket / ".s.PGSQL.5432")) < 107
        with database.ensure_running():
            assert socket.stat().st_mode & 0o777 == 0o700
            assert value("SELECT 1") == 1
        socket.rmdir()


def test_a_socket_folder_that_others_can_enter_is_refused(home: Path) -> None:
    run = home / "postgres" / "run"
    run.mkdir(parents=True, mode=0o777)
    with pytest.raises(OurFault, match="mode 0700"):
        postgres_files.prepare(postgres_files.settle(home))


def test_a_url_names_any_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUNIMENT_DATABASE_URL", "postgresql://muster:w%40rd@db.example:6432/center?sslmode=verify-full")
    settings = database.database_settings()
    assert settings["HOST"] == "db.example"
    assert settings["PORT"] == "6432"
    assert (settings["NAME"], settings["USER"], settings["PASSWORD"]) == ("center", "muster", "w@rd")
    assert settings["OPTIONS"] == database.KEPT_ALIVE | {"sslmode": "verify-full"}


def test_a_host_that_dies_without_a_word_is_noticed_unless_the_url_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MUNIMENT_DATABASE_URL", "postgresql://muster@db.example/center?keepalives_idle=60")
    options = database.database_settings()["OPTIONS"]
    assert options["keepalives_idle"] == "60"
    assert "tcp_keepalives_idle=10" in options["options"]


def test_a_url_that_cannot_be_read_names_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUNIMENT_DATABASE_URL", "postgresql://[")
    with pytest.raises(OurFault) as raised:
        database.database_settings()
    assert raised.value.field == "MUNIMENT_DATABASE_URL"


def test_a_server_that_is_away_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUNIMENT_DATABASE_URL", "postgresql://muster@127.0.0.1:1/center")
    with pytest.raises(OurFault, match="cannot be reached"), database.ensure_running():
        pytest.fail("it must not get here")


def test_the_place_is_found_again_without_changing_anything(home: Path) -> None:
    place = postgres_files.find(environment.home())
    assert place.folder == home / "postgres"
    assert list(home.iterdir()) == []
