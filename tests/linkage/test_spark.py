"""Spark finds the pairs that DuckDB finds, to the byte."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from muniment.linkage import duck
from muniment.linkage.job import Job
from tests.linkage.tables_of import records, written
from tests.linkage.test_duck import quiet

#: Java that starts quickly and runs slowly: the tables are small.
QUICKLY = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


@pytest.mark.needs("java")
@pytest.mark.needs("spark")
def test_both_engines_give_the_same_pairs(tmp_path: Path) -> None:
    """Keys are made common by a small limit, so that combinations of them are asked for too."""
    rows = records(100, 7)
    left, right = written(tmp_path / "left.csv", rows[::2]), written(tmp_path / "right.csv", rows[1::2] + rows[1:9:2])
    lines = right.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[-4:] = [f"again-{line}" for line in lines[-4:]]  # records of one description
    right.write_text("".join(lines), encoding="utf-8")
    told = duck.run(Job(left, right, tmp_path / "duck.csv", most=5, processes=1), quiet)
    assert told.common > 0
    command = [Path(sys.executable).with_name("muniment"), "match", "link", left, right, "--engine", "spark"]
    done = subprocess.run(
        [*command, "--most", "5", "--out", tmp_path / "spark.csv"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"JDK_JAVA_OPTIONS": QUICKLY},
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "spark.csv").read_bytes() == (tmp_path / "duck.csv").read_bytes()
    assert f"{told.compared:,} pairs compared; {told.written:,} have" in done.stderr
    assert not (tmp_path / "spark.csv.work").exists()
