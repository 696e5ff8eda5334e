"""Many people described once, so that millions of pairs of them can be weighed: the kernel of batches.

`weights` gives for each pair of places what `score.weigh` gives for the two people, to the bit. Whatever two people
share with others is found once: the likeness of two words, the evidence of two names, the level of two countries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import fsum, log2
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from muniment.core.subject import Subject
from muniment.identity.agreement import names_evidence
from muniment.identity.described import Described, Written, describe
from muniment.identity.field_columns import SEXES, Births, Numbers, country_levels
from muniment.identity.model import MODEL, Model, Relative
from muniment.identity.name_columns import NameColumns
from muniment.identity.name_weights import LEVELS, SUFFIX_LEVELS, NamesFound, names_found, put
from muniment.identity.ragged import Bools, Floats, Ints, Ragged, coded, crossed, firsts, rounded, undecided

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: Pairs weighed at a time; more of them leave the processor's cache.
AT_ONCE: Final = 1 << 16


class Columns:
    """People by their place, described once; every distinct value by its number."""

    def __init__(self, people: Iterable[Described]) -> None:
        names: dict[object, int] = {}
        written: dict[object, int] = {}
        births: dict[object, int] = {}
        rows: list[tuple[list[int], list[int]]] = []
        sexes, countries = [], []
        numbers: dict[str, list[tuple[str, ...]]] = {}
        for place, person in enumerate(people):
            of_names = [
                written.setdefault((names.setdefault(one.words, len(names)), one.alias), len(written))
                for one in person.names
            ]
            rows.append((of_names, [births.setdefault(birth, len(births)) for _, birth in person.births]))
            sexes.append(SEXES.get(person.sex or "", -1))
            countries.append(person.country)
            for kind, values in person.numbers.items():
                numbers.setdefault(kind, []).extend([()] * (place - len(numbers.get(kind, ()))) + [values])
        self._count = len(rows)
        self.names = NameColumns(list(names))  # type: ignore[arg-type]  # keys are names
        pairs = np.array(list(written), dtype=np.int64).reshape(-1, 2)
        self.written = Ragged.of([of_names for of_names, _ in rows])
        self.written_name, self.alias = pairs[:, 0], pairs[:, 1] != 0
        self.births = Births(Ragged.of([of_births for _, of_births in rows]), list(births))  # type: ignore[arg-type]  # keys are births
        self.sex = np.array(sexes, dtype=np.int8)
        known: dict[str | None, int] = {}
        self.country = coded(countries, known)
        self.countries = tuple(known)
        self.numbers = {kind: Numbers(some, self._count) for kind, some in numbers.items()}

    @classmethod
    def of(cls, people: Iterable[Subject]) -> Columns:
        """Describe people; what is said of one is read once, however many pairs it stands in."""
        return cls(describe(subject) for subject in people)

    def __len__(self) -> int:
        return self._count


class _Evidence(NamedTuple):
    """One kind of evidence of many pairs: levels by number, -1 where there is none, and their bits."""

    names: Sequence[str]
    level: NDArray[np.int8]
    bits: Floats


def weights(left: Columns, right: Columns, pairs: IntArray, model: Model = MODEL) -> FloatArray:
    """Bits of each pair (rows of two places, in `left` and in `right`), prior included."""
    found = np.empty(len(pairs), np.float64)
    for first in range(0, len(pairs), AT_ONCE):
        some = np.asarray(pairs[first : first + AT_ONCE], dtype=np.int64)
        found[first : first + AT_ONCE] = _weights(left, right, some[:, 0], some[:, 1], model)
    return found


def probabilities(bits: FloatArray, model: Model = MODEL) -> FloatArray:
    """The calibrated probability of each weight."""
    distinct, where = np.unique(bits, return_inverse=True)
    return np.array([model.probability(weight) for weight in distinct.tolist()], dtype=np.float64)[where]


def _weights(left: Columns, right: Columns, lefts: Ints, rights: Ints, model: Model) -> Floats:
    evidence = dict(_biography(left, right, lefts, rights, model))
    biography = _total(evidence.values(), 0.0)
    for place in np.flatnonzero(np.abs(biography - model.conflict_below) < _NEAR).tolist():
        biography[place] = fsum(_bits_at(evidence.values(), place))
    evidence |= _identifiers(left, right, lefts, rights, biography < model.conflict_below, model)
    relatives = _relatives(evidence, len(lefts), model)
    total = _total(evidence.values(), model.prior.bits) + relatives
    found = rounded(total)
    for place in np.flatnonzero(undecided(total)).tolist():
        bits = [model.prior.bits, *_bits_at(evidence.values(), place), float(relatives[place])]
        found[place] = round(fsum(bits), 2)
    return found


#: Sums so near to each other may differ by the order in which they were taken.
_NEAR: Final = 1e-6


def _total(evidence: Iterable[_Evidence], start: float) -> Floats:
    total: Floats = np.asarray(start)
    for item in evidence:
        total = total + item.bits
    return total


def _bits_at(evidence: Iterable[_Evidence], place: int) -> list[float]:
    return [float(item.bits[place]) for item in evidence if item.level[place] >= 0]


def _biography(
    left: Columns, right: Columns, lefts: Ints, rights: Ints, model: Model
) -> Iterator[tuple[str, _Evidence]]:
    names = _names(left, right, lefts, rights, model)
    yield "family_name", _Evidence(LEVELS, names.family, names.family_bits)
    yield "given_names", _Evidence(LEVELS, names.given, names.given_bits)
    yield "suffix", _Evidence(SUFFIX_LEVELS, names.suffix, names.suffix_bits)
    yield "birth_date", _weighed("birth_date", *left.births.levels(right.births, lefts, rights), model)
    yield "sex", _sex(left.sex[lefts], right.sex[rights], names, model)
    levels, level = country_levels(left.countries, right.countries, model.common_countries)
    yield "birth_place", _weighed("birth_place", level, levels[left.country[lefts], right.country[rights]], model)


def _weighed(feature: str, levels: Sequence[str], level: NDArray[np.int8], model: Model) -> _Evidence:
    bits = np.array([*(model.level(feature, name).bits for name in levels), 0.0])
    return _Evidence(levels, level, bits[level])


def _sex(ones: NDArray[np.int8], others: NDArray[np.int8], names: NamesFound, model: Model) -> _Evidence:
    known, named = (ones >= 0) & (others >= 0), (names.given >= 0) & (names.given_bits > 0)
    level = np.where(known, np.where(ones != others, 2, np.where(named, 1, 0)), -1).astype(np.int8)
    return _weighed("sex", ("same", "same_as_named", "differs"), level, model)


def _identifiers(
    left: Columns, right: Columns, lefts: Ints, rights: Ints, contrary: Bools, model: Model
) -> Mapping[str, _Evidence]:
    found = {}
    for kind in sorted(left.numbers.keys() & right.numbers.keys()):
        levels, level = left.numbers[kind].levels(right.numbers[kind], lefts, rights)
        conflict = contrary & ((level == levels.index("same")) | (level == levels.index("slip")))
        level = np.where(conflict, len(levels), level).astype(np.int8)
        found[kind] = _weighed(kind, (*levels, "conflict"), level, model)
    return found


# Names


def _names(left: Columns, right: Columns, lefts: Ints, rights: Ints, model: Model) -> NamesFound:
    """The evidence of the two names, of all of both people, that `agreement.names_evidence` takes."""
    owners, ones, others = crossed(left.written, right.written, lefts, rights)
    ones, others = left.written.values[ones], right.written.values[others]
    each = _with_alias(_distinct(left, right, ones, others, model), left.alias[ones] | right.alias[others], model)
    if len(owners) == len(lefts) and (owners[1:] > owners[:-1]).all():
        return each
    return _of_several(each, owners, left, right, ones, others, len(lefts), model)


def _distinct(left: Columns, right: Columns, ones: Ints, others: Ints, model: Model) -> NamesFound:
    """Two names are compared once, however many pairs of people bear them."""
    keys = (left.written_name[ones] << 32) | right.written_name[others]
    distinct, where = np.unique(keys, return_inverse=True)
    return names_found(left.names, right.names, distinct >> 32, distinct & 0xFFFFFFFF, model).at(where)


def _with_alias(found: NamesFound, alias: Bools, model: Model) -> NamesFound:
    """An alias is one more chance to agree, which costs: at the first evidence of a name."""
    if alias.any():
        before = np.zeros(len(alias), bool)
        for level, bits in (found[0:2], found[2:4], found[4:6]):
            bits[alias & (level >= 0) & ~before] += model.names.alias
            before |= level >= 0
    return found


def _of_several(
    each: NamesFound,
    owners: Ints,
    left: Columns,
    right: Columns,
    ones: Ints,
    others: Ints,
    size: int,
    model: Model,
) -> NamesFound:
    """Of several names that which speaks most for one person, else that which speaks most against it."""
    bits = each.family_bits + each.given_bits + each.suffix_bits
    order = np.lexsort((bits, owners))
    begins = firsts(owners)
    ends = np.append(begins[1:], len(owners))[: len(begins)] - 1
    worst, best = order[begins], order[ends]
    up = bits[best] > 0
    chosen = np.where(up, best, worst)
    found = NamesFound._make(np.full(size, -1 if column.dtype == np.int8 else 0, column.dtype) for column in each)
    found.put(owners[begins], each.at(chosen))
    rival = order[np.where(up, np.maximum(ends - 1, begins), np.minimum(begins + 1, ends))]
    same = np.all([a == b for a, b in zip(each.at(rival), each.at(chosen), strict=True)], axis=0)
    close = (np.abs(bits[rival] - bits[chosen]) < _NEAR) & ~same | (np.abs(bits[best]) < _NEAR)
    for place in np.flatnonzero(close & (begins != ends)).tolist():
        some = slice(begins[place], ends[place] + 1)
        sides = (_described(left, ones[some]), _described(right, others[some]))
        put(found, int(owners[begins[place]]), names_evidence(*sides, model, said=False))
    return found


def _described(people: Columns, numbers: Ints) -> Described:
    """Somebody of whom these names are known."""
    names = [
        Written(people.names.name(int(people.written_name[number])), bool(people.alias[number]))
        for number in dict.fromkeys(numbers.tolist())
    ]
    return Described(tuple(names), (), None, None, {})


# Relatives


def _relatives(evidence: Mapping[str, _Evidence], size: int, model: Model) -> Floats:
    """What is taken off because a relative would show the same evidence; see `score`."""
    found = np.zeros(size)
    fits = [(relative, _fits(evidence, relative, size)) for relative in model.relatives]
    some = np.flatnonzero(np.any([fit for _, fit in fits], axis=0)) if fits else ()
    if not len(some):
        return found
    numbers, numbered = np.zeros(len(some)), np.zeros(len(some), bool)
    for feature, item in evidence.items():
        if feature not in model.biography:
            numbers += np.maximum(item.bits[some], 0.0)
            numbered |= item.bits[some] > 0
    expected = np.zeros(len(some))
    for relative, fit in fits:
        shared = [np.maximum(item.bits[some], 0.0) for name, item in evidence.items() if name in relative.shared]
        odds = 2.0 ** (model.prior.bits + np.sum(shared, axis=0) + numbers)
        expected += np.where(fit[some], relative.count * np.where(numbered, model.mixed_up, 1.0) * odds, 0.0)
    exact = -np.log2(1.0 + expected)
    found[some] = rounded(exact)
    for place in np.flatnonzero(undecided(exact)):
        found[some[place]] = _relatives_at(evidence, fits, int(some[place]), model)
    return found


def _fits(evidence: Mapping[str, _Evidence], relative: Relative, size: int) -> Bools:
    fit = np.ones(size, bool)
    for feature, expected in relative.when.items():
        item = evidence.get(feature)
        if item is None:
            fit &= "none" in expected
        else:
            fit &= np.array([*(name in expected for name in item.names), "none" in expected])[item.level]
    return fit


def _relatives_at(
    evidence: Mapping[str, _Evidence], fits: Sequence[tuple[Relative, Bools]], place: int, model: Model
) -> float:
    """The same for one pair, with the sums of `score`."""
    bits = {feature: float(item.bits[place]) for feature, item in evidence.items() if item.bits[place] > 0}
    numbers = [each for feature, each in bits.items() if feature not in model.biography]
    like = []
    for relative, fit in fits:
        if fit[place]:
            shared = [each for feature, each in bits.items() if feature in relative.shared]
            count = relative.count * (model.mixed_up if numbers else 1.0)
            like.append(count * 2.0 ** (model.prior.bits + fsum([*shared, *numbers])))
    return round(-log2(1.0 + fsum(like)), 2)
