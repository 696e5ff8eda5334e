"""Rows by SQL of our own, where one is asked for so often that making the statement would take longer than it does."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

Row = TypeVar("Row", bound=Model)


def one(model: type[Row], which: str, *values: Any) -> Row | None:
    """The first row of the table that `which` (what follows its name in the statement) picks."""
    table = model._meta.db_table
    statement = f"SELECT {table}.* FROM {table} {which} LIMIT 1"  # noqa: S608  our own words, values apart
    return next(iter(model._default_manager.raw(statement, values)), None)


def first(statement: str, *values: Any) -> Any:
    """The first column of the first row; None where there is no row."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return None if row is None else row[0]
