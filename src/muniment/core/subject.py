"""The person asked about, or the person a record describes: names, birth date, identifiers, as frozen values.

Addresses and telephones have no place here: they are no evidence of identity and are not stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

NameKind = Literal["primary", "alias"]
IdentifierKind = Literal["a_number", "fbi", "sid", "license", "ssn", "passport", "fin"]


@dataclass(frozen=True, slots=True)
class Name:
    """One name in upper case as written; every part but one of `family` and `given` may be absent."""

    family: str | None
    given: str | None = None
    middle: str | None = None
    suffix: str | None = None
    kind: NameKind = "primary"

    @property
    def text(self) -> str:
        """`FAMILY, GIVEN MIDDLE SUFFIX`, as people and messages write it."""
        after = " ".join(part for part in (self.given, self.middle, self.suffix) if part)
        return ", ".join(part for part in (self.family, after) if part)


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number given to one person by one authority; `kind` is one of the contract's kinds or a system's own."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything that may speak for or against "these two are the same person".

    `birth_dates` are `YYYY-MM-DD`, `YYYY-MM` or `YYYY`; `birth_place` is the NCIC code of a message,
    `birth_country` the ISO 3166-1 alpha-2 code of a record (a reader of messages may fill both).
    """

    names: tuple[Name, ...] = ()
    birth_dates: tuple[str, ...] = ()
    sex: str | None = None
    birth_place: str | None = None
    birth_country: str | None = None
    identifiers: tuple[Identifier, ...] = field(default=())

    @property
    def primary(self) -> Name | None:
        """The name the person is filed under, or None when no name was given."""
        return next((name for name in self.names if name.kind == "primary"), None)

    def values_of(self, kind: str) -> tuple[str, ...]:
        """All values of one kind of identifier, in the order given."""
        return tuple(item.value for item in self.identifiers if item.kind == kind)


def to_json(subject: Subject) -> dict[str, Any]:
    """The subject as JSON with the keys of the messages contract; every key is always there."""
    return asdict(subject) | {
        "names": [asdict(name) for name in subject.names],
        "birth_dates": list(subject.birth_dates),
        "identifiers": [asdict(item) for item in subject.identifiers],
    }


def subject_from_json(data: Mapping[str, Any]) -> Subject:
    """The subject that `to_json` wrote; absent keys count as unknown, keys of no meaning here are ignored."""
    return Subject(
        names=tuple(_name(item) for item in data.get("names") or ()),
        birth_dates=tuple(data.get("birth_dates") or ()),
        sex=data.get("sex"),
        birth_place=data.get("birth_place"),
        birth_country=data.get("birth_country"),
        identifiers=tuple(Identifier(item["kind"], item["value"]) for item in data.get("identifiers") or ()),
    )


#: Codes by which a message says that it does not know.
UNKNOWN_SEX: Final = "U"
UNKNOWN_PLACE: Final = "XX"


def with_additions(known: Subject, added: Subject) -> Subject:
    """Both together: what was known comes first and stays as it is, only what it lacks is taken from `added`."""
    place = known.birth_place in (None, UNKNOWN_PLACE) and added.birth_place is not None
    return Subject(
        names=(*known.names, *(name for name in added.names if name not in known.names)),
        birth_dates=(*known.birth_dates, *(day for day in added.birth_dates if day not in known.birth_dates)),
        sex=added.sex if known.sex in (None, UNKNOWN_SEX) and added.sex else known.sex,
        birth_place=added.birth_place if place else known.birth_place,
        birth_country=added.birth_country if place else known.birth_country,
        identifiers=(*known.identifiers, *(item for item in added.identifiers if item not in known.identifiers)),
    )


def _name(item: Mapping[str, Any]) -> Name:
    return Name(
        family=item.get("family"),
        given=item.get("given"),
        middle=item.get("middle"),
        suffix=item.get("suffix"),
        kind=item.get("kind") or "primary",
    )
