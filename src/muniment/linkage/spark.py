"""Linkage on Apache Spark: the same keys, the same SQL, the same kernel, on as many machines as there are.

Tables are read and checked, and the result is written, by DuckDB on the machine that asks; what is between, Spark does
in steps that are written down, so that a run that was stopped goes on with the next one. Where Spark runs is its own
matter (`SPARK_MASTER`, spark-defaults.conf); the folder of the run must be seen by all of its machines, and `muniment`
installed on them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from muniment.identity.columns import Columns, IntArray
from muniment.identity.model import Model
from muniment.linkage import kernel, loading, meeting
from muniment.linkage.database import PARQUET, Place, every_part, quoted, trouble_named
from muniment.linkage.job import Job, Progress, Told
from muniment.linkage.result import write
from muniment.linkage.workplace import finished, workplace

#: Rows that Spark hands to Python at once.
BATCH: Final = 100_000
FILED: Final = "side INT, person LONG, key LONG"
SCORED: Final = "one LONG, other LONG, probability DOUBLE, weight DOUBLE"
Batches = Iterator[pa.RecordBatch]


def run(job: Job, tell: Progress) -> Told:
    """Write the pairs of `job` that may be one person. Raises `SenderFault` where a table is at fault."""
    with workplace(job, "spark") as folder, trouble_named(folder):
        place = Place(folder, job.right is not None, job.model, job.memory // 2)
        loading.load(place, job.tables, tell)
        _hand_over(place)
        with _session(job) as spark:
            compared = _steps(spark, place, job, tell)
        _take_back(place)
        return write(place, job, compared, tell)


def _hand_over(place: Place) -> None:
    people = place.folder / "people.parquet"
    if not people.exists():
        new = people.with_suffix(".new")
        with place.connection(reading=True) as connection:
            connection.execute(f"COPY people TO $1 {PARQUET}", [str(new)])
        finished(people, new)


def _take_back(place: Place) -> None:
    with place.connection(reading=False) as connection:
        for name in ("sizes", "combined_sizes"):
            parts = quoted(every_part(place.folder / name))
            connection.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet({parts})")


@contextmanager
def _session(job: Job) -> Iterator[SparkSession]:
    """Spark on this machine where nothing else is set; it listens to nobody else then."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    built = SparkSession.builder.appName("muniment").config("spark.sql.execution.arrow.maxRecordsPerBatch", BATCH)
    built = built.master(os.environ["SPARK_MASTER"]) if "SPARK_MASTER" in os.environ else _here(built, job)
    spark = built.getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


def _here(built: SparkSession.Builder, job: Job) -> SparkSession.Builder:
    settings = {
        "spark.driver.memory": f"{job.memory // 2_000_000}m",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.log.level": "ERROR",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": str(4 * job.processes),
    }
    for name, value in settings.items():
        built = built.config(name, value)
    return built.master(f"local[{job.processes}]")


def _steps(spark: SparkSession, place: Place, job: Job, tell: Progress) -> int:
    """From people to scored pairs; how many pairs there were."""
    people = spark.read.parquet(str(place.folder / "people.parquet"))
    people.createOrReplaceTempView("people")
    steps = meeting.steps(two=place.two, most=job.most)
    whole = len(steps) + 3

    def done(number: int, name: str, made: DataFrame) -> DataFrame:
        tell("steps on Spark", number, whole)
        return _kept(spark, place.folder / name, made)

    done(0, "filed", people.select("side", "person", *kernel.DESCRIBING).mapInArrow(_file, FILED))
    for number, step in enumerate(steps, 1):
        done(number, step.table, spark.sql(step.sql))
    pairs = done(len(steps) + 1, "pairs", spark.sql(meeting.pairs(two=place.two)))
    described = spark.sql(_described()).repartitionByRange("one").sortWithinPartitions("one", "other")
    done(len(steps) + 2, "scored", described.mapInArrow(partial(_score, model=place.model), SCORED))
    tell("steps on Spark", whole, whole)
    return int(pairs.count())


def _kept(spark: SparkSession, folder: Path, made: DataFrame) -> DataFrame:
    """What was asked for as parts in a folder, and as a view of its name; not made again where it is whole."""
    if not (folder / "_SUCCESS").exists():
        made.write.mode("overwrite").parquet(str(folder))
    found = spark.read.parquet(str(folder))
    found.createOrReplaceTempView(folder.name)
    return found


def _described() -> str:
    """Pairs with what describes both."""
    columns = ", ".join(f"{side}.{name} AS {side}_{name}" for side in "lr" for name in kernel.DESCRIBING)
    joined = "pairs p JOIN people l ON l.person = p.one JOIN people r ON r.person = p.other"
    return f"SELECT p.one, p.other, {columns} FROM {joined}"


# What runs inside Spark


def _file(batches: Batches) -> Batches:
    for batch in batches:
        rows = zip(*(batch.column(name).to_pylist() for name in ("person", *kernel.DESCRIBING)), strict=True)
        persons, keys = kernel.filed((row[0], kernel.subject(row[1:])) for row in rows)
        sides = dict(zip(batch.column("person").to_pylist(), batch.column("side").to_pylist(), strict=True))
        side = np.array([sides[person] for person in persons.tolist()], dtype=np.int32)
        yield pa.RecordBatch.from_arrays([pa.array(side), pa.array(persons), pa.array(keys)], ["side", "person", "key"])


def _score(batches: Batches, model: Model) -> Batches:
    for batch in batches:
        (left, ones), (right, others) = (_people(batch, *side) for side in (("one", "l"), ("other", "r")))
        kept, probability, weight = kernel.scored(left, right, np.column_stack((ones, others)), model)
        who = [batch.column(name).to_numpy()[kept] for name in ("one", "other")]
        arrays = [pa.array(each) for each in (*who, probability, weight)]
        yield pa.RecordBatch.from_arrays(arrays, ["one", "other", "probability", "weight"])


def _people(batch: pa.RecordBatch, who: str, side: str) -> tuple[Columns, IntArray]:
    """The people on one side of the pairs of a batch, each once, and the place of each pair's person among them."""
    _, first, places = np.unique(batch.column(who).to_numpy(), return_index=True, return_inverse=True)
    some = batch.take(pa.array(first))
    rows = zip(*(some.column(f"{side}_{name}").to_pylist() for name in kernel.DESCRIBING), strict=True)
    return kernel.described(map(kernel.subject, rows)), places.astype(np.int64)
