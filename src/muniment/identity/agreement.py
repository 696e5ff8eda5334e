"""Names as evidence: the pair of names that agrees best, split into family name, given names and suffix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from math import fsum
from operator import itemgetter
from typing import NamedTuple

from muniment.core.subject import Name
from muniment.identity.alignment import Pair, aligned
from muniment.identity.described import Described, Written
from muniment.identity.evidence import Evidence
from muniment.identity.model import MODEL, Model, NamePart
from muniment.identity.names import Part, Token, Words, words

#: From the strongest level of a name to the weakest: a name is as alike as its least alike word.
_ORDER = ("same", "initial", "script", "spelling", "form", "cut", "near", "ending", "similar")


class Agreement(NamedTuple):
    """How two names agree: the words that stand for each other, and those that stand alone on either side."""

    pairs: tuple[Pair, ...]
    asked_left: tuple[Token, ...]
    recorded_left: tuple[Token, ...]

    def of(self, family: bool) -> tuple[list[Pair], list[Token], list[Token]]:
        """The pairs and what is left of one half. A pair that crosses the halves belongs to the family name.

        What is left beside such a pair is of the other half, whatever it was filed as.
        """
        crossed = any(_changed_parts(pair) and _part(pair) == "family" for pair in self.pairs)
        return (
            [pair for pair in self.pairs if (pair[0].part == "family" or pair[1].part == "family") == family],
            [token for token in self.asked_left if (token.part == "family" and not crossed) == family],
            [token for token in self.recorded_left if (token.part == "family" and not crossed) == family],
        )


def agreement(asked: Name, recorded: Name, model: Model = MODEL) -> Agreement:
    """Which words of two names stand for each other."""
    return _agreement(words(asked), words(recorded), model)


def _agreement(asked: Words, recorded: Words, model: Model) -> Agreement:
    pairs, left, right = aligned(asked, recorded, lambda pair: _worth(pair, model))
    if any(not pair.left.sure and not pair.right.sure for pair in pairs):
        pairs = _with_a_family_name(pairs)
    if pairs and any(not token.sure for token in (*left, *right)):
        left, right = _of_the_other_half(pairs, left), _of_the_other_half(pairs, right)
    return Agreement(tuple(pairs), tuple(left), tuple(right))


def _with_a_family_name(pairs: list[Pair]) -> list[Pair]:
    """Of several words whose part nobody told on either side, the one that says most is the family name."""
    if len(pairs) < 2 or any(_part(pair) == "family" or pair.left.sure or pair.right.sure for pair in pairs):
        return pairs
    first, *rest = pairs
    return [Pair(first.left._replace(part="family"), first.right._replace(part="family"), first.likeness), *rest]


def _of_the_other_half(pairs: Sequence[Pair], left: Sequence[Token]) -> list[Token]:
    """What is left of a name whose parts nobody told stands in the half in which nothing agrees."""
    halves = {_part(pair) for pair in pairs}
    if len(halves) > 1:
        return list(left)
    other: Part = "given" if halves == {"family"} else "family"
    return [token if token.sure else token._replace(part=other) for token in left]


def names_evidence(asked: Described, recorded: Described, model: Model, *, said: bool = True) -> Sequence[Evidence]:
    """The evidence of the two names, aliases included, that agree best; empty when there is nothing to compare.

    Where no two names speak for one person, those that speak most against it count: an alias never hides a difference.
    Without `said` the sentences are empty, which is faster.
    """
    both = [(one, other) for one in asked.names for other in recorded.names]
    if len(both) == 1:
        return of_names(*both[0], model, said)
    ranked = sorted(((_rank(of_names(*pair, model, False), pair), pair) for pair in both), key=itemgetter(0))
    if not ranked:
        return []
    (bits, *_), best = ranked[-1]
    return of_names(*(best if bits > 0 else ranked[0][1]), model, said)


def _rank(found: Sequence[Evidence], pair: Sequence[Written]) -> tuple[float, object, object]:
    """By bits; findings settle a tie, then the names: neither the order of names nor who was asked does."""
    bits = round(fsum([item.bits for item in found]), 6)
    return bits, [(item.feature, item.level) for item in found], sorted(one.order for one in pair)


@lru_cache(maxsize=50_000)  # several records of one inquiry bear the same name
def of_names(asked: Written, recorded: Written, model: Model, said: bool) -> Sequence[Evidence]:
    """The evidence of two names; empty when there is nothing to compare."""
    both = _agreement(asked.words, recorded.words, model)
    halves = _together([*_half(both, True, model, said), *_half(both, False, model, said)], model)
    found = [*halves, *_suffix(asked.words, recorded.words, model)]
    return _by_alias(found, model) if found and (asked.alias or recorded.alias) else found


def _together(halves: list[Evidence], model: Model) -> list[Evidence]:
    """A family name of one culture makes its given names likely, so both agreeing says less than their sum."""
    if len(halves) < 2 or min(half.bits for half in halves) <= 0:
        return halves
    less = min(model.names.together, *(half.bits / 2 for half in halves))
    return [halves[0], replace(halves[1], bits=round(halves[1].bits - less, 2))]


def _by_alias(found: Sequence[Evidence], model: Model) -> list[Evidence]:
    """An alias is one more chance to agree, which costs."""
    first = found[0]
    said = f"{first.sentence} {model.level('family_name', 'alias').sentence}".strip()
    return [Evidence(first.feature, first.label, first.level, first.bits + model.names.alias, said), *found[1:]]


def _worth(pair: Pair, model: Model) -> float:
    """Bits of one pair of words: its rarity as far as the likeness carries it, less the price of changing its part."""
    changed = _changed(pair, model)
    if pair.likeness == "initial":
        return model.names.initial + changed
    part = _part(pair)
    level = model.level(_feature(part), pair.likeness)
    return _rarity(pair, part, model) * level.share + level.bits + changed


def _rarity(pair: Pair, part: NamePart, model: Model) -> float:
    """The rarity of the more common of the two words."""
    return min(model.rarity(part, pair.left.text), model.rarity(part, pair.right.text))


def _changed(pair: Pair, model: Model) -> float:
    if not _changed_parts(pair):
        return 0.0
    return model.names.part_changed if _part(pair) == "family" else model.names.middle_changed


def _changed_parts(pair: Pair) -> bool:
    return pair.left.part != pair.right.part and pair.left.sure and pair.right.sure


def _part(pair: Pair) -> NamePart:
    return "family" if "family" in (pair.left.part, pair.right.part) else "given"


def _feature(part: NamePart) -> str:
    return "family_name" if part == "family" else "given_names"


def _half(both: Agreement, family: bool, model: Model, said: bool) -> list[Evidence]:
    pairs, left, right = both.of(family)
    part: NamePart = "family" if family else "given"
    if not pairs:
        return [_differs(left, right, part, model, said)] if left and right else []
    bits = min(fsum(_worth(pair, model) for pair in pairs), model.names.most[part])
    level = _level(pairs, left, right, part)
    lone = min(len(left), len(right)) or min(len(left) + len(right), 2)
    if lone:
        bits += lone * model.level(_feature(part), "both_left" if left and right else "one_missing").bits
    return [_told(part, level, bits, _sentences(pairs, left, right, part, level, model) if said else "", model)]


def _level(pairs: Sequence[Pair], left: Sequence[Token], right: Sequence[Token], part: NamePart) -> str:
    """What there is to say of a half as a whole: the weakest that holds of it."""
    if part == "family" and any(_changed_parts(pair) for pair in pairs):
        return "exchanged"
    if part == "given" and all(pair.likeness == "initial" for pair in pairs):
        return "initial_only"
    if left or right:
        return "both_left" if left and right else "one_missing"
    return max((pair.likeness for pair in pairs), key=_ORDER.index)


def _told(part: NamePart, level: str, bits: float, sentence: str, model: Model) -> Evidence:
    feature = _feature(part)
    return Evidence(feature, model.feature(feature).label, level, round(bits, 2), sentence)


def _differs(left: Sequence[Token], right: Sequence[Token], part: NamePart, model: Model, said: bool) -> Evidence:
    name = "all_differ" if part == "family" and min(len(left), len(right)) > 1 else "differs"
    level = model.level(_feature(part), name)
    sentence = level.sentence.format(asked=_text(left), recorded=_text(right)) if said else ""
    return _told(part, name, level.bits, sentence, model)


def _sentences(
    pairs: Sequence[Pair], left: Sequence[Token], right: Sequence[Token], part: NamePart, level: str, model: Model
) -> str:
    feature = _feature(part)
    said = [_sentence(pair, part, model) for pair in pairs]
    if left and right:
        said.append(model.level(feature, "both_left").sentence.format(asked=_text(left), recorded=_text(right)))
    elif left or right:
        said.append(model.level(feature, "one_missing").sentence.format(words=_text([*left, *right])))
    if level in ("exchanged", "initial_only"):
        said.append(model.level(feature, level).sentence)
    return " ".join(said)


def _sentence(pair: Pair, part: NamePart, model: Model) -> str:
    level = "same" if pair.left.text == pair.right.text else pair.likeness
    feature = "given_names" if level == "initial" else _feature(part)
    rarity = one_in(_rarity(pair, part, model))
    said = (pair.left.text, pair.right.text)
    asked, recorded = sorted(said, key=len) if level == "initial" else said
    return model.level(feature, level).sentence.format(asked=asked, recorded=recorded, rarity=rarity)


def one_in(bits: float) -> str:
    """`1 in 40,000`, to two figures: how rare something of `bits` is."""
    people = 2.0**bits
    digits = max(len(str(int(people))) - 2, 0)
    return f"1 in {round(people / 10**digits) * 10**digits:,}"


def _text(tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens)


def _suffix(asked: Words, recorded: Words, model: Model) -> list[Evidence]:
    if not asked.suffix or not recorded.suffix:
        return []
    level = "same" if asked.suffix == recorded.suffix else "differs"
    sentence = model.level("suffix", level).sentence.format(asked=asked.suffix, recorded=recorded.suffix)
    return [Evidence("suffix", model.feature("suffix").label, level, model.level("suffix", level).bits, sentence)]
