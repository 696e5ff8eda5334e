"""From the values of any format to a subject, and the order in which its identifiers are listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from muniment.core.places import birth_places
from muniment.core.subject import Identifier, Name, Subject

#: Prefix of the field to kind of identifier, in the order of the contract.
IDENTIFIERS: Final[Mapping[str, str]] = {
    "ARN": "a_number",
    "FBI": "fbi",
    "SID": "sid",
    "OLN": "license",
    "SOC": "ssn",
    "PPN": "passport",
}


def subject(
    names: Iterable[Name],
    birth_dates: Sequence[str],
    sex: str | None,
    birth_place: str | None,
    identifiers: Iterable[tuple[str, str]],
) -> Subject:
    """The subject, with the country of the birth place where the NCIC table knows one."""
    place = birth_places().get(birth_place or "")
    return Subject(
        names=tuple(names),
        birth_dates=tuple(birth_dates),
        sex=sex,
        birth_place=birth_place,
        birth_country=place.iso_country if place else None,
        identifiers=tuple(Identifier(kind, value) for kind, value in identifiers),
    )
