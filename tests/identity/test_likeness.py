from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.identity.likeness import likeness, skeleton, sound, variants
from muniment.identity.names import normal


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
