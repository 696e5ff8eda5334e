"""Which facts stand when facts correct one another: rings too, however many, in time that grows with their number."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.status.facts import Fact
from muniment.status.standing import corrected

MANY = 10_000
DAY = date(2026, 1, 1)


def facts(pairs: Iterable[tuple[int, int]]) -> list[Fact]:
    """Facts of which the first of each pair corrects the second."""
    found = list(pairs)
    names = sorted({name for pair in found for name in pair})
    corrects: dict[int, list[str]] = {name: [] for name in names}
    for one, other in found:
        corrects[one].append(f"f{other}")
    return [Fact(f"f{n}", "charge", "III:1", DAY, {}, supersedes=tuple(corrects[n])) for n in names]


def slowly(made: Sequence[Fact]) -> set[str]:
    """The same by the words of the contract alone, asked again until nothing changes."""
    against = {fact.id: {other.id for other in made if fact.id in other.supersedes} - {fact.id} for fact in made}
    stands: set[str] = set()
    out: set[str] = set()
    while left := set(against) - stands - out:
        live = {name: against[name] - out for name in left}
        sure = {name for name in left if not live[name]}
        fallen = {name for name in left if live[name] & stands}
        if not sure and not fallen:
            above = {name: _above(name, live) for name in left}
            sure = {name for name in left if all(name in above[other] for other in above[name])}
        stands |= sure - fallen
        out |= fallen
    return out


def _above(name: str, against: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(against[name])
    while waiting:
        if (other := waiting.pop()) not in found:
            found.add(other)
            waiting.extend(against.get(other, ()))
    return found


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25))
def test_whatever_corrects_whatever_it_is_as_the_contract_says(pairs: list[tuple[int, int]]) -> None:
    made = facts(pairs)
    assert corrected(made) == slowly(made)


RING = [(n, (n + 1) % MANY) for n in range(MANY)]
PAIRS = [pair for n in range(0, MANY, 2) for pair in ((n, n + 1), (n + 1, n))]
NEIGHBOURS = [pair for n in range(MANY - 1) for pair in ((n, n + 1), (n + 1, n))]
#: A chain of rings: each pair hangs on one fact that the pair before puts out.
HANGING = [pair for n in range(0, MANY - 5, 3) for pair in ((n, n + 1), (n + 1, n), (n + 1, n + 2), (n + 2, n + 3))]


@pytest.mark.parametrize(
    ("pairs", "out"),
    [
        (RING, 0),
        (PAIRS, 0),
        (NEIGHBOURS, 0),
        ([*RING, (MANY, 0)], MANY // 2),
        (HANGING, MANY // 3 - 1),
        ([(n, n + 1) for n in range(MANY)], MANY // 2),
    ],
    ids=["one ring", "pairs", "neighbours", "a ring met from outside", "rings that hang on rings", "a chain"],
)
def test_ten_thousand_corrections_are_settled_in_one_pass(pairs: list[tuple[int, int]], out: int) -> None:
    made = facts(pairs)
    began = time.process_time()
    assert len(corrected(made)) == out
    assert time.process_time() - began < 5  # a pass takes a tenth of a second; one for each fact, minutes
