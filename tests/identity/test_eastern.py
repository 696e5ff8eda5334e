"""Two romanisations of one name in Chinese, Japanese, Korean or Somali."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.identity.eastern import same_syllables

SAME = """XIAOQIN HSIAOCHIN; GUOBIN KUOPIN; ZHANG CHANG; XU HSU; DU TU; QIAN CHIEN; XIE HSIEH; LU LYU; YUAN YUAN;
ZHIQIANG CHIKEUNG;
MEILING MEILENG; TSUCHIYA TUTIYA; SHINJI SINZI; OHNO ONO; YUUKO YUKO; JEONG CHUNG; YEONGSUK YOUNGSOOK; HYEONU HYUNWOO;
GIM KIM; XIRSI HIRSI; CABDIRAXMAAN ABDIRAHMAN"""
OTHER = "XIAOMING XIAOHONG; ZHANG WANG; TANAKA TANIKA; YUKO YOKO; MINJUN MINHO; MUSTER MOSTAR; A B"


@pytest.mark.parametrize("pair", [pair.split() for pair in SAME.split(";")])
def test_two_ways_to_write_one_name_are_the_same_syllables(pair: list[str]) -> None:
    assert same_syllables(*pair)
    assert same_syllables(*reversed(pair))


@pytest.mark.parametrize("pair", [pair.split() for pair in OTHER.split(";")])
def test_two_names_are_not(pair: list[str]) -> None:
    assert not same_syllables(*pair)


@given(st.text("ACEGHIJKLNOSTUXYZ", max_size=30))
def test_every_word_can_be_asked_and_is_like_itself_where_it_fits(word: str) -> None:
    assert same_syllables(word, word) in (True, False)
