"""Tables of an invented world for tests of linkage."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import islice
from pathlib import Path

from muniment.sources.world.generate import generate

COLUMNS = ("id", "family", "given", "middle", "birth_date", "sex", "birth_country", "a_number")


def records(people: int, seed: int) -> list[dict[str, str]]:
    """Every record of the world as a row, with the `person` it is of."""
    found = []
    for someone in islice(generate(people, seed, date(2026, 11, 24)), people):
        for record in someone.records:
            name, subject = record.subject["names"][0], record.subject
            number = next((item["value"] for item in subject["identifiers"] if item["kind"] == "a_number"), "")
            found.append(
                {
                    "id": record.key,
                    **{part: name[part] or "" for part in ("family", "given", "middle")},
                    "birth_date": next(iter(subject["birth_dates"]), ""),
                    **{column: subject[column] or "" for column in ("sex", "birth_country")},
                    "a_number": number,
                    "person": str(someone.number),
                }
            )
    return found


def written(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    """The rows as CSV."""
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a result in CSV."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
