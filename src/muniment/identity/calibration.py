"""What probability a weight means: a rising curve, fitted to pairs of which the truth is known, and its test."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from math import log2
from typing import Final, NamedTuple

#: Probabilities at which reliability is told, and the grey zone where a person looks.
EDGES: Final = (0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
GREY: Final = (0.05, 0.95)
#: Pairs of one knot of the curve, and knots at most; more of them make it follow chance.
PER_KNOT: Final = 60
MOST_KNOTS: Final = 60
#: Rounds of counting a share; more move it by nothing that matters.
ROUNDS: Final = 50
#: Beyond these odds (log2) a curve has nothing to say.
FARTHEST: Final = 10.0
#: The curve keeps within so many bits of the weight itself: what no pair showed, no curve may say.
MOST_MOVED: Final = 6.0


class Bin(NamedTuple):
    """Pairs of like probability: how many, what was said on average, what share is of one person."""

    low: float
    high: float
    pairs: int
    said: float
    true: float


def reliability(scored: Iterable[tuple[float, bool]]) -> list[Bin]:
    """Of pairs said to be 0.8, how many are? `scored` are probabilities and whether the pair is of one person."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in EDGES[1:]]
    for probability, same in scored:
        bins[min(bisect_right(EDGES, probability), len(EDGES) - 1) - 1].append((probability, same))
    return [
        Bin(low, high, len(some), sum(p for p, _ in some) / len(some), sum(same for _, same in some) / len(some))
        for low, high, some in zip(EDGES, EDGES[1:], bins, strict=False)
        if some
    ]


def error(bins: Sequence[Bin], low: float = 0.0, high: float = 1.0) -> float:
    """How far what was said is from what is so, averaged over the pairs between two probabilities; 0 without pairs."""
    some = [each for each in bins if low <= each.low and each.high <= high]
    pairs = sum(each.pairs for each in some)
    return sum(each.pairs * abs(each.said - each.true) for each in some) / pairs if pairs else 0.0


def fitted(weighed: Iterable[tuple[float, bool]]) -> list[tuple[float, float]]:
    """Knots of the curve from weights (bits, prior included) to log2 odds, rising, from pairs whose truth is known.

    Neighbouring pairs are pooled until shares rise (pool adjacent violators) and no pool is small.
    """
    known = sorted(weighed)
    fewest = max(PER_KNOT, len(known) // MOST_KNOTS)
    pools: list[list[float]] = []  # pairs, of one person, sum of weights
    for weight, same in known:
        pools.append([1.0, float(same), weight])
        while len(pools) > 1 and (pools[-2][0] < fewest or pools[-2][1] * pools[-1][0] > pools[-1][1] * pools[-2][0]):
            last = pools.pop()
            pools[-1] = [a + b for a, b in zip(pools[-1], last, strict=True)]
    return _knots((total / pairs, (same + 0.5) / (pairs - same + 0.5)) for pairs, same, total in pools)


def _knots(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for weight, odds in points:
        bits = min(max(log2(odds), weight - MOST_MOVED), weight + MOST_MOVED)
        if abs(bits) <= FARTHEST and (not found or (weight > found[-1][0] and bits > found[-1][1])):
            found.append((round(weight, 2), round(bits, 2)))
    return found


def share_of(bits: Iterable[float], start: float = 0.1) -> float:
    """Which share of pairs is of one person, from their evidence in bits (without a prior), by expectation and
    maximisation."""
    factors = [2.0 ** min(max(each, -60.0), 60.0) for each in bits]
    share = start
    for _ in range(ROUNDS if factors else 0):
        share = sum(share * each / (share * each + 1.0 - share) for each in factors) / len(factors)
        share = min(max(share, 1e-9), 1.0 - 1e-9)
    return share


def on_curve(knots: Sequence[tuple[float, float]], weight: float) -> float:
    """log2 odds of a weight: straight between two knots, and beyond the last as far from it as the weight is."""
    if not knots:
        return weight
    place = bisect_right(knots, weight, key=lambda knot: knot[0])
    if place == 0:
        return knots[0][1] + weight - knots[0][0]
    if place == len(knots):
        return knots[-1][1] + weight - knots[-1][0]
    (left, low), (right, high) = knots[place - 1], knots[place]
    return low + (high - low) * (weight - left) / (right - left)
