"""How right scored pairs are: false and missed links overall and by name group, and whether they are calibrated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from muniment.identity import calibration
from muniment.identity.calibration import Bin

#: The probability from which a pair counts as linked; the same for every group of names.
THRESHOLD: Final = 0.5
#: Links of a group below which its rates say little.
FEW: Final = 100

Pair = tuple[str, str]


class Rates(NamedTuple):
    """Links of all records, or of one name group: right, false and missed ones."""

    right: int
    false: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of links that are right; 1 where nothing was linked."""
        return self.right / (self.right + self.false) if self.right + self.false else 1.0

    @property
    def recall(self) -> float:
        """Share of what should be linked that is; 1 where nothing should be."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        linked = 2 * self.right + self.false + self.missed
        return 2 * self.right / linked if linked else 1.0

    @property
    def false_rate(self) -> float:
        """Share of links that are false: people who are taken for another."""
        return 1.0 - self.precision

    @property
    def missed_rate(self) -> float:
        """Share of what should be linked that is not."""
        return 1.0 - self.recall

    @property
    def few(self) -> bool:
        """Whether there are too few links to compare the rates with those of others."""
        return self.right + self.missed < FEW


class Evaluation(NamedTuple):
    """The whole result; `groups` by name."""

    threshold: float
    overall: Rates
    groups: Mapping[str, Rates]
    bins: tuple[Bin, ...]

    @property
    def calibration_error(self) -> float:
        """Mean distance of what was said from what is so, over all scored pairs."""
        return calibration.error(self.bins)

    @property
    def grey_error(self) -> float:
        """The same between 0.05 and 0.95, where a person looks."""
        return calibration.error(self.bins, *calibration.GREY)

    def worst_to_all(self, rate: str) -> float | None:
        """How many times the `false_rate` or `missed_rate` of the worst group is that of all; None where none is."""
        whole = getattr(self.overall, rate)
        worst = max((getattr(each, rate) for each in self.groups.values() if not each.few), default=0.0)
        return worst / whole if whole else None

    def as_json(self) -> dict[str, Any]:
        """Everything as JSON."""
        return {
            "threshold": self.threshold,
            "overall": _rates_json(self.overall),
            "groups": {name: _rates_json(rates) for name, rates in sorted(self.groups.items())},
            "calibration": [each._asdict() for each in self.bins],
            "calibration_error": round(self.calibration_error, 6),
            "calibration_error_between_0.05_and_0.95": round(self.grey_error, 6),
            "worst_group_to_all": {rate: self.worst_to_all(rate) for rate in ("false_rate", "missed_rate")},
        }


def _rates_json(rates: Rates) -> dict[str, Any]:
    shares = ("precision", "recall", "f1", "false_rate", "missed_rate")
    return rates._asdict() | {name: round(getattr(rates, name), 6) for name in shares} | {"few": rates.few}


def evaluate(
    scored: Iterable[tuple[Pair, float]],
    truth: Iterable[Pair],
    groups: Mapping[str, str] | None = None,
    threshold: float = THRESHOLD,
) -> Evaluation:
    """Compare scored pairs of record ids with those that are of one person.

    `groups` says to which name group a record belongs; a pair counts for the group of its first record that has one.
    """
    right = ordered(truth)
    found = {ordered_pair(pair): probability for pair, probability in scored}
    linked = {pair for pair, probability in found.items() if probability >= threshold}
    bins = calibration.reliability((probability, pair in right) for pair, probability in found.items())
    return Evaluation(threshold, _rates(linked, right), _by_group(linked, right, groups or {}), tuple(bins))


def ordered(pairs: Iterable[Pair]) -> set[Pair]:
    """The pairs as `ordered_pair` writes them."""
    return {ordered_pair(pair) for pair in pairs}


def ordered_pair(pair: Pair) -> Pair:
    """A pair in one way, whichever way it was written."""
    return pair if pair[0] <= pair[1] else (pair[1], pair[0])


def _rates(linked: set[Pair], right: set[Pair]) -> Rates:
    return Rates(len(linked & right), len(linked - right), len(right - linked))


def _by_group(linked: set[Pair], right: set[Pair], groups: Mapping[str, str]) -> dict[str, Rates]:
    parts: dict[str, tuple[set[Pair], set[Pair]]] = {}
    for place, pairs in enumerate((linked, right)):
        for pair in pairs:
            group = groups.get(pair[0]) or groups.get(pair[1])
            if group:
                parts.setdefault(group, (set(), set()))[place].add(pair)
    return {group: _rates(*both) for group, both in parts.items()}
