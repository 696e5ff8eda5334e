"""Over a world of 20,000 people: what is determined is the truth or is left open; no citizen is spoken against."""

from __future__ import annotations

from datetime import date

import pytest

from bench.truth import Agreement, agreements

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def found() -> tuple[Agreement, Agreement]:
    """From whole lives, and from what was written down of them."""
    return agreements(today=TODAY)


def test_nobody_is_found_as_something_else_than_in_truth(found: tuple[Agreement, Agreement]) -> None:
    whole, _ = found
    assert whole.people == 20_000
    assert dict(whole.other) == {}
    assert whole.same.total() > 0.75 * whole.of.total()


def test_no_citizen_is_given_an_adverse_class(found: tuple[Agreement, Agreement]) -> None:
    whole, recorded = found
    assert whole.citizens > 5_000
    assert whole.adverse_citizens == recorded.adverse_citizens == []


def test_gaps_and_slips_of_the_records_mostly_leave_it_open(found: tuple[Agreement, Agreement]) -> None:
    _, recorded = found
    assert recorded.other.total() < 0.005 * recorded.of.total()


def test_few_are_spoken_against_because_a_record_is_missing(found: tuple[Agreement, Agreement]) -> None:
    _, recorded = found
    assert recorded.against.total() <= 0.001 * recorded.of.total()
    assert recorded.same["OVS"] > 0.5 * recorded.of["OVS"]  # not bought by leaving every ended stay open
