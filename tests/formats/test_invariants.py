"""What no message may break, however broken it is: 100,000 a run, others each day; `make soak` reads a million."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from itertools import islice

from tests.formats.fuzzing import LARGEST, broken, hunt

COUNT = 100_000


def test_broken_messages_give_one_object_of_the_contract_each_and_at_once() -> None:
    """The slowest may take 100 ms; on a machine with much to do it is three times that."""
    slowest = hunt(COUNT, seed=datetime.now(UTC).toordinal())
    assert slowest.seconds < 0.3, (slowest.form, len(slowest.raw), slowest.raw[:500])


def test_the_same_dice_break_messages_the_same_way_and_none_too_large() -> None:
    first, second = (list(islice(broken(random.Random(1)), 3_000)) for _ in range(2))
    assert first == second
    assert max(len(raw) for _, raw in first) <= LARGEST
    assert {form for form, _ in first} == {"nlets", "nlets-xml", "niem-json", "ebts"}
