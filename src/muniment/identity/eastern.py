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


@dataclass(frozen=True, slots=True)
class System:
    """Words that `fits` matches are of this language; `rules` rewrite them, in order."""

    fits: re.Pattern[str]
    rules: Sequence[tuple[re.Pattern[str], str]]


@cache
def _systems() -> Sequence[System]:
    data = tomllib.loads((files("muniment.identity") / "data" / "romanisations.toml").read_text(encoding="utf-8"))
    return [
        System(re.compile(item["fits"]), [(re.compile(was), now) for was, now in item["rules"]])
        for item in data["system"]
    ]


@lru_cache(maxsize=200_000)
def _rewritten(word: str) -> tuple[str, ...]:
    """`word` by each system, empty where it does not fit."""
    found = []
    for system in _systems():
        text = word if system.fits.fullmatch(word) else ""
        for was, now in system.rules if text else ():
            text = was.sub(now, text)
        found.append(text)
    return tuple(found)


def same_syllables(left: str, right: str) -> bool:
    """Whether some system reads both words as the same syllables."""
    if any(a and a == b for a, b in zip(_rewritten(left), _rewritten(right), strict=True)):
        return True
    return any(
        pattern and pattern.fullmatch(other)
        for pattern, other in ((_of_the_south(left), right), (_of_the_south(right), left))
    )


@cache
def _southern() -> Mapping[str, str]:
    """Syllable of Pinyin to the ways in which it is written in Hong Kong, Singapore and Malaysia, as a pattern."""
    data = tomllib.loads((files("muniment.identity") / "data" / "romanisations.toml").read_text(encoding="utf-8"))
    entries = (entry.partition(":") for entry in data["southern"].split())
    return {syllable: f"(?:{said.replace('/', '|')}|{syllable})" for syllable, _, said in entries}


@lru_cache(maxsize=200_000)
def _of_the_south(word: str) -> re.Pattern[str] | None:
    """What a name of Pinyin syllables may be in the south; None where it is no such name."""
    known = "|".join(sorted(_southern(), key=len, reverse=True))
    if not re.fullmatch(f"(?:{known})+", word):
        return None
    return re.compile("".join(_southern()[syllable] for syllable in re.findall(known, word)))
