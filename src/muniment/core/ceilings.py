"""How many inquiries an agency may make in a time, from the dated defaults of `ceilings.toml`.

Hit confirmation requests (YQ) are under no ceiling: each needs the number of a record that this center entered, so
nobody can fish with it, and a person is held meanwhile (docs/decisions/0010-ceilings.md).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

#: The largest ceiling that may be given to one agency.
MOST: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most inquiries in any hour, and in any 24 hours."""

    per_hour: int
    per_day: int


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of agency, with its ceilings by the day from which they hold, oldest first."""

    name: str
    says: str
    versions: tuple[tuple[date, Ceiling], ...]

    def on(self, day: date) -> Ceiling:
        """The ceiling that holds on `day`; before the first one, the first."""
        begun = [ceiling for since, ceiling in self.versions if since <= day]
        return begun[-1] if begun else self.versions[0][1]


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of agency, by name."""
    data = tomllib.loads((files(__package__) / "ceilings.toml").read_text(encoding="utf-8"))
    return {name: _kind(name, row["says"], row["versions"]) for name, row in data.items()}


def _kind(name: str, says: str, versions: list[dict[str, int | date]]) -> Kind:
    rows = [(row["from"], Ceiling(row["per_hour"], row["per_day"])) for row in versions]  # type: ignore[arg-type]  # as the file has them
    return Kind(name, says, tuple(sorted(rows, key=lambda row: row[0])))  # type: ignore[arg-type]  # dates first
