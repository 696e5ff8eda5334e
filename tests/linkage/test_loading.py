"""A bad table is named with row and column, whatever reads it, and nothing is half-written."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from muniment.core.errors import SenderFault
from muniment.linkage import duck
from muniment.linkage.job import Job
from tests.linkage.test_duck import quiet

BAD = [
    ("people.csv", b"name\nMUSTER\n", "has no column id"),
    ("people.csv", b"id,family\n1,MUSTER\n2,A\n1,MUSTER\n", "row 4, column id: 1 is in row 2 too"),
    ("people.csv", b"id,family\n1,MUSTER\n ,MUSTER\n", "row 3, column id: empty"),
    ("people.csv", b"id,family\n1,MUSTER,X\n", "row 2: 3 columns, but the header has 2"),
    ("people.csv", b"id,family,given\n1,MUSTER,X\n2,MUSTER\n", "row 3: 2 columns, but the header has 3"),
    ("people.csv", b"id,family,family\n1,MUSTER,X\n", "column family is there twice"),
    ("people.csv", b"id,family\n1,MUSTER\n2,MUST\xfcER\n", "row 3, column family: not UTF-8"),
    ("people.csv", b'id,family\n1,"MUSTER\n', "unexpected end of data"),
    ("people.csv", b"", "has no column id"),
    ("people.csv", b"id,family\n", "has no rows"),
    ("people.ndjson", b'{"id": "1"}\n{"id": "2"\n', "row 2: no JSON"),
    ("people.ndjson", b'{"id": "1"}\n["2"]\n', "row 2: no JSON object"),
    ("people.ndjson", b'{"id": "1"}\n{"id": "2", "family": "MUST\xfcER"}\n', "row 2, column family: not UTF-8"),
    ("people.ndjson", b'{"id": "1"}\n{"id": 1}\n', "row 2, column id: 1 is in row 1 too"),
    ("people.ndjson", b'{"family": "MUSTER"}\n', "row 1, column id: empty"),
    ("people.ndjson", b"", "has no rows"),
    ("people.parquet", b"id,family\n1,MUSTER\n", "no table that can be read"),
]


@pytest.mark.parametrize(("name", "content", "said"), BAD, ids=[f"{name} {said}" for name, _, said in BAD])
def test_a_bad_table_is_named_with_row_and_column_and_nothing_is_left(
    name: str, content: bytes, said: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SenderFault, match=said):
        duck.run(Job(path, None, tmp_path / "pairs.csv"), quiet)
    assert list(tmp_path.iterdir()) == [path]


def test_the_second_table_is_named_when_it_is_at_fault(tmp_path: Path) -> None:
    left, right = tmp_path / "left.csv", tmp_path / "right.csv"
    left.write_text("id\n1\n")
    right.write_text("id\n1\n1\n")
    with pytest.raises(SenderFault, match=r"right\.csv, row 3, column id: 1 is in row 2 too"):
        duck.run(Job(left, right, tmp_path / "pairs.csv"), quiet)


def test_a_table_without_an_id_in_parquet_is_named(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    duckdb.sql("SELECT 'MUSTER' AS family").write_parquet(str(path))
    with pytest.raises(SenderFault, match="has no column id"):
        duck.run(Job(path, None, tmp_path / "pairs.csv"), quiet)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SenderFault, match="cannot be read: No such file"):
        duck.run(Job(tmp_path / "none.csv", None, tmp_path / "pairs.csv"), quiet)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_marks_and_quotes_are_read_as_written(end: str, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    lines = ["id,family,given,birth_date,remark", '1,"MUSTER, ""VON""",ANTON,1984-09-09,"two', 'lines"']
    path.write_bytes(b"\xef\xbb\xbf" + end.join([*lines, "2,MUSTER VON,ANTON,1984-09-09,", ""]).encode())
    told = duck.run(Job(path, None, tmp_path / "pairs.csv"), quiet)
    assert (told.records, told.written) == (2, 1)
