"""Tables of invented people for the comparison with peers, of seeds that nothing was tuned on."""

from __future__ import annotations

import csv
import random
import string
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from muniment.sources.world.generate import Inhabitant, generate

COLUMNS = ("id", "given", "middle", "family", "birth_date", "sex", "birth_country", "a_number", "person")
NAMED = ("id", "given", "family", "birth_date", "person")
TODAY = date(2026, 11, 24)
Row = dict[str, str]


def _people(count: int, seed: int) -> Iterator[Inhabitant]:
    return islice(generate(count, seed, TODAY), count)


def _row(subject: Mapping[str, Any], id_: str, person: int) -> Row:
    name = subject["names"][0]
    numbers = {item["kind"]: item["value"] for item in subject["identifiers"]}
    found = {
        "id": id_,
        "birth_date": next(iter(subject["birth_dates"]), ""),
        "a_number": numbers.get("a_number"),
        "person": str(person),
        **{part: name[part] for part in ("given", "middle", "family")},
        **{column: subject[column] for column in ("sex", "birth_country")},
    }
    return {column: value or "" for column, value in found.items()}


def records(file: Path, people: int, seed: int) -> None:
    """All that nine systems wrote down of a world's people, in one table."""
    rows = (_row(record.subject, record.key, one.number) for one in _people(people, seed) for record in one.records)
    _write(file, COLUMNS, rows)


def doubles(file: Path, rows: int, twice: int, seed: int) -> None:
    """Names and dates of `rows` records, `twice` of them a second record of somebody, with one slip of the hand."""
    chance = random.Random(seed)
    found = []
    for one in _people(2 * rows, seed):
        if one.records and len(found) < rows - twice:
            found.append(_row(one.records[0].subject, str(len(found)), one.number))
    for row in chance.sample(found, twice):
        found.append(_slipped(row | {"id": str(len(found))}, chance))
    chance.shuffle(found)
    _write(file, NAMED, iter(found))


def _slipped(row: Row, chance: random.Random) -> Row:
    column = chance.choice([column for column in ("given", "family", "birth_date") if row[column]])
    text = row[column]
    place = chance.choice([place for place, sign in enumerate(text) if sign.isalnum()])
    if column == "birth_date":
        other = chance.choice([digit for digit in string.digits if digit != text[place]])
        return row | {column: text[:place] + other + text[place + 1 :]}
    other = chance.choice(string.ascii_uppercase)
    kinds = (
        text[:place] + text[place + 1 :],
        text[:place] + other + text[place + 1 :],
        text[:place] + other + text[place:],
    )
    return row | {column: chance.choice(kinds)}


def _write(file: Path, columns: tuple[str, ...], rows: Iterator[Row]) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
