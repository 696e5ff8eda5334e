"""Pairs of two tables, or of one, that are worth comparing: those that share a key that not too many share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from muniment.core.subject import Subject
from muniment.identity import keys

#: Records filed under one key beyond which it tells nothing: a common name, a month in a large table.
MOST_UNDER_A_KEY = 50


def candidates(left: Sequence[Subject], right: Sequence[Subject] | None = None) -> Iterator[tuple[int, int]]:
    """Places in `left` and `right`, each pair once, in order; within `left` where there is no `right`."""
    filed: dict[int, list[int]] = {}
    for place, subject in enumerate(left if right is None else right):
        for key in keys.filed(subject):
            filed.setdefault(key, []).append(place)
    for place, subject in enumerate(left):
        found: set[int] = set()
        for key in keys.filed(subject):
            under = filed.get(key, ())
            found.update(under if len(under) <= MOST_UNDER_A_KEY else ())
        yield from ((place, other) for other in sorted(found) if right is not None or other > place)
