"""The DuckDB of a run: on disk, within a limit of memory."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from muniment.core.errors import OurFault
from muniment.identity.model import Model

NAME: Final = "work.duckdb"
#: Bytes with which DuckDB can work at all.
LEAST_MEMORY: Final = 100_000_000
#: How parts are written.
PARQUET: Final = "(FORMAT parquet, COMPRESSION zstd)"


class Place(NamedTuple):
    """Where a process works and what it needs to know."""

    folder: Path
    two: bool
    model: Model
    memory: int

    def connection(self, *, reading: bool) -> duckdb.DuckDBPyConnection:
        """DuckDB on the work of this run; it spills into the folder."""
        connection = duckdb.connect(self.folder / NAME, read_only=reading)
        connection.execute(f"SET memory_limit = '{max(self.memory, LEAST_MEMORY) // 1_000_000} MB'")
        connection.execute("SET temp_directory = $1", [str(self.folder / f"spilled-{os.getpid()}")])
        connection.execute("SET preserve_insertion_order = true")
        connection.execute("SET enable_progress_bar = false")
        if reading:
            connection.execute("SET threads = 1")
        return connection


def quoted(text: str) -> str:
    """The text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def every_part(folder: Path) -> str:
    """What DuckDB calls all parts in a folder, whatever signs its name has."""
    return f"{glob.escape(str(folder))}/*.parquet"


@contextmanager
def trouble_named(folder: Path) -> Iterator[None]:
    """What the machine has too little of is told in one sentence; what was done stays done."""
    try:
        yield
    except (duckdb.Error, BrokenExecutor, OSError) as fault:
        said = str(fault).splitlines()[0]
        raise OurFault(
            f"The run cannot go on: {said} What was done is kept in {folder}; with more room on the disk, or another "
            "--memory and fewer --processes, the same command goes on or begins anew."
        ) from fault
