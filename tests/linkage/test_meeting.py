"""Who meets: those who share a key of few, or two keys of many; never more than the limit allows."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pytest

from muniment.linkage import meeting


def met(filed: Iterable[tuple[int, int, int]], *, two: bool, most: int) -> tuple[set[tuple[int, int]], list[int]]:
    """The pairs that meet, and the counts, of (side, person, key)."""
    connection = duckdb.connect()
    connection.execute("CREATE TABLE filed (side INTEGER, person BIGINT, key BIGINT)")
    connection.executemany("INSERT INTO filed VALUES ($1, $2, $3)", list(filed))
    connection.execute("CREATE TABLE people AS SELECT DISTINCT person, 1 AS records FROM filed")
    for step in meeting.steps(two=two, most=most):
        connection.execute(f"CREATE TABLE {step.table} AS {step.sql}")
    found = connection.execute(meeting.pairs(two=two)).fetchall()
    assert len(found) == len(set(found))
    return set(found), [connection.execute(sql).fetchall()[0][0] for sql in meeting.counts(most)]


def test_those_who_share_a_key_of_few_meet_once() -> None:
    filed = [(0, 0, 7), (0, 1, 7), (0, 1, 8), (0, 0, 8), (0, 2, 9)]
    assert met(filed, two=False, most=2) == ({(0, 1)}, [0, 0])


def test_of_two_tables_only_people_of_both_meet() -> None:
    filed = [(0, 0, 7), (0, 1, 7), (1, 2, 7), (1, 3, 8)]
    assert met(filed, two=True, most=2) == ({(0, 2), (1, 2)}, [0, 0])


@pytest.mark.parametrize("two", [False, True])
def test_a_key_of_many_counts_with_another_of_many(two: bool) -> None:
    """Twelve people in three groups of four share key 7; those of one group share a second key of many."""
    side = [int(two and person >= 6) for person in range(12)]
    filed = [(side[person], person, key) for person in range(12) for key in (7, 100 + person % 3)]
    pairs, (common, left_out) = met(filed, two=two, most=1 if two else 3)
    assert common == 4
    assert left_out == (3 if two or len(pairs) == 0 else 0)
    wide, _ = met(filed, two=two, most=2 if two else 4)
    assert wide == {
        (one, other)
        for one in range(12)
        for other in range(one + 1, 12)
        if one % 3 == other % 3 and (side[one] < side[other] or not two)
    }
