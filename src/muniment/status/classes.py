"""Class-of-admission codes (`classes.csv`, domain.md 1.6). A code is matched whole, never by its beginning."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

#: Groups of an admission that begins a temporary stay with a period.
TEMPORARY: Final = frozenset({"nonimmigrant", "diplomat", "compact", "T", "U"})
#: Groups of a code that says nothing sure (C18).
UNLISTED: Final = frozenset({"unknown", "historic"})


@dataclass(frozen=True, slots=True)
class Class:
    """One code. `group` says what a record with it can begin; `protected` codes never show to police; `protection` is
    the P-rule that they raise; `paper` is the kind of fact that must stand behind a marker of enforcement or end."""

    code: str
    group: str
    duration_of_status: bool
    protected: bool
    protection: str | None
    paper: str | None
    meaning: str


_OUTSIDE: Final = Class("", "unknown", False, False, None, None, "class outside the list")


@cache
def classes() -> Mapping[str, Class]:
    """Every code that the program knows."""
    lines = (files("muniment.status") / "classes.csv").read_text("utf-8").splitlines()
    return {row["code"]: _class(row) for row in csv.DictReader(lines)}


def class_of(code: str | None) -> Class:
    """The class of an exact `code`; a code outside the list is of the group `unknown`, and so is none at all."""
    return classes().get(code or "", _OUTSIDE)


def _class(row: Mapping[str, str]) -> Class:
    return Class(
        row["code"],
        row["group"],
        row["duration_of_status"] == "yes",
        row["protected"] == "yes",
        row["protection"] or None,
        row["paper"] or None,
        row["meaning"],
    )
