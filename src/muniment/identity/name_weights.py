"""The evidence of names for many pairs of names at once: what `agreement.names_evidence` finds, in columns.

Pairs of words that may stand for each other are found for all pairs of names together. Where a name is not plain, words
are written together, or the choice between words is not clear at once, `agreement` is asked about this one pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from muniment.identity.agreement import of_names
from muniment.identity.described import Written
from muniment.identity.evidence import Evidence
from muniment.identity.lexicon import LIKENESS, share_marks
from muniment.identity.likeness import likeness
from muniment.identity.model import Model, NamePart
from muniment.identity.name_columns import LEXICON, NameColumns
from muniment.identity.names import MOST_TOKENS
from muniment.identity.ragged import Bools, Floats, Ints, crossed, firsts, rounded, undecided

#: Levels of half a name by number.
LEVELS: Final = (*LIKENESS, "exchanged", "initial_only", "both_left", "one_missing", "all_differ", "differs")
_NUMBER: Final = {level: place for place, level in enumerate(LEVELS)}
_INITIAL: Final = _NUMBER["initial"]
SUFFIX_LEVELS: Final = ("same", "differs")


class NamesFound(NamedTuple):
    """Levels by number, -1 where there is no evidence, and bits, of each pair of names."""

    family: NDArray[np.int8]
    family_bits: Floats
    given: NDArray[np.int8]
    given_bits: Floats
    suffix: NDArray[np.int8]
    suffix_bits: Floats

    def at(self, places: Ints) -> NamesFound:
        """Those of these pairs."""
        return NamesFound._make(column[places] for column in self)

    def put(self, places: Ints, some: NamesFound) -> None:
        """Write those of these pairs."""
        columns: Sequence[NDArray[Any]] = self
        for column, values in zip(columns, some, strict=True):
            column[places] = values


class _Cells(NamedTuple):
    """Words that may stand for each other: of which pair of names, which words, how alike, what that is worth."""

    pair: Ints
    left: Ints
    right: Ints
    likeness: NDArray[np.int8]
    family: Bools
    changed: Bools
    left_family: Bools
    right_family: Bools
    worth: Floats
    left_word: Ints
    right_word: Ints

    def at(self, places: Ints | Bools) -> _Cells:
        """These cells."""
        return _Cells._make(column[places] for column in self)


class _Rarity:
    """How much agreement on a word says, in bits, by the number of the word."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._bits = np.zeros((2, 0))

    def bits(self) -> Floats:
        """Those of family names, and those of given names."""
        known = self._bits.shape[1]
        if known < len(LEXICON.texts):
            parts: tuple[NamePart, NamePart] = ("family", "given")
            new = [[self._model.rarity(part, text) for text in LEXICON.texts[known:]] for part in parts]
            self._bits = np.concatenate([self._bits, np.array(new)], axis=1)
        return self._bits


@lru_cache(maxsize=4)
def _rarity(model: Model) -> _Rarity:
    return _Rarity(model)


def names_found(left: NameColumns, right: NameColumns, lefts: Ints, rights: Ints, model: Model) -> NamesFound:
    """The evidence of name `lefts[n]` of `left` and `rights[n]` of `right`, as if neither were an alias."""
    cells = _cells(left, right, lefts, rights, model)
    cells, unclear = _chosen(cells, len(lefts))
    unclear |= ~(left.plain[lefts] & right.plain[rights]) | _may_join(left, right, lefts, rights)
    found, close = _halves(left, right, lefts, rights, cells, model)
    _ask(found, np.flatnonzero(unclear | close), left, right, lefts, rights, model)
    return found


def _cells(left: NameColumns, right: NameColumns, lefts: Ints, rights: Ints, model: Model) -> _Cells:
    pair, ones, others = crossed(left.words, right.words, lefts, rights)
    level = LEXICON.levels(left.words.values[ones], right.words.values[others])
    alike = np.flatnonzero(level >= 0)
    pair, ones, others, level = pair[alike], ones[alike], others[alike], level[alike]
    left_family, right_family = left.parts[ones] == 0, right.parts[others] == 0
    family, changed = left_family | right_family, left.parts[ones] != right.parts[others]
    worth = _worth(left.words.values[ones], right.words.values[others], level, family, changed, model)
    slots = ones - left.words.starts[lefts[pair]], others - right.words.starts[rights[pair]]
    both = left.words.values[ones], right.words.values[others]
    return _Cells(pair, *slots, level, family, changed, left_family, right_family, worth, *both)


def _worth(ones: Ints, others: Ints, likeness: NDArray[np.int8], family: Bools, changed: Bools, model: Model) -> Floats:
    """As `agreement` says it: rarity times share, bits of the level, price of another part."""
    bits = _rarity(model).bits()
    part = np.where(family, 0, 1)
    rarity = np.minimum(bits[part, ones], bits[part, others])
    share, level = _shares(model)
    price = np.where(changed, np.where(family, model.names.part_changed, model.names.middle_changed), 0.0)
    worth: Floats = rarity * share[part, likeness] + level[part, likeness] + price
    initial = likeness == _INITIAL
    worth[initial] = model.names.initial + price[initial]
    return worth


@lru_cache(maxsize=4)
def _shares(model: Model) -> tuple[Floats, Floats]:
    """Share of rarity and bits, by part and likeness."""
    levels = [
        [model.features[part].levels.get(likeness) for likeness in LIKENESS] for part in ("family_name", "given_names")
    ]
    return (
        np.array([[level.share if level else 0.0 for level in some] for some in levels]),
        np.array([[level.bits if level else 0.0 for level in some] for some in levels]),
    )


def _chosen(cells: _Cells, pairs: int) -> tuple[_Cells, Bools]:
    """Each word stands for one other at most: the cells of most worth, initials last. And where that is not clear."""
    unclear = np.zeros(pairs, bool)
    ones, others = cells.pair * MOST_TOKENS + cells.left, cells.pair * MOST_TOKENS + cells.right
    size = pairs * MOST_TOKENS
    rivals = (np.bincount(ones, minlength=size)[ones] > 1) | (np.bincount(others, minlength=size)[others] > 1)
    if not rivals.any():
        return cells, unclear
    contested = np.zeros(pairs, bool)
    contested[cells.pair[rivals]] = True
    some = cells.at(np.flatnonzero(contested[cells.pair]))
    initial = some.likeness == _INITIAL
    order = np.lexsort((-some.worth, initial, some.pair))
    some, initial = some.at(order), initial[order]
    unclear[some.pair[1:][_tied(some, initial)]] = True
    kept = [cells.at(np.flatnonzero(~contested[cells.pair]))]
    taken = np.full((pairs, 2), -1)
    while len(some.pair):
        best = firsts(some.pair)
        kept.append(some.at(best))
        taken[some.pair[best], 0], taken[some.pair[best], 1] = some.left[best], some.right[best]
        some = some.at((some.left != taken[some.pair, 0]) & (some.right != taken[some.pair, 1]))
    return _Cells._make(np.concatenate(columns) for columns in zip(*kept, strict=True)), unclear


def _tied(cells: _Cells, initial: Bools) -> Bools:
    """Which cells are worth as much as the one before but are of other words, so that it matters which is taken."""
    same = [cells.pair, initial, cells.worth]
    alike = [cells.left_word, cells.right_word, cells.left_family, cells.right_family]
    equal, twins = (np.all([each[1:] == each[:-1] for each in some], axis=0) for some in (same, alike))
    found: Bools = equal & ~twins
    return found


def _may_join(left: NameColumns, right: NameColumns, lefts: Ints, rights: Ints) -> Bools:
    """Whether words of one name are perhaps one word of the other; false only where they are not."""
    found = np.zeros(len(lefts), bool)
    for one, other, ones, others in ((left, right, lefts, rights), (right, left, rights, lefts)):
        places = np.flatnonzero((one.all_runs[ones] & other.shapes[others]) != 0)
        if len(places):
            found[places[_joining(one, other, ones[places], others[places])]] = True
    return found


def _joining(left: NameColumns, right: NameColumns, lefts: Ints, rights: Ints) -> Ints:
    pair, runs, tokens = crossed(left.runs, right.token_shapes, lefts, rights)
    fits = np.flatnonzero((left.runs.values[runs] & right.token_shapes.values[tokens]) != 0)
    pair, runs, tokens = pair[fits], runs[fits], tokens[fits]
    numbers = right.every(tokens)
    near = np.flatnonzero(share_marks(left.wholes(runs), LEXICON.columns[numbers]))
    joined = [
        likeness(whole, LEXICON.texts[number]) in ("same", "spelling", "form")
        and _alone(LEXICON.texts[number], left.texts(name))
        for whole, number, name in zip(
            left.run_texts(runs[near]), numbers[near].tolist(), lefts[pair[near]].tolist(), strict=True
        )
    ]
    found: Ints = pair[near[np.array(joined, dtype=bool)]]
    return found


def _alone(word: str, others: Sequence[str]) -> bool:
    """Whether none of the others stands for `word` as it is; as in `alignment`."""
    return all(likeness(other, word) in (None, "initial", "cut", "form") for other in others)


def _halves(
    left: NameColumns, right: NameColumns, lefts: Ints, rights: Ints, cells: _Cells, model: Model
) -> tuple[NamesFound, Bools]:
    """Levels and bits of both halves, and where the order of a sum may decide."""
    size = len(lefts)
    exchanged = np.zeros(size, bool)
    exchanged[cells.pair[cells.family & cells.changed]] = True
    alone = [
        (
            names.family[rows] - np.bincount(cells.pair[of_family], minlength=size),
            names.words.counts[rows] - names.family[rows] - np.bincount(cells.pair[~of_family], minlength=size),
        )
        for names, rows, of_family in ((left, lefts, cells.left_family), (right, rights, cells.right_family))
    ]
    families = [np.where(exchanged, 0, family) for family, _ in alone]
    givens = [given + np.where(exchanged, family, 0) for family, given in alone]
    family, family_bits, close = _half(cells.at(cells.family), size, families, exchanged, "family", model)
    nobody = np.zeros(size, bool)
    given, given_bits, close_too = _half(cells.at(~cells.family), size, givens, nobody, "given", model)
    both = (family >= 0) & (given >= 0) & (family_bits > 0) & (given_bits > 0)
    less = np.minimum(np.minimum(model.names.together, family_bits / 2), given_bits / 2)
    given_bits[both] = rounded((given_bits - less)[both])
    ones, others = left.suffix[lefts], right.suffix[rights]
    suffix = np.where((ones < 0) | (others < 0), -1, np.where(ones == others, 0, 1)).astype(np.int8)
    bits = np.array([*(model.level("suffix", level).bits for level in SUFFIX_LEVELS), 0.0])
    return NamesFound(family, family_bits, given, given_bits, suffix, bits[suffix]), close | close_too


def _half(
    cells: _Cells, size: int, alone: Sequence[Ints], exchanged: Bools, part: NamePart, model: Model
) -> tuple[NDArray[np.int8], Floats, Bools]:
    feature = model.features["family_name" if part == "family" else "given_names"].levels
    least, sum_alone = np.minimum(*alone), alone[0] + alone[1]
    pairs = np.bincount(cells.pair, minlength=size)
    worst = np.full(size, -1, np.int8)
    np.maximum.at(worst, cells.pair, cells.likeness)
    only_initials = np.bincount(cells.pair[cells.likeness == _INITIAL], minlength=size) == pairs
    level = np.where(least > 0, _NUMBER["both_left"], np.where(sum_alone > 0, _NUMBER["one_missing"], worst))
    if part == "given":
        level = np.where(only_initials, _NUMBER["initial_only"], level)
    level = np.where(exchanged, _NUMBER["exchanged"], level)
    bits = np.minimum(np.bincount(cells.pair, weights=cells.worth, minlength=size), model.names.most[part])
    lone = np.where(least > 0, least, np.minimum(sum_alone, 2))
    bits = bits + lone * np.where(least > 0, feature["both_left"].bits, feature["one_missing"].bits)
    differs = np.where((least > 1) & (part == "family"), _NUMBER["all_differ"], _NUMBER["differs"])
    against = np.array([feature[name].bits if name in feature else 0.0 for name in ("all_differ", "differs")])
    none = pairs == 0
    level = np.where(none, np.where(least > 0, differs, -1), level).astype(np.int8)
    bits = np.where(none, np.where(least > 0, against[differs - _NUMBER["all_differ"]], 0.0), bits)
    return level, rounded(bits), (pairs > 2) & undecided(bits)


def _ask(
    found: NamesFound, places: Ints, left: NameColumns, right: NameColumns, lefts: Ints, rights: Ints, model: Model
) -> None:
    """Put in what `agreement` finds for these pairs."""
    for place in places.tolist():
        names = Written(left.name(int(lefts[place])), False), Written(right.name(int(rights[place])), False)
        put(found, place, of_names(*names, model, False))


def put(found: NamesFound, place: int, evidence: Iterable[Evidence]) -> None:
    """Write the evidence of one pair into the columns."""
    columns = {"family_name": found[0:2], "given_names": found[2:4], "suffix": found[4:6]}
    for level, bits in columns.values():
        level[place], bits[place] = -1, 0.0
    for item in evidence:
        level, bits = columns[item.feature]
        level[place] = (SUFFIX_LEVELS if item.feature == "suffix" else LEVELS).index(item.level)
        bits[place] = item.bits
