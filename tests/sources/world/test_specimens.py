"""Every hard case of the domain stands in the world under an invented name, with facts that keep the contract."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.core.record import SYSTEMS
from muniment.core.subject import subject_from_json, to_json
from muniment.sources.world.demo import demo_agencies, demo_messages
from muniment.sources.world.generate import Inhabitant
from muniment.sources.world.specimens import dated, specimens
from muniment.status.engine import determine
from muniment.status.facts import FactFile, parse

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WORLD = specimens(TODAY)
BY_KEY = {someone.specimen: someone for someone in WORLD}
MARKS = ("SPECIMEN", "MUSTER", "MUSTERMANN", "BEISPIEL")
#: The test persons that the domain asks for, and the specimen that is each.
ASKED_FOR = {
    "derived citizen with foreign birth and no certificate": "derived-citizen",
    "naturalized, file stale": "naturalized-file-stale",
    "LPR with DUI arrest only": "resident-arrest-only",
    "LPR with dismissed felony": "resident-felony-dismissed",
    "CPR with pending I-751": "conditional-resident",
    "F-1 D/S, SEVIS terminated": "student-terminated",
    "B-2 with timely I-539": "visitor-extension-pending",
    "VWP day 91": "visa-waiver-day-91",
    "Canadian land visitor no I-94": "land-visitor",
    "TPS with injunction": "tps-injunction",
    "asylee and Red Notice by origin state": "asylee-red-notice",
    "U filer (384) victim against abuser tip": "victim-and-tip",
    "SIJ": "special-juvenile",
    "17-year-old": "seventeen",
    "withholding and old order": "withholding-old-order",
    "in-absentia order reopened": "order-reopened",
    "order executed then new visa": "removed-then-visa",
    "twins": "twin-resident",
    "the other twin": "twin-with-order",
    "two A-numbers": "two-numbers",
    "R10 foreign-born": "nothing-on-record",
    "deceased": "deceased",
    "American Samoan": "american-samoan",
    "COFA citizen": "compact-citizen",
    "diplomat": "diplomat",
    "NICS LPR buyer": "firearm-buyer",
    "employee check with consent": "employee-with-consent",
    "registrant who is USC": "registrant-citizen",
    "conviction vacated": "conviction-vacated",
}


@pytest.mark.parametrize("key", ASKED_FOR.values(), ids=ASKED_FOR.keys())
def test_the_test_person_is_there_with_story_and_truth(key: str) -> None:
    someone = BY_KEY[key]
    assert someone.truth["story"].endswith(".")
    assert isinstance(someone.truth["citizen"], bool)


@pytest.mark.parametrize("someone", WORLD, ids=lambda someone: someone.specimen)
def test_a_specimen_is_marked_in_every_name_and_keeps_the_contract(someone: Inhabitant) -> None:
    assert any(mark in someone.truth["name"].partition(",")[0].split() for mark in MARKS)
    for record in someone.records:
        assert record.system in SYSTEMS
        assert to_json(subject_from_json(record.subject)) == record.subject
        for name in record.subject["names"]:
            assert any(mark in f"{name['family']} {name['given']}".split() for mark in MARKS)
    facts = [fact for record in someone.records for fact in record.facts]
    parse({"as_of": TODAY.isoformat(), "facts": facts})


def test_keys_and_record_ids_are_unique() -> None:
    records = [record.key for record in chain.from_iterable(someone.records for someone in WORLD)]
    assert len(BY_KEY) == len(WORLD)
    assert len(set(records)) == len(records)


def test_numbers_of_specimens_lie_below_those_of_others() -> None:
    for someone in WORLD:
        for record in someone.records:
            for value in subject_from_json(record.subject).values_of("a_number"):
                assert "900000000" <= value < "901000000"


def test_the_visitor_of_the_waiver_is_in_the_ninety_first_day() -> None:
    (admission,) = BY_KEY["visa-waiver-day-91"].records[0].facts
    assert (TODAY - date.fromisoformat(admission["date"])).days + 1 == 91


@given(st.dates(date(2025, 1, 1), date(2040, 12, 31)))
@settings(max_examples=40, deadline=None)
def test_specimens_stand_on_any_day(today: date) -> None:
    facts = [fact for someone in specimens(today) for record in someone.records for fact in record.facts]
    parse({"as_of": today.isoformat(), "facts": facts})
    assert all(fact["date"] <= today.isoformat() for fact in facts)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2028-02-29"),
        ("today-1d", "2028-02-28"),
        ("today-17y", "2011-02-28"),
        ("today-1y+1d", "2027-03-01"),
        ("B2", "B2"),
    ],
)
def test_dates_are_reckoned_from_today(text: str, day: str) -> None:
    assert dated(text, date(2028, 2, 29)) == day


def fields(raw: bytes) -> dict[str, str]:
    return dict(re.findall(r"(?:^|[.\n])([A-Z]{3})/([^.\n]*)", raw.decode("ascii")))


MESSAGES = dict(demo_messages())


def test_a_shift_of_messages_waits() -> None:
    kinds = [raw.split(b".")[0] for raw in MESSAGES.values()]
    assert kinds.count(b"IAQ") == 12
    assert kinds.count(b"YQ") == 1


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_is_about_a_specimen_and_from_an_agency_that_may_ask(name: str) -> None:
    raw = MESSAGES[name]
    _, sender, *_ = raw.decode("ascii").split(".")
    asked = fields(raw)
    agency = {agency.ori: agency for agency in demo_agencies()}[sender]
    assert asked.get("PUR", "C") in agency.purposes
    assert asked.get("PHN", asked.get("PHO")) == agency.call_back
    assert any(mark in asked["NAM"].partition(",")[0].split() for mark in MARKS)
    assert len(asked["NAM"]) <= 30
    assert asked["DOB"] in {one.truth["birth_date"].replace("-", "") for one in WORLD}


def test_controls_are_unique() -> None:
    controls = [re.search(rb"\*(\w+)\.", raw).group(1) for raw in MESSAGES.values()]  # type: ignore[union-attr]  # else it fails
    assert len(set(controls)) == len(MESSAGES)


def test_each_agency_asks_at_least_once() -> None:
    senders = {raw.decode("ascii").split(".")[1] for raw in MESSAGES.values()}
    assert senders == {agency.ori for agency in demo_agencies()}


@pytest.mark.parametrize("someone", WORLD, ids=lambda someone: someone.specimen)
def test_the_facts_of_all_records_lead_where_the_story_says(someone: Inhabitant) -> None:
    found = determine(fact_file(someone))
    expect = someone.truth["expect"]
    assert found.status in expect["status"]
    assert found.answer_class in expect.get("answer_class", [found.answer_class])
    assert found.stop == expect["stop"]
    assert found.hold == expect.get("hold", found.hold)
    for part in ("conflicts", "protections", "warnings", "overlays"):
        assert set(expect.get(part, ())) <= set(getattr(found, part))


def fact_file(someone: Inhabitant) -> FactFile:
    """All records of a specimen, confirmed, each read as long ago as its copy is old."""
    facts = [
        {**fact, "pulled": (NOON - timedelta(hours=record.age_hours)).isoformat()}
        for record in someone.records
        for fact in record.facts
    ]
    born = {"birth_date": someone.truth["birth_date"]}
    return parse({"as_of": TODAY.isoformat(), "person": born, "facts": facts})


def expected(someone: Inhabitant) -> Sequence[str]:
    answer: Sequence[str] = someone.truth["expect"].get("answer_class", ())
    return answer


def test_the_specimens_lead_to_answers_of_most_classes() -> None:
    classes = {answer for someone in WORLD for answer in expected(someone)}
    assert {"R1", "R2", "R3", "R4", "R4L", "R5", "R7", "R8", "R9", "R10", "R12"} <= classes
