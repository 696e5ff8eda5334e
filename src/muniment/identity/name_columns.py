"""Distinct names as columns: their words by number, and which words of a name may be one word elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from muniment.identity.alignment import CLASSES, MOST_JOINED, SLACK
from muniment.identity.lexicon import Lexicon, marked, sounds_of
from muniment.identity.names import Part, Token, Words
from muniment.identity.ragged import Bools, Ints, Ragged

#: Words of all names of this process, so that two tables share what was found out about two words.
LEXICON: Final = Lexicon()
PARTS: Final[tuple[Part, ...]] = ("family", "given", "middle")
SUFFIXES: Final = ("JR", "SR", "II", "III", "IV")
#: Lengths of words that are told apart in a shape; longer ones are all one.
_LONGEST: Final = 14
_BEGINS: Final = "BGLAM"
#: Bits of a token beside its number: its part, whether it is a particle.
_PARTICLE: Final = 4


class NameColumns:
    """Distinct names by number.

    `plain` are those that columns can compare: every word in Latin letters and of a part that was told. `words` are
    numbers of words without particles, `parts` of which part they are; `runs` are shapes of words of one half taken as
    one, with the places of these words.
    """

    def __init__(self, names: Sequence[Words]) -> None:
        tokens = [name.tokens for name in names]
        flat = [token for each in tokens for token in each]
        every = Ragged.of([range(len(each)) for each in tokens])
        numbers = LEXICON.numbers([token.text for token in flat])
        parts = np.array([PARTS.index(token.part) for token in flat], dtype=np.int8)
        kept = np.array([not token.particle for token in flat], dtype=bool)
        owners = np.repeat(np.arange(len(names)), every.counts)
        counts = np.bincount(owners[kept], minlength=len(names))
        self._every = Ragged(every.starts, every.counts, numbers)
        self._parts, self._kept = parts, kept
        self._odd = {place: name for place, name in enumerate(names) if not _is_plain(name)}
        self.words = Ragged(counts.cumsum() - counts, counts, numbers[kept])
        self.parts = parts[kept]
        self.family = np.bincount(owners[kept & (parts == 0)], minlength=len(names))
        self.suffix = np.array([SUFFIXES.index(name.suffix) if name.suffix else -1 for name in names], dtype=np.int8)
        self.plain: Bools = np.ones(len(names), bool)
        self.plain[list(self._odd)] = False
        self.empty: Bools = self.words.counts == 0
        shapes = [_shapes(each) if place not in self._odd else [0] * len(each) for place, each in enumerate(tokens)]
        self.shapes = _any(shapes)
        runs = [_runs(each) if place not in self._odd else () for place, each in enumerate(tokens)]
        self.runs = Ragged.of([[shape for shape, _ in some] for some in runs], np.uint64)
        self.run_words = Ragged.of([[packed for _, packed in some] for some in runs])
        self.all_runs = _any([[shape for shape, _ in some] for some in runs])
        self.token_shapes = Ragged.of(shapes, np.uint64)
        self._places = np.full(len(self.runs.values), -1)
        self._wholes: list[NDArray[np.void]] = [marked([], [])]
        self._marked = 0

    def name(self, place: int) -> Words:
        """The name itself."""
        if place in self._odd:
            return self._odd[place]
        row = slice(self._every.starts[place], self._every.starts[place] + self._every.counts[place])
        numbers, parts, kept = self._every.values[row].tolist(), self._parts[row].tolist(), self._kept[row].tolist()
        tokens = [
            Token(PARTS[part], LEXICON.texts[number], not keep)
            for number, part, keep in zip(numbers, parts, kept, strict=True)
        ]
        suffix = int(self.suffix[place])
        return Words(tuple(tokens), SUFFIXES[suffix] if suffix >= 0 else None)

    def texts(self, place: int) -> list[str]:
        """The words of a name, particles too."""
        return [LEXICON.texts[number] for number in self._every.row(place).tolist()]

    def wholes(self, runs: Ints) -> NDArray[np.void]:
        """The marks of runs written together; found at the first question."""
        distinct = np.unique(runs)
        new = distinct[self._places[distinct] < 0]
        if len(new):
            words = self.run_texts(new)
            self._wholes = [np.concatenate([*self._wholes, marked(words, sounds_of(words))])]
            self._places[new] = np.arange(self._marked, self._marked + len(new))
            self._marked += len(new)
        found: NDArray[np.void] = self._wholes[0][self._places[runs]]
        return found

    def run_texts(self, runs: Ints) -> list[str]:
        """Runs written together."""
        names = np.searchsorted(self.runs.starts, runs, side="right") - 1
        packed = self.run_words.values[runs].tolist()
        return [joined(run, self.texts(name)) for name, run in zip(names.tolist(), packed, strict=True)]

    def every(self, places: Ints) -> Ints:
        """The numbers of words at places among all words, particles too."""
        found: Ints = self._every.values[places]
        return found


def _is_plain(name: Words) -> bool:
    return all(token.sure and not token.script for token in name.tokens)


def _any(rows: Iterable[Iterable[int]]) -> NDArray[np.uint64]:
    """All bits of each row."""
    found = []
    for row in rows:
        one = 0
        for shape in row:
            one |= shape
        found.append(one)
    return np.array(found, dtype=np.uint64)


def _shape(text: str, length: int) -> int:
    """One bit for the class of the first letter and the length."""
    begin = text[0].translate(CLASSES)
    return 1 << (_BEGINS.index(begin) * (_LONGEST - SLACK) + min(length, _LONGEST) - SLACK - 1)


def _shapes(tokens: Sequence[Token]) -> list[int]:
    return [_shape(token.text, len(token.text)) if len(token.text) > SLACK else 0 for token in tokens]


def _runs(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Shapes of words that two or three words of one half may be together, and the places of these words."""
    found = []
    for family in (True, False):
        half = [place for place, token in enumerate(tokens) if (token.part == "family") == family]
        for count in (2, 3) if 1 < len(half) <= MOST_JOINED else ():
            for run in permutations(half, count):
                length = sum(len(tokens[place].text) for place in run)
                shapes = 0
                for near in range(length - SLACK, length + SLACK + 1):
                    shapes |= _shape(tokens[run[0]].text, near) if near > SLACK else 0
                found.append((shapes, sum((place + 1) << (4 * turn) for turn, place in enumerate(run))))
    return found


def joined(packed: int, texts: Sequence[str]) -> str:
    """The words of a run written together."""
    whole = ""
    while packed:
        whole, packed = whole + texts[(packed & 15) - 1], packed >> 4
    return whole
