"""`muniment worker` and `muniment gateway`: the parts of the program that run beside the web server."""

from __future__ import annotations

import threading
from typing import Annotated

import typer

from muniment.project import center, database


def worker(threads: Annotated[int, typer.Option(min=1, max=32, help="pieces of work at once")] = 4) -> None:
    """Read, search and release until told to stop (SIGTERM ends after the work in hand)."""
    center.load_django()
    center.wait_until_ready()
    from muniment import worker as crew

    crew.serve(threads, database.stop_on_signal())


def gateway(
    host: Annotated[str, typer.Option(envvar="MUNIMENT_LINE_HOST")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="MUNIMENT_LINE_PORT")] = 8700,
) -> None:
    """Listen for lines until told to stop."""
    center.load_django()
    center.wait_until_ready()
    from muniment.gateway import line

    server = line.serve(host, port)
    stop = database.stop_on_signal()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stop.wait()
    server.stop()
