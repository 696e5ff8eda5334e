"""Which words of two names stand for each other."""

from __future__ import annotations

import pytest

from muniment.core.subject import Name
from muniment.identity.alignment import Pair, aligned
from muniment.identity.names import words

ONE = [  # names whose words all stand for each other
    (Name("ZHENG", "XIAO MING"), Name("ZHENG", "XIAOMING")),
    (Name("XU", "XIAOQIN"), Name("HSU", "HSIAO CHIN")),
    (Name("HADDAD", "ABD EL RAHMAN"), Name("HADDAD", "ABDERRAHMANE")),
    (Name("VAN DER PROEF", "JAN"), Name("VANDERPROEF", "JAN")),
    (Name("DE LA CRUZ"), Name("DELACRUZ")),
    (Name(None, "郑晓明"), Name("ZHENG", "XIAO MING")),
    (Name("حمدان", "عبد الرحمن"), Name("HAMDAN", "ABDULRAHMAN")),
    (Name("SARMIENTO", "JUAN"), Name("JUAN", "SARMIENTO")),
]


@pytest.mark.parametrize(("left", "right"), ONE)
def test_words_written_together_apart_or_in_another_script_find_each_other(left: Name, right: Name) -> None:
    for one, other in ((left, right), (right, left)):
        _, alone, alone_too = aligned(words(one), words(other), lambda _: 1.0)
        assert (alone, alone_too) == ([], [])


def test_an_initial_does_not_use_up_a_name_that_another_word_needs() -> None:
    pairs, _, left = aligned(words(Name("MUSTER", "E ELENA")), words(Name("MUSTER", "ELENA EVA")), _worth)
    assert {(pair.left.text, pair.right.text) for pair in pairs} == {
        ("MUSTER", "MUSTER"),
        ("ELENA", "ELENA"),
        ("E", "EVA"),
    }
    assert left == []


def _worth(pair: Pair) -> float:
    return 1.0 if pair.likeness == "initial" else 5.0


def test_two_names_have_no_words_in_common_by_being_long() -> None:
    pairs, _, _ = aligned(words(Name("GARCIA LOPEZ", "MARIA")), words(Name("OUYANG", "XIAOMING")), lambda _: 1.0)
    assert pairs == []
