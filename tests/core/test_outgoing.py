"""Waits grow and are bounded; people are told ever more rarely, and never stop being told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.core import outgoing
from muniment.core.lanes import LANES, URGENT

OWED = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
PATIENCE = st.sampled_from([outgoing.PATIENCE, outgoing.URGENT_PATIENCE])
WHILE = st.timedeltas(timedelta(), timedelta(days=3650))


@given(st.integers(0, 10**6))
def test_a_wait_never_shrinks_and_never_exceeds_the_ceiling(tries: int) -> None:
    assert outgoing.RESEND <= outgoing.wait(tries) <= outgoing.wait(tries + 1) <= outgoing.CEILING


def test_waits_double_up_to_the_ceiling() -> None:
    assert [outgoing.wait(tries).total_seconds() for tries in range(1, 9)] == [5, 10, 20, 40, 80, 160, 300, 300]


@pytest.mark.parametrize("lane", LANES)
def test_an_answer_of_an_urgent_lane_is_told_sooner_than_anything_else(lane: int) -> None:
    soon = outgoing.patience("response", lane)
    assert soon == (outgoing.URGENT_PATIENCE if lane in URGENT else outgoing.PATIENCE)
    assert soon < LANES[lane].target
    assert outgoing.patience("receipt", lane) == outgoing.PATIENCE


@given(PATIENCE, WHILE, WHILE)
def test_stages_only_grow(first: timedelta, one: timedelta, more: timedelta) -> None:
    assert outgoing.stage(OWED, first, OWED + one) <= outgoing.stage(OWED, first, OWED + one + more)


@given(PATIENCE, st.integers(0, 25))
def test_a_stage_is_reached_when_people_are_to_be_told_it_and_not_before(first: timedelta, told: int) -> None:
    moment = outgoing.tell(OWED, first, told)
    assert outgoing.stage(OWED, first, moment) == told + 1
    assert outgoing.stage(OWED, first, moment - timedelta(microseconds=1)) == told


@given(PATIENCE, WHILE)
def test_ten_years_are_told_in_no_more_than_twenty_two_entries(first: timedelta, gone: timedelta) -> None:
    assert outgoing.stage(OWED, first, OWED + gone) <= 22


def test_before_it_is_owed_nobody_is_told() -> None:
    assert outgoing.stage(OWED, outgoing.PATIENCE, OWED - timedelta(days=1)) == 0
