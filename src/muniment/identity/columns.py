"""Many people described once, so that millions of pairs of them can be weighed: the kernel of batches.

`weights` gives for each pair of places what `score.weigh` gives for the two people, to the bit.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from muniment.core.subject import Subject
from muniment.identity.described import Described, describe
from muniment.identity.model import MODEL, Model
from muniment.identity.score import weigh

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class Columns:
    """People by their place, described once."""

    def __init__(self, people: list[Described]) -> None:
        self._people = people

    @classmethod
    def of(cls, people: Iterable[Subject]) -> Columns:
        """Describe people; what is said of one is read once, however many pairs it stands in."""
        return cls([describe(subject) for subject in people])

    def __len__(self) -> int:
        return len(self._people)

    def __getitem__(self, place: int) -> Described:
        return self._people[place]


def weights(left: Columns, right: Columns, pairs: IntArray, model: Model = MODEL) -> FloatArray:
    """Bits of each pair (rows of two places, in `left` and in `right`), prior included."""
    return np.array([weigh(left[one], right[other], model) for one, other in pairs.tolist()], dtype=np.float64)


def probabilities(bits: FloatArray, model: Model = MODEL) -> FloatArray:
    """The calibrated probability of each weight."""
    distinct, places = np.unique(bits, return_inverse=True)
    return np.array([model.probability(weight) for weight in distinct.tolist()], dtype=np.float64)[places]
