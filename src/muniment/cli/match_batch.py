"""`muniment match link` and `dedupe`: every pair of two tables, or of one, that may be one person."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final

import typer

from muniment.cli.match_tables import model_of
from muniment.cli.progress import bar
from muniment.core.errors import SenderFault
from muniment.identity.candidates import MOST_UNDER_A_KEY
from muniment.linkage.job import LEAST, MOST_ALIKE, Job, Progress, Told

ENDINGS: Final = (".csv", ".ndjson", ".parquet")
GIGABYTE: Final = 1_000_000_000


class Engine(StrEnum):
    """What the tables are joined with."""

    DUCKDB = "duckdb"
    SPARK = "spark"


#: The modules of the engines, loaded when they are asked for, and the extra that brings what they need.
ENGINES: Final = {Engine.DUCKDB: ("muniment.linkage.duck", "batch"), Engine.SPARK: ("muniment.linkage.spark", "spark")}

Table = Annotated[Path, typer.Argument(help="a person table: CSV, NDJSON or Parquet, by the ending of its name")]
ModelFile = Annotated[Path | None, typer.Option("--model", help="a model that `match train` wrote")]
Out = Annotated[Path | None, typer.Option(help=".csv, .ndjson or .parquet; without it, CSV to standard output")]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON object a line to standard output instead of CSV")]
Which = Annotated[Engine, typer.Option("--engine", help="Spark where one machine is too small")]
Memory = Annotated[float, typer.Option(min=1.0, help="gigabytes to keep within; what is larger goes to disk")]
Processes = Annotated[int, typer.Option(min=1, max=64, help="how many work at once")]
Most = Annotated[
    int, typer.Option(min=2, help="people of a table under one key beyond which it is used only together with another")
]


def link(
    left: Table,
    right: Table,
    model: ModelFile = None,
    out: Out = None,
    as_json: AsJson = False,
    engine: Which = Engine.DUCKDB,
    memory: Memory = 4.0,
    processes: Processes = 2,
    most: Most = MOST_UNDER_A_KEY,
) -> None:
    """Find the pairs of a record of LEFT and one of RIGHT that may be one person, above a probability of 0.01.

    Writes left_id, right_id, probability and weight (bits). With --out, a run that was stopped goes on where it was
    when the same command is given again.
    """
    _run(left, right, model, out, as_json, engine, memory, processes, most)


def dedupe(
    file: Table,
    model: ModelFile = None,
    out: Out = None,
    as_json: AsJson = False,
    engine: Which = Engine.DUCKDB,
    memory: Memory = 4.0,
    processes: Processes = 2,
    most: Most = MOST_UNDER_A_KEY,
) -> None:
    """Find the pairs of records of one table that may be one person, each pair once, the smaller id on the left.

    Writes left_id, right_id, probability and weight (bits), above a probability of 0.01. Nothing is merged.
    """
    _run(file, None, model, out, as_json, engine, memory, processes, most)


def _run(
    left: Path,
    right: Path | None,
    model: Path | None,
    out: Path | None,
    as_json: bool,
    engine: Engine,
    memory: float,
    processes: int,
    most: int,
) -> None:
    if out is not None and (as_json or out.suffix not in ENDINGS):
        raise SenderFault("--out takes a name that ends in .csv, .ndjson or .parquet, and no --json.", field="out")
    run = _engine(engine)
    with _result(out, ".ndjson" if as_json else ".csv") as file, bar() as tell:
        job = Job(left, right, file, model_of(model), most, int(memory * GIGABYTE), processes)
        told = run(job, tell)
    typer.echo(said(told, most), err=True)


def _engine(engine: Engine) -> Callable[[Job, Progress], Told]:
    module, extra = ENGINES[engine]
    try:
        found: Callable[[Job, Progress], Told] = import_module(module).run
    except ModuleNotFoundError as fault:
        raise SenderFault(
            f"{fault.name} is not installed; requirements/{extra}.txt brings it: "
            f"pip install --require-hashes -r requirements/{extra}.txt.",
            field="engine",
        ) from fault
    return found


@contextmanager
def _result(out: Path | None, ending: str) -> Iterator[Path]:
    """Where the result goes; what is meant for standard output goes there when it is whole."""
    if out is not None:
        yield out
        return
    with TemporaryDirectory(prefix="muniment-") as folder:
        file = Path(folder) / f"result{ending}"
        yield file
        with file.open("rb") as stream:
            shutil.copyfileobj(stream, sys.stdout.buffer)


def said(told: Told, most: int) -> str:
    """What a run did, in sentences: what was left out is never silent."""
    sentences = [
        f"{told.records:,} records, {told.people:,} different descriptions, {told.compared:,} pairs compared; "
        f"{told.written:,} have a probability above {LEAST}."
    ]
    if told.common:
        left_out = (
            f"{told.left_out:,} combinations had more still and were left out" if told.left_out else "none was left out"
        )
        sentences.append(
            f"{told.common:,} keys had more than {most} people and were used only two at a time: {left_out}."
        )
    if told.alike:
        sentences.append(
            f"{told.alike:,} descriptions are those of more than {MOST_ALIKE:,} records, which were not paired with "
            "each other."
        )
    return " ".join(sentences)
