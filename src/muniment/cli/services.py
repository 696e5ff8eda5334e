"""`muniment worker` and `muniment gateway`: the parts of the program that run beside the web server."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Annotated

import typer

from muniment.project import center, database, environment, logs

if TYPE_CHECKING:
    from muniment.gateway import line


def worker(threads: Annotated[int, typer.Option(min=1, max=32, help="pieces of work at once")] = 4) -> None:
    """Read, search and release until told to stop.

    Exit status: 0 ended by you (the work in hand is done first), 130 told twice, 2 it could not start.
    """
    center.load_django()
    logs.catch_all()
    center.wait_until_ready()
    from muniment import worker as crew

    center.stay()

    crew.serve(threads, database.stop_on_signal())


def gateway(
    host: Annotated[str, typer.Option(envvar="MUNIMENT_LINE_HOST")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="MUNIMENT_LINE_PORT")] = 8700,
) -> None:
    """Listen for lines until told to stop; over HTTPS too where MUNIMENT_HTTPS_PORT is set.

    Exit status: 0 ended by you (a message that is coming in is taken first), 130 told twice, 2 it could not start.
    """
    center.load_django()
    logs.catch_all()
    center.wait_until_ready()
    from muniment.gateway import line

    center.stay()
    servers: list[line.Server] = [line.serve(host, port)]
    if environment.text("MUNIMENT_HTTPS_PORT"):
        servers.append(_https(host))
    stop = database.stop_on_signal()
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    stop.wait()
    for server in servers:
        server.stop()


def _https(host: str) -> line.Server:
    from muniment.gateway import https

    text = environment.text
    certificate = text("MUNIMENT_LINE_TLS_CERTIFICATE") or text("MUNIMENT_TLS_CERTIFICATE")
    key = text("MUNIMENT_LINE_TLS_KEY") or text("MUNIMENT_TLS_KEY")
    return https.serve(host, environment.whole("MUNIMENT_HTTPS_PORT"), certificate, key)
