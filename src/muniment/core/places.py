"""Places as messages and records name them: NCIC birth place codes and ISO 3166-1 countries."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class BirthPlace:
    """One NCIC code of a birth place (messages-contract.md, POB).

    `kind` is `country`, `us_state`, `us_territory`, `us_tribe`, `mx_state`, `ca_province`, `none` (unknown, not in
    table) or `reference_only` (no longer to be sent). `iso_country` is None where the code names no country of today.
    """

    code: str
    name: str
    kind: str
    iso_country: str | None
    note: str


@cache
def birth_places() -> Mapping[str, BirthPlace]:
    """All NCIC codes of birth places, by code."""
    return {
        row["code"]: BirthPlace(row["code"], row["name"], row["kind"], row["iso_country"] or None, row["note"] or "")
        for row in _rows("birth_places.csv")
    }


@cache
def countries() -> Mapping[str, str]:
    """English names of the countries and territories of ISO 3166-1 (and XK, Kosovo), by alpha-2 code."""
    return {row["code"]: row["name"] for row in _rows("countries.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((files(__package__) / name).read_text(encoding="utf-8").splitlines()))
