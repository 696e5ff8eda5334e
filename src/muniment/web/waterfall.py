"""The evidence of a score as a waterfall: numbers for the SVG, and the same content as lines of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, Final

from muniment.identity.agreement import one_in

#: The drawing's user units.
LEFT: Final = 108
RIGHT: Final = 460
LINE: Final = 20
#: Bits of a million to one; beyond it a number says nothing more.
MILLION: Final = 19.9


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of the waterfall: what it says, and where it is drawn."""

    label: str
    bits: str
    sentence: str
    against: bool
    x: float
    width: float
    y: int
    text_x: float

    @property
    def text_y(self) -> int:
        """The base line of its texts."""
        return self.y + 11


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The evidence of one candidate."""

    bars: Sequence[Bar]
    prior: str
    zero: float
    height: int
    weight: str
    odds: str
    probability: str
    would_change: str
    model: str

    @property
    def speaks_for(self) -> list[Bar]:
        """Evidence for one person."""
        return [bar for bar in self.bars if not bar.against]

    @property
    def speaks_against(self) -> list[Bar]:
        """Evidence against."""
        return [bar for bar in self.bars if bar.against]


def waterfall(score: Mapping[str, Any]) -> Waterfall:
    """The drawing of a score as the store keeps it (`searching.score_json`)."""
    evidence = score["evidence"]
    sums = list(accumulate((item["bits"] for item in evidence), initial=score["prior"]))
    low, high = min([*sums, 0.0]), max([*sums, 0.0])
    scale = (RIGHT - LEFT) / ((high - low) or 1.0)

    def place(bits: float) -> float:
        return float(round(LEFT + (bits - low) * scale, 1))

    bars = [
        _bar(item, place(min(pair)), place(max(pair)), number)
        for number, (item, pair) in enumerate(zip(evidence, pairwise(sums), strict=True), start=1)
    ]
    return Waterfall(
        bars=bars,
        prior=f"{one_in(-score['prior'])} ({signed(score['prior'])})",
        zero=place(0.0),
        height=LINE * (len(bars) + 1) + 8,
        weight=signed(score["weight"]),
        odds=odds(score["weight"]),
        probability=probability(score["probability"]),
        would_change=score["would_change"],
        model=score["model"],
    )


def _bar(item: Mapping[str, Any], start: float, end: float, number: int) -> Bar:
    return Bar(
        label=item["label"],
        bits=signed(item["bits"]),
        sentence=item["sentence"],
        against=item["bits"] < 0,
        x=start,
        width=max(1.0, round(end - start, 1)),
        y=LINE * number + 4,
        text_x=end + 6,
    )


def signed(bits: float) -> str:
    """`+15.3`, `-3.2` with a true minus sign."""
    return f"{bits:+.1f}".replace("-", "−")


def odds(bits: float) -> str:
    """What bits mean in words: `odds about 5,000 to 1 for one person`."""
    side = "for" if bits >= 0 else "against"
    if abs(bits) > MILLION:
        return f"odds over a million to 1 {side} one person"
    times = 2.0 ** abs(bits)
    digits = max(len(str(int(times))) - 2, 0)
    return f"odds about {max(1, round(times / 10**digits) * 10**digits):,} to 1 {side} one person"


def probability(value: float) -> str:
    """Four digits where they matter, never 1 or 0: no score is certain."""
    if value > 0.9999:
        return "over 0.9999"
    if value < 0.0001:
        return "under 0.0001"
    return f"{value:.4f}" if value > 0.99 or value < 0.01 else f"{value:.2f}"
