"""By what a record is tied to the person asked about (`links[].basis` of the status contract)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from muniment.core.subject import Subject
from muniment.identity import identifiers


def basis(asked: Subject, recorded: Iterable[Subject]) -> Literal["identifier", "biographic"]:
    """`identifier` when an exact unique identifier was asked and is recorded, else `biographic`."""
    known = identifiers.unique_in(asked)
    return "identifier" if any(known & identifiers.unique_in(each) for each in recorded) else "biographic"
