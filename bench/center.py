"""A center in processes of its own, large enough to be measured."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from muniment.project import database
from tests.journeys.running import PYTHON, RunningCenter

#: Worker processes beside the first, one for each further core.
MORE_WORKERS = max(0, len(os.sched_getaffinity(0)) - 1)


@contextlib.contextmanager
def center_of(people: int) -> Iterator[RunningCenter]:
    """A center whose world has that many people; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="muniment-bench-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o711)  # the account of the database server must get through to its own folder
        center = RunningCenter(home)
        for number in range(MORE_WORKERS):
            center.commands[f"worker {number + 2}"] = [*PYTHON, "worker", "--threads", "2"]
        os.environ["MUNIMENT_HOME"] = folder  # so that `connect` below finds the database
        try:
            center.start(people)
            yield center
        finally:
            center.stop()


def connect() -> psycopg.Connection[tuple[Any, ...]]:
    """A connection to the center's database."""
    return database.connect()


def one(connection: psycopg.Connection[tuple[Any, ...]], statement: str, *values: object) -> Any:
    """The first column of the first row."""
    row = connection.execute(statement, values).fetchone()
    return None if row is None else row[0]


def memory(center: RunningCenter) -> dict[str, float]:
    """MiB in memory of each part with all it started, by name; a page that several processes share counts once."""
    found = dict.fromkeys(center.children, 0.0)
    names = {child.pid: name for name, child in center.children.items()}
    parents = dict(_parents())
    for process in parents:
        part = process
        while part not in names and part in parents:
            part = parents[part]
        if part in names:
            with contextlib.suppress(OSError):  # it ended meanwhile
                found[names[part]] += _proportional(Path(f"/proc/{process}")) / 1024
    return found


def _parents() -> Iterator[tuple[int, int]]:
    """Every process and the one that started it."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            yield int(folder.name), int((folder / "stat").read_text().rpartition(")")[2].split()[1])


def _proportional(folder: Path) -> int:
    """KiB of one process: its own pages, and its share of those it shares with others (proc_pid_smaps(5)).

    Without shared memory: that is PostgreSQL's cache, whose size is set and which fills anew after each kill.
    """
    rows = dict(line.split(":", 1) for line in (folder / "smaps_rollup").read_text().splitlines()[1:])
    return int(rows["Pss"].split()[0]) - int(rows["Pss_Shmem"].split()[0])
