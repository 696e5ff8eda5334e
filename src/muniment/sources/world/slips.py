"""How a record comes to differ from the truth: one function for each rate of errors.toml.

A slip changes a description and says whether it could; the name of one that did is kept beside the truth.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from importlib.resources import files
from typing import Any, Final

from muniment.sources.world import numbers
from muniment.sources.world.draw import Draw
from muniment.sources.world.naming import FullName
from muniment.sources.world.people import Person

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: Shares of records with each error; read from errors.toml.
ERRORS: Final[Mapping[str, Mapping[str, float]]] = tomllib.loads(
    (files("muniment.sources.world") / "errors.toml").read_text("utf-8")
)


class Description:
    """How one record describes a person, before and while it goes wrong. `birth` is a date or a part of one."""

    __slots__ = (
        *("alias", "birth", "country", "draw", "family", "given", "middle", "numbers", "person", "right", "sex"),
        "today",
    )

    def __init__(self, person: Person, today: int, numbers_held: dict[str, str], draw: Draw) -> None:
        self.person = person
        self.draw = draw
        self.right: FullName = person.married or person.name
        self.given, self.middle, self.family = self.right.given, self.right.middle, self.right.family
        self.alias: FullName | None = None
        self.today = today
        self.birth = date.fromordinal(person.born).isoformat()
        self.sex = person.sex
        self.country = person.country
        self.numbers = numbers_held


Slip = Callable[[Description], bool]


def name_before_marriage(d: Description) -> bool:
    if d.person.married is None:
        return False
    d.family = d.person.name.family
    return True


def second_surname_missing(d: Description) -> bool:
    first = d.right.first_family
    if d.family == first or first not in d.family:
        return False
    d.family = first
    return True


def middle_missing(d: Description) -> bool:
    had, d.middle = d.middle, ""
    return bool(had)


def middle_initial(d: Description) -> bool:
    had, d.middle = d.middle, d.middle[:1]
    return len(had) > 1


def other_spelling(d: Description) -> bool:
    """A variant from the culture's table for one part of the name, else a sound written in the other way."""
    part = d.draw.pick(("given", "family", "family"))
    was = getattr(d, part)
    setattr(d, part, _variant(d, was))
    return bool(getattr(d, part) != was)


def _variant(d: Description, name: str) -> str:
    culture = d.person.culture
    for token in (name, *name.split(" ")):
        if token in culture.variants:
            return name.replace(token, d.draw.pick(culture.variants[token]), 1)
    sounds = [pair for pair in culture.sounds if pair[0] in name]
    return name.replace(*d.draw.pick(sounds), 1) if sounds else name


def joined_name(d: Description) -> bool:
    part = "family" if " " in d.family or "-" in d.family else "given"
    was: str = getattr(d, part)
    joined = was.replace("-", " ", 1) if "-" in was else was.replace(" ", d.draw.pick(("", "-")), 1)
    setattr(d, part, joined)
    return joined != was


def name_order(d: Description) -> bool:
    if not d.given:
        return False
    d.given, d.family = d.family, d.given
    return True


def typing_slip(d: Description) -> bool:
    part = "given" if d.given and d.draw.chance(0.45) else "family"
    was: str = getattr(d, part)
    setattr(d, part, _mistyped(d.draw, was))
    return bool(getattr(d, part) != was)


def _mistyped(draw: Draw, name: str) -> str:
    if len(name) < 3:
        return name
    at = draw.between(1, len(name) - 2)
    kind = draw.below(4)
    if kind == 0:
        return name[:at] + draw.pick(LETTERS) + name[at + 1 :]
    if kind == 1:
        return name[:at] + name[at + 1 :]
    if kind == 2:
        return name[:at] + name[at] + name[at:]
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def alias_added(d: Description) -> bool:
    """The right name as an alias of a wrong one; of a right one, the name before marriage or another spelling."""
    if (d.given, d.family) != (d.right.given, d.right.family):
        d.alias = d.right
    elif d.person.married is not None:
        d.alias = d.person.name
    else:
        d.alias = d.right._replace(family=_variant(d, d.family))
    return True


def day_month_swap(d: Description) -> bool:
    year, month, day = d.birth[:4], d.birth[5:7], d.birth[8:]
    if day > "12" or day == month:
        return False
    d.birth = f"{year}-{day}-{month}"
    return True


def birth_digit(d: Description) -> bool:
    """One digit wrong, so that the date stays one."""
    at = d.draw.pick((2, 3, 6, 8, 9, 9))
    wrong = f"{d.birth[:at]}{d.draw.below(10)}{d.birth[at + 1 :]}"
    if wrong == d.birth or not _is_past(wrong, d.today):
        return False
    d.birth = wrong
    return True


def month_beside(d: Description) -> bool:
    wrong = f"{d.birth[:5]}{int(d.birth[5:7]) % 12 + 1:02d}{d.birth[7:]}"
    if not _is_past(wrong, d.today):
        return False
    d.birth = wrong
    return True


def _is_past(text: str, today: int) -> bool:
    try:
        return date.fromisoformat(text).toordinal() <= today
    except ValueError:
        return False


def birth_year_only(d: Description) -> bool:
    d.birth = d.birth[:4]
    return True


def first_of_january(d: Description) -> bool:
    wrong = f"{d.birth[:4]}-01-01"
    changed, d.birth = wrong != d.birth, wrong
    return changed


def sex_wrong(d: Description) -> bool:
    d.sex = "F" if d.sex == "M" else "M"
    return True


def country_wrong(d: Description) -> bool:
    was, d.country = d.country, d.draw.weighted(d.person.culture.countries)
    return d.country != was


def number_slip(d: Description) -> bool:
    if not d.numbers:
        return False
    kind = d.draw.pick(list(d.numbers))
    value = d.numbers[kind]
    at = d.draw.between(3, len(value) - 2)
    if d.draw.chance(0.5):
        wrong = value[:at] + str(d.draw.below(10)) + value[at + 1 :]
    else:
        wrong = value[:at] + value[at + 1] + value[at] + value[at + 2 :]
    d.numbers = d.numbers | {kind: wrong}
    return wrong != value


def number_of_another(d: Description) -> bool:
    if "a_number" not in d.numbers:
        return False
    d.numbers = d.numbers | {"a_number": numbers.a_number(d.person.number + d.draw.between(1, 50))}
    return True


#: In the order in which they happen. Those of a birth date come one at most, so that each meets a whole date.
NAME_SLIPS: Final[tuple[Slip, ...]] = (
    *(name_before_marriage, second_surname_missing, middle_missing, middle_initial, other_spelling, joined_name),
    *(name_order, typing_slip, alias_added),
)
BIRTH_SLIPS: Final[tuple[Slip, ...]] = (day_month_swap, birth_digit, month_beside, birth_year_only, first_of_january)
OTHER_SLIPS: Final[tuple[Slip, ...]] = (sex_wrong, country_wrong, number_slip, number_of_another)


def slip(d: Description, noise: float) -> list[str]:
    """Let the description go wrong, `noise` times as often as errors.toml says; gives the names of what happened."""
    happened = [name for name, rate, change in _ALL if d.draw.random() < rate * noise and change(d)]
    for name, rate, change in _BIRTH:
        if d.draw.random() < rate * noise and change(d):
            return [*happened, name]
    return happened


def _rated(slips: tuple[Slip, ...]) -> list[tuple[str, float, Slip]]:
    rates = {name: rate for section in ERRORS.values() for name, rate in section.items()}
    return [(change.__name__, rates[change.__name__], change) for change in slips]


_ALL: Final = _rated(NAME_SLIPS + OTHER_SLIPS)
_BIRTH: Final = _rated(BIRTH_SLIPS)

Fields = Mapping[str, Any]
#: A slip of a fact: its fields as they were, and as they stand in the record; None where the fact is missing.
FactSlip = Callable[[Fields], Fields | None]

_BESIDE: Final[Mapping[str, str]] = {
    "B1": "B2", "B2": "B1", "BBB": "B2", "WT": "WB", "WB": "WT", "F1": "F2", "J1": "J2", "M1": "F1", "H1B": "H4",
    "H2A": "H2B", "H2B": "H2A", "L1A": "L1B", "L1B": "L1A", "F41": "F43", "F43": "F41", "IR1": "IR6", "IR2": "IR7",
    "IR5": "IR0", "CR6": "CR1", "E26": "E27", "E21": "E26", "RE6": "RE7", "AS6": "AS7", "DV1": "DV6", "PAR": "DA",
}  # fmt: skip


def departure_missing(_: Fields) -> Fields | None:
    return None


def oath_missing(_: Fields) -> Fields | None:
    return None


def finality_missing(fields: Fields) -> Fields | None:
    return {**fields, "final": None}


def decision_missing(fields: Fields) -> Fields | None:
    return {**fields, "state": "pending", "date": fields["filed"]} if "filed" in fields else fields


def class_wrong(fields: Fields) -> Fields | None:
    return {**fields, "class": _BESIDE.get(fields["class"], fields["class"])}


_BY_KIND: Final[Mapping[str, tuple[FactSlip, ...]]] = {
    "departure": (departure_missing,),
    "naturalization_oath": (oath_missing,),
    "removal_order": (finality_missing,),
    "adjustment_application": (decision_missing,),
    "asylum_application": (decision_missing,),
    "stay_application": (decision_missing,),
    "conditions_petition": (decision_missing,),
    "admission": (class_wrong,),
    "lpr_grant": (class_wrong,),
}


def slip_fact(draw: Draw, fact: Fields) -> tuple[Fields | None, str]:
    """The fact as it stands in the record, None where it is missing, and the name of what happened, if anything."""
    for change in _BY_KIND.get(fact["kind"], ()):
        if draw.random() < ERRORS["fact"][change.__name__]:
            came = change(fact)
            return came, "" if came == fact else change.__name__
    return fact, ""
