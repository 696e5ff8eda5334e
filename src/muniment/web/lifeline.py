"""The facts that count, on one line of time: numbers for the SVG; the list below it says the same in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

#: The drawing's user units.
LEFT: Final = 210
RIGHT: Final = 880
LINE: Final = 18
MOST: Final = 10
#: Facts of birth would stretch the line over a whole life and say nothing about stays.
TIMELESS: Final = frozenset({"birth", "parent", "citizen_claim", "citizen_indicium", "finding", "dispute"})
AHEAD: Final = timedelta(days=540)


@dataclass(frozen=True, slots=True)
class Track:
    """One fact: a bar where it lasts, dashed where its end is open, else a point."""

    label: str
    x: float
    width: float
    open: bool
    y: int

    @property
    def text_y(self) -> int:
        """The base line of its label."""
        return self.y + 11

    @property
    def middle(self) -> int:
        """The middle of its height."""
        return self.y + 7


@dataclass(frozen=True, slots=True)
class Lifeline:
    """The whole drawing."""

    tracks: Sequence[Track]
    years: Sequence[tuple[int, float]]
    today: float
    height: int


def lifeline(facts: Sequence[Mapping[str, Any]], as_of: date) -> Lifeline | None:
    """The drawing of these facts, earliest first; None where there is too little to draw."""
    timed = sorted((fact for fact in facts if fact["kind"] not in TIMELESS), key=lambda fact: fact["date"])[-MOST:]
    if len(timed) < 2:
        return None
    spans = [_span(fact, as_of) for fact in timed]
    first = min(begin for begin, _, _ in spans)
    last = min(max(as_of, *(end for _, end, _ in spans)), as_of + AHEAD)
    scale = (RIGHT - LEFT) / max(1, (last - first).days)

    def place(day: date) -> float:
        return round(LEFT + (min(day, last) - first).days * scale, 1)

    tracks = [
        Track(_label(fact), place(begin), round(place(end) - place(begin), 1), is_open, LINE * row + 4)
        for row, (fact, (begin, end, is_open)) in enumerate(zip(timed, spans, strict=True))
    ]
    return Lifeline(tracks, _years(first, last, place), place(as_of), LINE * len(tracks) + 26)


def _span(fact: Mapping[str, Any], as_of: date) -> tuple[date, date, bool]:
    """Begin and end, and whether the end is open; begin and end of a point are the same day."""
    begin = date.fromisoformat(fact.get("filed") or fact["date"])
    until = fact.get("admit_until") or fact.get("until")
    if fact.get("state") == "pending" or fact.get("duration_of_status"):
        return begin, max(begin, as_of), True
    return begin, max(begin, date.fromisoformat(until)) if until else begin, False


def _label(fact: Mapping[str, Any]) -> str:
    said = [str(fact[name]).replace("_", " ") for name in ("class", "form", "what", "state") if fact.get(name)]
    return " ".join([str(fact["kind"]).replace("_", " "), *said])[:34]


def _years(first: date, last: date, place: Any) -> list[tuple[int, float]]:
    """New Years inside the line, at most about eight of them."""
    every = max(1, -(-(last.year - first.year) // 8))
    days = (date(year, 1, 1) for year in range(first.year + 1, last.year + 1) if year % every == 0)
    return [(day.year, place(day)) for day in days]
