"""From the values of any format to the message they make."""

from __future__ import annotations

from typing import Any, Final, get_args

from muniment.core.message import Contact, HitReply, HitRequest, StatusInquiry
from muniment.core.places import birth_places
from muniment.core.subject import Identifier, IdentifierKind, Subject
from muniment.formats.judging import Found
from muniment.formats.profile import Profile

#: Kinds of identifiers in the order in which a message object lists them.
IDENTIFIERS: Final[tuple[str, ...]] = get_args(IdentifierKind)
_PLACES: Final = tuple((kind, f"subject.identifiers.{kind}") for kind in IDENTIFIERS)


def country_of(birth_place: str | None, profile: Profile) -> str | None:
    """ISO 3166-1 alpha-2 code of the country that an NCIC birth place lies in, or None where none is known."""
    place = birth_places().get(birth_place or "")
    return place.iso_country if place else profile.values.more_birth_places.get(birth_place or "")


def message(kind: str, found: Found, profile: Profile, common: dict[str, Any]) -> StatusInquiry | HitRequest | HitReply:
    """The message of `kind`; `common` holds what every message has."""

    def contact(to: str) -> Contact:
        name, agency, phone = (next(iter(found.get(f"{to}.{part}", ())), None) for part in ("name", "agency", "phone"))
        return Contact(name, agency, phone)

    own: dict[str, Any] = {to: values[0] if values else None for to, values in found.items() if "." not in to}
    own |= {"subject": subject(found, profile), **common}
    if kind == "IAQ":
        return StatusInquiry(**own)
    if kind == "YQ":
        due = profile.values.priority[own["priority"]]
        return HitRequest(due_minutes=due, requester=contact("requester"), **own)
    return HitReply(confirmer=contact("confirmer"), **own)


def subject(found: Found, profile: Profile) -> Subject:
    """Who the values describe."""
    birth_place = next(iter(found.get("subject.birth_place", ())), None)
    return Subject(
        names=tuple(found.get("subject.names", ())),
        birth_dates=tuple(found.get("subject.birth_dates", ())),
        sex=next(iter(found.get("subject.sex", ())), None),
        birth_place=birth_place,
        birth_country=country_of(birth_place, profile),
        identifiers=tuple([Identifier(kind, value) for kind, place in _PLACES for value in found.get(place, ())]),
    )
