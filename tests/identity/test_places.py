from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from muniment.core.places import birth_places, countries
from muniment.core.subject import Subject
from muniment.identity.places import country, level, text


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        (Subject(birth_place="GT"), "GT Guatemala"),
        (Subject(birth_place="GT", birth_country="GT"), "GT Guatemala"),
        (Subject(birth_place="MM"), "MM Mexico, or a Mexican state not in the table"),
        (Subject(birth_place="AZ"), "AZ Arizona"),
        (Subject(birth_country="HN"), "Honduras"),
        (Subject(birth_country="HN", birth_place="SAN PEDRO SULA"), "Honduras, SAN PEDRO SULA"),
        (Subject(birth_place="XX"), "Unknown"),
        (Subject(), ""),
    ],
)
def test_a_birth_place_is_told_in_words(subject: Subject, words: str) -> None:
    assert text(subject) == words


def test_ncic_and_iso_codes_meet() -> None:
    assert country(Subject(birth_place="MM")) == "MX" == country(Subject(birth_place="GU"))
    assert level(Subject(birth_place="RC"), Subject(birth_country="CN")) == "same"
    assert level(Subject(birth_place="GT"), Subject(birth_country="HN")) == "differs"


def test_a_state_that_is_no_more_is_close_to_those_that_came_of_it() -> None:
    assert level(Subject(birth_place="YG"), Subject(birth_country="BA")) == "close"
    assert level(Subject(birth_place="SX"), Subject(birth_country="UA")) == "close"
    assert level(Subject(birth_place="SX"), Subject(birth_country="BA")) == "differs"


@pytest.mark.parametrize(
    "subject", [Subject(), Subject(birth_place="XX"), Subject(birth_place="YY"), Subject(birth_country="??")]
)
def test_an_unknown_place_is_no_evidence(subject: Subject) -> None:
    assert level(subject, Subject(birth_country="GT")) is None


def test_the_groups_name_codes_that_exist() -> None:
    data = tomllib.loads((files("muniment.identity") / "data" / "places.toml").read_text(encoding="utf-8"))
    for group in data["group"]:
        for code in group["codes"].split():
            assert code in countries() or code.removeprefix("NCIC:") in birth_places(), code
