"""Lists of different lengths as one array: row n holds `counts[n]` values from `starts[n]` on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Ragged(NamedTuple):
    """The values of all rows, one row behind the other."""

    starts: Ints
    counts: Ints
    values: NDArray[Any]

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]], dtype: Any = np.int64) -> Ragged:
        """The rows as they are."""
        counts = np.fromiter(map(len, rows), np.int64, len(rows))
        values = np.fromiter((value for row in rows for value in row), dtype, int(counts.sum()))
        return cls(counts.cumsum() - counts, counts, values)

    def row(self, place: int) -> NDArray[Any]:
        """The values of one row."""
        return self.values[self.starts[place] : self.starts[place] + self.counts[place]]


def expanded(starts: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Of every value of the rows: which row it is of, and its place."""
    owners = np.repeat(np.arange(len(counts)), counts)
    return owners, np.arange(len(owners)) + np.repeat(starts - (counts.cumsum() - counts), counts)


def crossed(left: Ragged, right: Ragged, lefts: Ints, rights: Ints) -> tuple[Ints, Ints, Ints]:
    """Every value of row `lefts[n]` with every one of row `rights[n]`: n, and the places of both values."""
    owners, ones = expanded(left.starts[lefts], left.counts[lefts])
    again, others = expanded(right.starts[rights[owners]], right.counts[rights[owners]])
    return owners[again], ones[again], others


def firsts(owners: Ints) -> Ints:
    """Places at which a new owner begins; owners stand together."""
    return np.flatnonzero(np.diff(owners, prepend=-1))


def coded(values: Iterable[Any], known: dict[Any, int]) -> Ints:
    """Each value by its number; new ones are put into `known`."""
    return np.array([known.setdefault(value, len(known)) for value in values], dtype=np.int64)


def rounded(values: Floats) -> Floats:
    """`round(value, 2)` of each, to the bit: near the middle of two hundredths Python decides."""
    hundredths = values * 100
    found: Floats = np.rint(hundredths) / 100
    for place in np.flatnonzero(np.abs(np.abs(hundredths - np.rint(hundredths)) - 0.5) < NEAR):
        found[place] = round(float(values[place]), 2)
    return found


def undecided(values: Floats) -> Bools:
    """Whether the last bit of a value decides how it is rounded to hundredths."""
    hundredths = values * 100
    found: Bools = np.abs(np.abs(hundredths - np.rint(hundredths)) - 0.5) < NEAR
    return found


#: So near to the middle of two hundredths the order in which a sum was taken may decide.
NEAR = 1e-6
