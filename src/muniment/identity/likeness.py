"""How alike two words of names are, from the same to one that only sounds like the other.

What a word shares with its other spellings and forms is found once for each word (`_marks`); two words are then
compared by what they share, so that a million pairs of the same few thousand words cost little.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple

from rapidfuzz.distance import OSA

from muniment.identity import eastern
from muniment.identity.vocabulary import vocabulary

Likeness = Literal["same", "script", "spelling", "form", "cut", "near", "similar", "ending", "initial"]


class _Marks(NamedTuple):
    """What other spellings and forms of a word have too: numbers of lines in the table of variants, sounds.

    `letters` are those that occur, `heard` those of the sound: words with many others cannot be near each other.
    """

    spelling: frozenset[object]
    form: frozenset[object]
    sound: str
    letters: int
    heard: int


@cache
def variants() -> Mapping[str, Mapping[str, frozenset[int]]]:
    """Kind (`spelling`, `form`) to name to the numbers of the lines on which it stands."""
    found: dict[str, dict[str, frozenset[int]]] = {"spelling": {}, "form": {}}
    text = (files("muniment.identity") / "data" / "variants.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    for number, row in enumerate(rows):
        for name in row["names"].split():
            found[row["kind"]][name] = found[row["kind"]].get(name, frozenset()) | {number}
    return found


@cache
def form_lines() -> Mapping[str, frozenset[int]]:
    """Name to the lines of forms on which it, or another spelling of it, stands."""
    spelling, form = variants()["spelling"], variants()["form"]
    mates: dict[int, set[str]] = {}
    for name, lines in spelling.items():
        for line in lines:
            mates.setdefault(line, set()).add(name)
    found = dict(form)
    for name, lines in spelling.items():
        others = {mate for line in lines for mate in mates[line]}
        found[name] = frozenset().union(*(form.get(other, frozenset()) for other in others))
    return found


@lru_cache(maxsize=200_000)
def sound(word: str) -> str:
    """`word` with the ways to write one sound made one; doubled letters single, a last H gone."""
    for written, one in vocabulary()["sounds"]:
        word = word.replace(written, one)
    single = re.sub(r"(.)\1+", r"\1", word)
    return single[:-1] if len(single) > 2 and single.endswith("H") else single


@lru_cache(maxsize=200_000)
def skeleton(word: str) -> str:
    """First letter and consonants of the sound of `word`: what survives most misspellings. For keys, not evidence."""
    heard = sound(word)
    return heard[:1] + re.sub(r"[AEIOU]", "", heard[1:])


@lru_cache(maxsize=200_000)
def _marks(word: str) -> _Marks:
    lines = variants()["spelling"]
    spelling: set[object] = {*lines.get(word, ())}
    bare = article_off(word)
    if bare:  # ALHASSANI and HASSANI, ELSHERBINY and ALSHERBINI, VANDERPROEF and PROEF
        spelling |= {sound(bare), *lines.get(bare, ())}
    if word[-1] in "IY":  # HOSSEINI and HUSEINY: names made of two spellings of one name
        spelling |= {("of", line) for line in lines.get(word[:-1], ())}
    if len(word) > 2:
        spelling.add(sound(word))
    form = eastern.marks(word) | form_lines().get(word, frozenset())
    return _Marks(frozenset(spelling), form, sound(word), letters_of(word), letters_of(sound(word)))


def letters_of(word: str) -> int:
    """The letters that occur, a bit each."""
    found = 0
    for letter in word:
        found |= 1 << ord(letter) - 65
    return found


@lru_cache(maxsize=200_000)
def article_off(word: str) -> str:
    """`word` without an article or particle written together with it; empty when there is none."""
    for length in range(6, 1, -1):
        if len(word) >= length + 4 and word[:length] in vocabulary()["joined"]:
            return word[length:]
    return ""


@lru_cache(maxsize=1_000_000)
def likeness(left: str, right: str) -> Likeness | None:
    """How alike two words are, from the strongest reading to the weakest; None when they are different names."""
    if left == right:
        return "initial" if len(left) == 1 else "same"
    if len(left) == 1 or len(right) == 1:
        return "initial" if left[0] == right[0] else None
    one, other = _marks(left), _marks(right)
    short, long = (left, right) if (len(left), left) < (len(right), right) else (right, left)
    others = (one.letters ^ other.letters).bit_count()
    if others <= 2 and _only_the_ending(short, long) and one.sound != other.sound and not _one_line(left, right):
        return "ending"
    if not one.spelling.isdisjoint(other.spelling):
        return "spelling"
    if not one.form.isdisjoint(other.form):
        return "form"
    if len(short) >= 4 and (long.startswith(short) or long.endswith(short)):
        return "near" if len(long) == len(short) + 1 else "cut"
    if others > 4 and (one.heard ^ other.heard).bit_count() > 2:  # a slip changes two letters at most
        return None
    return _by_letters(short, long)


def _one_line(left: str, right: str) -> bool:
    lines = variants()["spelling"]
    return bool(lines.get(left, frozenset()) & lines.get(right, frozenset()))


def _only_the_ending(short: str, long: str) -> bool:
    """MARIO and MARIA, JUAN and JUANA, FERNANDO and FERNANDA: one letter apart and two people."""
    if len(short) < 4:
        return False
    if len(short) == len(long):
        return short[:-1] == long[:-1] and {short[-1], long[-1]} <= set("AOEIY")
    return long[:-1] == short and long[-1] in "AO" and short[-1] not in "AEIOU"


def _by_letters(short: str, long: str) -> Likeness | None:
    if len(long) < 3 or len(long) - len(short) > 2:
        return None
    apart = OSA.distance(short, long, score_cutoff=2)
    if apart == 1:
        return "near" if len(long) > 4 else "similar"
    heard = len(short) >= 4 and OSA.distance(sound(short), sound(long), score_cutoff=1) == 1
    return (
        "similar"
        if heard or (apart == 2 and len(short) >= (6 if short[0] + short[-1] == long[0] + long[-1] else 8))
        else None
    )
