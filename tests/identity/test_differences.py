"""The table that a specialist compares before any score is shown."""

from __future__ import annotations

import dataclasses
import re

import pytest
from hypothesis import given

from muniment.core.subject import Identifier, Name, Subject
from muniment.identity.differences import FieldDifference, align
from tests.identity.test_score import subjects

ASKED = Subject((Name("SPECIMEN QUIROGA", "MARISOL", "E"),), ("1988-04-17",), "F", birth_place="GT")


def field(name: str, asked: Subject, recorded: Subject) -> FieldDifference:
    return next(item for item in align(asked, recorded) if item.field == name)


def marked(item: FieldDifference) -> str:
    """The recorded text with brackets around what differs."""
    return "".join(f"[{span.text}]" if span.differs else span.text for span in item.spans)


def test_the_fields_stand_in_the_order_of_the_page() -> None:
    labels = [item.label for item in align(ASKED, Subject())]
    assert labels == [
        "Family name",
        "Given names",
        "Birth date",
        "Sex",
        "Birth place",
        "A-number",
        "Other numbers",
        "Other names",
    ]


@pytest.mark.parametrize(
    ("recorded", "mark", "words", "shown"),
    [
        ("SPECIMEN QUIROGA", "same", "same", "SPECIMEN QUIROGA"),
        ("QUIROGA SPECIMEN", "same", "same", "QUIROGA SPECIMEN"),
        ("SPECIMEN-QUIROGA", "same", "same", "SPECIMEN-QUIROGA"),
        ("SPECIMEN", "close", "second surname missing", "SPECIMEN"),
        ("ESPECIMEN QUIROGA", "close", "one letter more", "[E]SPECIMEN QUIROGA"),
        ("SPECIMEN QUIRGOA", "close", "two letters exchanged", "SPECIMEN QUIR[GO]A"),
        ("SPECIMEN QUIROGA LOPEZ", "close", "second surname more", "SPECIMEN QUIROGA [LOPEZ]"),
        ("SPECIMEN LOPEZ", "differs", "LOPEZ for QUIROGA", "SPECIMEN [LOPEZ]"),
        ("MUSTER", "differs", "differs", "[MUSTER]"),
        ("LNU", "none", "no evidence", "LNU"),
    ],
)
def test_family_names_side_by_side(recorded: str, mark: str, words: str, shown: str) -> None:
    item = field("family_name", ASKED, dataclasses.replace(ASKED, names=(Name(recorded, "MARISOL"),)))
    assert (item.mark, item.words, marked(item)) == (mark, words, shown)


@pytest.mark.parametrize(
    ("given_name", "middle", "mark", "words", "shown"),
    [
        ("MARISOL", "ELENA", "same", "same, initial agrees", "MARISOL ELENA"),
        ("MARISOL", None, "same", "initial missing", "MARISOL"),
        ("M", "E", "close", "initial agrees", "M E"),
        ("MARISSA", None, "differs", "differs", "MARIS[SA]"),
        ("WENDY", None, "differs", "differs", "[WENDY]"),
        ("MARISOL", "TERESA", "differs", "TERESA for E", "MARISOL [TERESA]"),
        ("FNU", None, "none", "no evidence", "FNU"),
    ],
)
def test_given_names_side_by_side(given_name: str, middle: str | None, mark: str, words: str, shown: str) -> None:
    item = field(
        "given_names", ASKED, dataclasses.replace(ASKED, names=(Name("SPECIMEN QUIROGA", given_name, middle),))
    )
    assert (item.mark, item.words, marked(item)) == (mark, words, shown)


def test_names_that_changed_places_are_close_in_both_rows() -> None:
    recorded = Subject((Name("ANTON", "MUSTER"),))
    for name in ("family_name", "given_names"):
        item = field(name, Subject((Name("MUSTER", "ANTON"),)), recorded)
        assert (item.mark, item.words) == ("close", "family and given names exchanged")


@pytest.mark.parametrize(
    ("recorded", "mark", "words", "shown"),
    [
        ("1988-04-17", "same", "same", "1988-04-17"),
        ("1988-07-14", "close", "digits of month and day exchanged", "1988-0[7]-1[4]"),
        ("1979-04-17", "differs", "nine years apart", "19[79]-04-17"),
        ("1988-04-11", "close", "one digit differs", "1988-04-1[1]"),
        ("1989-04-17", "close", "one year apart", "198[9]-04-17"),
        ("1988-01-01", "close", "same year; 1 January may stand for an unknown day", "1988-0[1]-[01]"),
        ("1988-09-02", "differs", "only the year agrees", "1988-0[9]-[02]"),
        ("1951-12-30", "differs", "37 years apart", "19[51]-[12]-[30]"),
        ("1988-04", "close", "same year and month, day not known", "1988-04"),
        ("1988", "close", "same year, the rest not known", "1988"),
        ("0000-00-00", "none", "no evidence", "0000-00-00"),
    ],
)
def test_birth_dates_side_by_side(recorded: str, mark: str, words: str, shown: str) -> None:
    item = field("birth_date", ASKED, Subject(birth_dates=(recorded,)))
    assert (item.mark, item.words, marked(item)) == (mark, words, shown)


def test_birth_places_are_told_in_words() -> None:
    item = field("birth_place", ASKED, Subject(birth_country="HN", birth_place="SAN PEDRO SULA"))
    assert (item.asked, item.mark, item.words) == ("GT Guatemala", "differs", "another country")
    assert marked(item) == "[Honduras], SAN PEDRO SULA"
    same = field("birth_place", ASKED, Subject(birth_country="GT"))
    assert (same.recorded, same.mark, same.words) == ("Guatemala", "same", "same country")


def test_numbers_are_compared_kind_by_kind() -> None:
    asked = Subject(identifiers=(Identifier("a_number", "900412777"), Identifier("fbi", "123456FA7")))
    recorded = Subject(identifiers=(Identifier("a_number", "900412771"), Identifier("passport", "C01X00T47")))
    number = field("a_number", asked, recorded)
    assert (number.asked, number.mark, marked(number)) == ("A900 412 777", "close", "A900 412 77[1]")
    others = field("identifiers", asked, recorded)
    assert (others.asked, others.recorded, others.mark) == ("FBI 123456FA7", "passport C01X00T47", "none")


def test_what_only_one_side_knows_is_nothing_to_compare() -> None:
    recorded = Subject(identifiers=(Identifier("a_number", "900412777"),))
    item = field("a_number", ASKED, recorded)
    assert (item.asked, item.recorded, item.mark, item.words) == ("", "A900 412 777", "none", "nothing to compare")
    item = field("sex", ASKED, Subject())
    assert (item.recorded, item.mark, item.words) == ("", "none", "no evidence")


def test_an_alias_that_is_the_name_asked_is_seen() -> None:
    recorded = Subject((Name("PROBE", "MARISOL"), Name("SPECIMEN QUIROGA", "MARISOL", "E", kind="alias")))
    item = field("aliases", ASKED, recorded)
    assert (item.mark, item.words) == ("same", "holds the name asked")


@given(subjects, subjects)
def test_spans_are_the_recorded_text_and_nothing_speaks_of_scores(asked: Subject, recorded: Subject) -> None:
    for item in align(asked, recorded):
        assert "".join(span.text for span in item.spans) == item.recorded
        assert item.mark in ("same", "close", "differs", "none")
        assert item.words
        assert not re.search(r"\bbits?\b|score|probab|%", item.words)


@given(subjects)
def test_nothing_differs_from_itself(subject: Subject) -> None:
    for item in align(subject, subject):
        assert item.mark in ("same", "none"), item
        assert not any(span.differs for span in item.spans)
