"""Tables for `muniment match`: CSV with a header, or one JSON object a line. A fault names its row and column."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from muniment.core.errors import SenderFault
from muniment.core.subject import Subject
from muniment.identity.model import MODEL, Model, model_from
from muniment.identity.person_table import subject_from_row

JSON_ENDINGS: Final = (".ndjson", ".jsonl")
#: More signs in one field than any name, number or date has; what is longer is no table of people.
LONGEST_FIELD: Final = 100_000


def rows(path: Path, needed: Iterable[str] = ()) -> Iterator[tuple[int, dict[str, Any]]]:
    """Row number (the header is row 1) and row. Raises `SenderFault` where the file is no table with those columns."""
    if path.suffix.lower() == ".parquet":
        raise SenderFault(
            f"{path} is Parquet, which this command does not read; write it as CSV or NDJSON.", field="file"
        )
    with _opened(path) as file:
        found = _json_rows(path, file) if path.suffix.lower() in JSON_ENDINGS else _csv_rows(path, file, needed)
        for number, row in found:
            yield number, _readable(path, number, row)


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
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


def model_of(path: Path | None) -> Model:
    """The model in a file, or the one that ships."""
    if path is None:
        return MODEL
    with _opened(path) as file:
        try:
            return model_from(json.load(file))
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise SenderFault(
                f"{path} is no model; `muniment match train` writes one ({fault}).", field="model"
            ) from fault


@contextmanager
def written(path: Path) -> Iterator[IO[str]]:
    """A file that is there whole or not at all."""
    new = path.with_name(path.name + ".new")
    try:
        with new.open("w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as fault:
        raise SenderFault(f"{path} cannot be written: {fault.strerror}.", field="out") from fault
    finally:
        new.unlink(missing_ok=True)
