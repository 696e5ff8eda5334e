"""Birth places: countries compared, with those that records write for each other; towns are only shown."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

from muniment.core.places import birth_places, countries
from muniment.core.subject import Subject

PlaceLevel = Literal["same", "close", "differs"]


@cache
def _groups() -> Mapping[str, frozenset[str]]:
    """Country, or NCIC code of a state that is no more, to the reasons why records write others for it."""
    data = tomllib.loads((files("muniment.identity") / "data" / "places.toml").read_text(encoding="utf-8"))
    found: dict[str, frozenset[str]] = {}
    for group in data["group"]:
        for code in group["codes"].split():
            found[code] = found.get(code, frozenset()) | {group["reason"]}
    return found


def country(subject: Subject) -> str | None:
    """ISO code of the birth country; `NCIC:XX` for an NCIC code of a state that is no more; None when not known."""
    if subject.birth_country and subject.birth_country.upper() in countries():
        return subject.birth_country.upper()
    place = birth_places().get((subject.birth_place or "").upper())
    if place is None or place.kind in ("none", "reference_only"):
        return None
    return place.iso_country or f"NCIC:{place.code}"


def level(left: Subject, right: Subject) -> PlaceLevel | None:
    """None when a side names no country."""
    return level_of(country(left), country(right))


@lru_cache(maxsize=10_000)
def level_of(one: str | None, other: str | None) -> PlaceLevel | None:
    """`level` of two countries as `country` gives them."""
    if one is None or other is None:
        return None
    if one == other:
        return "same"
    return "close" if close_because(one, other) else "differs"


def close_because(one: str, other: str) -> str | None:
    """Why records write one of these countries for the other, or None."""
    shared = _groups().get(one, frozenset()) & _groups().get(other, frozenset())
    return min(shared, default=None)


def text(subject: Subject) -> str:
    """The birth place in words: `GT Guatemala` of a message, `Honduras, SAN PEDRO SULA`; empty if unknown."""
    name = country_name(subject)
    place = birth_places().get((subject.birth_place or "").upper())
    if place and place.kind == "none":
        return name or place.name
    if place:
        return f"{place.code} {place.name}"
    return ", ".join(part for part in (name, subject.birth_place) if part)


def country_name(subject: Subject) -> str:
    """English name of the birth country; empty if unknown."""
    return name_of(country(subject) or "")


def name_of(code: str) -> str:
    """English name of a country as `country` gives it; empty if unknown."""
    if code.startswith("NCIC:"):
        return birth_places()[code.removeprefix("NCIC:")].name
    return countries().get(code, "")
