"""Birth dates, countries and numbers of many people as columns: levels of many pairs at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from muniment.identity import dates, identifiers, places
from muniment.identity.dates import Birth
from muniment.identity.ragged import Bools, Ints, Ragged, crossed, firsts

SEXES: Final[Mapping[str, int]] = {"M": 0, "F": 1}
Levels = tuple[Sequence[str], NDArray[np.int8]]
#: Levels of two countries by number.
COUNTRY_LEVELS: Final = ("same", "same_common", "close", "differs")
#: A bit of each of eight digits of four bits.
_EACH: Final = np.uint32(0x11111111)
#: Signs of a number that columns hold; longer numbers are compared one by one.
WIDEST: Final = 16


def best_of_each(owners: Ints, levels: NDArray[np.int8], size: int) -> NDArray[np.int8]:
    """The strongest (lowest) level of each owner; -1 where an owner has none."""
    found = np.full(size, -1, np.int8)
    if len(owners):
        begins = firsts(owners)
        found[owners[begins]] = np.minimum.reduceat(levels, begins)
    return found


class Births:
    """Birth dates of people; distinct ones by number."""

    def __init__(self, of: Ragged, births: Sequence[Birth]) -> None:
        self._of = of
        parts = [(birth.year, birth.month or 0, birth.day or 0) for birth in births]
        self._parts = np.array(parts, dtype=np.int32).reshape(-1, 3)
        digits = np.array([[int(digit) for digit in birth.digits] for birth in births], np.int64).reshape(-1, 8)
        self._digits = (digits << np.arange(0, 32, 4)).sum(axis=1).astype(np.uint32)
        self._sums = digits.sum(axis=1) * 1000 + (digits**2).sum(axis=1)

    def levels(self, other: Births, lefts: Ints, rights: Ints) -> Levels:
        """How the dates of people agree, the strongest of each pair; as `dates.closest_of`."""
        owners, ones, others = crossed(self._of, other._of, lefts, rights)
        level = self._level(other, self._of.values[ones], other._of.values[others])
        return dates.LEVELS, best_of_each(owners, level, len(lefts))

    def _level(self, other: Births, ones: Ints, others: Ints) -> NDArray[np.int8]:
        """As `dates.level`: the last that holds of what is said here from the weakest to the strongest."""
        year, month, day = self._parts[ones].T
        year_too, month_too, day_too = other._parts[others].T
        same_year, same_month, same_day = year == year_too, month == month_too, day == day_too
        default, default_too = (month == 1) & (day == 1), (month_too == 1) & (day_too == 1)
        months, years = np.abs(month - month_too), np.abs(year - year_too)
        both, partial = default & default_too, (day == 0) | (day_too == 0)
        known = (month > 0) & (month_too > 0)
        said: list[tuple[str, Bools]] = [
            ("years_apart", same_month & same_day),
            ("year_only", same_year),
            ("day_differs", same_year & same_month),
            ("month_differs", same_year & same_day),
            ("digit", self._one_slip(other, ones, others)),
            ("default", same_year & (default != default_too)),
            ("year_off", same_month & same_day & (years == 1)),
            ("month_off", same_year & same_day & ((months == 1) | (months == 11))),
            ("swap", same_year & (month == day_too) & (day == month_too)),
            ("equal", same_year & same_month & same_day),
            ("partial_differs", both),
            ("default_near", both & (years == 1)),
            ("equal_default", both & same_year),
            ("partial_differs", partial),
            ("partial_year", partial & same_year & ~known),
            ("partial_month", partial & same_year & known & same_month),
        ]
        level = np.full(len(ones), dates.LEVELS.index("differs"), np.int8)
        for name, holds in said:
            level[holds] = dates.LEVELS.index(name)
        return level

    def _one_slip(self, other: Births, ones: Ints, others: Ints) -> Bools:
        """One digit differs, or two have changed places."""
        signs = self._digits[ones] ^ other._digits[others]
        signs |= signs >> 2
        wrong = np.bitwise_count((signs | signs >> 1) & _EACH)
        found: Bools = (wrong == 1) | ((wrong == 2) & (self._sums[ones] == other._sums[others]))
        return found


@lru_cache(maxsize=8)
def country_levels(
    left: tuple[str | None, ...], right: tuple[str | None, ...], common: frozenset[str]
) -> tuple[NDArray[np.int8], Sequence[str]]:
    """The level of each country of one table with each of the other, by their numbers."""
    found = np.full((len(left), len(right)), -1, np.int8)
    for place, one in enumerate(left):
        for place_too, other in enumerate(right):
            level: str | None = places.level_of(one, other)
            if level is not None:
                named = "same_common" if level == "same" and one in common else level
                found[place, place_too] = COUNTRY_LEVELS.index(named)
    return found, COUNTRY_LEVELS


class Numbers:
    """Numbers of one kind; distinct ones by their number here."""

    def __init__(self, of: Sequence[Sequence[str]], people: int) -> None:
        distinct: dict[str, int] = {}
        rows = [[distinct.setdefault(value, len(distinct)) for value in values] for values in of]
        self._of = Ragged.of([*rows, *([()] * (people - len(rows)))])
        self._values = list(distinct)
        self._lengths = np.array([len(value) for value in distinct], dtype=np.int64)
        self._signs = np.array([value.encode("ascii", "replace") for value in distinct], dtype=f"S{WIDEST}")
        self._signs = self._signs.view(np.uint8).reshape(-1, WIDEST)

    def levels(self, other: Numbers, lefts: Ints, rights: Ints) -> Levels:
        """How numbers of people agree, the strongest of each pair; as `identifiers.closest_of`."""
        owners, ones, others = crossed(self._of, other._of, lefts, rights)
        level = self._level(other, self._of.values[ones], other._of.values[others])
        return identifiers.LEVELS, best_of_each(owners, level, len(lefts))

    def _level(self, other: Numbers, ones: Ints, others: Ints) -> NDArray[np.int8]:
        """Most pairs differ in many signs; the others are asked one by one."""
        level = np.full(len(ones), identifiers.LEVELS.index("differs"), np.int8)
        lengths, lengths_too = self._lengths[ones], other._lengths[others]
        wrong = (self._signs[ones] != other._signs[others]).sum(axis=1)
        ask = (wrong <= 2) | (np.abs(lengths - lengths_too) == 1) | (np.maximum(lengths, lengths_too) > WIDEST)
        for place in np.flatnonzero(ask):
            found = identifiers.level(self._values[ones[place]], other._values[others[place]])
            level[place] = identifiers.LEVELS.index(found)
        return level
