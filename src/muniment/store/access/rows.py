"""Rows by SQL of our own, where one is asked for so often that making the statement would take longer than it does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import AutoField, Model

Row = TypeVar("Row", bound=Model)


def one(model: type[Row], which: str, *values: Any) -> Row | None:
    """The first row of the table that `which` (what follows its name in the statement) picks."""
    return next(iter(every(model, f"{which} LIMIT 1", *values)), None)


def every(model: type[Row], which: str, *values: Any) -> list[Row]:
    """The rows of the table that `which` (what follows its name in the statement) picks."""
    table = model._meta.db_table
    statement = f"SELECT {table}.* FROM {table} {which}"  # noqa: S608  our own words, values apart
    return list(model._default_manager.raw(statement, values))


def first(statement: str, *values: Any) -> Any:
    """The first column of the first row; None where there is no row."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return None if row is None else row[0]


def insert(rows: Sequence[Row]) -> None:
    """Insert rows of one table by one statement, and give each its key."""
    if not rows:
        return
    written = [{name: getattr(row, name) for name in _columns(type(row))} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_insertion(type(rows[0])), [json.dumps(written, default=_as_text)])
        keys = cursor.fetchall()
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk, row._state.adding, row._state.db = key, False, connection.alias


def update(row: Model, *names: str) -> None:
    """Write the named columns of a row."""
    written = json.dumps({name: getattr(row, name) for name in names}, default=_as_text)
    with connection.cursor() as cursor:
        cursor.execute(_change(type(row), names), [written, row.pk])


@cache
def _columns(model: type[Model]) -> tuple[str, ...]:
    return tuple(field.column for field in model._meta.concrete_fields if not isinstance(field, AutoField))


@cache
def _insertion(model: type[Model]) -> str:
    """As JSON all rows are one value, whose shape the table itself says; PostgreSQL keeps their order."""
    table, columns = model._meta.db_table, ", ".join(_columns(model))
    source = f"jsonb_populate_recordset(NULL::{table}, %s::jsonb)"
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {source} RETURNING {_key(model)}"  # noqa: S608  our own names


@cache
def _change(model: type[Model], names: tuple[str, ...]) -> str:
    table, columns = model._meta.db_table, ", ".join(names)
    source = f"jsonb_populate_record(NULL::{table}, %s::jsonb)"
    return f"UPDATE {table} SET ({columns}) = (SELECT {columns} FROM {source}) WHERE {_key(model)} = %s"  # noqa: S608  our names


def _key(model: type[Model]) -> str:
    key = model._meta.pk
    assert key is not None  # every table has one
    return key.column


def _as_text(value: Any) -> str:
    """Times and bytes as PostgreSQL reads them."""
    return value.isoformat() if isinstance(value, datetime) else "\\x" + bytes(value).hex()
