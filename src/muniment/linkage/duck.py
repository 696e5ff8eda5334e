"""Linkage on one machine with DuckDB: tables of any size in bounded memory, in steps that are not done twice.

People are numbered, those of the second table after those of the first. The smaller table is cut into shelves, the
larger into chunks; one unit of work compares the people of one shelf with those of one chunk and writes one part.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

import duckdb
import numpy as np

from muniment.identity.columns import Columns
from muniment.linkage import kernel, loading, meeting
from muniment.linkage.database import PARQUET, Place, every_part, trouble_named
from muniment.linkage.job import Job, Progress, Told
from muniment.linkage.result import write
from muniment.linkage.workplace import finished, workplace

#: Bytes that one person takes while it is compared.
PERSON: Final = 2_500
#: People of one chunk: its pairs must fit into memory however common the keys.
CHUNK: Final = 10_000
#: People whose keys are made at once.
FILED: Final = 50_000


T = TypeVar("T")
R = TypeVar("R")


class Range(NamedTuple):
    """People from `first` up to, but not including, `end`."""

    first: int
    end: int

    @property
    def sql(self) -> str:
        """The condition on `person`."""
        return f"person >= {self.first} AND person < {self.end}"


class Unit(NamedTuple):
    """What is done at once: the people whose pairs are looked for, as they stand in a pair."""

    ones: Range
    others: Range

    @property
    def name(self) -> str:
        """What its part is called; how many pairs there were stands after it."""
        return f"{self.ones.first}-{self.others.first}"


def run(job: Job, tell: Progress) -> Told:
    """Write the pairs of `job` that may be one person. Raises `SenderFault` where a table is at fault."""
    with workplace(job, "duckdb") as folder, trouble_named(folder):
        place = Place(folder, job.right is not None, job.model, job.memory // 2)
        loading.load(place, job.tables, tell)
        part = place._replace(memory=place.memory // job.processes)
        _file_all(part, job, tell)
        _let_meet(place, job, tell)
        compared = _compare_all(part, job, tell)
        return write(place, job, compared, tell)


def _ranges(first: int, end: int, size: int) -> list[Range]:
    return [Range(*each) for each in pairwise([*range(first, end, size), end])] if end > first else []


def _sides(place: Place) -> list[Range]:
    """The people of each table."""
    with place.connection(reading=True) as connection:
        found = connection.execute("SELECT MIN(person), MAX(person) + 1 FROM people GROUP BY side ORDER BY side")
        return [Range(*row) for row in found.fetchall()]


# Keys


def _file_all(place: Place, job: Job, tell: Progress) -> None:
    (place.folder / "filed").mkdir(exist_ok=True)
    wanted = [each for side in _sides(place) for each in _ranges(*side, FILED)]
    work = [each for each in wanted if not _filed(place.folder, each).exists()]
    _each("people filed", partial(_file, place), work, len(wanted), job.processes, tell)


def _filed(folder: Path, people: Range) -> Path:
    return folder / "filed" / f"{people.first}.parquet"


def _file(place: Place, people: Range) -> None:
    """Write the keys of some people."""
    with place.connection(reading=True) as connection:
        rows = connection.execute(_describing(people)).fetchall()
        persons, keys = kernel.filed((row[0], kernel.subject(row[1:])) for row in rows)
        _put(connection, {"person": persons, "key": keys}, _filed(place.folder, people))


def _put(connection: duckdb.DuckDBPyConnection, table: dict[str, np.ndarray], part: Path) -> None:
    new = part.with_suffix(".new")
    connection.register("columns_of_part", table)
    connection.execute(f"COPY (SELECT * FROM columns_of_part) TO $1 {PARQUET}", [str(new)])
    connection.unregister("columns_of_part")
    finished(part, new)


def _describing(people: Range) -> str:
    return f"SELECT person, {', '.join(kernel.DESCRIBING)} FROM people WHERE {people.sql} ORDER BY person"


def _let_meet(place: Place, job: Job, tell: Progress) -> None:
    """From the keys of all people to those who meet."""
    with place.connection(reading=False) as connection:
        if "meeting" in loading.tables_of(connection):
            return
        filed = "SELECT p.side, f.person, f.key FROM read_parquet($1) f JOIN people p USING (person)"
        connection.execute("BEGIN")
        connection.execute(f"CREATE TABLE filed AS {filed}", [every_part(place.folder / "filed")])
        steps = meeting.steps(two=place.two, most=job.most)
        for number, step in enumerate(steps):
            tell("common keys combined", number, len(steps))
            connection.execute(f"CREATE TABLE {step.table} AS {step.sql}")
        for table in ("filed", "common", "combined"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("COMMIT")
        tell("common keys combined", len(steps), len(steps))


# Pairs


def _units(sides: list[Range], shelf: int) -> list[Unit]:
    if len(sides) == 1:
        shelves = _ranges(*sides[0], shelf)
        return [Unit(one, other) for one in shelves for other in _ranges(one.first, sides[0].end, CHUNK)]
    left, right = sides
    if left.end - left.first <= right.end - right.first:
        return [Unit(one, other) for one in _ranges(*left, shelf) for other in _ranges(*right, CHUNK)]
    return [Unit(one, other) for other in _ranges(*right, shelf) for one in _ranges(*left, CHUNK)]


def _compare_all(place: Place, job: Job, tell: Progress) -> int:
    """Score all pairs; how many there were."""
    folder = place.folder / "scored"
    folder.mkdir(exist_ok=True)
    shelf = max(job.memory // 2 // job.processes // PERSON, CHUNK)
    units = _units(_sides(place), shelf)
    done = {part.name.partition(".")[0] for part in folder.glob("*.parquet")}
    work = [unit for unit in units if unit.name not in done]
    _each("people compared", partial(_compare, place), work, len(units), job.processes, tell)
    return sum(int(part.name.split(".")[1]) for part in folder.glob("*.parquet"))


def _compare(place: Place, unit: Unit) -> None:
    """Score the pairs of one unit."""
    with place.connection(reading=True) as connection:
        pairs = _pairs(connection, place, unit)
        left, right = (_people(connection, each) for each in unit)
        kept, probability, weight = kernel.scored(left, right, pairs, place.model)
        ones, others = pairs[kept, 0] + unit.ones.first, pairs[kept, 1] + unit.others.first
        table = {"one": ones, "other": others, "probability": probability, "weight": weight}
        _put(connection, table, place.folder / "scored" / f"{unit.name}.{len(pairs)}.parquet")


def _pairs(connection: duckdb.DuckDBPyConnection, place: Place, unit: Unit) -> np.ndarray:
    """The pairs of a unit, as places from the first of each range on."""
    sql = meeting.pairs(two=place.two, ones=unit.ones.sql, others=unit.others.sql)
    found = connection.execute(sql).fetchnumpy()
    return np.column_stack((found["one"] - unit.ones.first, found["other"] - unit.others.first)).astype(np.int64)


#: The people of the last shelf: many units in a row ask for the same.
_kept: dict[Range, Columns] = {}


def _people(connection: duckdb.DuckDBPyConnection, people: Range) -> Columns:
    if people.end - people.first <= CHUNK:
        return _described(connection, people)
    if people not in _kept:
        _kept.clear()
        _kept[people] = _described(connection, people)
    return _kept[people]


def _described(connection: duckdb.DuckDBPyConnection, people: Range) -> Columns:
    found = connection.execute(_describing(people))
    return kernel.described(kernel.subject(row[1:]) for row in _rows(found))


def _rows(found: duckdb.DuckDBPyConnection) -> Iterator[tuple[object, ...]]:
    while some := found.fetchmany(10_000):
        yield from some


def _each(what: str, do: Callable[[T], R], work: list[T], whole: int, processes: int, tell: Progress) -> list[R]:
    """Do all work, in several processes where there is much of it; `whole` counts what was done before too."""
    found: list[R] = []
    for result in _results(do, work, processes):
        found.append(result)
        tell(what, whole - len(work) + len(found), whole)
    return found


def _results(do: Callable[[T], R], work: list[T], processes: int) -> Iterable[R]:
    if processes < 2 or len(work) < 2:
        return map(do, work)
    return _in_processes(do, work, processes)


def _in_processes(do: Callable[[T], R], work: list[T], processes: int) -> Iterator[R]:
    """Results as they come. When the run is stopped, what is being done is finished and the rest is not begun."""
    pool = ProcessPoolExecutor(processes, get_context("spawn"), signal.signal, (signal.SIGINT, signal.SIG_IGN))
    try:
        for done in as_completed([pool.submit(do, each) for each in work]):
            yield done.result()
    finally:
        pool.shutdown(cancel_futures=True)
