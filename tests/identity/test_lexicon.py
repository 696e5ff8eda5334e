"""Words by number are as alike as `likeness` says, however many are asked about at once."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.identity import eastern, lexicon
from muniment.identity.lexicon import LIKENESS, Lexicon, marked, share_marks, sounds_of
from muniment.identity.likeness import likeness, sound, variants
from muniment.identity.model import MODEL

words = st.text("ABCEGHIJLMNORSTUXYZ", min_size=1, max_size=12)


def known_words() -> list[str]:
    """Words of the tables, and each with one letter changed."""
    chance = random.Random(6)
    names = {word for kind in variants().values() for word in kind}
    names |= {word for table in MODEL.frequencies.values() for word in table if word.isalpha()}
    found = chance.sample(sorted(names), 300)
    return found + [word[:1] + chance.choice("AEHNSZ") + word[2:] for word in found]


def levels(left: list[str], right: list[str], lexicon: Lexicon) -> list[str | None]:
    found = lexicon.levels(lexicon.numbers(left), lexicon.numbers(right))
    return [LIKENESS[level] if level >= 0 else None for level in found.tolist()]


def test_words_of_the_tables_are_as_alike_as_one_by_one() -> None:
    chance, known = random.Random(7), known_words()
    pairs = [(one, other) for one in known for other in chance.sample(known, 60)]
    left, right = map(list, zip(*pairs, strict=True))
    one_by_one = [likeness(one, other) for one, other in pairs]
    assert levels(left, right, Lexicon()) == one_by_one
    assert len(set(one_by_one)) > 6


def test_other_spellings_and_forms_are_never_missed() -> None:
    pairs = [
        (one, other) for kind in variants().values() for one, its in kind.items() for other in kind if its & kind[other]
    ]
    left, right = map(list, zip(*random.Random(2).sample(pairs, 2000), strict=True))
    found = share_marks(marked(left, sounds_of(left)), marked(right, sounds_of(right)))
    assert found.all()


@given(st.lists(words, min_size=1, max_size=8))
def test_any_words_are_as_alike_as_one_by_one(some: list[str]) -> None:
    pairs = [(one, other) for one in some for other in some]
    left, right = map(list, zip(*pairs, strict=True))
    assert levels(left, right, _LEXICON) == [likeness(one, other) for one, other in pairs]


_LEXICON = Lexicon()


@given(st.lists(words, min_size=1, max_size=8))
def test_many_words_are_read_as_one_is(some: list[str]) -> None:
    assert sounds_of(some) == [sound(word) for word in some]
    by_system = eastern.rewritten(some)
    assert [tuple(texts) for texts in zip(*by_system, strict=True)] == [eastern._rewritten(word) for word in some]


def test_a_cache_too_small_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon, "CACHE", 4)
    small, known = Lexicon(), known_words()[:80]
    pairs = [(one, other) for one in known for other in known]
    left, right = map(list, zip(*pairs, strict=True))
    for _ in range(2):
        assert levels(left, right, small) == [likeness(one, other) for one, other in pairs]


def test_the_second_question_is_answered_from_the_cache() -> None:
    own = Lexicon()
    left, right = own.numbers(["MUSTER", "MUSTER"]), own.numbers(["MUSTRE", "BEISPIEL"])
    first = own.levels(left, right)
    assert np.array_equal(own.levels(right, left), first)
    assert (own.asked, own.compared) == (4, 2)
