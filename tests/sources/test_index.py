"""Our index of exported identities: what was just exported is found, and damage heals."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from muniment.core.subject import Identifier, Name, Subject, to_json
from muniment.identity.index import IndexDamaged
from muniment.sources import index
from muniment.store.models import Identity

pytestmark = pytest.mark.django_db

ANTON = Subject((Name("MUSTER", "ANTON"),), ("1984-09-09",), "M", identifiers=(Identifier("a_number", "900412777"),))
BERTA = Subject((Name("BEISPIEL", "BERTA"),), ("1971-02-03",), "F")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    settings.MUNIMENT_INDEX = tmp_path / "index"
    yield tmp_path / "index"
    index.forget()


def export(record_id: str, subject: Subject, change: int, system: str = "CIS") -> Identity:
    return Identity.objects.create(system=system, record_id=record_id, subject=to_json(subject), change=change)


def test_a_missing_index_is_made_by_the_first_search() -> None:
    export("1", ANTON, 1)
    export("2", BERTA, 2, system="EOIR")
    assert index.search(ANTON) == [("CIS", "1")]
    assert index.search(BERTA) == [("EOIR", "2")]


def test_nothing_exported_is_nothing_found() -> None:
    assert index.search(ANTON) == []
    assert index.rebuild() == 0


def test_what_was_exported_since_is_found_by_the_next_search() -> None:
    export("1", ANTON, 1)
    index.rebuild()
    row = export("2", BERTA, 2)
    assert index.search(BERTA) == [("CIS", "2")]
    row.subject, row.change = to_json(Subject((Name("PROBE", "CASPAR"),))), 3
    row.save()
    assert index.search(BERTA) == []
    assert index.search(Subject((Name("PROBE", "CASPAR"),))) == [("CIS", "2")]
    row.gone, row.change = True, 4
    row.save()
    assert index.catch_up() == 1
    assert index.catch_up() == 0
    assert index.search(Subject((Name("PROBE", "CASPAR"),))) == []


def test_a_table_that_was_filled_anew_is_indexed_anew() -> None:
    export("1", ANTON, 1)
    index.rebuild()
    Identity.objects.all().delete()
    export("2", BERTA, 1)
    assert index.search(BERTA) == [("CIS", "2")]
    assert index.search(ANTON) == []


def test_a_damaged_index_is_made_anew_by_a_search(folder: Path) -> None:
    export("1", ANTON, 1)
    index.rebuild()
    index.forget()
    next(folder.glob("g-*/meta.json")).write_bytes(b"{")
    with pytest.raises(IndexDamaged):
        index.catch_up()
    assert index.search(ANTON) == [("CIS", "1")]


def test_while_another_process_writes_a_search_takes_what_is_there(folder: Path) -> None:
    export("1", ANTON, 1)
    index.rebuild()
    export("2", BERTA, 2)
    with (folder / "LOCK").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert index.catch_up() == 0
        assert index.search(ANTON) == [("CIS", "1")]
    assert index.search(BERTA) == [("CIS", "2")]


def test_progress_and_status_are_told() -> None:
    export("1", ANTON, 1)
    export("2", BERTA, 2)
    told: list[tuple[str, int, int]] = []
    assert index.rebuild(lambda *step: told.append(step)) == 2
    assert told == [("identities in the index", 2, 2)]
    export("3", BERTA, 7)
    about = index.status()
    assert (about["identities"], about["complete_to"], about["behind"]) == (2, 2, 1)


def test_the_status_of_a_missing_index_is_a_fault_with_a_next_step() -> None:
    with pytest.raises(IndexDamaged, match="muniment index rebuild"):
        index.status()


def test_ranked_identities_come_with_their_evidence() -> None:
    export("1", BERTA, 1)
    export("2", ANTON, 2)
    export("3", Subject((Name("MUSTER", "ANTON"),), ("1951-12-30",)), 3)
    found = index.ranked(Subject((Name("MUSTER", "ANTON"),), ("1984-09-09",)))
    assert [one.record_id for one in found] == ["2", "3"]
    assert found[0].score.probability > 0.95 > found[1].score.probability
    assert found[0].subject == ANTON
