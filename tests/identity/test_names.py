from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.core.subject import Name
from muniment.identity.names import normal, words


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
