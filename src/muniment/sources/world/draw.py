"""Chance, the same on every machine: only `random()` is drawn, the one method whose stream Python promises to keep."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


class Weighted(Generic[T]):
    """Values with relative weights, ready to be drawn from."""

    __slots__ = ("sums", "values")

    def __init__(self, weights: Iterable[tuple[T, float]]) -> None:
        pairs = list(weights)
        self.values = [value for value, _ in pairs]
        self.sums = list(accumulate(weight for _, weight in pairs))

    @classmethod
    def ranked(cls, values: Sequence[T], slope: float) -> Weighted[T]:
        """Values in order of frequency: the n-th weighs 1 / (n + 2) ** slope."""
        return cls((value, (rank + 2) ** -slope) for rank, value in enumerate(values))

    def __bool__(self) -> bool:
        return bool(self.values)


class Draw:
    """The chance of one life: what is drawn depends on `seed` and `number` alone."""

    __slots__ = ("random",)

    def __init__(self, seed: int, number: int) -> None:
        self.random = random.Random((seed << 48) ^ number).random  # noqa: S311  # invented lives, no secrets

    def chance(self, share: float) -> bool:
        return self.random() < share

    def below(self, count: int) -> int:
        return int(self.random() * count)

    def between(self, first: int, last: int) -> int:
        """A whole number from `first` to `last`, both included; `first` when they cross."""
        return first + int(self.random() * (last - first + 1)) if last > first else first

    def pick(self, values: Sequence[T]) -> T:
        return values[int(self.random() * len(values))]

    def weighted(self, table: Weighted[T]) -> T:
        return table.values[bisect_right(table.sums, self.random() * table.sums[-1])]
