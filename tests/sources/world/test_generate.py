"""The world is the same for the same seed, whole or cut, and holds what it promises at about the rates it states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import chain, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.core.errors import SenderFault
from muniment.core.record import SYSTEMS
from muniment.core.subject import subject_from_json, to_json
from muniment.sources.world import numbers
from muniment.sources.world.cultures import cultures
from muniment.sources.world.generate import Inhabitant, generate, inhabitant
from muniment.sources.world.life import LIVES
from muniment.sources.world.recording import SYSTEM_RULES, Recorded
from muniment.sources.world.slips import ERRORS
from muniment.status.engine import determine
from muniment.status.facts import FactFile, parse

TODAY = date(2026, 11, 24)
#: Kinds that are events of a life and no facts of a record.
SILENT = {"visa", "warrant"}


@pytest.fixture(scope="module")
def world() -> Sequence[Inhabitant]:
    """Large enough for the rates, small enough to be made in a second or two."""
    return list(generate(12_000, 7, TODAY))


@pytest.fixture(scope="module")
def records(world: Sequence[Inhabitant]) -> Sequence[Recorded]:
    return list(chain.from_iterable(someone.records for someone in world))


def test_the_same_seed_gives_the_same_world() -> None:
    assert list(generate(300, 3, TODAY)) == list(generate(300, 3, TODAY))


def test_another_seed_gives_another_world() -> None:
    assert list(generate(50, 3, TODAY)) != list(generate(50, 4, TODAY))


@given(st.integers(0, 2_000), st.integers(0, 2**32))
@settings(max_examples=30, deadline=None)
def test_a_person_depends_on_the_seed_and_the_number_alone(number: int, seed: int) -> None:
    assert list(generate(2, seed, TODAY, first=number))[1] == inhabitant(number + 1, seed, TODAY.toordinal())


def test_a_world_of_today_holds_a_person_that_was_written_down_once() -> None:
    """A change of the generator shows here: worlds made before and after it differ."""
    someone = inhabitant(11, 1, TODAY.toordinal())
    assert (someone.name_group, someone.truth["name"]["family"], someone.truth["birth_date"]) == (
        "Spanish",
        "DIAZ QUINTERO",
        "2007-08-26",
    )


def test_a_world_larger_than_its_numbers_is_refused() -> None:
    with pytest.raises(SenderFault, match="at most 48,000,000 people"):
        list(generate(numbers.CAPACITY + 1, 1, TODAY))


def test_every_person_of_every_day_can_be_made() -> None:
    for day in (date(2024, 2, 29), date(2027, 1, 1), date(2031, 12, 31)):
        assert len(list(generate(400, 5, day))) == 400


def test_facts_follow_the_status_contract(world: Sequence[Inhabitant]) -> None:
    for someone in world:
        facts = [fact for record in someone.records for fact in record.facts]
        parse({"as_of": TODAY.isoformat(), "facts": facts})


def test_facts_name_their_record_and_nothing_is_dated_after_today(records: Sequence[Recorded]) -> None:
    for record in records:
        for fact in record.facts:
            assert fact["record"] == record.key
            assert fact["date"] <= TODAY.isoformat()


def test_subjects_are_in_the_common_form(records: Sequence[Recorded]) -> None:
    for record in records[:4000]:
        assert to_json(subject_from_json(record.subject)) == record.subject


def test_birth_dates_are_dates_of_the_past(records: Sequence[Recorded]) -> None:
    for record in records:
        (birth_date,) = record.subject["birth_dates"]
        assert len(birth_date) in (4, 10)
        assert birth_date <= TODAY.isoformat()


def test_no_record_stands_twice(records: Sequence[Recorded]) -> None:
    assert len({record.key for record in records}) == len(records)


def test_numbers_are_ones_that_no_real_person_can_have(records: Sequence[Recorded]) -> None:
    beginnings = {"a_number": "9", "ssn": "9", "fbi": "9", "fin": "9", "sid": "ZZ", "passport": "Z"}
    for record in records:
        for item in record.subject["identifiers"]:
            assert item["value"].startswith(beginnings[item["kind"]])


def test_all_nine_systems_hold_records(records: Sequence[Recorded]) -> None:
    assert {record.system for record in records} == set(SYSTEMS)


def test_every_path_and_every_name_group_is_lived(world: Sequence[Inhabitant]) -> None:
    assert {someone.truth["path"] for someone in world} == set(LIVES["path"])
    assert {someone.name_group for someone in world} == {culture.group for culture in cultures().values}


def test_name_groups_come_in_their_proportion(world: Sequence[Inhabitant]) -> None:
    total = sum(culture.weight for culture in cultures().values)
    found = Counter(someone.name_group for someone in world)
    for culture in cultures().values:
        assert found[culture.group] / len(world) == pytest.approx(culture.weight / total, rel=0.25, abs=0.002)


def test_kin_share_what_kin_share(world: Sequence[Inhabitant]) -> None:
    kin = [(elder, someone) for elder, someone in pairwise(world) if someone.truth["kin"]]
    assert {someone.truth["kin"] for _, someone in kin} == {"twin", "child", "sibling"}
    for elder, someone in kin:
        assert someone.truth["name"]["family"] == elder.truth["name"]["family"]
        same_day = someone.truth["birth_date"] == elder.truth["birth_date"]
        assert same_day == (someone.truth["kin"] == "twin")
    assert any(elder.truth["name"] == someone.truth["name"] for elder, someone in kin)


@pytest.mark.parametrize("code", SYSTEMS)
def test_about_the_stated_share_of_people_has_no_record_in_a_system(world: Sequence[Inhabitant], code: str) -> None:
    rules = SYSTEM_RULES[code]
    due = [
        someone
        for someone in world
        if any(event["kind"] in rules.opens and not event.get("unrecorded") for event in someone.truth["events"])
    ]
    without = sum(all(record.system != code for record in someone.records) for someone in due)
    assert without / len(due) == pytest.approx(rules.missing, abs=max(0.02, 2.5 * (0.13 / len(due)) ** 0.5))


#: Errors that any record may have, so that their rate can be read off the records of one system.
EVERYWHERE = ("typing_slip", "birth_year_only", "sex_wrong")


@pytest.mark.parametrize("error", EVERYWHERE)
def test_errors_come_at_their_stated_rate(records: Sequence[Recorded], error: str) -> None:
    rates = {name: rate for section in ERRORS.values() for name, rate in section.items()}
    expected = sum(min(1.0, rates[error] * SYSTEM_RULES[record.system].noise) for record in records)
    assert sum(error in record.errors for record in records) == pytest.approx(expected, rel=0.2, abs=12)


def test_every_error_happens(records: Sequence[Recorded], world: Sequence[Inhabitant]) -> None:
    happened = {error for record in records for error in record.errors}
    stated = {name for section in ERRORS.values() for name in section} - {"second_file"}
    assert happened == stated
    assert any(numbers.second_a_number(someone.number) in str(someone.records) for someone in world)


def test_the_truth_names_what_went_wrong(world: Sequence[Inhabitant]) -> None:
    for someone in world:
        assert someone.truth["errors"] == {record.key: record.errors for record in someone.records if record.errors}


def test_a_departure_that_was_missed_is_in_the_truth_and_not_in_the_record(world: Sequence[Inhabitant]) -> None:
    missed = 0
    for someone in world:
        for record in someone.records:
            if "departure_missing" in record.errors:
                missed += 1
                told = [fact for fact in record.facts if fact["kind"] == "departure"]
                lived = [event for event in someone.truth["events"] if event["kind"] == "departure"]
                assert len(told) < len(lived)
    assert missed > 20


def test_what_no_system_saw_stands_in_no_record(world: Sequence[Inhabitant]) -> None:
    for someone in world:
        seen = {event["kind"] for event in someone.truth["events"] if not event.get("unrecorded")} - SILENT
        assert {fact["kind"] for record in someone.records for fact in record.facts} <= seen


def test_citizens_are_those_whose_status_says_so(world: Sequence[Inhabitant]) -> None:
    for someone in world:
        assert someone.truth["citizen"] == someone.truth["status"].startswith(("USC_", "NATL"))


def test_perfect_records_lead_to_the_truth_or_to_a_person_who_must_decide(world: Sequence[Inhabitant]) -> None:
    """Lives keep the law of the status engine: of all that was seen it says the truth, or that it is not enough."""
    for someone in world[:3000]:
        status = determine(perfect_file(someone)).status
        assert status in (someone.truth["status"], "UND", "NRLA", "USC") or not someone.truth["present"]


def test_perfect_records_never_lead_against_a_citizen(world: Sequence[Inhabitant]) -> None:
    for someone in world:
        if someone.truth["citizen"]:
            assert determine(perfect_file(someone)).answer_class not in ("R7", "R8", "R9")


def perfect_file(someone: Inhabitant) -> FactFile:
    """Everything that some system could see, without an error."""
    seen = [event for event in someone.truth["events"] if not event.get("unrecorded") and event["kind"] not in SILENT]
    facts = [{**event, "id": f"f{place}", "record": "CIS:perfect"} for place, event in enumerate(seen)]
    born = {"birth_date": someone.truth["birth_date"]}
    return parse({"as_of": TODAY.isoformat(), "person": born, "facts": facts})


def test_most_citizens_by_a_parent_have_no_paper(world: Sequence[Inhabitant]) -> None:
    derived = [someone for someone in world if someone.truth["status"] == "USC_D"]
    papers = [
        one for one in derived if any(event["kind"] == "certificate_of_citizenship" for event in one.truth["events"])
    ]
    assert len(derived) > 100
    assert len(papers) / len(derived) < 0.2
