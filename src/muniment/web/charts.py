"""Plots that the server draws: where each bar stands. A table with the same numbers stands beside every plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 540  # of every plot, in units of the picture
LABELS: Final = 130  # left part of a plot of bars, for their labels
LONGEST: Final = 215  # of a bar; the rest of the width is for its value in words
ROW: Final = 22
TALL: Final = 130  # height of the columns
LEFT: Final = 36  # left part of a plot of columns, for the scale


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a plot; `hollow` bars are the second kind, told apart by shape and not by colour alone."""

    label: str
    words: str
    x: float
    y: float
    width: float
    height: float
    hollow: bool = False

    @property
    def text_y(self) -> float:
        """Where the letters beside a horizontal bar stand."""
        return self.y + 11

    @property
    def text_x(self) -> float:
        """Where the words after a horizontal bar begin."""
        return self.x + self.width + 6


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture and its table. `columns` says which of the two pictures it is."""

    key: str
    title: str
    height: int
    bars: Sequence[Bar]
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    columns: bool = False
    scale: int = 0
    labels: Sequence[tuple[float, str]] = ()
    empty: str = ""


def lying(values: Sequence[tuple[str, float, str, bool]]) -> list[Bar]:
    """Horizontal bars, one under the other, of (label, value, the value in words, hollow)."""
    most = max((value for _, value, _, _ in values), default=0) or 1
    return [
        Bar(label, words, LABELS + 8, 4 + place * ROW, round(LONGEST * value / most, 1), 14, hollow)
        for place, (label, value, words, hollow) in enumerate(values)
    ]


def height(bars: Sequence[Bar]) -> int:
    """Of a plot of horizontal bars."""
    return ROW * len(bars) + 4


def standing(pairs: Sequence[tuple[int, int]]) -> tuple[list[Bar], int]:
    """Two bars upright for each pair, the second one hollow; and the number that the full height stands for."""
    most = max((max(pair) for pair in pairs), default=0) or 1
    wide = (WIDTH - LEFT) / max(1, len(pairs))
    bars = []
    for place, (first, second) in enumerate(pairs):
        x = LEFT + place * wide
        for value, offset, hollow in ((first, 0.12, False), (second, 0.54, True)):
            high = round(TALL * value / most, 1)
            bars.append(Bar("", "", round(x + offset * wide, 1), 10 + TALL - high, round(wide * 0.36, 1), high, hollow))
    return bars, most


def under(place: int, of: int) -> float:
    """The middle of the columns of `place`."""
    return round(LEFT + (place + 0.5) * (WIDTH - LEFT) / of, 1)
