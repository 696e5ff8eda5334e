"""The default ceilings: dated, for every kind, never backwards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from muniment.core.ceilings import MOST, Ceiling, Kind, kinds


@pytest.mark.parametrize("name", sorted(kinds()))
def test_every_kind_has_words_and_ceilings_that_fit_each_other(name: str) -> None:
    kind = kinds()[name]
    assert kind.says
    for _, ceiling in kind.versions:
        assert 1 <= ceiling.per_hour <= ceiling.per_day <= MOST


def test_a_ceiling_holds_from_its_day_on_and_the_first_also_before() -> None:
    day, low, high = date(2026, 11, 1), Ceiling(1, 2), Ceiling(3, 4)
    kind = Kind("test", "a test", ((day, low), (day + timedelta(days=10), high)))
    ages = (-1, 0, 9, 10, 11)
    assert [kind.on(day + timedelta(days=age)) for age in ages] == [low, low, low, high, high]
