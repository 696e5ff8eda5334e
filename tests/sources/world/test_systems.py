"""The nine systems answer from the world, each with the age of its copy, and can be made to fail in every way."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from queue import SimpleQueue
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings

from muniment.core.errors import OurFault
from muniment.core.record import SYSTEMS
from muniment.core.subject import Identifier, Name, Subject
from muniment.sources import federate, registry
from muniment.sources.federate import federated_search
from muniment.sources.protocol import SystemAnswer
from muniment.sources.registry import record_systems
from muniment.sources.world.load import load_world
from muniment.sources.world.systems import Trouble, WorldSystem
from muniment.status.facts import parse
from muniment.store.models import Installation

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MARISOL = Subject(names=(Name("SPECIMEN QUIROGA", "MARISOL", "E"),), birth_dates=("1988-04-17",), sex="F")
LUCAS = Subject(names=(Name("MUSTER TESTE", "LUCAS"),), birth_dates=("1986-12-12",))


@pytest.fixture
def world(db: None) -> None:
    Installation.objects.update_or_create(id=1, defaults={"synthetic": True})
    load_world(200, 3, today=TODAY)


@pytest.fixture
def committed_world(transactional_db: None) -> None:
    """A world that other connections see."""
    Installation.objects.update_or_create(id=1, defaults={"synthetic": True})
    load_world(0, 3, today=TODAY)


def system(code: str, **trouble: Any) -> WorldSystem:
    return WorldSystem(code, Trouble(**trouble), lambda: NOW)


def all_systems(**troubles: Mapping[str, Any]) -> dict[str, WorldSystem]:
    return {code: system(code, **troubles.get(code, {})) for code in SYSTEMS}


def test_seven_systems_export_and_two_answer_their_own_search() -> None:
    assert {code for code in SYSTEMS if not system(code).exports} == {"EOIR", "III"}


@pytest.mark.usefixtures("world")
def test_a_record_comes_with_its_facts_each_as_old_as_the_copy() -> None:
    (record,) = system("CLAIMS").fetch(["SYN9000412777"])
    assert record.key == "CLAIMS:SYN9000412777"
    assert record.subject.names == (Name("SPECIMEN QUIROGA", "MARISOL", "E"),)
    assert record.pulled == NOW - timedelta(hours=2)
    assert record.facts[0]["pulled"] == "2026-11-24T10:00:00Z"
    parse({"as_of": "2026-11-24", "facts": [dict(fact) for fact in record.facts]})


@pytest.mark.usefixtures("world")
def test_a_copy_meant_to_be_stale_stays_stale_and_others_stay_fresh() -> None:
    later = NOW + timedelta(days=40)
    records = WorldSystem("CIS", now=lambda: later).fetch(["A900120011", "A900120009"])
    ages = {record.record_id: later - record.pulled for record in records}
    assert ages["A900120011"] == timedelta(hours=410)
    assert ages["A900120009"] <= timedelta(hours=1)


@pytest.mark.usefixtures("world")
def test_ids_that_are_not_held_are_left_out() -> None:
    assert system("CIS").fetch(["A900120009", "A999999999", ""])[0].record_id == "A900120009"
    assert system("ADIS").fetch(["A900120009"]) == []


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    "asked",
    [
        LUCAS,
        Subject(names=(Name("MUSTER", "LUKAS"),), birth_dates=("1986-12-12",)),
        Subject(names=(Name("NOBODY", "KNOWS"),), identifiers=(Identifier("a_number", "900120022"),)),
    ],
    ids=["by name", "by the beginning and the birth date", "by number"],
)
def test_the_court_finds_a_person_by_its_own_search(asked: Subject) -> None:
    assert system("EOIR").search(asked)[0] == "A900120022"


@pytest.mark.usefixtures("world")
def test_criminal_history_is_found_by_its_own_number() -> None:
    assert system("III").search(Subject(identifiers=(Identifier("fbi", "9B0120008"),))) == ["9B0120008"]


@pytest.mark.usefixtures("world")
def test_nobody_is_found_for_nothing() -> None:
    assert system("III").search(Subject()) == []
    assert system("EOIR").search(Subject(names=(Name("NOBODY", "KNOWS"),), birth_dates=("1990-01-01",))) == []


@pytest.mark.usefixtures("world")
def test_a_search_gives_a_few_dozen_at_most() -> None:
    many = Subject(names=(Name("GARCIA", "MARIA"), Name("HERNANDEZ", "JOSE")), birth_dates=("1990-01-01",))
    assert len(system("EOIR").search(many)) <= 30


def test_a_system_names_the_age_of_its_copy() -> None:
    assert system("VISAS").freshness() == NOW - timedelta(hours=15)


def test_a_system_that_dies_breaks_the_connection() -> None:
    with pytest.raises(ConnectionResetError, match="CIS broke the connection"):
        system("CIS", dies=True).freshness()


def test_a_slow_system_answers_after_its_delay() -> None:
    began = time.monotonic()
    system("CIS", delay=0.1).freshness()
    assert time.monotonic() - began >= 0.1


@override_settings(MUNIMENT_WORLD_TROUBLE={"CIS": {"freshness": timedelta(hours=-30)}})
def test_trouble_can_be_set_for_a_rehearsal() -> None:
    assert WorldSystem("CIS", now=lambda: NOW).freshness() == NOW - timedelta(hours=31)
    assert WorldSystem("ADIS", now=lambda: NOW).freshness() == NOW - timedelta(hours=1)


@pytest.mark.usefixtures("committed_world")
def test_all_nine_answer_together_over_connections_of_their_own() -> None:
    hits = {"CIS": ["A900412777"], "ADIS": ["I94-9000504400", "I94-9000504390"], "CLAIMS": ["SYN9000412777"]}
    before = _open_connections()
    answers = {one.system: one for one in federated_search(MARISOL, all_systems(), hits, 5, NOW)}
    assert {answer.state for answer in answers.values()} == {"answered"}
    assert len(answers["ADIS"].records) == 2
    assert "A900871230" in [record.record_id for record in answers["EOIR"].records]
    end = time.monotonic() + 5
    while _open_connections() > before and time.monotonic() < end:
        federate.dismiss()  # the last of them may only now be free
    assert _open_connections() <= before


@pytest.mark.usefixtures("committed_world")
def test_a_hanging_a_dying_a_lying_and_a_stale_system_are_told_apart() -> None:
    troubles: dict[str, Any] = {
        "CIS": {"hangs": True},
        "ADIS": {"dies": True},
        "CLAIMS": {"freshness": timedelta(hours=9)},
        "VISAS": {"freshness": timedelta(hours=-9, minutes=-1)},
    }
    systems = all_systems(**troubles)
    systems["CIS"].timeout = 0.2
    late: SimpleQueue[SystemAnswer] = SimpleQueue()
    answers = {one.system: one for one in federated_search(MARISOL, systems, {}, 5, NOW, late.put)}
    assert answers["CIS"].fault == "CIS: no answer in 0.2 s"
    assert answers["ADIS"].fault == "ADIS: failed: ConnectionResetError"
    assert answers["CLAIMS"].fault == "CLAIMS: says that its copy was read in the future"
    assert answers["VISAS"].state == "stale"
    assert answers["EOIR"].state == "answered"
    systems["CIS"].wake()
    assert late.get(timeout=5).state == "answered"


def _open_connections() -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


@pytest.fixture
def fresh_registry() -> Any:
    registry.record_systems.cache_clear()
    yield
    registry.record_systems.cache_clear()


@pytest.mark.usefixtures("fresh_registry")
def test_the_world_is_asked_where_no_other_systems_are_named() -> None:
    assert list(record_systems()) == list(SYSTEMS)
    assert all(isinstance(each, WorldSystem) for each in record_systems().values())


@pytest.mark.usefixtures("fresh_registry")
@override_settings(MUNIMENT_RECORD_SYSTEMS={"CIS": "muniment.sources.world.systems.WorldSystem"})
def test_a_list_that_lacks_a_system_is_refused() -> None:
    with pytest.raises(OurFault, match=r"must name each of CIS, .*; look at ADIS, CLAIMS, "):
        record_systems()


@pytest.mark.usefixtures("fresh_registry")
def test_a_name_that_cannot_be_imported_is_refused() -> None:
    named = {**registry.DEFAULT, "III": "muniment.nowhere.System"}
    with (
        override_settings(MUNIMENT_RECORD_SYSTEMS=named),
        pytest.raises(OurFault, match=r"III names muniment\.nowhere"),
    ):
        record_systems()
