from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.core.subject import Name
from muniment.identity.names import likeness, normal, skeleton, sound, variants, words


def texts(name: Name) -> list[str]:
    return [token.text for token in words(name).tokens if not token.particle]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Núñez", "NUNEZ"),
        ("O’Muster", "OMUSTER"),
        ("AL-HASSANI", "AL HASSANI"),
        ("Μουστερ", "MOYSTER"),
        ("Иванчук", "IVANCHUK"),
        ("MUS\u200bTER\u202e", "MUSTER"),
        ("e\u0301", "E"),
        ("12 / 34", ""),
    ],
)
def test_a_name_becomes_plain_letters(written: str, plain: str) -> None:
    assert normal(written) == plain


@given(st.text(max_size=60))
def test_normal_names_are_letters_and_single_blanks_and_stay_so(text: str) -> None:
    plain = normal(text)
    assert set(plain) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ ")
    assert plain == " ".join(plain.split())
    assert normal(plain) == plain


@pytest.mark.parametrize(
    "name",
    [
        Name("LNU", "FNU"),
        Name("UNKNOWN", "UNKNOWN", "NMN"),
        Name("LNU", "BABY BOY"),
        Name("LNU", "BABY BOY A"),
        Name("NO LAST NAME", "NOT GIVEN"),
        Name("XXXX", "---"),
        Name("", None),
    ],
)
def test_placeholders_are_no_names(name: Name) -> None:
    assert words(name).tokens == ()


def test_a_name_that_only_resembles_a_placeholder_stays() -> None:
    assert texts(Name("NO", "BOY RALPH")) == ["NO", "BOY", "RALPH"]
    assert texts(Name("CHILD", "ANNA")) == ["CHILD", "ANNA"]


def test_particles_are_left_out_but_not_where_they_are_the_name() -> None:
    assert texts(Name("DE LA CRUZ")) == ["CRUZ"]
    assert texts(Name("AL HASSANI", "KHALID BIN YUSUF")) == ["HASSANI", "KHALID", "YUSUF"]
    assert texts(Name("LE", "AN")) == ["LE", "AN"]


def test_prefixes_and_suffixes_find_their_place() -> None:
    assert texts(Name("MC DONNELL")) == ["MCDONNELL"]
    assert words(Name("MUSTER JR", "ANTON")).suffix == "JR"
    assert words(Name("MUSTER", "ANTON JUNIOR")).suffix == "JR"
    assert words(Name("MUSTER", "ANTON", suffix="3RD")).suffix == "III"
    assert words(Name("JUNIOR", "ANTON")).suffix is None


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("MUSTER", "MUSTER", "same"),
        ("M", "MUSTER", "initial"),
        ("GONZALEZ", "GONZALES", "spelling"),
        ("MOHAMMED", "MUHAMMAD", "spelling"),
        ("FRANCISCO", "PACO", "form"),
        ("JOHN", "JUAN", "form"),
        ("SAMPLEWORTHINGTON", "SAMPLEWORTHING", "cut"),
        ("MUSTER", "MUSTRE", "near"),
        ("BEISPIEL", "BEISPEIL", "spelling"),
        ("MARIO", "MARIA", "ending"),
        ("JUAN", "JUANA", "ending"),
        ("TESTPERSON", "TETSPERSOM", "similar"),
        ("LI", "LE", None),
        ("MARISOL", "MARISSA", None),
        ("M", "N", None),
    ],
)
def test_two_words_are_as_alike_as_a_reader_would_say(left: str, right: str, level: str | None) -> None:
    assert likeness(left, right) == level
    assert likeness(right, left) == level


@given(st.text("ABCDEHIMOSTYZ", min_size=1, max_size=9), st.text("ABCDEHIMOSTYZ", min_size=1, max_size=9))
def test_likeness_is_symmetric(left: str, right: str) -> None:
    assert likeness(left, right) == likeness(right, left)


def test_what_is_heard_alike_has_one_sound_and_one_skeleton() -> None:
    assert sound("KHALID") == sound("HALID")
    assert sound("VASQUEZ") == sound("BASQUES")
    assert skeleton("HUSSEIN") == skeleton("HOSSAIN")


def test_every_variant_is_written_as_names_are_normalised() -> None:
    for lines in variants().values():
        assert all(name == normal(name) and " " not in name for name in lines)
