"""The database itself refuses what must never happen, whatever the program does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from muniment.actions import agencies, systems
from muniment.actions.agencies import current
from muniment.actions.context import Actor, Step
from muniment.core.ceilings import Ceiling
from muniment.core.ledger import Event
from muniment.core.permissions import Role
from muniment.store import access
from muniment.store.models import AccountChange, Agency, AgencyChange, LedgerEntry
from tests.cast import Cast, acting, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> LedgerEntry:
    """One entry of the ledger."""
    return Step(Actor.program("test"), access.db_now()).record(Event.QUEUE_VIEWED, shown=0)


def run(sql: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("UPDATE store_ledgerentry SET outcome = 'other'", id="update"),
        pytest.param("DELETE FROM store_ledgerentry", id="delete"),
        pytest.param("TRUNCATE store_ledgerentry CASCADE", id="truncate"),
    ],
)
def test_the_ledger_is_append_only(entry: LedgerEntry, sql: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        run(sql)
    assert LedgerEntry.objects.filter(pk=entry.pk, outcome="done").exists()


def test_an_entry_whose_hash_is_not_that_of_its_bytes_is_refused(entry: LedgerEntry) -> None:
    columns, values = "(at, event, actor, outcome, canonical, sha256)", "(now(), '', '', '', 'a', 'b')"
    with pytest.raises(IntegrityError, match="ledger_hash"):
        run(f"INSERT INTO store_ledgerentry {columns} VALUES {values}")


def test_an_entry_knows_the_transaction_that_wrote_it(entry: LedgerEntry) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT xid = pg_current_xact_id() FROM store_ledgerentry WHERE id = %s", [entry.pk])
        assert cursor.fetchone() == (True,)


def test_received_bytes_never_change(stored_message: Callable[[bytes], int]) -> None:
    number = stored_message(b"IAQ.ZZ0010100.AX.TXT")
    with pytest.raises(DatabaseError, match="never changes"):
        run("UPDATE store_message SET raw = 'other' WHERE id = %s", number)
    run("UPDATE store_message SET mark = 'seen' WHERE id = %s", number)


def test_a_row_that_came_of_a_firearm_check_cannot_lose_its_purpose(stored_message: Callable[[bytes], int]) -> None:
    """P9: the composite key refuses a candidate or a note of purpose C under an inquiry of purpose F."""
    inquiry = _inquiry(stored_message(b"one"), "F")
    run("SET CONSTRAINTS ALL IMMEDIATE")
    columns, values = "(inquiry_id, purpose, position, score, basis, found_by)", "(%s, 'C', 1, '{}', '', 'late')"
    with pytest.raises(IntegrityError, match="candidate_wall"):
        run(f"INSERT INTO store_candidate {columns} VALUES {values}", inquiry)
    user = person("sam", Role.SPECIALIST).pk
    columns, values = "(inquiry_id, purpose, user_id, kind, text, at)", "(%s, 'C', %s, 'expedited', '', now())"
    with pytest.raises(IntegrityError, match="note_wall"):
        run(f"INSERT INTO store_note {columns} VALUES {values}", inquiry, user)
    values = "(%s, 'F', %s, 'supplemented', '', now())"
    run(f"INSERT INTO store_note {columns} VALUES {values}", inquiry, user)
    columns, values = (
        "(inquiry_id, purpose, note_id, said_by, added)",
        "(%s, 'C', (SELECT max(id) FROM store_note), '', '{}')",
    )
    with pytest.raises(IntegrityError, match="supplement_wall"):
        run(f"INSERT INTO store_supplement {columns} VALUES {values}", inquiry)


@pytest.fixture
def change(cast: Cast) -> AgencyChange:
    """A change that waits for a second person."""
    fields = current(Agency.objects.get(pk="ZZ0010100")) | {"name": "Other"}
    return agencies.propose(acting(cast.ada), "ZZ0010100", fields, "Because.")


@pytest.mark.parametrize("outcome", ["agreed", "turned down"])
def test_who_proposed_a_change_is_never_who_decided_it(change: AgencyChange, outcome: str) -> None:
    """AC-3(2): whatever the program does."""
    decided = "UPDATE store_agencychange SET outcome = %s, decided = now(), decider_id = {}"
    with pytest.raises(IntegrityError, match="takes_two"):
        run(decided.format("proposer_id"), outcome)
    with pytest.raises(IntegrityError, match="names_decider"):
        run(decided.format("NULL"), outcome)


def test_what_was_proposed_never_changes_and_is_decided_once(change: AgencyChange, cast: Cast) -> None:
    for column in ("ori", "reason"):
        with pytest.raises(DatabaseError, match="decided once"):
            run(f"UPDATE store_agencychange SET {column} = 'other'")
    agencies.decide(acting(cast.sven), change.pk, True, "")
    with pytest.raises(DatabaseError, match="decided once"):
        run("UPDATE store_agencychange SET outcome = 'turned down'")


@pytest.mark.parametrize("table", ["agencychange", "accountchange", "ceilingraise", "systemswitch"])
def test_who_decided_what_is_never_removed(table: str, change: AgencyChange, cast: Cast) -> None:
    agencies.raise_ceiling(acting(cast.sven), "ZZ0010100", Ceiling(90, 900), "Because.")
    systems.switch(acting(cast.sven), "CIS", 0, False, "Because.")
    AccountChange.objects.create(
        username="new", after={}, reason="Because.", proposer=cast.ada, proposed=change.proposed
    )
    run("SET CONSTRAINTS ALL IMMEDIATE")
    for sql in ("DELETE FROM store_{}", "TRUNCATE store_{} CASCADE"):
        with pytest.raises(DatabaseError, match="append-only"):
            run(sql.format(table))


def _inquiry(message: int, purpose: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO store_inquiry (message_id, purpose, kind, agency_id, control, subject, about, lane, received,"
            " due, state, version, candidate_count, queue_mark, silent, escalated, asked_again, reopened_for)"
            " VALUES (%s, %s, 'IAQ', 'ZZ0010100', '', '{}', '', 7, now(), now(), 'read', 0, 0, '', '[]', 0, 0, '')"
            " RETURNING id",
            [message, purpose],
        )
        number: int = cursor.fetchone()[0]
    return number
