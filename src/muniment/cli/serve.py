"""`muniment serve`: the web server."""

from __future__ import annotations

from muniment.project import center, database
from muniment.project.processes import Crew, Part


def serve() -> None:
    """Serve the workbench until told to stop; the embedded database runs as long, where it is used.

    Exit status: 0 ended by you, 2 it could not start.
    """
    with database.ensure_running():
        center.load_django()
        center.require_ready()
        with Crew([Part("web", center.web_server())]) as crew:
            crew.keep(database.stop_on_signal())
