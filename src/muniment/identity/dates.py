"""Birth dates: one joint level for two dates, not three parts, because slips of the hand touch the parts together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple, get_args

from rapidfuzz.distance import OSA

DateLevel = Literal[
    "equal",
    "partial_month",
    "equal_default",
    "swap",
    "year_off",
    "partial_year",
    "month_off",
    "digit",
    "default",
    "month_differs",
    "default_near",
    "day_differs",
    "years_apart",
    "partial_differs",
    "year_only",
    "differs",
]

#: From the level that speaks most for one person to the one that speaks most against it.
LEVELS: Final[tuple[DateLevel, ...]] = get_args(DateLevel)

#: Written where no date is known; no evidence.
GENERIC: Final = frozenset(
    {"1900-01-01", "1901-01-01", "1800-01-01", "1111-11-11", "2000-00-00", "1899-12-31", "1899-12-30"}
)
EARLIEST: Final = 1850
LATEST: Final = 2100


class Birth(NamedTuple):
    """A birth date as far as it is known; `day` only with `month`."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def default(self) -> bool:
        """Whether it is 1 January, which many systems write for "some day of that year"."""
        return (self.month, self.day) == (1, 1)

    @property
    def digits(self) -> str:
        return f"{self.year:04}{self.month or 0:02}{self.day or 0:02}"


@lru_cache(maxsize=100_000)
def parse(text: str) -> Birth | None:
    """A date `YYYY-MM-DD`, `YYYY-MM` or `YYYY`; None when it is none, or one that stands for "not known"."""
    match = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", text.strip())
    if not match or text.strip() in GENERIC:
        return None
    year, month, day = (_told(group) for group in match.groups())
    if not EARLIEST <= year <= LATEST:
        return None
    return Birth(year, month or None, (day or None) if month else None)


def _told(digits: str | None) -> int:
    """00 and 99 stand for what is not known; another month or day that does not exist is a slip of one that does."""
    return 0 if digits is None or digits in ("00", "99") else int(digits)


@lru_cache(maxsize=200_000)
def level(left: Birth, right: Birth) -> DateLevel:
    """How two birth dates agree; the first level of `LEVELS` that describes them."""
    if not (left.day and right.day):
        return _partial(left, right)
    if left.default and right.default:
        return _defaults(left, right)
    if left == right:
        return "equal"
    if (left.year, left.month, left.day) == (right.year, right.day, right.month):
        return "swap"
    same_year, same_month, same_day = left.year == right.year, left.month == right.month, left.day == right.day
    if same_year and same_day and abs((left.month or 0) - (right.month or 0)) in (1, 11):
        return "month_off"
    if same_month and same_day and abs(left.year - right.year) == 1:
        return "year_off"
    if same_year and left.default != right.default:
        return "default"
    if OSA.distance(left.digits, right.digits, score_cutoff=1) == 1 or exchanged(left, right):
        return "digit"
    if same_year:
        return "month_differs" if same_day else "day_differs" if same_month else "year_only"
    return "years_apart" if same_month and same_day else "differs"


def _defaults(left: Birth, right: Birth) -> DateLevel:
    """Two 1 Januaries: only the years were known."""
    if left == right:
        return "equal_default"
    return "default_near" if abs(left.year - right.year) == 1 else "partial_differs"


def exchanged(left: Birth, right: Birth) -> bool:
    """Whether two digits have changed places, and nothing else is different: 04-17 and 07-14."""
    wrong = [(a, b) for a, b in zip(left.digits, right.digits, strict=True) if a != b]
    return len(wrong) == 2 and wrong[0] == wrong[1][::-1]


def _partial(left: Birth, right: Birth) -> DateLevel:
    if left.year != right.year:
        return "partial_differs"
    if left.month and right.month:
        return "partial_month" if left.month == right.month else "partial_differs"
    return "partial_year"


def closest(left: Iterable[str], right: Iterable[str]) -> tuple[DateLevel, str, str] | None:
    """The strongest level among all pairs, with the two dates; None when a side has no date that says anything."""
    ones, others = ([(text, birth) for text in side if (birth := parse(text))] for side in (left, right))
    return closest_of(ones, others)


def closest_of(
    left: Sequence[tuple[str, Birth]], right: Sequence[tuple[str, Birth]]
) -> tuple[DateLevel, str, str] | None:
    """`closest` of dates that were read, each with its text."""
    found = [(level(one, other), a, b) for a, one in left for b, other in right]
    if len(found) < 2:
        return found[0] if found else None
    return min(found, key=lambda item: (LEVELS.index(item[0]), sorted(item[1:])))
