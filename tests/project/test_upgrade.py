"""The embedded database of an older major version, made by that version's own programs, is carried over."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from muniment.core.errors import OurFault, Refused
from muniment.project import center, database, postgres_files, upgrade
from muniment.project.postgres_files import Place
from tests import parts
from tests.project import servers


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state folder of the test's own."""
    with servers.folder() as made:
        monkeypatch.setenv("MUNIMENT_HOME", str(made))
        monkeypatch.delenv("MUNIMENT_DATABASE_URL", raising=False)
        yield made


@pytest.fixture
def old(home: Path) -> str:
    """A center whose data folder is of an older major version; which one."""
    found = parts.program("older postgresql")
    assert found is not None
    programs = Path(found).parent
    with database.ensure_running():  # decides where the folder is, and whose
        pass
    place = postgres_files.find(home)
    place.data.rename(place.folder / "data-new")
    _initdb(place, programs)
    (place.folder / "data-new").rename(home / "data-ours")
    postgres_files.admit(place)
    with upgrade._running(place, programs):
        subprocess.run(center.program("database", "migrate"), env=_url(place), check=True)
        with database.connect() as connection:
            connection.execute("INSERT INTO django_session VALUES ('ÄRGER', '7', now()), ('demo', '1', now())")
    return programs.parent.name


def _initdb(place: Place, programs: Path) -> None:
    data, options = place.data, ("-A", "peer", "-E", "UTF8", "--locale=C", "--data-checksums", "-U", "postgres")
    data.mkdir(mode=0o700)
    os.chown(data, place.account.pw_uid, place.account.pw_gid)
    with place.log.open("ab") as log:
        made = place.popen("initdb", "-D", str(data), *options, output=log, programs=programs)
    assert made.wait() == 0


def _url(place: Place) -> dict[str, str]:
    return os.environ | {"MUNIMENT_DATABASE_URL": f"postgresql://muniment@/muniment?host={place.socket}"}


def kept() -> list[tuple[str, str]]:
    """What the test put in."""
    with database.connect() as connection:
        rows = connection.execute("SELECT session_key, session_data FROM django_session ORDER BY 2").fetchall()
    return [(key, content) for key, content in rows]


@pytest.mark.needs("older postgresql")
def test_data_of_an_older_major_are_carried_over_and_the_old_folder_is_kept(home: Path, old: str) -> None:
    refused = subprocess.run(center.program("serve"), env=os.environ, capture_output=True, text=True)
    assert refused.returncode == 2
    assert f"was written by PostgreSQL {old}" in refused.stderr
    assert "muniment database upgrade" in refused.stderr
    doctor = subprocess.run(center.program("doctor"), env=os.environ, capture_output=True, text=True)
    assert doctor.returncode == 1
    assert "→ `muniment database upgrade`" in doctor.stdout
    done = subprocess.run(center.program("database", "upgrade"), env=os.environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f"Carried over from PostgreSQL {old} and compared" in done.stdout
    place = postgres_files.find(home)
    assert (place.folder / f"data-{old}" / "PG_VERSION").exists()
    with database.ensure_running():
        assert kept() == [("demo", "1"), ("ÄRGER", "7")]
    again = subprocess.run(center.program("database", "upgrade"), env=os.environ, capture_output=True, text=True)
    assert (again.returncode, "there is nothing to do" in again.stderr) == (2, True)


@pytest.mark.needs("older postgresql")
def test_an_upgrade_that_fails_leaves_the_old_folder_where_it_was(
    home: Path, old: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OurFault("no space")

    monkeypatch.setattr(upgrade.backup, "fill", fail)
    with pytest.raises(OurFault, match="no space"):
        upgrade.upgrade()
    place = postgres_files.find(home)
    assert postgres_files.versions(place)[0] == old
    assert not (place.folder / f"data-{old}").exists()


def test_programs_that_are_not_there_are_named(home: Path) -> None:
    with database.ensure_running():
        pass
    (postgres_files.find(home).data / "PG_VERSION").write_text("9\n")
    with pytest.raises(OurFault, match="or name their folder with --programs"):
        upgrade.upgrade()


def test_a_server_of_ones_own_is_not_upgraded_by_us(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUNIMENT_DATABASE_URL", "postgresql://muster@db.example/center")
    with pytest.raises(Refused, match="its own tools"):
        upgrade.upgrade()
