"""`muniment worker` and `muniment gateway`: the parts of the program that run beside the web server."""

from __future__ import annotations

import os
import signal
import threading
from typing import Annotated

import typer


def _stop_on_signal() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.project.settings")
    import django  # only these commands need it

    django.setup()


def worker(threads: Annotated[int, typer.Option(min=1, max=32, help="pieces of work at once")] = 4) -> None:
    """Read, search and release until told to stop (SIGTERM ends after the work in hand)."""
    _django()
    from muniment import worker as crew

    crew.serve(threads, _stop_on_signal())


def gateway(
    host: Annotated[str, typer.Option(envvar="MUNIMENT_LINE_HOST")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="MUNIMENT_LINE_PORT")] = 8700,
) -> None:
    """Listen for lines until told to stop."""
    _django()
    from muniment.gateway import line

    server = line.serve(host, port)
    stop = _stop_on_signal()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stop.wait()
    server.stop()
