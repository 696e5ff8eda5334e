"""A world stands in the database whole or not at all, and only where all records are marked synthetic."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from django.db import connection
from psycopg.errors import UniqueViolation

from muniment.core.errors import Refused, WrongState
from muniment.sources.world import load
from muniment.sources.world.generate import generate
from muniment.sources.world.load import load_world
from muniment.sources.world.recording import SYSTEM_RULES
from muniment.sources.world.specimens import specimens
from muniment.store.models import Identity, Installation, WorldPerson, WorldRecord

TODAY = date(2026, 11, 24)


@pytest.fixture
def synthetic(db: None) -> Installation:
    return Installation.objects.update_or_create(id=1, defaults={"synthetic": True})[0]


@pytest.mark.usefixtures("synthetic")
def test_all_people_and_records_are_there() -> None:
    load_world(150, 3, today=TODAY)
    everybody = [*specimens(TODAY), *generate(150, 3, TODAY)]
    assert WorldPerson.objects.count() == len(everybody)
    due = Counter(record.system for someone in everybody for record in someone.records)
    assert Counter(WorldRecord.objects.values_list("system", flat=True)) == due


@pytest.mark.usefixtures("synthetic")
def test_the_identities_of_exporting_systems_are_ours_with_growing_changes() -> None:
    load_world(150, 3, today=TODAY)
    exporting = [code for code, rules in SYSTEM_RULES.items() if rules.exports]
    records = WorldRecord.objects.filter(system__in=exporting)
    assert set(Identity.objects.values_list("system", "record_id")) == set(records.values_list("system", "record_id"))
    changes = sorted(Identity.objects.values_list("change", flat=True))
    assert changes == list(range(changes[0], changes[0] + len(changes)))
    subject = records.get(record_id="A900412777").subject
    assert Identity.objects.get(system="CIS", record_id="A900412777").subject == subject


@pytest.mark.usefixtures("synthetic")
def test_a_specimen_is_found_by_its_key_with_its_truth() -> None:
    load_world(0, 3, today=TODAY)
    someone = WorldPerson.objects.get(specimen="derived-citizen")
    assert someone.truth["citizen"] is True
    assert WorldRecord.objects.filter(person=someone).count() == 2


@pytest.mark.usefixtures("synthetic")
def test_names_are_filed_in_the_form_of_a_system_s_own_search() -> None:
    load_world(0, 3, today=TODAY)
    row = WorldRecord.objects.get(system="EOIR", record_id="A900412777".replace("412777", "871230"))
    assert (row.name_key, row.birth_date) == ("SPECIMEN MARISOL", "1988-07-14")


@pytest.mark.usefixtures("synthetic")
def test_progress_is_told_from_nothing_to_everything() -> None:
    told: list[tuple[str, int, int]] = []
    load_world(2100, 3, lambda *step: told.append(step), TODAY)
    assert told[0] == ("people of the synthetic world", 0, 2100)
    assert told[-1] == ("people of the synthetic world", 2100, 2100)
    assert len(told) == 3


def test_a_database_not_marked_synthetic_is_refused(db: None) -> None:
    Installation.objects.update_or_create(id=1, defaults={"synthetic": False})
    with pytest.raises(Refused, match="marked synthetic; this one is not"):
        load_world(1, 3)
    assert not WorldPerson.objects.exists()


@pytest.mark.usefixtures("synthetic")
def test_a_second_world_is_refused() -> None:
    load_world(0, 3)
    with pytest.raises(WrongState, match="already holds a synthetic world"):
        load_world(0, 3)


@pytest.mark.usefixtures("synthetic")
def test_a_load_that_breaks_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "FIRST_ID", 1)  # ordinary people and specimens now claim the same ids
    with pytest.raises(UniqueViolation):
        load_world(100, 3)
    assert not connection.needs_rollback
    assert not WorldPerson.objects.exists()
