"""The hard pairs of `tests/cases/identity/pairs.csv`, which anybody who knows names may extend."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from muniment.core.subject import Identifier, Name, Subject

FILE: Final = Path(__file__).parents[1] / "cases" / "identity" / "pairs.csv"
KINDS: Final = ("a_number", "passport", "ssn", "fbi", "fin")
#: Lowest and highest probability of each band.
BANDS: Final = {"match": (0.9, 1.0), "human": (0.01, 0.98), "no match": (0.0, 0.15)}


@dataclass(frozen=True)
class HardPair:
    """Two descriptions, what a careful person would say of them, and why."""

    line: int
    expect: str
    group: str
    source: str
    reason: str
    left: Subject
    right: Subject

    def holds(self, probability: float) -> bool:
        """Whether a score is in the band that is expected."""
        low, high = BANDS[self.expect]
        return low <= probability <= high


def hard_pairs() -> list[HardPair]:
    """All pairs of the file, in its order."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return [_pair(line, row) for line, row in enumerate(csv.DictReader(file), start=2)]


def _pair(line: int, row: Mapping[str, str]) -> HardPair:
    said = (row[column] for column in ("expect", "group", "source", "reason"))
    return HardPair(line, *said, _subject(row, "left"), _subject(row, "right"))


def _subject(row: Mapping[str, str], side: str) -> Subject:
    def of(column: str) -> str | None:
        return row[f"{side}_{column}"] or None

    country = of("birth_country") or ""
    return Subject(
        names=tuple(_names(of("family"), of("given"), of("middle"), of("suffix"), of("aliases") or "")),
        birth_dates=tuple(filter(None, (of("birth_date") or "").split(";"))),
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
