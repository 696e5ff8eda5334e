"""Everything that a center keeps, in one file: the database as of one moment, the keys beside it, and a manifest by
which what comes out is compared with what went in.

The file is a tar of `manifest.json`, `database.dump` (as pg_dump writes it) and the keys of MUNIMENT_HOME. The index of
candidates is derived and is made anew.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, Final

import psycopg
from psycopg import sql

from muniment.core.errors import OurFault, Refused
from muniment.project import center, database, environment, postgres_files

FORM: Final = 1
MANIFEST: Final = "manifest.json"
DUMP: Final = "database.dump"
#: What MUNIMENT_HOME keeps and no database holds.
KEYS: Final = ("secret_key",)
_BLOCK: Final = 1 << 20

Connection = psycopg.Connection[tuple[Any, ...]]
Manifest = dict[str, Any]


# Out


def make(file: Path) -> Manifest:
    """Write the backup; whoever works meanwhile goes on working. Raises `OurFault`; then there is no file."""
    if file.exists():
        raise OurFault(f"{file} is there already; name a new file for each backup.", rule="backup.exists")
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.parent) as folder:
            manifest = _gather(Path(folder))
            whole = _pack(Path(folder), manifest)
            whole.rename(file)
    except OSError as fault:
        raise OurFault(f"{file} cannot be written: {fault.strerror}.", rule="backup.write") from None
    return manifest


def _gather(folder: Path) -> Manifest:
    """Dump and manifest from one snapshot, so that they agree whatever is written meanwhile."""
    with database.connect() as connection, _snapshot(connection) as name:
        _client("pg_dump", "--format=custom", "--no-owner", f"--snapshot={name}", f"--file={folder / DUMP}")
        manifest = describe(connection)
    for key in KEYS:
        if (environment.home() / key).exists():
            (folder / key).write_bytes((environment.home() / key).read_bytes())
    manifest["files"] = {each.name: _sha256(each) for each in sorted(folder.iterdir())}
    return manifest


@contextmanager
def _snapshot(connection: Connection) -> Iterator[str]:
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    row = connection.execute("SELECT pg_export_snapshot()").fetchone()
    assert row is not None
    yield row[0]
    connection.execute("COMMIT")


def _pack(folder: Path, manifest: Manifest) -> Path:
    whole = folder / "whole.tar"
    text = json.dumps(manifest, indent=2, sort_keys=True).encode()
    with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as out:
        with tarfile.open(fileobj=out, mode="w") as tar:
            _add(tar, MANIFEST, len(text), io.BytesIO(text))
            for name in manifest["files"]:
                with (folder / name).open("rb") as content:
                    _add(tar, name, (folder / name).stat().st_size, content)
        out.flush()
        os.fsync(out.fileno())
    return whole


def _add(tar: tarfile.TarFile, name: str, size: int, content: IO[bytes]) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    tar.addfile(member, content)


# In


def restore(file: Path) -> Manifest:
    """Put a backup into an empty place and compare what is there then with the manifest.

    Raises `Refused` over data and beside running parts, `OurFault` for a file that is damaged, of a newer program, or
    that did not come out as it went in. Tables of an older program keep their shape until `center.migrate`.
    """
    before = _keys_in_place()
    manifest = read(file)
    with database.connect() as connection:
        _require_known(connection, manifest)
        _require_empty(connection)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=environment.home()) as folder:
        unpack(file, manifest, Path(folder))
        fill(Path(folder) / DUMP, manifest)
        _put_keys(Path(folder), before)
    return manifest


def fill(dump: Path, manifest: Manifest) -> None:
    """Put a dump into the empty database, all of it or nothing, and compare it with its manifest."""
    options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    _client("pg_restore", *options, f"--dbname={database.database_settings()['NAME']}", str(dump))
    with database.connect() as connection:
        found = describe(connection)
        differing = [name for name in ("tables", "ledger", "migrations") if found[name] != manifest[name]]
        if differing:
            text = f"What was restored is not what was backed up ({', '.join(differing)}); do not work with it."
            raise OurFault(text, rule="backup.differs")
        _adopt_entries(connection)


def _adopt_entries(connection: Connection) -> None:
    """Numbers of transactions are those of the server that wrote them; to this one all restored entries are past."""
    with connection.transaction():
        connection.execute("ALTER TABLE store_ledgerentry DISABLE TRIGGER ledger_append_only")
        connection.execute("UPDATE store_ledgerentry SET xid = '3'::xid8")  # the first that a server ever gives
        connection.execute("ALTER TABLE store_ledgerentry ENABLE TRIGGER ledger_append_only")


def read(file: Path) -> Manifest:
    """The manifest of a backup. Raises `OurFault` for a file that is none."""
    try:
        with tarfile.open(file, "r:") as tar:
            content = tar.extractfile(MANIFEST)
            assert content is not None
            manifest: Manifest = json.load(content)
            form = manifest["form"]
    except (OSError, tarfile.TarError, KeyError, ValueError, TypeError, AssertionError):
        text = f"{file} is no backup of Muniment, or it is damaged."
        raise OurFault(text, rule="backup.unreadable") from None
    if form != FORM:
        text = f"{file} has form {form!r}, of a newer program; this one, {version('muniment')}, reads form {FORM}."
        raise OurFault(text, rule="backup.newer")
    return manifest


def _require_known(connection: Connection, manifest: Manifest) -> None:
    unknown = sorted(set(manifest["migrations"]) - center.known_migrations())
    ours = connection.info.server_version // 10000
    if unknown:
        text = (
            f"This backup was made by Muniment {manifest['program']}; its tables have {', '.join(unknown)}, which "
            f"this program, {version('muniment')}, does not know. Restore it with that release or a newer one."
        )
        raise OurFault(text, rule="backup.newer")
    if manifest["server"] > ours:
        text = f"This backup is of PostgreSQL {manifest['server']}, this server is {ours}; take one at least as new."
        raise OurFault(text, rule="backup.server")


def _require_empty(connection: Connection) -> None:
    found = tables(connection)
    if found:
        text = f"This database already has {len(found)} tables ({found[0]}, …); a backup goes into an empty one only."
        raise Refused(f"{text} Name another MUNIMENT_HOME or MUNIMENT_DATABASE_URL.", rule="backup.over")
    others = """SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""
    row = connection.execute(others).fetchone()
    if row and row[0]:
        raise Refused("Other programs are connected to this database; stop them first.", rule="backup.company")


def unpack(file: Path, manifest: Manifest, folder: Path) -> None:
    """Each file that the manifest names, compared with its hash before anything is done with it."""
    try:
        with tarfile.open(file, "r:") as tar:
            for name in (DUMP, *(key for key in KEYS if key in manifest["files"])):
                _take(tar, name, folder / name)
                if _sha256(folder / name) != manifest["files"][name]:
                    raise OurFault(f"{file} is damaged: {name} is not what its manifest says.", rule="backup.damaged")
    except (tarfile.TarError, KeyError):
        raise OurFault(f"{file} is damaged: a part of it is missing.", rule="backup.damaged") from None


def _take(tar: tarfile.TarFile, name: str, to: Path) -> None:
    content = tar.extractfile(name)
    assert content is not None
    with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as out:
        while block := content.read(_BLOCK):
            out.write(block)


def _keys_in_place() -> dict[str, bytes]:
    environment.home().mkdir(parents=True, exist_ok=True)
    paths = (environment.home() / key for key in KEYS)
    return {path.name: path.read_bytes() for path in paths if path.exists()}


def _put_keys(folder: Path, before: Mapping[str, bytes]) -> None:
    """A key that was here before and is another one is put aside, not lost."""
    for key in KEYS:
        if (folder / key).exists():
            if before.get(key, content := (folder / key).read_bytes()) != content:
                (environment.home() / key).rename(environment.home() / f"{key}.before")
            (folder / key).rename(environment.home() / key)


# What is in a database


def describe(connection: Connection) -> Manifest:
    """What a database holds: counts and hashes of its tables, the end of its ledger, the shape of its tables."""
    made = connection.execute("SELECT now()").fetchone()
    applied = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY app, name").fetchall()
    assert made is not None
    return {
        "form": FORM,
        "program": version("muniment"),
        "server": connection.info.server_version // 10000,
        "made": made[0].isoformat(),
        "migrations": [name for (name,) in applied],
        "tables": {name: _digest(connection, name) for name in tables(connection)},
        "ledger": _end_of_ledger(connection),
    }


def tables(connection: Connection) -> list[str]:
    """The names of all tables, in order."""
    query = "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    return sorted(name for (name,) in connection.execute(query))


def _digest(connection: Connection, table: str) -> dict[str, Any]:
    """Rows and SHA-256 of `COPY` in text form: columns by name, rows by primary key, texts of it byte by byte."""
    for setting in ("datestyle = ISO", "timezone = UTC", "bytea_output = hex", "extra_float_digits = 1"):
        connection.execute(f"SET {setting}")
    digest, rows = hashlib.sha256(), 0
    with connection.cursor().copy(_ordered(connection, table)) as copy:
        for part in copy:
            digest.update(part)
            rows += bytes(part).count(b"\n")  # line ends inside values are escaped
    return {"rows": rows, "sha256": digest.hexdigest()}


#: Transaction numbers mean something to the server alone that gave them.
COLUMNS: Final = """
SELECT a.attname::text, a.attnum = ANY (i.indkey), a.attcollation <> 0
  FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
 WHERE a.attrelid = to_regclass(quote_ident(%s)) AND a.attnum > 0 AND NOT a.attisdropped
   AND a.atttypid <> 'xid8'::regtype
 ORDER BY 1
"""


def _ordered(connection: Connection, table: str) -> sql.Composed:
    columns = connection.execute(COLUMNS, [table]).fetchall()
    keys = [column for column in columns if column[1]]
    order = [sql.SQL('{} COLLATE "C"' if text else "{}").format(sql.Identifier(name)) for name, _, text in keys]
    whole = [sql.SQL('{}::text COLLATE "C"').format(sql.Identifier(name)) for name, _, _ in columns]
    return sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT").format(
        sql.SQL(", ").join(sql.Identifier(name) for name, _, _ in columns),
        sql.Identifier(table),
        sql.SQL(", ").join(order or whole),
    )


def _end_of_ledger(connection: Connection) -> dict[str, Any] | None:
    row = connection.execute(
        "SELECT id, encode(sha256, 'hex') FROM store_ledgerentry ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return {"entry": row[0], "sha256": row[1]} if row else None


# Parts


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _client(program: str, *arguments: str) -> None:
    """A client program of PostgreSQL on the database of the settings. Raises `OurFault` with its last words."""
    command = [str(postgres_files.client_programs() / program), *arguments]
    env = os.environ | database.client_environment()
    done = subprocess.run(command, check=False, env=env, capture_output=True, text=True)
    if done.returncode:
        said = done.stderr.strip().splitlines()[:1]
        raise OurFault(f"{program} failed: {' '.join(said)}", rule="backup.program")
