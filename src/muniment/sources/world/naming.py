"""How full names are built, one function for each `structure` of the cultures' files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from muniment.sources.world.cultures import NEW_FROM, OF_THE_PERIOD, OLD_BEFORE, Culture
from muniment.sources.world.draw import Draw


class FullName(NamedTuple):
    """A name in parts. `family` is the whole family name, `first_family` its part that is never left out."""

    given: str
    middle: str
    family: str
    first_family: str


def full_name(draw: Draw, culture: Culture, sex: str, year: int) -> FullName:
    """A name for a person of this sex born in this year."""
    return _STRUCTURES[culture.structure](draw, culture, sex, year)


def with_family(name: FullName, relative: FullName) -> FullName:
    """The name with the family name of a relative."""
    return name._replace(family=relative.family, first_family=relative.first_family)


def married_name(draw: Draw, culture: Culture, name: FullName) -> FullName:
    """The name after marriage, where the culture changes it: the husband's name taken, or added with DE."""
    husband = _family(draw, culture)
    if culture.adds_name:
        return name._replace(family=f"{name.first_family} DE {husband}")
    return name._replace(family=husband, first_family=husband)


def _given(draw: Draw, culture: Culture, sex: str, year: int) -> str:
    period = "old" if year < OLD_BEFORE else "new" if year >= NEW_FROM else ""
    of_period = culture.given.get(f"{sex}_{period}") if period else None
    if of_period and draw.chance(OF_THE_PERIOD):
        return draw.weighted(of_period)
    return draw.weighted(culture.given[sex])


def _family(draw: Draw, culture: Culture) -> str:
    if culture.tail_heads and draw.chance(culture.tail_share):
        return draw.pick(culture.tail_heads) + draw.pick(culture.tail_ends)
    return draw.weighted(culture.families)


def _second_given(draw: Draw, culture: Culture, sex: str, year: int, first: str) -> str:
    if not draw.chance(culture.second):
        return ""
    second = _given(draw, culture, sex, year)
    return second if second != first else ""


def _single(draw: Draw, culture: Culture, sex: str, year: int) -> FullName:
    given = _given(draw, culture, sex, year)
    middle = _second_given(draw, culture, sex, year, given)
    family = _family(draw, culture)
    return FullName(given, middle, family, family)


def _two_surnames(draw: Draw, culture: Culture, sex: str, year: int) -> FullName:
    """Father's, then mother's family name."""
    name = _single(draw, culture, sex, year)
    return name._replace(family=f"{name.family} {_family(draw, culture)}")


def _portuguese(draw: Draw, culture: Culture, sex: str, year: int) -> FullName:
    """Mother's, then father's family name; the last is never left out."""
    name = _single(draw, culture, sex, year)
    return name._replace(family=f"{_family(draw, culture)} {name.family}") if draw.chance(0.7) else name


def _filipino(draw: Draw, culture: Culture, sex: str, year: int) -> FullName:
    """One or two given names together; the middle name is the mother's family name."""
    name = _single(draw, culture, sex, year)
    return name._replace(given=f"{name.given} {name.middle}".strip(), middle=_family(draw, culture))


def _arabic(draw: Draw, culture: Culture, sex: str, year: int) -> FullName:
    """The middle names are those of the father and, often, the grandfather."""
    father = _given(draw, culture, "M", year - 30)
    middle = f"{father} {_given(draw, culture, 'M', year - 60)}" if draw.chance(0.5) else father
    family = _family(draw, culture)
    return FullName(_given(draw, culture, sex, year), middle, family, family)


def _father_chain(draw: Draw, culture: Culture, sex: str, year: int) -> FullName:
    """No family name: the father's given name stands in the middle, the grandfather's last."""
    name = _single(draw, culture, sex, year)
    return name._replace(middle=_given(draw, culture, "M", year - 30))


def _two_syllables(joint: str) -> Callable[[Draw, Culture, str, int], FullName]:
    def build(draw: Draw, culture: Culture, sex: str, year: int) -> FullName:
        first = _given(draw, culture, sex, year)
        second = _given(draw, culture, sex, year) if draw.chance(0.85) else ""
        family = _family(draw, culture)
        return FullName(f"{first}{joint}{second}" if second else first, "", family, family)

    return build


def _vietnamese(draw: Draw, culture: Culture, sex: str, year: int) -> FullName:
    family = _family(draw, culture)
    middle = draw.weighted(culture.given[f"middle_{sex}"])
    return FullName(_given(draw, culture, sex, year), middle, family, family)


def _south_asian(draw: Draw, culture: Culture, sex: str, year: int) -> FullName:
    """SINGH and KAUR in the middle; in the south the father's initial and no family name; a few have one name only."""
    name = _single(draw, culture, sex, year)
    kind = draw.random()
    if kind < 0.1:
        return name._replace(middle="SINGH" if sex == "M" else "KAUR")
    if kind < 0.16:
        father = _given(draw, culture, "M", year - 30)
        return name._replace(middle="", family=father, first_family=father)
    if kind < 0.18:
        return FullName("", "", name.given, name.given)
    return name


def _slavic(draw: Draw, culture: Culture, sex: str, year: int) -> FullName:
    """A patronymic in the middle; the family name of a woman in its own form."""
    family = _family(draw, culture)
    if sex == "F":
        family = _feminine(family)
    middle = _patronymic(_given(draw, culture, "M", year - 28), sex) if draw.chance(0.6) else ""
    return FullName(_given(draw, culture, sex, year), middle, family, family)


def _feminine(family: str) -> str:
    if family.endswith(("OV", "EV", "IN")):
        return f"{family}A"
    return f"{family[:-1]}A" if family.endswith(("SKI", "SKY", "CKI")) else family


def _patronymic(father: str, sex: str) -> str:
    stem = father[:-1] if father[-1] in "AIY" else father
    return stem + ("OVICH" if sex == "M" else "IVNA")


_STRUCTURES: Final[Mapping[str, Callable[[Draw, Culture, str, int], FullName]]] = {
    "single": _single,
    "two_surnames": _two_surnames,
    "portuguese": _portuguese,
    "filipino": _filipino,
    "arabic": _arabic,
    "father_chain": _father_chain,
    "chinese": _two_syllables(""),
    "korean": _two_syllables(" "),
    "vietnamese": _vietnamese,
    "south_asian": _south_asian,
    "slavic": _slavic,
}
