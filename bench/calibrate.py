"""Fits the calibration curve of the model that ships, and prints it for `identity/data/model.toml`.

`python -m bench.calibrate` takes a world of 330,000 people and about 20 minutes; bench/identity.py judges the curve on
another seed.
"""

from __future__ import annotations

import argparse
from math import log
from typing import Final

import numpy as np

from bench import people
from muniment.identity.columns import Columns, weights
from muniment.identity.model import MODEL, with_prior
from muniment.identity.ragged import Bools, Floats

PEOPLE: Final = 330_000
SEED: Final = 31
#: Weights at which the curve has a point: close where a person looks.
POINTS: Final = np.array([-14.0, -10, -7, -4, -2, 0, 2, 4, 6, 9, 12, 16])
MOST_PAIRS: Final = 12_000_000
_ROUNDS: Final = 60


def fitted(weight: Floats, same: Bools) -> list[tuple[float, float]]:
    """log2 odds at each of `POINTS`, straight between them, that make the truth most probable; never falling."""
    near = (weight > POINTS[0] - 2) & (weight < POINTS[-1] + 4)
    at, places = np.unique(np.round(weight[near] * 4) / 4, return_inverse=True)
    pairs, true = np.bincount(places), np.bincount(places, weights=same[near])
    clipped = np.clip(at, POINTS[0], POINTS[-1])
    parts = np.stack([np.interp(clipped, POINTS, row) for row in np.eye(len(POINTS))], axis=1)
    odds = POINTS * log(2)
    for _ in range(_ROUNDS):
        said = 1 / (1 + np.exp(-parts @ odds))
        slope = parts.T @ (true - pairs * said)
        bend = (parts * (pairs * said * (1 - said))[:, None]).T @ parts + 1e-3 * np.eye(len(POINTS))
        odds = odds + np.clip(np.linalg.solve(bend, slope), -1, 1)
    rising = np.maximum.accumulate(odds / log(2))
    return [(float(point), round(float(bits), 1)) for point, bits in zip(POINTS, rising, strict=True)]


def main() -> None:
    """Make a world, weigh its pairs, fit, print."""
    asked = argparse.ArgumentParser(prog="python -m bench.calibrate", description=__doc__)
    asked.add_argument("--people", type=int, default=PEOPLE)
    asked.add_argument("--seed", type=int, default=SEED)
    chosen = asked.parse_args()
    table = people.table(chosen.people, chosen.seed)
    pairs = people.pairs(table)
    if len(pairs) > MOST_PAIRS:
        pairs = pairs[np.sort(np.random.default_rng(1).choice(len(pairs), MOST_PAIRS, replace=False))]
    columns = Columns.of(table.subject)
    weight = weights(columns, columns, pairs, with_prior(MODEL, 1 / chosen.people))
    curve = fitted(weight, people.true_pairs(table, pairs))
    print("curve = [" + ", ".join(f"[{point}, {odds}]" for point, odds in curve) + "]")


if __name__ == "__main__":
    main()
