"""An entry's bytes are fixed once and say everything an auditor must know."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.core.ledger import Entry, Event, shown

AT = datetime(2026, 11, 24, 13, 7, 0, 123456, tzinfo=UTC)
CODES = st.dictionaries(
    st.text(max_size=8), st.none() | st.booleans() | st.integers() | st.text(max_size=12), max_size=5
)


@given(detail=CODES)
def test_the_order_in_which_details_were_given_does_not_change_a_byte(detail: dict[str, object]) -> None:
    one = Entry(Event.DRAFT_SAVED, AT, "web", "user:1", detail=detail)
    other = Entry(Event.DRAFT_SAVED, AT, "web", "user:1", detail=dict(reversed(detail.items())))
    assert one.canonical() == other.canonical()


def test_an_entry_says_what_when_where_who_and_with_what_outcome() -> None:
    body = json.loads(Entry(Event.ACCESS_DENIED, AT, "web", "user:7", "refused", {"inquiry": 3}).canonical())
    assert body == {
        "v": 1,
        "event": "access.denied",
        "at": "2026-11-24T13:07:00.123456+00:00",
        "where": "web",
        "actor": "user:7",
        "outcome": "refused",
        "objects": {"inquiry": 3},
        "detail": {},
    }


def test_time_is_written_in_utc_whatever_zone_it_came_in() -> None:
    there = AT.astimezone(timezone(timedelta(hours=-7)))
    same = [Entry(Event.QUEUE_VIEWED, at, "web", "user:1").canonical() for at in (AT, there)]
    assert same[0] == same[1]


def test_a_number_that_is_none_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="JSON"):
        Entry(Event.QUEUE_VIEWED, AT, "web", "user:1", detail={"age": float("nan")}).canonical()


def test_an_entry_is_shown_with_its_bytes_its_hash_and_a_place_for_the_tree() -> None:
    canonical = Entry(Event.QUEUE_VIEWED, AT, "web", "user:1").canonical()
    view = shown(12, canonical)
    assert view["sha256"] == hashlib.sha256(view["canonical"].encode()).hexdigest()
    assert view["id"] == 12
    assert view["tree"] is None


def test_events_are_named_noun_dot_past_in_alphabetical_order() -> None:
    names = [event.name for event in Event]
    assert names == sorted(names)
    assert all(event.value.replace(".", "_").upper() == event.name for event in Event)
