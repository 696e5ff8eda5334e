from __future__ import annotations

import pytest

from muniment.core.subject import Identifier, Subject
from muniment.identity.identifiers import closest, level, normal, unique_in


def of(kind: str, *values: str) -> Subject:
    return Subject(identifiers=tuple(Identifier(kind, value) for value in values))


@pytest.mark.parametrize("written", ["900412777", "A900412777", "A 900-412-777", "a900412777", "0900412777"[1:]])
def test_an_a_number_is_one_number_however_it_is_written(written: str) -> None:
    assert normal("a_number", written) == "900412777"


def test_an_old_a_number_gets_its_zero_back() -> None:
    assert normal("a_number", "A12 345 679") == "012345679"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("a_number", "000000000"),
        ("a_number", "111111111"),
        ("a_number", "123456789"),
        ("a_number", "012345678"),
        ("a_number", "987654321"),
        ("a_number", "NONE"),
        ("ssn", "078-05-1120"),
        ("ssn", "000-12-3456"),
        ("ssn", "666-12-3456"),
        ("passport", "0000"),
        ("passport", "AAAAAAA"),
        ("fbi", ""),
    ],
)
def test_filler_is_no_number(kind: str, value: str) -> None:
    assert normal(kind, value) is None
    assert closest(of(kind, value), of(kind, value), kind) is None
    assert not unique_in(of(kind, value))


def test_a_slip_is_one_sign() -> None:
    assert level("900412777", "900412777") == "same"
    assert level("900412777", "900412771") == "slip"
    assert level("900412777", "904012777") == "slip"
    assert level("900412777", "90041277") == "slip"
    assert level("900412777", "900412011") == "differs"
    assert level("12345", "12346") == "differs"


def test_of_several_numbers_the_closest_count() -> None:
    found = closest(of("a_number", "901555123", "900412777"), of("a_number", "900412771", "900412777"), "a_number")
    assert found == ("same", "900412777", "900412777")


def test_only_kinds_given_to_one_person_are_unique() -> None:
    assert unique_in(of("license", "D12345678")) == frozenset()
    assert unique_in(of("fbi", "123456FA7")) == {Identifier("fbi", "123456FA7")}
