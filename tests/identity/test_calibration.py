"""Of pairs said to be 0.8, eight in ten are of one person: the test of that, and the curve that brings it about."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.identity.calibration import GREY, error, fitted, on_curve, reliability, share_of


def test_reliability_tells_what_was_said_and_what_is_so() -> None:
    bins = reliability([(0.84, True), (0.86, False), (0.001, False), (1.0, True)])
    assert [(each.low, each.pairs, each.true) for each in bins] == [(0.0, 1, 0.0), (0.8, 2, 0.5), (0.99, 1, 1.0)]
    assert error(bins, *GREY) == pytest.approx(0.35)
    assert error([]) == 0.0


def test_the_curve_mends_a_scorer_that_is_too_sure() -> None:
    chance = random.Random(7)
    weighed = []
    for _ in range(20_000):
        weight = chance.uniform(-8, 8)
        weighed.append((weight, chance.random() < 1 / (1 + 2 ** (-weight / 2))))  # half as sure as it says
    knots = fitted(weighed)
    said = [(1 / (1 + 2 ** -on_curve(knots, weight)), same) for weight, same in weighed]
    raw = [(1 / (1 + 2**-weight), same) for weight, same in weighed]
    assert error(reliability(said), *GREY) < 0.03 < error(reliability(raw), *GREY)


@given(st.lists(st.tuples(st.floats(-30, 30), st.booleans()), min_size=1, max_size=300), st.floats(-60, 60))
def test_a_curve_never_falls(weighed: list[tuple[float, bool]], weight: float) -> None:
    knots = fitted(weighed)
    assert knots == sorted(knots)
    assert [odds for _, odds in knots] == sorted(odds for _, odds in knots)
    assert on_curve(knots, weight) <= on_curve(knots, weight + 1)


def test_the_share_of_one_person_is_counted_from_the_evidence() -> None:
    chance = random.Random(3)
    bits = [chance.gauss(8, 4) for _ in range(300)] + [chance.gauss(-8, 4) for _ in range(2700)]
    assert share_of(bits) == pytest.approx(0.1, abs=0.02)
    assert share_of([]) == 0.1
    assert share_of([-50.0] * 10) < 0.001
