"""What `muniment doctor` looks at: each finding says what it means and what to do next."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import psycopg

from muniment.core.errors import MunimentError, OurFault
from muniment.project import assets, center, database, environment, postgres_files

LITTLE_SPACE: Final = 4  # times the floor
CLOCKS_APART: Final = 1.0  # seconds
CLOCKS_TOO_FAR_APART: Final = 10.0


class State(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what was found, what that means, what to do."""

    about: str
    state: State
    text: str
    next: str = ""


def findings() -> Iterator[Finding]:
    """Look at everything, from the ground up; what needs the database is left out when there is none."""
    yield _python()
    yield _packages()
    yield _space()
    yield _key()
    yield _assets()
    yield _port("web address", environment.text("MUNIMENT_ADDRESS"), "MUNIMENT_ADDRESS")
    line = f"{environment.text('MUNIMENT_LINE_HOST')}:{environment.text('MUNIMENT_LINE_PORT')}"
    yield _port("line address", line, "MUNIMENT_LINE_PORT")
    yield from _database()


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.prefix == sys.base_prefix:
        return Finding("python", State.WARN, f"Python {found}, not in a virtual environment.", "Use `make run`.")
    return Finding("python", State.OK, f"Python {found} in {sys.prefix}.")


def _packages() -> Finding:
    lock = Path(__file__).parents[3] / "requirements" / "run.txt"
    if not lock.exists():
        return Finding("packages", State.OK, "Installed as a package; there is no lock to compare with.")
    pinned = re.findall(r"^([\w.-]+)==([\w.]+)(?: ;.*)? \\$", lock.read_text(encoding="utf-8"), re.MULTILINE)
    other = [f"{name} {_version(name)} instead of {wanted}" for name, wanted in pinned if _version(name) != wanted]
    foreign = {"colorama", "tzdata"}  # for Windows only
    other = [each for each in other if each.split()[0] not in foreign]
    if other:
        return Finding("packages", State.WARN, f"Not as locked: {', '.join(other)}.", "`make run` installs the lock.")
    return Finding("packages", State.OK, f"{len(pinned)} packages as requirements/run.txt has them.")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _space() -> Finding:
    free, folder = min(map(_free, database.data_folders()))
    floor = environment.whole("MUNIMENT_DISK_FLOOR_MB") * 1_000_000
    state = State.FAIL if free < floor else State.WARN if free < LITTLE_SPACE * floor else State.OK
    advice = "" if state is State.OK else "Free some: below the floor lines are told to wait and nothing is taken."
    text = f"{free / 1e9:.1f} GB free for {folder}; the floor is {floor / 1e9:.1f} GB."
    return Finding("disk space", state, text, advice)


def _free(folder: Path) -> tuple[int, Path]:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(existing).free, folder


def _key() -> Finding:
    path = environment.home() / "secret_key"
    if not path.exists():
        return Finding("secret key", State.OK, "Not made yet; the first start makes it.")
    if path.stat().st_mode & 0o077:
        return Finding("secret key", State.FAIL, f"Others can read {path}.", f"chmod 600 {path}, then change it.")
    return Finding("secret key", State.OK, "Readable by its owner alone.")


def _assets() -> Finding:
    if assets.present():
        return Finding("design system", State.OK, "In place, of the pinned release.")
    return Finding("design system", State.WARN, "Missing: pages work but look bare.", "`make run` fetches it.")


def _port(about: str, address: str, setting: str) -> Finding:
    host, _, port = address.rpartition(":")
    with socket.socket() as probe:
        probe.settimeout(2)
        taken = probe.connect_ex((host, int(port))) == 0
    if taken:
        return Finding(about, State.OK, f"{address} is answered; if that is not Muniment, choose another in {setting}.")
    return Finding(about, State.OK, f"{address} is free.")


# The database


def _database() -> Iterator[Finding]:
    if not environment.text("MUNIMENT_DATABASE_URL"):
        place = postgres_files.find(environment.home())
        if not place.data.exists():
            yield Finding("database", State.WARN, f"There is none in {place.folder} yet.", "`make run` makes it.")
            return
        if (other := _other_version(place)) is not None:
            yield other
            return
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(database.ensure_running())
        except OurFault as fault:
            yield Finding("database", State.FAIL, str(fault), "Correct it; nothing starts before.")
            return
        with database.connect() as connection:
            yield _safe(connection)
            yield clocks(connection)
        yield from _contents()


def _other_version(place: postgres_files.Place) -> Finding | None:
    """The keeper would refuse it too, and say why elsewhere."""
    with contextlib.suppress(OSError):  # whose it is, the keeper says
        written, ours = postgres_files.versions(place)
        if written != ours:
            text = f"{place.data} was written by PostgreSQL {written}, this is {ours}; nothing starts."
            advice = "`muniment database upgrade` carries the data over and keeps the old folder."
            return Finding("database", State.FAIL, text, advice)
    return None


def _safe(connection: psycopg.Connection[tuple[object, ...]]) -> Finding:
    row = connection.execute("SHOW server_version").fetchone()
    url = environment.text("MUNIMENT_DATABASE_URL")
    where = "" if url else f" Its data are in {postgres_files.find(environment.home()).data}."
    return Finding("database", State.OK, f"PostgreSQL {row and row[0]} answers and keeps what it commits.{where}")


def clocks(connection: psycopg.Connection[tuple[object, ...]]) -> Finding:
    """How far this machine's clock and the database's are apart."""
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    assert isinstance(row[0], datetime)
    apart = abs((datetime.now(UTC) - row[0]).total_seconds())
    state = State.OK if apart < CLOCKS_APART else State.WARN if apart < CLOCKS_TOO_FAR_APART else State.FAIL
    advice = "" if state is State.OK else "Let both machines ask a time server: deadlines follow the database's clock."
    return Finding("clocks", state, f"This machine and the database are {apart:.2f} s apart.", advice)


def _contents() -> Iterator[Finding]:
    center.load_django()
    pending = center.pending_migrations()
    if pending:
        text = f"The tables are of an older release: {', '.join(pending)} not applied."
        yield Finding("tables", State.FAIL, text, "Run `muniment database migrate`.")
        return
    yield Finding("tables", State.OK, "All migrations are applied.")
    yield from _checks()
    yield _static_files()
    yield _sessions()
    yield _index()


def _checks() -> Iterator[Finding]:
    from django.core import checks

    found = checks.run_checks(databases=["default"])
    for each in found:
        state = State.FAIL if each.level >= checks.ERROR else State.WARN
        yield Finding(f"check {each.id}", state, each.msg, each.hint or "")
    if not found:
        mark = "marked synthetic" if center.is_marked_synthetic() else "not marked synthetic, and has no demo accounts"
        yield Finding("checks", State.OK, f"All pass. The database is {mark}.")


def _static_files() -> Finding:
    from muniment.project import static_files

    if static_files.present():
        return Finding("page files", State.OK, "In place under addresses that browsers may keep.")
    text = "Not collected, or of another release: browsers ask for them again every hour."
    return Finding("page files", State.WARN, text, "The next start of `muniment serve` or `make run` collects them.")


_SAME_KEY: Final = "Copy secret_key in MUNIMENT_HOME from one host to all, and start their web servers again."


def _sessions() -> Finding:
    """Whether the newest session was signed with this host's key: web servers of one center must have the same."""
    from django.conf import settings
    from django.core import signing

    with database.connect() as connection:
        row = connection.execute("SELECT session_data FROM django_session ORDER BY expire_date DESC LIMIT 1").fetchone()
    try:
        if row is not None:
            signing.loads(row[0], salt="django.contrib.sessions.SessionStore", key=settings.SECRET_KEY)
    except signing.BadSignature:
        text = "The newest session was signed with another key: people would be logged out from host to host."
        return Finding("sessions", State.WARN, text, _SAME_KEY)
    return Finding("sessions", State.OK, "Signed with the key of this host." if row else "Nobody has logged in yet.")


def _index() -> Finding:
    from muniment.sources import index

    try:
        status = index.status()
    except MunimentError as fault:
        return Finding("index", State.FAIL, str(fault), "Run `muniment index rebuild`.")
    text = f"{status['identities']:,} identities; {status['behind']:,} changes not applied yet."
    return Finding("index", State.OK, text)
