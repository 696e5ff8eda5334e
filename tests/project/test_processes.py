"""Children of one parent: started again, ended in good order, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.project import processes
from muniment.project.processes import Crew, Part

#: Writes its number, then works until SIGTERM and says that it finished.
WORKER = """
import os, signal, sys, time
def finish(*_):
    time.sleep(0.2)
    print("finished", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, finish)
print(os.getpid(), flush=True)
while True:
    time.sleep(0.1)
"""
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


def eventually(holds: Callable[[], bool], seconds: float = 15) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)


def part(code: str, log: Path) -> Part:
    """A part that runs a piece of Python."""
    return Part("part", [sys.executable, "-c", code], log)


def words(log: Path) -> list[str]:
    """What the part said."""
    return log.read_text().split() if log.exists() else []


def test_a_part_that_is_killed_is_started_again(tmp_path: Path) -> None:
    log = tmp_path / "part.log"
    with Crew([part(WORKER, log)]) as crew:
        eventually(lambda: len(words(log)) == 1)
        os.kill(int(words(log)[0]), signal.SIGKILL)
        stop = threading.Event()
        threading.Timer(4, stop.set).start()
        crew.keep(stop)
        assert len(words(log)) == 2


def test_a_part_that_keeps_ending_is_started_less_and_less_often(tmp_path: Path) -> None:
    log = tmp_path / "part.log"
    with Crew([part("print('tried')", log)]) as crew:
        stop = threading.Event()
        threading.Timer(4, stop.set).start()
        crew.keep(stop)
    assert 2 <= len(words(log)) <= 3


def test_parts_finish_what_they_have_in_hand(tmp_path: Path) -> None:
    log = tmp_path / "part.log"
    with Crew([part(WORKER, log)]):
        eventually(lambda: len(words(log)) == 1)
    assert words(log)[1:] == ["finished"]


def test_a_part_that_does_not_end_is_killed_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "GRACE", 0.5)
    log = tmp_path / "part.log"
    stubborn = part(STUBBORN, log)
    with Crew([stubborn]):
        eventually(lambda: words(log) == ["up"])
    assert stubborn.process is not None
    assert stubborn.process.returncode == -signal.SIGKILL


def test_parts_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "part.log"
    parent = (
        "import sys, threading; from pathlib import Path; from muniment.project.processes import Crew, Part\n"
        "with Crew([Part('part', [sys.executable, '-c', sys.argv[1]], Path(sys.argv[2]))]) as crew:\n"
        "    crew.keep(threading.Event())\n"
    )
    process = subprocess.Popen([sys.executable, "-c", parent, WORKER, str(log)])
    eventually(lambda: len(words(log)) == 1)
    process.kill()
    process.wait()
    eventually(lambda: words(log)[1:] == ["finished"])


def test_a_log_that_grew_large_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "LARGEST_LOG", 10)
    log = tmp_path / "part.log"
    log.write_text("x" * 11)
    with Crew([part("print('new')", log)]):
        eventually(lambda: words(log) == ["new"])
    assert (tmp_path / "part.log.1").read_text() == "x" * 11
