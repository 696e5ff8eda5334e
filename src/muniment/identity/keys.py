"""Keys under which a person is found again: hashed terms of names, birth date and numbers.

A person is filed under every key of `filed`; a question asks for the keys of `wanted`, each with a weight, which adds
what a slip of the hand would have made of a value. Keys find candidates; whether one is the person, scores say.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from hashlib import blake2b
from itertools import permutations
from typing import Final

from muniment.core.subject import Subject
from muniment.identity import dates, identifiers
from muniment.identity.likeness import skeleton, variants
from muniment.identity.names import Token, words

#: Raise it when the keys of a person change: an index of another version is built anew.
VERSION: Final = 2

#: How much of the information of a key counts when a question meets it. Word and skeleton meet together.
WEIGHTS: Final = {
    "word": 0.5,
    "skeleton": 0.5,
    "variant": 0.4,
    "joined": 0.5,
    "skeleton and year": 0.5,
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
    terms = {term for _, term in _names(subject)}
    terms |= {f"date {birth.digits}" for birth in _births(subject) if birth.day}
    terms |= {f"month {birth.digits[:6]}" for birth in _births(subject) if birth.month}
    terms |= {f"number {kind} {value}" for kind, value in _numbers(subject)}
    return frozenset(map(hashed, terms))


def wanted(subject: Subject) -> dict[int, float]:
    """The keys to ask for, with their weights: those of `filed` and those of likely slips."""
    weighed = [(WEIGHTS[kind], term) for kind, term in _names(subject)]
    for birth in _births(subject):
        weighed += [(WEIGHTS["date"], f"date {birth.digits}")] if birth.day else []
        weighed += [(WEIGHTS["date nearly"], f"date {digits}") for digits in _near_dates(birth)]
        weighed += [(WEIGHTS["month"], f"month {birth.digits[:6]}")] if birth.month else []
    for kind, value in _numbers(subject):
        weighed.append((WEIGHTS["number"], f"number {kind} {value}"))
        weighed += [(WEIGHTS["number nearly"], f"number {kind} {near}") for near in _near_numbers(value)]
    return {hashed(term): weight for weight, term in sorted(weighed)}


def _births(subject: Subject) -> list[dates.Birth]:
    return [birth for text in subject.birth_dates if (birth := dates.parse(text))]


def _numbers(subject: Subject) -> Iterator[tuple[str, str]]:
    for kind in identifiers.kinds((subject,)):
        for value in identifiers.values(subject, kind):
            yield kind, value


def _names(subject: Subject) -> Iterator[tuple[str, str]]:
    years = {birth.year for birth in _births(subject)}
    for name in subject.names:
        tokens = words(name).tokens
        long = [token for token in tokens if len(token.text) > 1 and not token.particle]
        for token in long:
            yield from _word(token.text, years)
        yield from (("joined", f"word {text}") for text in _joined(tokens))
        yield from _family_and_initial(tokens)


def _word(text: str, years: set[int]) -> Iterator[tuple[str, str]]:
    yield "word", f"word {text}"
    yield "skeleton", f"skeleton {skeleton(text)}"
    for year in years:
        yield "skeleton and year", f"year {year} {skeleton(text)}"
    for kind, lines in variants().items():
        for line in lines.get(text, ()):
            yield "variant", f"variant {kind} {line}"


def _joined(tokens: tuple[Token, ...]) -> Iterator[str]:
    """Two words of one half written together, as XIAO MING is XIAOMING elsewhere."""
    for family in (True, False):
        half = [token.text for token in tokens if (token.part == "family") == family and len(token.text) > 1]
        if len(half) <= 3:
            yield from (one + other for one, other in permutations(half, 2))


def _family_and_initial(tokens: tuple[Token, ...]) -> Iterator[tuple[str, str]]:
    family = [token.text for token in tokens if token.part == "family" and not token.particle]
    given = {token.text[0] for token in tokens if token.part != "family" and not token.particle}
    for text in family:
        for initial in sorted(given):
            yield "family and initial", f"initial {initial} {skeleton(text)}"


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
