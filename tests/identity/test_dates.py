from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.identity.dates import LEVELS, closest, level, parse
from muniment.identity.model import MODEL

dates = st.dates().filter(lambda day: 1850 <= day.year <= 2100).map(str)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("1988-04-17", "1988-04-17", "equal"),
        ("1988-01-01", "1988-01-01", "equal_default"),
        ("1988-04-05", "1988-05-04", "swap"),
        ("1988-04-17", "1988-05-17", "month_off"),
        ("1988-04-17", "1989-04-17", "year_off"),
        ("1988-04-17", "1988-04-11", "digit"),
        ("1988-04-17", "1998-04-17", "digit"),
        ("1988-04-12", "1988-04-21", "digit"),
        ("1988-04-17", "1988-07-14", "digit"),
        ("1988-04-17", "1988-01-01", "default"),
        ("1988-01-01", "1989-01-01", "default_near"),
        ("1985-01-01", "1987-01-01", "partial_differs"),
        ("1988-04-17", "1988-12-17", "month_differs"),
        ("1988-12-17", "1988-01-17", "month_off"),
        ("1988-04-17", "1988-04-02", "day_differs"),
        ("1988-04-17", "1988-04-71", "digit"),
        ("1988-04-17", "1988-17-04", "swap"),
        ("1988-04-17", "1988-40-17", "digit"),
        ("1988-04-99", "1988-04-17", "partial_month"),
        ("1988-04-17", "1988-09-02", "year_only"),
        ("1988-04-17", "1979-04-17", "years_apart"),
        ("1988-04", "1988-04-17", "partial_month"),
        ("1988", "1988-04-17", "partial_year"),
        ("1988", "1987-04-17", "partial_differs"),
        ("1988-05", "1988-04-17", "partial_differs"),
        ("1988-04-17", "1951-12-30", "differs"),
    ],
)
def test_two_dates_have_one_joint_level(left: str, right: str, expected: str) -> None:
    one, other = parse(left), parse(right)
    assert one
    assert other
    assert level(one, other) == level(other, one) == expected


@pytest.mark.parametrize("text", ["", "0000-00-00", "9999-99-99", "00/00/0000", "1900-01-01", "88", "1849"])
def test_what_is_no_date_is_no_evidence(text: str) -> None:
    assert parse(text) is None
    assert closest([text], ["1988-04-17"]) is None


@given(st.lists(dates, min_size=1, max_size=3), st.lists(dates, min_size=1, max_size=3))
def test_of_several_dates_the_closest_two_count_in_any_order(left: list[str], right: list[str]) -> None:
    found = closest(left, right)
    other = closest(right[::-1], left[::-1])
    assert found is not None
    assert other is not None
    assert found[0] == other[0]


def test_levels_stand_in_the_order_of_their_weights() -> None:
    bits = [MODEL.level("birth_date", each).bits for each in LEVELS]
    assert bits == sorted(bits, reverse=True)
    assert set(LEVELS) == set(MODEL.feature("birth_date").levels)
