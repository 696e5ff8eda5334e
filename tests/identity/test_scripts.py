"""Which Latin spellings a word of another script may stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.identity.scripts import family_and_given, in_latin, reads, script_of, signs

READ = {
    "محمد": "MOHAMMED MUHAMMAD MOHAMAD MOUHAMMED",
    "يوسف": "YUSUF YOUSSEF YOUSEF",
    "الشربيني": "SHERBINY ALSHERBINI ELSHERBINY",
    "عبدالرحمن": "ABDULRAHMAN ABDERRAHMAN ABDELRAHMAN",
    "خديجة": "KHADIJA KHADIJAH HADIJA",
    "پروین": "PARVIN PARWEEN",
    "שפירא": "SHAPIRA SHAPIRO SCHAPIRA",
    "יצחק": "YITZHAK ITZHAK",
    "Сергій": "SERHII SERGIY SERHIJ",
    "Щербаков": "SHCHERBAKOV SCHERBAKOW",
    "Юрий": "YURI YURY JURIJ IURII",
    "Ξενάκης": "XENAKIS KSENAKIS",
    "Παπαδόπουλος": "PAPADOPOULOS",
    "Հակոբյան": "HAKOBYAN HAGOBIAN",
    "ბერიძე": "BERIDZE",
    "दीपिका": "DEEPIKA DIPIKA",
    "তালুকদার": "TALUKDAR TALUKDER",
    "ਹਰਪ੍ਰੀਤ": "HARPREET HARPRIT",
    "김": "KIM GIM",
    "이": "LEE YI RHEE I",
    "승현": "SEUNGHYUN SEUNGHYEON SUNGHYUN",
    "松本": "MATSUMOTO",
    "佐藤": "SATO SATOH",
    "曾": "ZENG TSENG TSANG",
    "晓明": "XIAOMING HSIAOMING",
    "ÇELIK": "CELIK CHELIK",
    "LÜ": "LU LV LYU LUE",
    "ƏLIYEV": "ALIYEV ELIYEV",
}
OTHERS = {
    "محمد": "AHMED HAMID MAHDI",
    "حسن": "HUSSEIN YASSIN",
    "سالم": "SALEH",
    "שפירא": "MIZRAHI",
    "Сергій": "ANDRII",
    "김": "LEE",
    "松本": "TANAKA",
    "晓明": "DAWEI",
}


@pytest.mark.parametrize(("written", "latin"), [(word, one) for word, many in READ.items() for one in many.split()])
def test_a_word_reads_as_its_romanisations(written: str, latin: str) -> None:
    assert reads(signs(written), latin)


@pytest.mark.parametrize(("written", "latin"), [(word, one) for word, many in OTHERS.items() for one in many.split()])
def test_a_word_does_not_read_as_another_name(written: str, latin: str) -> None:
    assert not reads(signs(written), latin)


@pytest.mark.parametrize(
    ("written", "latin"),
    [
        ("محمد", "MOHAMMED"),
        ("Сергій", "SERHII"),
        ("김", "KIM"),
        ("松本", "MATSUMOTO"),
        ("曾", "ZENG"),
        ("MUSTER", "MUSTER"),
        ("ÑANDÚ", "NANDU"),
    ],
)
def test_a_word_is_shown_as_the_best_known_name_it_may_be(written: str, latin: str) -> None:
    assert in_latin(signs(written)) == latin


def test_marks_that_a_reader_may_leave_out_are_left_out() -> None:
    assert signs("مُحَمَّـــد") == "محمد"
    assert signs("Ξενάκης") == "ΞΕΝΑΚΗΣ"
    assert signs("M\u0337U\u0334STER") == "MUSTER"


def test_a_mixture_of_scripts_is_of_none() -> None:
    assert script_of("МUSTER") == ""
    assert script_of("MUSTER") == ""
    assert script_of("ИВАН") == "cyrillic"


def test_a_whole_name_without_a_blank_is_taken_apart() -> None:
    assert family_and_given("郑晓明") == ("郑", "晓明")
    assert family_and_given("欧阳雪梅") == ("欧阳", "雪梅")
    assert family_and_given("최승현") == ("최", "승현")
    assert family_and_given("ИВАН") is None


@given(st.text(max_size=12), st.text("ABCDEFGHIKLMNORSTUVYZ", max_size=12))
def test_whatever_is_written_can_be_asked(written: str, latin: str) -> None:
    word = signs(written)
    assert reads(word, latin) in (True, False)
    assert set(in_latin(word)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
