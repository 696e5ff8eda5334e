"""`muniment database`: keep, copy and look into the database."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from muniment.project import center, postgres_files
from muniment.project import database as servers

database = typer.Typer(
    help="The database: keep it running, copy it out and in, look into it.", no_args_is_help=True, rich_markup_mode=None
)


@database.command()
def run() -> None:
    """Keep the embedded server running until told to stop; other commands connect to it."""
    servers.keep(servers.stop_on_signal())


@database.command()
def migrate() -> None:
    """Bring the tables to the shape that this release needs."""
    with servers.ensure_running():
        center.load_django()
        center.migrate()


@database.command()
def dump(file: Annotated[Path, typer.Argument(help="where the copy goes")]) -> None:
    """Copy the whole database into a file, as pg_dump does."""
    with servers.ensure_running(), _private(file):
        _call("pg_dump", "--format=custom", f"--file={file}")
    typer.echo(f"{file} holds a copy of the database: keep it as safe as the database itself.", err=True)


@database.command()
def restore(file: Annotated[Path, typer.Argument(help="a copy that `dump` made", exists=True)]) -> None:
    """Put a copy into an empty database, all of it or nothing."""
    with servers.ensure_running():
        _call(
            "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", f"--dbname={servers.NAME}", str(file)
        )


@database.command()
def upgrade(
    programs: Annotated[
        Path | None, typer.Option(help="the folder of the old version's programs", exists=True, file_okay=False)
    ] = None,
) -> None:
    """Carry the embedded database over from another major version of PostgreSQL, by dump and restore."""
    from muniment.project import upgrade as upgrades

    old, kept, manifest = upgrades.upgrade(programs)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    typer.echo(f"Carried over from PostgreSQL {old} and compared: {len(manifest['tables'])} tables, {rows:,} rows.")
    typer.echo(f"The old folder is kept as {kept}; remove it when you are content.")


@database.command()
def psql() -> None:
    """Open a shell in the database."""
    with servers.ensure_running():
        _call("psql")


@contextmanager
def _private(file: Path) -> Iterator[None]:
    """The file is readable by us alone from its first byte on."""
    file.touch(mode=0o600)
    yield


def _name() -> str:
    return str(servers.database_settings()["NAME"])


def _call(program: str, *arguments: str) -> None:
    """A client program of PostgreSQL on the database of the settings; its exit status becomes ours."""
    command = [str(postgres_files.client_programs() / program), *arguments]
    status = subprocess.run(command, check=False, env=os.environ | servers.client_environment()).returncode
    if status:
        raise typer.Exit(status)
