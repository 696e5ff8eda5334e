"""Rates of false and missed links, and which group bears them."""

from __future__ import annotations

import pytest

from muniment.identity.evaluation import Rates, evaluate


def test_links_are_right_false_or_missed_whichever_way_a_pair_is_written() -> None:
    found = evaluate([(("a", "b"), 0.9), (("d", "c"), 0.8), (("e", "f"), 0.1)], [("b", "a"), ("f", "e")])
    assert found.overall == Rates(right=1, false=1, missed=1)
    assert found.overall.f1 == 0.5
    assert found.overall.false_rate == found.overall.missed_rate == 0.5


def test_nothing_linked_and_nothing_to_link_is_no_fault() -> None:
    found = evaluate([], [])
    assert (found.overall.precision, found.overall.recall, found.overall.f1) == (1.0, 1.0, 1.0)
    assert found.worst_to_all("false_rate") is None


def test_the_worst_group_is_held_against_all_unless_it_is_small() -> None:
    scored = [((f"s{n}", f"t{n}"), 0.9) for n in range(300)] + [((f"k{n}", f"l{n}"), 0.9) for n in range(200)]
    truth = [pair for pair, _ in scored[:290]] + [pair for pair, _ in scored[300:460]]
    groups = {f"s{n}": "Spanish" for n in range(300)} | {f"k{n}": "Korean" for n in range(200)}
    found = evaluate(scored, truth, groups)
    assert found.groups["Korean"].false_rate == pytest.approx(0.2)
    assert found.worst_to_all("false_rate") == pytest.approx(2.0)
    few = evaluate(scored[:50], truth[:40], groups)
    assert few.groups["Spanish"].few
    assert few.worst_to_all("false_rate") == 0.0


def test_a_threshold_is_one_for_all() -> None:
    scored = [(("a", "b"), 0.6)]
    assert evaluate(scored, [("a", "b")], threshold=0.7).overall == Rates(0, 0, 1)
