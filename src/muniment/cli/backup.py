"""`muniment backup` and `muniment restore`: everything that a center keeps, out into one file and in again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from muniment.project import backup as backups
from muniment.project import center, database


def backup(file: Annotated[Path, typer.Argument(help="where the backup goes; there must be no such file yet")]) -> None:
    """Copy everything into one file: the database as of one moment and the keys. Nobody need stop working.

    Exit status: 0 done, 2 it could not be made; then there is no file.
    """
    with database.ensure_running():
        center.load_django()
        if center.is_marked_synthetic() is None:
            raise typer.BadParameter("This database has no tables yet; there is nothing to back up.")
        manifest = backups.make(file)
    typer.echo(f"{file} holds {_told(manifest)}. Keep it as safe as the database itself.")


def restore(
    file: Annotated[Path, typer.Argument(help="a file that `muniment backup` made", exists=True, dir_okay=False)],
) -> None:
    """Put a backup into an empty place, compare every table with its manifest, make the index anew.

    Exit status: 0 restored and equal, 2 refused or failed; the sentence says which.
    """
    with database.ensure_running():
        manifest = backups.restore(file)
        typer.echo(f"Restored and compared: every table is as it was backed up: {_told(manifest)}.")
        center.load_django()
        if center.pending_migrations():
            center.migrate()
            typer.echo("The backup was of an older release; its tables were brought to the shape of this one.")
        center.renew_index()
        typer.echo("The index of candidates was made anew.")


def _told(manifest: backups.Manifest) -> str:
    rows = sum(table["rows"] for table in manifest["tables"].values())
    ledger = manifest["ledger"]
    end = f"ledger up to entry {ledger['entry']} ({ledger['sha256'][:16]}…)" if ledger else "an empty ledger"
    return f"{len(manifest['tables'])} tables, {rows:,} rows, {end}, of {manifest['made'][:19]}Z"
