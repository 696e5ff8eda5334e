"""How much a piece of work does, counted and not timed: a busy machine must not make a test fail."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from typing import Any

from muniment import formats

#: Calls beside those that grow with a message.
ALWAYS = 2_000


def calls(work: Callable[[], object]) -> int:
    """How many functions it calls, written in Python or not."""
    count = 0

    def note(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def require_little_work(raw: bytes, form: str, today: date) -> None:
    """Reading calls at most three functions a byte: nothing is looked at again for each other part."""
    assert calls(lambda: formats.read(raw, format=form, today=today)) <= 3 * len(raw) + ALWAYS
