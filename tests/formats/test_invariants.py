"""What no message may break, however broken it is: 100,000 a run, others each day; `make soak` reads a million."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from itertools import islice

from tests.formats.fuzzing import LARGEST, broken, hunt
from tests.formats.generated import TODAY
from tests.formats.work import require_little_work

COUNT = 100_000


def test_broken_messages_give_one_object_of_the_contract_each_and_in_one_pass() -> None:
    """The one that took longest is read again, its calls counted; `make soak` holds a million to 100 ms each."""
    slowest = hunt(COUNT, seed=datetime.now(UTC).toordinal())
    require_little_work(slowest.raw, slowest.form, TODAY)


def test_the_same_dice_break_messages_the_same_way_and_none_too_large() -> None:
    first, second = (list(islice(broken(random.Random(1)), 3_000)) for _ in range(2))
    assert first == second
    assert max(len(raw) for _, raw in first) <= LARGEST
    assert {form for form, _ in first} == {"nlets", "nlets-xml", "niem-json", "ebts"}
