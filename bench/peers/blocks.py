"""Pairs for peers that bring no blocks: who share a number, a date, or a name and a year or an initial."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import combinations, product

Row = dict[str, str]


def rows(file: str) -> list[Row]:
    """A person table."""
    with open(file, newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


def _keys(row: Row) -> Iterator[tuple[str, ...]]:
    year = row.get("birth_date", "")[:4]
    for column in ("ssn", "a_number", "birth_date"):
        if row.get(column):
            yield column, row[column]
    for column in ("given", "family"):
        if row.get(column) and year:
            yield column, row[column].upper(), year
    for column, other in (("given", "family"), ("family", "given")):
        if row.get(column) and row.get(other):
            yield column, row[column].upper(), row[other][:1].upper()


def pairs(tables: list[list[Row]]) -> list[tuple[int, int]]:
    """Places of two rows, each pair once."""
    blocks: list[dict[tuple[str, ...], list[int]]] = []
    for table in tables:
        blocks.append({})
        for place, row in enumerate(table):
            for key in _keys(row):
                blocks[-1].setdefault(key, []).append(place)
    found: set[tuple[int, int]] = set()
    for key, places in blocks[0].items():
        found.update(combinations(places, 2) if len(blocks) == 1 else product(places, blocks[1].get(key, ())))
    return sorted(found)
