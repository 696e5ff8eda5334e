"""How old the person is. Where a partial birth date can be read in several ways, the protective reading counts."""

from __future__ import annotations

from datetime import date

from muniment.status.sheet import Sheet


def years_after(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 1 March. Ends with the calendar."""
    if day.year + years > date.max.year:
        return date.max
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def under(sheet: Sheet, day: date, rule: str) -> bool:
    """Whether the person was, or may have been, younger on `day` than the age that `rule` sets.

    Without any birth date nothing is assumed.
    """
    return sheet.born is not None and day < years_after(sheet.born[1], sheet.number(rule))
