"""Words of names by number, and how alike two of them are for many pairs at once.

What `likeness` asks of a word is found once and kept in columns. Most pairs of words differ so much that a few numbers
tell; the others are asked one by one. A result is kept in a cache of bounded size.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from muniment.identity import eastern
from muniment.identity.likeness import article_off, form_lines, letters_of, likeness, variants
from muniment.identity.ragged import Bools, Ints
from muniment.identity.vocabulary import vocabulary

#: Likeness by number; none is -1.
LIKENESS: Final = ("same", "initial", "script", "spelling", "form", "cut", "near", "ending", "similar")
_NUMBER: Final = {name: place for place, name in enumerate(LIKENESS)} | {None: -1}
_SAME, _INITIAL, _SIMILAR = _NUMBER["same"], _NUMBER["initial"], _NUMBER["similar"]
#: Pairs of words whose likeness is kept: 2 to this power.
CACHE: Final = 22
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
#: Columns of marks that are compared as they are: two sounds, and one text for each system of romanisation.
_SOUNDS: Final = 2


class Lexicon:
    """Words of the letters A to Z, each with a number; their marks in columns."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.sounds: list[str] = []
        self._numbers: dict[str, int] = {}
        self._columns: NDArray[np.void] = np.zeros(0, _row_type())
        self._keys = np.full(1 << CACHE, -1, np.int64)
        self._levels = np.full(1 << CACHE, -1, np.int8)
        self.asked = 0
        self.compared = 0

    def numbers(self, words: Sequence[str]) -> Ints:
        """The number of each word; new words are added."""
        new = [word for word in dict.fromkeys(words) if word not in self._numbers]
        if new:
            sounds = sounds_of(new)
            self._columns = np.concatenate([self._columns, _described(new, sounds)])
            self._numbers.update(zip(new, range(len(self.texts), len(self.texts) + len(new)), strict=True))
            self.texts += new
            self.sounds += sounds
        return np.fromiter((self._numbers[word] for word in words), np.int64, len(words))

    @property
    def columns(self) -> NDArray[np.void]:
        """The marks of all words, by number."""
        return self._columns

    def levels(self, left: Ints, right: Ints) -> NDArray[np.int8]:
        """The number of the likeness of each pair of words."""
        keys = (np.minimum(left, right) << 32) | np.maximum(left, right)
        slots = ((keys.astype(np.uint64) * _SPREAD) >> np.uint64(64 - CACHE)).astype(np.int64)
        found: NDArray[np.int8] = self._levels[slots]
        new = np.flatnonzero(self._keys[slots] != keys)
        self.asked += len(keys)
        if len(new):
            distinct, places = np.unique(keys[new], return_inverse=True)
            self.compared += len(distinct)
            levels = self._compared(distinct >> 32, distinct & 0xFFFFFFFF)
            found[new] = levels[places]
            self._keys[slots[new]], self._levels[slots[new]] = keys[new], levels[places]
        return found

    def _compared(self, left: Ints, right: Ints) -> NDArray[np.int8]:
        """Likeness by number of pairs that are each there once."""
        ones, others = self._columns[left], self._columns[right]
        found = np.full(len(left), -1, np.int8)
        lengths = np.minimum(ones["length"], others["length"]), np.maximum(ones["length"], others["length"])
        long = lengths[0] > 1
        found[~long & (ones["first"] == others["first"])] = _INITIAL
        apart = np.bitwise_count(ones["letters"] ^ others["letters"])
        heard = np.bitwise_count(ones["heard"] ^ others["heard"])
        ask = long & (share_marks(ones, others) | _nested(ones, others, lengths[0]))
        near = long & ~ask & (lengths[1] - lengths[0] <= 2) & (lengths[1] >= 3) & ((apart <= 4) | (heard <= 2))
        places = np.flatnonzero(near)
        some = self._by_letters(left[places], right[places], lengths[0][places], apart[places], heard[places])
        found[places] = some
        ask[places[some == _ASK]] = True
        for place in np.flatnonzero(ask | (left == right)):
            found[place] = _NUMBER[likeness(self.texts[left[place]], self.texts[right[place]])]
        return found

    def _by_letters(self, left: Ints, right: Ints, short: Ints, apart: Ints, heard: Ints) -> NDArray[np.int8]:
        """`similar`, none, or to be asked: where one letter differs it may be an ending."""
        found = np.full(len(left), -1, np.int8)
        distance = _distances(self.texts, left, right, apart <= 4, 2)
        ones, others = self._columns[left], self._columns[right]
        framed = (ones["first"] == others["first"]) & (ones["last"] == others["last"])
        found[(distance == 2) & (short >= np.where(framed, 6, 8))] = _SIMILAR
        found[distance <= 1] = _ASK
        by_sound = (found == -1) & (short >= 4) & (heard <= 2)
        found[_distances(self.sounds, left, right, by_sound, 1) <= 1] = _SIMILAR
        return found


#: A pair that `likeness` itself is asked about.
_ASK: Final = 100


def _distances(texts: Sequence[str], left: Ints, right: Ints, where: Bools, cutoff: int) -> NDArray[np.uint8]:
    """Letters that differ, up to `cutoff`; more are one more. Only `where` it is asked."""
    places = np.flatnonzero(where)
    found = np.full(len(left), cutoff + 1, np.uint8)
    if len(places):
        ones = [texts[place] for place in left[places].tolist()]
        others = [texts[place] for place in right[places].tolist()]
        found[places] = cpdist(ones, others, scorer=OSA.distance, score_cutoff=cutoff, dtype=np.uint8)
    return found


def share_marks(ones: NDArray[np.void], others: NDArray[np.void]) -> Bools:
    """Whether two words may be spellings or forms of one: false only where they share no mark."""
    south, south_too = ones["south"], others["south"]
    found: Bools = (ones["marks"] & others["marks"]) | (south & (south_too | others["own"])) | (ones["own"] & south_too)
    found = found != 0
    for place in range(_SOUNDS):
        for again in range(_SOUNDS):
            found |= ones["texts"][:, place] == others["texts"][:, again]
    for place in range(_SOUNDS, ones["texts"].shape[1]):
        found |= ones["texts"][:, place] == others["texts"][:, place]
    return found


def _nested(ones: NDArray[np.void], others: NDArray[np.void], short: Ints) -> Bools:
    """Whether one may be the beginning or the end of the other."""
    ends = (ones["first"] == others["first"]) | (ones["last"] == others["last"])
    both = ones["letters"] & others["letters"]
    inside = (both == ones["letters"]) | (both == others["letters"])
    found: Bools = ends & inside & (short >= 4)
    return found


@cache
def _row_type() -> np.dtype[np.void]:
    texts = _SOUNDS + len(eastern.systems())
    counts = [("length", "i8"), ("letters", "u4"), ("heard", "u4"), ("first", "u1"), ("last", "u1")]
    return np.dtype([*counts, ("marks", "u8"), ("south", "u8"), ("own", "u8"), ("texts", "i8", (texts,))])


def _described(words: Sequence[str], sounds: Sequence[str]) -> NDArray[np.void]:
    """What `likeness` asks of each word."""
    rows = marked(words, sounds)
    rows["length"] = [len(word) for word in words]
    rows["letters"] = [letters_of(word) for word in words]
    rows["heard"] = [letters_of(sound) for sound in sounds]
    rows["first"], rows["last"] = [ord(word[0]) for word in words], [ord(word[-1]) for word in words]
    return rows


def marked(words: Sequence[str], sounds: Sequence[str]) -> NDArray[np.void]:
    """The marks of each word as numbers: they are hashed, so that what is equal has equal numbers."""
    rows = np.zeros(len(words), _row_type())
    rows["marks"] = [_marks(word) for word in words]
    rows["south"] = [_bits(eastern.in_the_south(word)) for word in words]
    rows["own"] = [_bits((word,)) for word in words]
    bare = [article_off(word) for word in words]
    texts = [
        [sound if len(word) > 2 else "" for word, sound in zip(words, sounds, strict=True)],
        sounds_of(bare),
        *eastern.rewritten(words),
    ]
    for place, column in enumerate(texts):
        rows["texts"][:, place] = [hash(text) if text else _nothing() for text in column]
    return rows


_lone: Final = iter(range(1, 1 << 62))


def _nothing() -> int:
    """A number that no other text has."""
    return -next(_lone)


def _marks(word: str) -> int:
    """The marks of a word that few words have, as bits of which two words that share a mark share one."""
    lines, forms = variants()["spelling"], form_lines()
    bare = article_off(word)
    marks: list[Any] = [*lines.get(word, ()), *(lines.get(bare, ()) if bare else ())]
    marks += [("of", line) for line in lines.get(word[:-1], ())] if word[-1] in "IY" else []
    marks += [("form", line) for line in forms.get(word, ())]
    return _bits(marks)


def _bits(marks: Iterable[Any]) -> int:
    found = 0
    for mark in marks:
        found |= 1 << (hash(mark) & 63)
    return found


def sounds_of(words: Sequence[str]) -> list[str]:
    """`likeness.sound` of each word, all at once."""
    text = "\n".join(words)
    for written, one in vocabulary()["sounds"]:
        text = text.replace(written, one)
    single = re.sub(r"(.)\1+", r"\1", text).split("\n")
    return [word[:-1] if len(word) > 2 and word.endswith("H") else word for word in single]
