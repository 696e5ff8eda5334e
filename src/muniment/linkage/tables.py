"""Tables of people as files, read strictly: a fault names its row and column.

CSV with a header, or one JSON object a line; Parquet is read by the engines only.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, Literal

from muniment.core.errors import SenderFault
from muniment.core.subject import Subject
from muniment.identity.person_table import subject_from_row

Kind = Literal["csv", "json", "parquet"]
JSON_ENDINGS: Final = (".ndjson", ".jsonl")
PARQUET_ENDINGS: Final = (".parquet", ".pq")
#: More signs in one field than any name, number or date has; what is longer is no table of people.
LONGEST_FIELD: Final = 100_000


def kind_of(path: Path) -> Kind:
    """How the table is written, by the ending of its name."""
    ending = path.suffix.lower()
    return "json" if ending in JSON_ENDINGS else "parquet" if ending in PARQUET_ENDINGS else "csv"


def rows(path: Path, needed: Iterable[str] = ()) -> Iterator[tuple[int, dict[str, Any]]]:
    """Row number (the header is row 1) and row. Raises `SenderFault` where the file is no table with those columns."""
    kind = kind_of(path)
    if kind == "parquet":
        raise SenderFault(
            f"{path} is Parquet, which this command does not read; write it as CSV or NDJSON.", field="file"
        )
    with opened(path) as file:
        found = _json_rows(path, file) if kind == "json" else _csv_rows(path, file, needed)
        for number, row in found:
            yield number, _readable(path, number, row)


def header(path: Path) -> list[str]:
    """The columns of a person table in CSV. Raises `SenderFault` where one is there twice or there is no id."""
    with opened(path) as file:
        found = [name.strip() for name in next(csv.reader(file), [])]
    _check_header(path, found, ("id",))
    return found


def check(path: Path) -> None:
    """Read all of a table, but for Parquet, only to raise the `SenderFault` that names what is wrong with it."""
    if kind_of(path) != "parquet":
        for _ in rows(path, ("id",)):
            pass


@contextmanager
def opened(path: Path) -> Iterator[IO[str]]:
    """The file as text; signs that are not UTF-8 are kept, to be told later where they stand."""
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            yield file
    except OSError as fault:
        raise SenderFault(f"{path} cannot be read: {fault.strerror}.", field="file") from fault


def _csv_rows(path: Path, file: IO[str], needed: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    csv.field_size_limit(LONGEST_FIELD)
    try:
        reader = csv.reader(file, strict=True)
        header = [name.strip() for name in next(reader, [])]
        _check_header(path, header, needed)
        for number, values in enumerate(reader, start=2):
            if len(values) != len(header):
                raise SenderFault(
                    f"{path}, row {number}: {len(values)} columns, but the header has {len(header)}.", field="row"
                )
            yield number, dict(zip(header, values, strict=True))
    except csv.Error as fault:
        raise SenderFault(f"{path}, line {reader.line_num}: {fault}.", field="row") from fault


def _check_header(path: Path, header: list[str], needed: Iterable[str]) -> None:
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise SenderFault(f"{path}: the column {twice[0] or 'without a name'} is there twice.", field="header")
    for name in needed:
        if name not in header:
            raise SenderFault(f"{path} has no column {name}; the first row must name the columns.", field=name)


def _json_rows(path: Path, file: IO[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as fault:
            raise SenderFault(f"{path}, row {number}: no JSON, {fault}.", field="row") from fault
        if not isinstance(row, dict):
            raise SenderFault(f"{path}, row {number}: no JSON object.", field="row")
        yield number, row


def _readable(path: Path, number: int, row: dict[str, Any]) -> dict[str, Any]:
    """The row, if it was written in UTF-8."""
    for column, value in row.items():
        if isinstance(value, str) and any("\udc80" <= sign <= "\udcff" for sign in value):
            raise SenderFault(f"{path}, row {number}, column {column}: not UTF-8.", field=column)
    return row


def people(path: Path) -> dict[str, Subject]:
    """The descriptions of a person table by id. Raises `SenderFault` where an id is missing or there twice."""
    return {id_: subject_from_row(row) for id_, row in by_id(path, ("id",)).items()}


def by_id(path: Path, needed: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """The rows of a table by their `id`."""
    found: dict[str, Mapping[str, Any]] = {}
    seen: dict[str, int] = {}
    for number, row in rows(path, needed):
        id_ = str(row.get("id") or "").strip()
        if not id_:
            raise SenderFault(f"{path}, row {number}, column id: empty.", field="id")
        if id_ in found:
            raise SenderFault(f"{path}, row {number}, column id: {id_} is in row {seen[id_]} too.", field="id")
        found[id_], seen[id_] = row, number
    return found
