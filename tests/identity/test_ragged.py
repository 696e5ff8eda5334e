"""Rows of different lengths, and rounding that is Python's."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from muniment.identity.ragged import Ragged, crossed, rounded, undecided

rows = st.lists(st.lists(st.integers(0, 9), max_size=4), min_size=1, max_size=5)


@given(rows, rows)
def test_every_value_meets_every_other_of_its_pair(left: list[list[int]], right: list[list[int]]) -> None:
    one, other = Ragged.of(left), Ragged.of(right)
    pairs = [(a, b) for a in range(len(left)) for b in range(len(right))]
    lefts, rights = np.array(pairs).T
    owners, places, others = crossed(one, other, lefts, rights)
    found = list(zip(owners.tolist(), one.values[places].tolist(), other.values[others].tolist(), strict=True))
    assert found == [(n, x, y) for n, (a, b) in enumerate(pairs) for x in left[a] for y in right[b]]


@given(st.lists(st.one_of(st.floats(-60, 60), st.integers(-9000, 9000).map(lambda n: n / 200)), min_size=1))
def test_rounding_is_that_of_one_number(values: list[float]) -> None:
    assert rounded(np.array(values)).tolist() == [round(value, 2) for value in values]


def test_the_middle_of_two_hundredths_is_undecided() -> None:
    assert undecided(np.array([1.005, 2.675, -0.125, 1.0, 1.0049])).tolist() == [True, True, True, False, False]
