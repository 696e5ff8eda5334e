"""A description made ready to be compared: names cut into words, dates and numbers read. Done once, compared often."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from muniment.core.subject import Subject
from muniment.identity import dates, identifiers, places
from muniment.identity.dates import Birth
from muniment.identity.names import Words, words


class Written(NamedTuple):
    """One name of a person, and whether it is an alias."""

    words: Words
    alias: bool

    @property
    def order(self) -> tuple[object, ...]:
        """By what names are sorted."""
        return (*self.words.tokens, (self.words.suffix or "", self.alias))


class Described(NamedTuple):
    """What a `Subject` says that can be evidence. Plain values throughout: it can be made from any table."""

    names: tuple[Written, ...]
    births: tuple[tuple[str, Birth], ...]
    sex: str | None
    country: str | None
    numbers: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=20_000)
def describe(subject: Subject) -> Described:
    """`subject` made ready; what says nothing (filler, placeholders, absurd dates) is left out."""
    return Described(
        tuple([Written(words(name), name.kind != "primary") for name in subject.names]),
        tuple([(text, birth) for text in subject.birth_dates if (birth := dates.parse(text))]),
        subject.sex if subject.sex in ("M", "F") else None,
        places.country(subject),
        {kind: found for kind in identifiers.kinds((subject,)) if (found := identifiers.values(subject, kind))},
    )
