"""Rows that are written by SQL of our own are those that the tables' models read back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from muniment.store import access
from muniment.store.models import Line, Message, Work

pytestmark = pytest.mark.django_db

TEXT = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
VALUES = some.none() | some.booleans() | some.integers(-(2**53), 2**53) | some.floats(-1e6, 1e6) | TEXT
JSON = some.dictionaries(TEXT, VALUES | some.lists(VALUES, max_size=3), max_size=4)
TIMES = some.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=some.just(UTC))  # noqa: DTZ001  bounds have none
ANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


@ANY
@given(raw=some.binary(max_size=40), mark=TEXT, content=some.none() | JSON, received=TIMES)
def test_what_is_inserted_is_what_is_read(
    center: Line, raw: bytes, mark: str, content: dict[str, object] | None, received: datetime
) -> None:
    row = Message(line=center, raw=raw, sha256="0" * 64, mark=mark, content=content, received=received)
    access.insert([row])
    read = Message.objects.get(pk=row.pk)
    assert (bytes(read.raw), read.mark, read.content, read.received) == (raw, mark, content, received)


def test_each_of_many_rows_gets_the_key_it_is_stored_under(center: Line) -> None:
    rows = [Work(task="read", target=number, lane=1, due=access.db_now()) for number in range(500)]
    access.insert(rows)
    assert [Work.objects.get(pk=row.pk).target for row in rows] == list(range(500))


def test_a_row_that_was_inserted_is_changed_when_it_is_saved(center: Line) -> None:
    row = Work(task="read", target=1, lane=1, due=access.db_now())
    access.insert([row])
    row.lane = 2
    row.save()
    assert list(Work.objects.values_list("pk", "lane")) == [(row.pk, 2)]


def test_no_rows_are_no_statement(center: Line) -> None:
    access.insert([])
    assert not Work.objects.exists()


@ANY
@given(mark=TEXT, content=some.none() | JSON)
def test_an_update_writes_the_named_columns_and_no_other(
    center: Line, mark: str, content: dict[str, object] | None
) -> None:
    row = Message(line=center, raw=b"as it came", sha256="0" * 64, received=access.db_now())
    access.insert([row])
    row.mark, row.content, row.sender = mark, content, "not written"
    access.update(row, "mark", "content")
    read = Message.objects.get(pk=row.pk)
    assert (read.mark, read.content, read.sender, bytes(read.raw)) == (mark, content, "", b"as it came")
