"""Additions are read by the rules of a message, and what was known is never changed by them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment import formats
from muniment.core.errors import SenderFault
from muniment.core.subject import Identifier, Name, Subject, subject_from_json, to_json, with_additions
from muniment.formats import adding
from tests.messages import iaq

TODAY = date(2026, 11, 24)


def test_every_field_that_describes_a_person_may_be_added_but_the_name_that_was_asked_for() -> None:
    prefixes = [about.prefix for about in adding.fields()]
    assert prefixes == ["DOB", "SEX", "POB", "ARN", "FBI", "SID", "OLN", "SOC", "AKA", "PPN"]
    assert not any(about.needed for about in adding.fields())


def test_a_value_is_read_as_a_message_would_give_it() -> None:
    values = {"ARN": "a900-000-124", "SOC": "900-01-0001", "AKA": "beispiel,  alpha jr", "DOB": "19850315"}
    read = formats.read(iaq(**{name: value for name, value in values.items() if name != "DOB"}), today=TODAY)
    added = adding.read(values, TODAY)
    assert added.identifiers == read.subject.identifiers
    assert added.names == read.subject.names[1:]
    assert added.birth_dates == ("1985-03-15",)


def test_nothing_typed_adds_nothing() -> None:
    assert adding.read({"ARN": "  ", "AKA": ""}, TODAY) == Subject()


@given(st.dictionaries(st.sampled_from([about.prefix for about in adding.fields()]), st.text(max_size=40)))
def test_whatever_is_typed_is_read_or_refused_with_its_field_and_rule(values: dict[str, str]) -> None:
    refused = None
    try:
        added = adding.read(values, TODAY)
        assert subject_from_json(to_json(added)) == added
    except SenderFault as fault:
        refused = fault
    assert refused is None or (refused.field in values and refused.rule)


NAMES = st.builds(Name, st.sampled_from(["MUSTER", "BEISPIEL"]), st.sampled_from(["ALPHA", None]))
SUBJECTS = st.builds(
    Subject,
    names=st.lists(NAMES, max_size=3).map(tuple),
    birth_dates=st.lists(st.sampled_from(["1985-03-14", "1985-03-15"]), max_size=2, unique=True).map(tuple),
    sex=st.sampled_from([None, "M", "F", "U"]),
    birth_place=st.sampled_from([None, "MM", "XX", "HD"]),
    identifiers=st.lists(st.builds(Identifier, st.just("fin"), st.sampled_from("123")), max_size=3).map(tuple),
)


@given(SUBJECTS, SUBJECTS)
def test_what_was_known_stays_and_comes_first(known: Subject, added: Subject) -> None:
    both = with_additions(known, added)
    assert both.names[: len(known.names)] == known.names
    assert both.birth_dates[: len(known.birth_dates)] == known.birth_dates
    assert both.identifiers[: len(known.identifiers)] == known.identifiers
    assert known.sex in (None, "U", both.sex)
    assert known.birth_place in (None, "XX", both.birth_place)
    assert set(added.identifiers) <= set(both.identifiers)
    assert with_additions(both, added) == both


@pytest.mark.parametrize("prefix", ["NAM", "PUR", "CUS", "REM"])
def test_what_does_not_describe_the_person_is_no_addition(prefix: str) -> None:
    assert adding.read({prefix: "MUSTER"}, TODAY) == Subject()
