"""How a person may tie a candidate to the one asked about: by a unique identifier, or by biography alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from muniment.core.subject import Subject
from muniment.identity.differences import align
from muniment.identity.identifiers import is_generic

#: Identifiers that one authority gives to one person.
UNIQUE: Final = ("a_number", "fbi", "sid", "ssn", "passport", "fin")
#: Biographic items, each with the fields that must all agree.
BIOGRAPHIC: Final = (("family_name", "given_names"), ("birth_date",), ("birth_place",))
#: domain.md 1.4 step 1: unique number and two concordant biographic items; name and birth date alone are a candidate.
CONCORDANT: Final = 2


def basis(asked: Subject, recorded: Sequence[Subject]) -> Literal["identifier", "biographic"]:
    """`identifier` when a record shares a unique identifier and two biographic items agree with it, else `biographic`."""
    return "identifier" if any(_tied(asked, each) for each in recorded) else "biographic"


def _tied(asked: Subject, recorded: Subject) -> bool:
    shared = any(
        value in recorded.values_of(kind) and not is_generic(value) for kind in UNIQUE for value in asked.values_of(kind)
    )
    same = {difference.field for difference in align(asked, recorded) if difference.mark == "same"}
    return shared and sum(same.issuperset(item) for item in BIOGRAPHIC) >= CONCORDANT
