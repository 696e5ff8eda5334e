"""`muniment serve`: the web server."""

from __future__ import annotations

import typer

from muniment.core.errors import MunimentError
from muniment.project import center, database
from muniment.project.processes import Crew, Part


def serve() -> None:
    """Serve the workbench until told to stop; the embedded database runs as long, where it is used.

    Exit status: 0 ended by you, 1 it could not start.
    """
    try:
        with database.ensure_running():
            center.load_django()
            center.require_ready()
            with Crew([Part("web", center.web_server())]) as crew:
                crew.keep(database.stop_on_signal())
    except MunimentError as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(1) from None
