"""Records of a generated world as a table of people with the truth, and its pairs that are worth comparing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from muniment.core.subject import Subject, subject_from_json
from muniment.identity import keys
from muniment.identity.candidates import MOST_UNDER_A_KEY
from muniment.identity.ragged import Bools, Ints
from muniment.sources.world.generate import generate

#: Pairs of one step, so that memory stays within bounds.
_AT_ONCE = 200_000


class People(NamedTuple):
    """Records of a world: of whom each is, the name group of the person, the description."""

    person: Ints
    group: list[str]
    subject: list[Subject]


def records(people: int, seed: int) -> Iterator[tuple[int, str, Subject]]:
    """Person, name group and description of each record."""
    for someone in generate(people, seed, datetime.now(UTC).date()):
        for record in someone.records:
            yield someone.number, someone.name_group, subject_from_json(record.subject)


def table(people: int, seed: int) -> People:
    """All records of a world of so many people."""
    person, group, subject = zip(*records(people, seed), strict=True)
    return People(np.array(person), list(group), list(subject))


def pairs(table: People) -> Ints:
    """Pairs of places that share a key which not too many share, as `candidates` finds them; rows of two."""
    filed = [np.fromiter(keys.filed(subject), np.uint64) for subject in table.subject]
    key, owner = np.concatenate(filed), np.repeat(np.arange(len(filed)), [len(each) for each in filed])
    order = np.argsort(key, kind="stable")
    key, owner = key[order], owner[order]
    begins = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    counts = np.diff(np.append(begins, len(key)))
    found = np.zeros(0, np.int64)
    for size in range(2, MOST_UNDER_A_KEY + 1):
        rows, (one, other) = begins[counts == size], np.triu_indices(size, 1)
        step = max(_AT_ONCE * 20 // len(one), 1)
        for first in range(0, len(rows), step):
            under = owner[rows[first : first + step, None] + np.arange(size)]
            left, right = under[:, one].ravel(), under[:, other].ravel()
            found = np.union1d(found, (np.minimum(left, right) << 32) | np.maximum(left, right))
    return np.stack([found >> 32, found & 0xFFFFFFFF], axis=1)


def true_pairs(table: People, chosen: Ints) -> Bools:
    """Which pairs are of one person."""
    found: Bools = table.person[chosen[:, 0]] == table.person[chosen[:, 1]]
    return found
