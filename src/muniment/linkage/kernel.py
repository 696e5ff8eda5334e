"""What every engine does with rows of people: their keys, and the scores of pairs of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from muniment.core.subject import Subject
from muniment.identity import columns, keys
from muniment.identity.columns import Columns, FloatArray, IntArray
from muniment.identity.model import Model
from muniment.identity.person_table import COLUMNS, subject_from_row
from muniment.linkage.job import LEAST

#: The columns of a person table that describe; `id` does not.
DESCRIBING: Final = tuple(name for name in COLUMNS if name != "id")
#: Pairs that are scored at once.
AT_ONCE: Final = 500_000


def subject(values: Sequence[Any]) -> Subject:
    """The description in the values of `DESCRIBING`."""
    return subject_from_row(dict(zip(DESCRIBING, values, strict=True)))


def filed(people: Iterable[tuple[int, Subject]]) -> tuple[IntArray, IntArray]:
    """Each person with each of the person's keys, as two columns; keys as signed numbers, which every engine has."""
    persons: list[int] = []
    found: list[int] = []
    for person, described in people:
        of_one = sorted(keys.filed(described))
        persons += [person] * len(of_one)
        found += of_one
    return np.array(persons, dtype=np.int64), np.array(found, dtype=np.uint64).view(np.int64)


def described(people: Iterable[Subject]) -> Columns:
    """People made ready to be compared many times."""
    return Columns.of(people)


def scored(
    left: Columns, right: Columns, pairs: IntArray, model: Model
) -> tuple[NDArray[np.bool_], FloatArray, FloatArray]:
    """Which pairs (rows of places) reach `LEAST`, and probability and weight of those."""
    parts = [_scored(left, right, part, model) for part in _slices(pairs)]
    if not parts:
        return np.zeros(0, dtype=np.bool_), np.zeros(0), np.zeros(0)
    kept, probability, weight = (np.concatenate(each) for each in zip(*parts, strict=True))
    return kept, probability, weight


def _scored(
    left: Columns, right: Columns, pairs: IntArray, model: Model
) -> tuple[NDArray[np.bool_], FloatArray, FloatArray]:
    weight = columns.weights(left, right, pairs, model)
    probability = columns.probabilities(weight, model)
    kept = probability > LEAST
    return kept, np.round(probability[kept], 6), weight[kept]


def _slices(pairs: IntArray) -> Iterator[IntArray]:
    return (pairs[first : first + AT_ONCE] for first in range(0, len(pairs), AT_ONCE))
