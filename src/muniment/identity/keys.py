"""Keys under which a person is found again: hashed terms of names, birth date and numbers.

A person is filed under every key of `filed`; a question asks for the keys of `wanted`, each with a weight, which adds
what a slip of the hand would have made of a value. Keys find candidates; whether one is the person, scores say.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from itertools import permutations
from typing import Final

from muniment.core.subject import Subject
from muniment.identity import dates, eastern, identifiers
from muniment.identity.likeness import skeleton, variants
from muniment.identity.names import Token, words

#: Raise it when the keys of a person change: an index of another version is built anew.
VERSION: Final = 3

#: How much of the information of a key counts when a question meets it. Word and skeleton meet together.
WEIGHTS: Final = {
    "word": 0.5,
    "skeleton": 0.5,
    "variant": 0.4,
    "joined": 0.5,
    "skeleton and year": 0.5,
    "romanised and year": 0.3,
    "family and initial": 0.3,
    "date": 1.0,
    "date nearly": 0.5,
    "month": 0.3,
    "number": 2.0,
    "number nearly": 1.0,
}

_SIGNS: Final = "0123456789"


def hashed(term: str) -> int:
    """64 bits of a term: short, of one length, and no name stands in the index."""
    return int.from_bytes(blake2b(term.encode(), digest_size=8).digest(), "big")


def filed(subject: Subject) -> frozenset[int]:
    """Every key under which `subject` is found."""
    found = {key for _, key in _names(subject)}
    for birth in _births(subject):
        found.update([key for _, key in _of_birth(birth)])
    found.update([hashed(f"number {kind} {value}") for kind, value in _numbers(subject)])
    return frozenset(found)


def wanted(subject: Subject) -> dict[int, float]:
    """The keys to ask for, with their weights: those of `filed` and those of likely slips."""
    weighed = [(WEIGHTS[kind], key) for kind, key in _names(subject)]
    for birth in _births(subject):
        weighed += [(WEIGHTS[kind], key) for kind, key in _of_birth(birth)]
        weighed += [(WEIGHTS["date nearly"], hashed(f"date {digits}")) for digits in _near_dates(birth)]
    for kind, value in _numbers(subject):
        weighed.append((WEIGHTS["number"], hashed(f"number {kind} {value}")))
        weighed += [(WEIGHTS["number nearly"], hashed(f"number {kind} {near}")) for near in _near_numbers(value)]
    return {key: weight for weight, key in sorted(weighed)}


Keys = tuple[tuple[str, int], ...]


def _births(subject: Subject) -> list[dates.Birth]:
    return [birth for text in subject.birth_dates if (birth := dates.parse(text))]


@lru_cache(maxsize=100_000)
def _of_birth(birth: dates.Birth) -> Keys:
    """Most people are born on few days: what is said of a day, a word, two words is hashed once."""
    day = (("date", hashed(f"date {birth.digits}")),) if birth.day else ()
    month = (("month", hashed(f"month {birth.digits[:6]}")),) if birth.month else ()
    return (*day, *month)


def _numbers(subject: Subject) -> Iterator[tuple[str, str]]:
    for kind in identifiers.kinds((subject,)):
        for value in identifiers.values(subject, kind):
            yield kind, value


def _names(subject: Subject) -> list[tuple[str, int]]:
    years = {birth.year for birth in _births(subject)}
    found: list[tuple[str, int]] = []
    for name in subject.names:
        tokens = words(name).tokens
        for token in tokens:
            if len(token.text) > 1 and not token.particle:
                found += _of_word(token.text)
                for year in years:
                    found += _of_year(year, token.text)
        found += _joined(tokens)
        found += _family_and_initial(tokens)
    return found


@lru_cache(maxsize=200_000)
def _of_word(text: str) -> Keys:
    found = [("word", hashed(f"word {text}")), ("skeleton", hashed(f"skeleton {skeleton(text)}"))]
    for kind, lines in variants().items():
        found += [("variant", hashed(f"variant {kind} {line}")) for line in sorted(lines.get(text, ()))]
    return tuple(found)


@lru_cache(maxsize=400_000)
def _of_year(year: int, text: str) -> Keys:
    """With the year also by the syllables of each romanisation; alone too many others have them."""
    bones = ("skeleton and year", hashed(f"year {year} {skeleton(text)}"))
    syllables = [f"year {year} {place} {each}" for place, each in eastern.romanised(text)]
    return (bones, *[("romanised and year", hashed(term)) for term in syllables])


def _joined(tokens: tuple[Token, ...]) -> list[tuple[str, int]]:
    """Two words of one half written together, as XIAO MING is XIAOMING elsewhere."""
    found: list[tuple[str, int]] = []
    for family in (True, False):
        half = [token.text for token in tokens if (token.part == "family") == family and len(token.text) > 1]
        if 1 < len(half) <= 3:
            found += [_together(one, other) for one, other in permutations(half, 2)]
    return found


@lru_cache(maxsize=200_000)
def _together(one: str, other: str) -> tuple[str, int]:
    return "joined", hashed(f"word {one}{other}")


def _family_and_initial(tokens: tuple[Token, ...]) -> list[tuple[str, int]]:
    family = [token.text for token in tokens if token.part == "family" and not token.particle]
    given = {token.text[0] for token in tokens if token.part != "family" and not token.particle}
    return [_of_initial(initial, skeleton(text)) for text in family for initial in sorted(given)]


@lru_cache(maxsize=200_000)
def _of_initial(initial: str, bones: str) -> tuple[str, int]:
    return "family and initial", hashed(f"initial {initial} {bones}")


def _near_dates(birth: dates.Birth) -> Iterator[str]:
    """Days that one slip makes of a day: every level of `dates.level` that is close, but for the year alone."""
    if not (birth.month and birth.day):
        return
    year, month, day = birth.year, birth.month, birth.day
    slips = {
        (year, day, month),
        (year, (month - 2) % 12 + 1, day),
        (year, month % 12 + 1, day),
        (year - 1, month, day),
        (year + 1, month, day),
    }
    slips |= {(int(digits[:4]), int(digits[4:6]), int(digits[6:])) for digits in _near_numbers(birth.digits)}
    for slip in sorted(slips | {(year, 1, 1)}):
        if _exists(*slip) and slip != (year, month, day):
            yield "{:04}{:02}{:02}".format(*slip)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        return date(year, month, day).year >= dates.EARLIEST
    except ValueError:
        return False


def _near_numbers(value: str) -> Iterator[str]:
    """One digit another, or two exchanged; letters stay."""
    for place, sign in enumerate(value):
        if sign.isdigit():
            yield from (value[:place] + other + value[place + 1 :] for other in _SIGNS if other != sign)
        for later in range(place + 1, len(value)):
            if sign != value[later] and sign.isdigit() and value[later].isdigit():
                yield value[:place] + value[later] + value[place + 1 : later] + sign + value[later + 1 :]
