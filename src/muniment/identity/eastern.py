"""Romanisations of Chinese, Japanese and Korean: whether two Latin spellings stand for the same syllables.

Pinyin and Wade-Giles, Hepburn and Kunrei, the Revised Romanisation and everyday Korean each write one syllable in two
ways. Each system is a pattern that its words fit and rules that bring both ways to one (`data/romanisations.toml`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import product
from typing import Any, Final

#: Given names have no more.
MOST_SYLLABLES: Final = 3


@dataclass(frozen=True, slots=True)
class System:
    """Words that `fits` matches are of this language; `rules` rewrite them, in order."""

    fits: re.Pattern[str]
    rules: Sequence[tuple[re.Pattern[str], str]]

    @property
    def narrow(self) -> bool:
        """Whether most words of other languages do not fit."""
        return not self.fits.fullmatch("BSTRK")


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads((files("muniment.identity") / "data" / "romanisations.toml").read_text(encoding="utf-8"))


@cache
def systems() -> Sequence[System]:
    return [
        System(re.compile(item["fits"]), [(re.compile(was, re.MULTILINE), now) for was, now in item["rules"]])
        for item in _data()["system"]
    ]


@lru_cache(maxsize=200_000)
def _rewritten(word: str) -> tuple[str, ...]:
    """`word` by each system, empty where it does not fit."""
    found = []
    for system in systems():
        text = word if system.fits.fullmatch(word) else ""
        for was, now in system.rules if text else ():
            text = was.sub(now, text)
        found.append(text)
    return tuple(found)


def rewritten(words: Sequence[str]) -> list[list[str]]:
    """`words` by each system, as `_rewritten` does, all at once."""
    found = []
    for system in systems():
        places = [place for place, word in enumerate(words) if system.fits.fullmatch(word)]
        text = "\n".join([words[place] for place in places])
        for was, now in system.rules:
            text = was.sub(now, text)
        texts = [""] * len(words)
        for place, one in zip(places, text.split("\n"), strict=False):
            texts[place] = one
        found.append(texts)
    return found


@lru_cache(maxsize=200_000)
def marks(word: str) -> frozenset[object]:
    """What other ways to write the syllables of `word` have too; empty where no system fits."""
    found: set[object] = {(place, text) for place, text in enumerate(_rewritten(word)) if text}
    return frozenset(found | {("south", each) for each in (word, *in_the_south(word))}) if found else frozenset()


def romanised(word: str) -> list[tuple[int, str]]:
    """`word` by each system that changes such words, with the number of the system: for keys, not evidence."""
    by_system = enumerate(_rewritten(word))
    return [(place, text) for place, text in by_system if text and systems()[place].narrow]


def same_syllables(left: str, right: str) -> bool:
    """Whether some system reads both words as the same syllables."""
    return not marks(left).isdisjoint(marks(right))


@cache
def _southern() -> tuple[re.Pattern[str], Mapping[str, Sequence[str]]]:
    """Syllables of Pinyin, and the ways in which they are written in Hong Kong, Singapore and Malaysia."""
    entries = (entry.partition(":") for entry in _data()["southern"].split())
    ways = {syllable: tuple(said.split("/")) for syllable, _, said in entries}
    return re.compile("|".join(sorted(ways, key=len, reverse=True))), ways


def in_the_south(word: str) -> list[str]:
    """What a name of at most three Pinyin syllables may be in the south."""
    known, ways = _southern()
    syllables = known.findall(word)
    if len(syllables) > MOST_SYLLABLES or "".join(syllables) != word:
        return []
    return ["".join(each) for each in product(*(ways[syllable] for syllable in syllables))]
