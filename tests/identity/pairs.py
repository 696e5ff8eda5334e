"""The hard pairs of `tests/cases/identity/pairs.csv`, which anybody who knows names may extend."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from muniment.core.subject import Identifier, Name, Subject

FILE = Path(__file__).parents[1] / "cases" / "identity" / "pairs.csv"
KINDS = ("a_number", "passport", "ssn", "fbi", "fin")


@dataclass(frozen=True)
class HardPair:
    """Two descriptions, what a careful person would say of them, and why."""

    line: int
    expect: str
    reason: str
    left: Subject
    right: Subject


def hard_pairs() -> list[HardPair]:
    """All pairs of the file, in its order."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return [
            HardPair(line, row["expect"], row["reason"], _subject(row, "left"), _subject(row, "right"))
            for line, row in enumerate(csv.DictReader(file), start=2)
        ]


def _subject(row: Mapping[str, str], side: str) -> Subject:
    def of(column: str) -> str | None:
        return row[f"{side}_{column}"] or None

    country = of("birth_country") or ""
    return Subject(
        names=tuple(_names(of("family"), of("given"), of("middle"), of("suffix"), of("aliases") or "")),
        birth_dates=tuple(filter(None, [of("birth_date")])),
        sex=of("sex"),
        birth_place=country.removeprefix("NCIC:") if country.startswith("NCIC:") else None,
        birth_country=country if len(country) == 2 else None,
        identifiers=tuple(Identifier(kind, value) for kind in KINDS if (value := of(kind))),
    )


def _names(family: str | None, given: str | None, middle: str | None, suffix: str | None, aliases: str) -> list[Name]:
    names = [Name(family, given, middle, suffix)] if family or given else []
    for alias in filter(None, aliases.split(";")):
        *families, last = alias.split()
        names.append(Name(" ".join(families), last, kind="alias"))
    return names
