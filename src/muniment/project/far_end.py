"""The demo agencies' end of the line: sends their messages, files what comes back."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable
from pathlib import Path

from muniment.core.errors import MunimentError
from muniment.gateway.client import LineClient, Received


def play(client: LineClient, messages: Iterable[tuple[str, bytes]]) -> int:
    """Send messages, each once; how many were taken."""
    with client:
        return sum(1 for _, raw in messages if client.send(raw))


def keep_listening(client: LineClient, folder: Path, stop: threading.Event) -> None:
    """Take whatever the center sends until told to stop, through any outage of the line; one file a delivery."""
    folder.mkdir(parents=True, exist_ok=True)
    while not stop.is_set():
        with contextlib.suppress(MunimentError, OSError), client:
            while not stop.is_set():
                for delivery in client.deliveries(2.0):
                    _file(delivery, folder)
        stop.wait(1.0)


def _file(delivery: Received, folder: Path) -> None:
    """Written before it is acknowledged, so nothing that was acknowledged can be missing."""
    kind = "json" if delivery.notice else "txt"
    (folder / f"{delivery.number:06}.{kind}").write_bytes(delivery.content)
