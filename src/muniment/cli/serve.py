"""`muniment serve`: the web server."""

from __future__ import annotations

import logging

from muniment.core.errors import OurFault
from muniment.project import center, database, logs
from muniment.project.processes import Crew, Part

log = logging.getLogger(__name__)


def serve() -> None:
    """Serve the workbench until told to stop; the embedded database runs as long, where it is used.

    Exit status: 0 ended by you (a request in hand is answered first), 130 told twice, 2 it could not start.
    """
    with database.ensure_running():
        center.load_django()
        logs.catch_all()
        center.require_ready()
        _collect()
        with Crew([Part("web", center.web_server())]) as crew:
            crew.keep(database.stop_on_signal())


def _collect() -> None:
    """Without the copies pages work and load more slowly; that is no reason not to start."""
    from muniment.project import static_files

    try:
        static_files.collect()
    except OurFault as fault:
        log.warning("%s", fault)
