"""A row of a person table as a `Subject`: the columns that `muniment match` reads; each may be absent or empty.

Addresses and telephones are not read: they are no evidence of identity here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from muniment.core.subject import Identifier, Name, NameKind, Subject

NUMBERS: Final = ("a_number", "passport", "ssn", "fbi", "fin")
COLUMNS: Final = (
    *("id", "full_name", "given", "middle", "family", "suffix", "aliases", "birth_date", "sex"),
    *("birth_country", "birth_place", *NUMBERS),
)
#: A column of which there may be one for the group that rates are reported by; it is never evidence.
GROUP: Final = "group"


def subject_from_row(row: Mapping[str, object], prefix: str = "") -> Subject:
    """The description in the columns whose names begin with `prefix`; columns of no meaning here are ignored.

    `aliases` are full names with `;` between. A full name with a comma has its family name in front; of one without,
    nobody knows which word is of which part, and none is held against it.
    """

    def of(column: str) -> str | None:
        value = row.get(prefix + column)
        return str(value).strip() or None if value is not None else None

    return Subject(
        names=tuple(_names(of("full_name"), of("family"), of("given"), of("middle"), of("suffix"), of("aliases"))),
        birth_dates=tuple(part.strip()[:10] for part in (of("birth_date") or "").split(";") if part.strip()),
        sex=(of("sex") or "")[:1].upper() or None,
        birth_place=(of("birth_place") or "").upper() or None,
        birth_country=(of("birth_country") or "").upper() or None,
        identifiers=tuple(Identifier(kind, value) for kind in NUMBERS if (value := of(kind))),
    )


def _names(
    full: str | None, family: str | None, given: str | None, middle: str | None, suffix: str | None, aliases: str | None
) -> Iterable[Name]:
    if family or given or middle:
        yield Name(_upper(family), _upper(given), _upper(middle), _upper(suffix))
    elif full:
        yield full_name(full)
    for alias in (aliases or "").split(";"):
        if alias.strip():
            yield full_name(alias, "alias")


def full_name(text: str, kind: NameKind = "primary") -> Name:
    """`FAMILY, GIVEN MIDDLE`, or all words without saying which is which."""
    family, comma, given = text.upper().partition(",")
    if comma:
        return Name(family.strip() or None, given.strip() or None, kind=kind)
    return Name(None, family.strip(), kind=kind)


def _upper(text: str | None) -> str | None:
    return text.upper() if text else None
