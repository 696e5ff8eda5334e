"""Which people are worth comparing: those who share a key that not too many share. In SQL that every engine reads.

`filed` holds side (0, or 1 for the second table), person and key. A key of too many people (a common name, a month in a
large table) is not used alone but with each other such key of the person: the GARCIAs of one day are few. What is still
too common then is left out and counted.
"""

from __future__ import annotations

from typing import NamedTuple

from muniment.linkage.job import MOST_ALIKE, RAREST


class Step(NamedTuple):
    """One table and the question that fills it."""

    table: str
    sql: str


def steps(*, two: bool, most: int) -> tuple[Step, ...]:
    """From `filed` to `meeting` (side, person, one, other): people who agree on `one` and `other` meet."""
    meets = "ones > 0 AND others > 0" if two else "ones > 1"
    small = f"ones <= {most} AND others <= {most}"
    return (
        Step("sizes", _sizes("key", "filed", meets)),
        Step("common", _common(small)),
        Step(
            "combined",
            "SELECT a.side, a.person, a.key AS one, b.key AS other FROM common a "
            "JOIN common b ON a.person = b.person AND a.key < b.key",
        ),
        Step("combined_sizes", _sizes("one, other", "combined", meets)),
        Step(
            "meeting",
            "SELECT f.side, f.person, f.key AS one, CAST(0 AS BIGINT) AS other FROM filed f "
            f"JOIN sizes s ON f.key = s.key WHERE {small} UNION ALL "
            "SELECT c.side, c.person, c.one, c.other FROM combined c "
            f"JOIN combined_sizes s ON c.one = s.one AND c.other = s.other WHERE {small} ORDER BY side, person",
        ),
    )


def _sizes(key: str, table: str, meets: str) -> str:
    """How many people of each side are filed under each key, of keys under which two can meet."""
    return (
        f"SELECT * FROM (SELECT {key}, SUM(1 - side) AS ones, SUM(side) AS others FROM {table} GROUP BY {key}) counted "
        f"WHERE {meets}"
    )


def _common(small: str) -> str:
    return (
        "SELECT side, person, key FROM (SELECT f.side, f.person, f.key, "
        "ROW_NUMBER() OVER (PARTITION BY f.person ORDER BY s.ones + s.others, f.key) AS place "
        f"FROM filed f JOIN sizes s ON f.key = s.key WHERE NOT ({small})) ranked WHERE place <= {RAREST}"
    )


def counts(most: int) -> tuple[str, str]:
    """How many keys were too common alone, and how many combinations of them are left out."""
    large = f"ones > {most} OR others > {most}"
    return f"SELECT COUNT(*) FROM sizes WHERE {large}", f"SELECT COUNT(*) FROM combined_sizes WHERE {large}"


def pairs(*, two: bool, ones: str = "TRUE", others: str = "TRUE") -> str:
    """Pairs of people who meet, each once; `ones` and `others` say of which people (conditions on `person`).

    In one table, records of one description are a pair too: of a person with itself.
    """
    meet = (
        "SELECT DISTINCT l.person AS one, r.person AS other FROM "
        f"(SELECT * FROM meeting WHERE side = 0 AND {ones}) l JOIN "
        f"(SELECT * FROM meeting WHERE side = {int(two)} AND {others}) r "
        "ON l.one = r.one AND l.other = r.other AND l.person < r.person"
    )
    alike = f"SELECT person, person FROM people WHERE {ones} AND {others} AND records BETWEEN 2 AND {MOST_ALIKE}"
    return meet if two else f"{meet} UNION ALL {alike}"


def written(*, two: bool) -> str:
    """The rows of the result, from `scored` (one, other, probability, weight) and `record` (id, person)."""
    joined = "FROM scored s JOIN record l ON l.person = s.one JOIN record r ON r.person = s.other"
    ids = (
        "l.id AS left_id, r.id AS right_id" if two else "LEAST(l.id, r.id) AS left_id, GREATEST(l.id, r.id) AS right_id"
    )
    once = "" if two else "WHERE s.one <> s.other OR l.id < r.id"
    return f"SELECT {ids}, s.probability, s.weight {joined} {once} ORDER BY left_id, right_id"
