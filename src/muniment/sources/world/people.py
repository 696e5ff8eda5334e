"""Who a person of the world is: sex, birth, names, kin. Depends on the seed and the person's number alone."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from muniment.sources.world.cultures import Culture, cultures
from muniment.sources.world.draw import Draw, Weighted
from muniment.sources.world.naming import FullName, full_name, married_name, with_family

YEAR: Final = 365.25  # days
#: Age bands in years with their shares.
_AGES: Final = Weighted([((0, 17), 8), ((18, 29), 26), ((30, 44), 35), ((45, 59), 20), ((60, 74), 8), ((75, 92), 3)])
#: Shares of people with an odd number who are kin of the person before them.
_KIN: Final = Weighted([("", 0.965), ("twin", 0.007), ("child", 0.014), ("sibling", 0.014)])


class Person(NamedTuple):
    """`born` is a proleptic ordinal day; `married` is the name after marriage or None; `kin` how the person is tied
    to the one before: twin, child, sibling or nothing."""

    number: int
    culture: Culture
    country: str
    sex: str
    born: int
    name: FullName
    married: FullName | None
    kin: str


def person(seed: int, number: int, today: int, draw: Draw) -> Person:
    """Person `number` of a world; `draw` must be new and is used up to here."""
    kin = draw.weighted(_KIN) if number % 2 else ""
    if not kin:
        return _unrelated(number, today, draw)
    return _related(kin, person(seed, number - 1, today, Draw(seed, number - 1)), number, today, draw)


def _unrelated(number: int, today: int, draw: Draw) -> Person:
    culture = draw.weighted(cultures())
    country = draw.weighted(culture.countries)
    sex = "M" if draw.chance(0.55) else "F"
    born = _birthday(draw, culture, today)
    name = full_name(draw, culture, sex, date.fromordinal(born).year)
    return Person(number, culture, country, sex, born, name, _married(draw, culture, sex, born, today, name), "")


def _birthday(draw: Draw, culture: Culture, today: int) -> int:
    youngest, oldest = draw.weighted(_AGES)
    born = today - draw.between(int(youngest * YEAR) + 30, int((oldest + 1) * YEAR))
    return date(date.fromordinal(born).year, 1, 1).toordinal() if draw.chance(culture.january) else born


def _married(draw: Draw, culture: Culture, sex: str, born: int, today: int, name: FullName) -> FullName | None:
    grown = min(1.0, max(0.0, (today - born - 19 * YEAR) / (21 * YEAR)))
    return married_name(draw, culture, name) if sex == "F" and draw.chance(culture.takes * grown) else None


def _related(kin: str, elder: Person, number: int, today: int, draw: Draw) -> Person:
    """A twin shares all but the given names, others the family name; some sons bear the father's whole name."""
    sex = elder.sex if kin == "twin" else "M" if draw.chance(0.5) else "F"
    born = {
        "twin": elder.born,
        "child": elder.born + draw.between(int(20 * YEAR), int(38 * YEAR)),
        "sibling": elder.born + draw.between(400, 3500),
    }[kin]
    if born > today - 30:
        return _unrelated(number, today, draw)
    name = with_family(full_name(draw, elder.culture, sex, date.fromordinal(born).year), elder.name)
    if kin == "child" and sex == elder.sex == "M" and draw.chance(0.6):
        name = elder.name
    return Person(number, elder.culture, elder.country, sex, born, name, None, kin)
