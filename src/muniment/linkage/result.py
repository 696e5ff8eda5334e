"""The result of a run: one file, there whole or not at all, in an order that nothing but its content gives."""

from __future__ import annotations

from typing import Final

import duckdb

from muniment.linkage import meeting
from muniment.linkage.database import PARQUET, Place, every_part, quoted
from muniment.linkage.job import MOST_ALIKE, Job, Progress, Told
from muniment.linkage.workplace import finished

FORMATS: Final = {".csv": "(FORMAT csv, HEADER)", ".ndjson": "(FORMAT json)", ".parquet": PARQUET}


def write(place: Place, job: Job, compared: int, tell: Progress) -> Told:
    """Write the pairs in the parts of `scored` to `job.out`, and tell of the run."""
    new = place.folder / f"result{job.out.suffix}"
    with place.connection(reading=False) as connection:
        parts = quoted(every_part(place.folder / "scored"))
        connection.execute(f"CREATE TEMP VIEW scored AS SELECT * FROM read_parquet({parts})")
        tell("pairs written", 0, 1)
        sql = f"COPY ({meeting.written(two=place.two)}) TO $1 {FORMATS[job.out.suffix]}"
        written = connection.execute(sql, [str(new)]).fetchall()[0][0]
        told = _told(connection, job, compared, int(written))
    finished(job.out, new)
    tell("pairs written", 1, 1)
    return told


def _told(connection: duckdb.DuckDBPyConnection, job: Job, compared: int, written: int) -> Told:
    people = f"SELECT SUM(records), COUNT(*), COUNT(*) FILTER (records > {MOST_ALIKE}) FROM people"
    records, described, alike = _counted(connection, people)
    common, left_out = (_counted(connection, sql)[0] for sql in meeting.counts(job.most))
    return Told(records, described, compared, written, common, left_out, 0 if job.right else alike)


def _counted(connection: duckdb.DuckDBPyConnection, sql: str) -> list[int]:
    return [int(value) for value in connection.execute(sql).fetchall()[0]]
