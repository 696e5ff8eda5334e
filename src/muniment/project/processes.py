"""Runs the parts of the program as children of one parent, and starts again whichever ends."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

log = logging.getLogger(__name__)

POLL: Final = 0.2
SHORTEST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
STEADY: Final = 60.0  # seconds after which a part counts as running well
GRACE: Final = 30.0  # seconds to finish what is in hand after SIGTERM
LARGEST_LOG: Final = 10_000_000
_PR_SET_PDEATHSIG: Final = 1


@dataclass(slots=True)
class Part:
    """A child: its name, its command, and where its words go (None: where ours go)."""

    name: str
    command: Sequence[str]
    log: Path | None = None
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    pause: float = SHORTEST_PAUSE
    resume: float = field(default=0.0, repr=False)

    def start(self) -> None:
        """Start the child; it ends when we do, however we end."""
        self.began = time.monotonic()
        if self.log is None:
            self.process = _child(self.command)
            return
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.rename(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as words:
            self.process = _child(self.command, words.fileno())

    def tend(self) -> None:
        """Start it again when it ended, after a pause that grows while it keeps ending."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            log.warning("part ended", extra={"part": self.name, "status": self.process.returncode})
            self.pause = SHORTEST_PAUSE if now - self.began > STEADY else min(self.pause * 2, LONGEST_PAUSE)
            self.process, self.resume = None, now + self.pause
        if self.process is None and now >= self.resume:
            self.start()


def _child(command: Sequence[str], words: int | None = None) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches the parent, which then ends its children in good order.
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=words,
        stderr=words,
        start_new_session=True,
        preexec_fn=_end_with_parent,  # one call into the kernel, no lock that another thread may hold
    )


def _end_with_parent() -> None:
    if sys.platform == "linux":
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


_libc: Final = ctypes.CDLL(None)


class Crew:
    """All parts, for as long as the block lasts; at its end each finishes what it has in hand."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts

    def __enter__(self) -> Self:
        for part in self.parts:
            part.start()
        return self

    def __exit__(self, *_: object) -> None:
        end([part.process for part in self.parts if part.process is not None])

    def keep(self, stop: threading.Event) -> None:
        """Start again whichever part ends, until `stop` is set."""
        while not stop.wait(POLL):
            self.tend()

    def tend(self) -> None:
        """Look after every part once."""
        for part in self.parts:
            part.tend()


def end(running: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask all to end; who has not after `GRACE` seconds is killed, and all are at once when we are told a second time.

    What is committed stays committed.
    """
    for process in running:
        process.terminate()
    limit = time.monotonic() + GRACE
    try:
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, limit - time.monotonic()))
    finally:
        for process in running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
