"""Numbers that an authority gave to one person: normalised, told from filler, compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, Literal, get_args

from rapidfuzz.distance import OSA

from muniment.core.subject import Identifier, Subject

IdLevel = Literal["same", "slip", "next", "differs"]
LEVELS: Final[tuple[IdLevel, ...]] = get_args(IdLevel)

#: Kinds that are given once to one person and never again; an exact one may tie records together. Kinds of the contract
#: and of record systems. A licence or state number is unique only with its state, which is not always recorded.
UNIQUE: Final = frozenset({"a_number", "fbi", "fin", "ssn", "passport"})
#: Digits that a complete number has; shorter ones lost zeros in front.
DIGITS: Final = {"a_number": 9, "ssn": 9}
#: Numbers printed in advertisements and manuals (SSA: numbers never to be used).
ADVERTISED: Final = frozenset({"078051120", "219099999", "457555462"})
SHORTEST: Final = 5
#: Numbers so close were given to people who stood in one queue.
NEXT: Final = 2


@lru_cache(maxsize=100_000)
def normal(kind: str, value: str) -> str | None:
    """`value` without signs and in the length of its kind; None when it is filler, too short, or cannot be a number."""
    text = value.upper()
    if not (text.isascii() and text.isalnum()):
        text = re.sub(r"[^A-Z0-9]", "", text)
    if kind == "a_number":
        text = text.removeprefix("A")
    if kind in DIGITS:
        text = text.zfill(DIGITS[kind]) if text.isdigit() else ""
    return None if _generic(text) or (kind == "ssn" and not _issued(text)) else text


def _generic(text: str) -> bool:
    """All signs alike, counting up or down, without a digit but 0, or advertised: somebody filled a field."""
    core = text.lstrip("0")
    if len(core) < SHORTEST or text in ADVERTISED or not re.search("[1-9]", core):
        return True
    counting = "01234567890123456789"
    return len(set(core)) == 1 or core in counting or core[::-1] in counting


def _issued(text: str) -> bool:
    return text[:3] not in ("000", "666") and text[3:5] != "00" and text[5:] != "0000"


def values(subject: Subject, kind: str) -> tuple[str, ...]:
    """The values of one kind that say something, normalised, sorted, each once."""
    return tuple(sorted({text for value in subject.values_of(kind) if (text := normal(kind, value))}))


def kinds(subjects: Iterable[Subject]) -> tuple[str, ...]:
    """All kinds of identifiers that occur, sorted."""
    return tuple(sorted({item.kind for subject in subjects for item in subject.identifiers}))


def level(left: str, right: str) -> IdLevel:
    """`slip`: one sign wrong, missing, too many, or two neighbours exchanged; `next`: given one after the other."""
    if left == right:
        return "same"
    long_enough = min(len(left), len(right)) >= 6
    if long_enough and left[:-1] == right[:-1] and _beside(left[-1], right[-1]):
        return "next"
    return "slip" if long_enough and OSA.distance(left, right, score_cutoff=1) == 1 else "differs"


def _beside(one: str, other: str) -> bool:
    return one.isdecimal() and other.isdecimal() and abs(int(one) - int(other)) <= NEXT


def closest(left: Subject, right: Subject, kind: str) -> tuple[IdLevel, str, str] | None:
    """The strongest level among the values of one kind, with the two values; None when there is nothing to compare."""
    ones, others = values(left, kind), values(right, kind)
    return closest_of(ones, others) if ones and others else None


def closest_of(left: Sequence[str], right: Sequence[str]) -> tuple[IdLevel, str, str]:
    """`closest` of values as `values` gives them, at least one on each side."""
    found = [(level(a, b), a, b) for a in left for b in right]
    return found[0] if len(found) == 1 else min(found, key=lambda item: (LEVELS.index(item[0]), sorted(item[1:])))


def unique_in(subject: Subject) -> frozenset[Identifier]:
    """The normalised identifiers that can belong to one person only."""
    found = [(item.kind, normal(item.kind, item.value)) for item in subject.identifiers if item.kind in UNIQUE]
    return frozenset([Identifier(kind, value) for kind, value in found if value])
