"""The transition tables are whole, reachable, and refuse what they do not list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.core.errors import WrongState
from muniment.core.workflow import (
    DELIVERY,
    FINDING,
    INQUIRY,
    MESSAGE,
    DeliveryState,
    FindingState,
    InquiryState,
    MessageState,
    Table,
    after,
)

TABLES = [
    pytest.param(MESSAGE, MessageState, MessageState.RECEIVED, id="message"),
    pytest.param(INQUIRY, InquiryState, InquiryState.READ, id="inquiry"),
    pytest.param(DELIVERY, DeliveryState, DeliveryState.HELD, id="delivery"),
    pytest.param(FINDING, FindingState, FindingState.OPEN, id="finding"),
]


@pytest.mark.parametrize(("table", "states", "start"), TABLES)
def test_every_state_can_be_reached_from_the_first(table: Table, states: type, start: str) -> None:
    reached, frontier = {start}, {start}
    while frontier:
        frontier = {to for (state, _), to in table.items() if state in frontier} - reached
        reached |= frontier
    assert reached == set(states)


@pytest.mark.parametrize(("table", "states", "start"), TABLES)
def test_every_state_of_the_table_is_a_known_one(table: Table, states: type, start: str) -> None:
    assert {state for state, _ in table} | set(table.values()) <= set(states)


@given(state=st.sampled_from(list(InquiryState)), name=st.text(max_size=20))
def test_a_step_that_is_not_listed_does_not_exist(state: InquiryState, name: str) -> None:
    if (state, name) in INQUIRY:
        assert after(INQUIRY, state, name) in set(InquiryState)
    else:
        with pytest.raises(WrongState, match="not possible"):
            after(INQUIRY, state, name)


def test_nothing_is_released_that_was_not_signed() -> None:
    assert {state for (state, name), _ in INQUIRY.items() if name == "release"} == {InquiryState.SIGNED}


def test_what_was_released_is_never_taken_back() -> None:
    assert (InquiryState.RELEASED, "take back") not in INQUIRY
    assert (DeliveryState.READY, "take back") not in DELIVERY
