"""The kernel of batches gives what `weigh` gives, to the bit."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.core.subject import Identifier, Name, Subject, subject_from_json
from muniment.identity.columns import Columns, probabilities, weights
from muniment.identity.described import describe
from muniment.identity.model import MODEL, Model, with_prior
from muniment.identity.score import weigh
from muniment.sources.world.generate import generate
from tests.identity.pairs import hard_pairs
from tests.identity.test_score import ABSURD, TIED, subjects


def both_ways(left: Sequence[Subject], right: Sequence[Subject], model: Model = MODEL) -> None:
    """Every one with every other, by columns and one by one."""
    pairs = list(product(range(len(left)), range(len(right))))
    found = weights(Columns.of(left), Columns.of(right), np.array(pairs, dtype=np.int64).reshape(-1, 2), model)
    wanted = [weigh(describe(left[one]), describe(right[other]), model) for one, other in pairs]
    differ = [(left[one], right[other]) for (one, other), a, b in zip(pairs, found, wanted, strict=True) if a != b]
    assert differ == []


@given(st.lists(subjects, max_size=6), st.lists(subjects, max_size=6))
@settings(max_examples=150)
def test_any_people_weigh_the_same(left: list[Subject], right: list[Subject]) -> None:
    both_ways(left, right)


def test_the_hard_pairs_weigh_the_same() -> None:
    found = hard_pairs()
    left, right = Columns.of([pair.left for pair in found]), Columns.of([pair.right for pair in found])
    same = weights(left, right, np.array([(place, place) for place in range(len(found))]))
    assert same.tolist() == [weigh(describe(pair.left), describe(pair.right)) for pair in found]


@pytest.mark.parametrize("seed", [3, 8])
def test_the_hard_pairs_weigh_the_same_with_one_another(seed: int) -> None:
    chosen = random.Random(seed).sample(hard_pairs(), 60)
    both_ways([pair.left for pair in chosen], [pair.right for pair in chosen])


@pytest.fixture(scope="module")
def world() -> list[Subject]:
    """Records of a small world; people of each name group stand in it several times."""
    people = generate(60, 5, date(2026, 11, 24))
    return [subject_from_json(record.subject) for someone in people for record in someone.records]


def test_records_of_a_world_weigh_the_same(world: list[Subject]) -> None:
    both_ways(world, world)


def test_another_prior_weighs_the_same(world: list[Subject]) -> None:
    both_ways(world[:50], world[:50], with_prior(MODEL, 0.01))


def test_weights_of_more_decimals_weigh_the_same(world: list[Subject]) -> None:
    """Sums then end near the middle of two hundredths, where the order in which they are taken decides."""
    names = replace(MODEL.names, together=2.125, part_changed=-2.875, initial=3.005, alias=-1.005)
    both_ways(world[:60], world[:60], replace(MODEL, names=names, conflict_below=-6.005))


def test_absurd_and_tied_values_weigh_the_same() -> None:
    odd = [Subject((name,), ("1988-04-17",), "M") for name in ABSURD.values()]
    numbers = [Subject(identifiers=(Identifier("a_number", value),)) for value in ("900412777", "9" * 30 + "1", "90Ä7")]
    both_ways([*odd, *TIED, *numbers], [*odd, *TIED, *numbers, Subject((Name("MUSTER", "ANTON"),))])


def test_nobody_and_no_pairs_are_no_fault() -> None:
    nobody = Columns.of([])
    assert len(nobody) == 0
    assert weights(nobody, nobody, np.zeros((0, 2), np.int64)).tolist() == []


def test_probabilities_are_those_of_the_model(world: list[Subject]) -> None:
    columns = Columns.of(world)
    found = weights(columns, columns, np.array([(0, place) for place in range(len(world))]))
    assert probabilities(found).tolist() == [MODEL.probability(weight) for weight in found.tolist()]
