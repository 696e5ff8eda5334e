"""Deliveries are handed over and acknowledged in batches; each is written down by itself, none goes to two far ends."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from muniment import worker
from muniment.actions import intake, sending
from muniment.actions.context import Actor
from muniment.core.ledger import Event
from muniment.store import access
from muniment.store.access import FarEnd
from muniment.store.models import Delivery, LedgerEntry, Line
from tests.messages import iaq

pytestmark = pytest.mark.django_db(transaction=True)

DEMO = Actor.line("demo")


@pytest.fixture
def since(transactional_center: Line) -> datetime:
    """Three receipts wait for the line, whose far end is there since then."""
    for number in range(3):
        intake.receive(DEMO, transactional_center, iaq(f"SYN{number:07}"))
    while worker.run_one(Actor.program("worker")):
        pass
    return access.db_now()


def written_down(event: Event) -> list[int]:
    """The messages about which such entries were written, in their order."""
    return [entry.message_id or 0 for entry in LedgerEntry.objects.filter(event=event).order_by("id")]


def test_each_delivery_of_a_batch_is_written_down(since: datetime) -> None:
    rows = sending.hand_over(DEMO, FarEnd("demo", since), 10)
    assert [row.message_id for row in rows] == written_down(Event.DELIVERY_SENT)
    sending.acknowledge(DEMO, "demo", *(row.pk for row in rows))
    assert [row.message_id for row in rows] == written_down(Event.DELIVERY_ACKNOWLEDGED)
    kept = Delivery.objects.values_list("state", "sends", "tries").distinct()
    assert (len(rows), list(kept)) == (3, [("acknowledged", 1, 1)])


def test_what_was_handed_over_is_not_handed_over_again_before_its_pause(since: datetime) -> None:
    assert len(sending.hand_over(DEMO, FarEnd("demo", since), 10)) == 3
    assert sending.hand_over(DEMO, FarEnd("demo", since), 10) == []
    Delivery.objects.update(leaves=since)
    assert [row.sends for row in sending.hand_over(DEMO, FarEnd("demo", since), 10)] == [2, 2, 2]
    waits = {row.leaves - row.sent for row in Delivery.objects.all() if row.sent}
    assert waits == {timedelta(seconds=10)}


def test_two_far_ends_are_never_handed_the_same_at_once(since: datetime) -> None:
    got: list[Delivery] = []

    def other() -> None:
        got.extend(sending.hand_over(DEMO, FarEnd("demo", since), 10))
        connection.close()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        held = access.lock_ready(FarEnd("demo", since), access.db_now(), 2)
        thread.start()
        thread.join(10)
    assert len(held) == 2
    assert {row.pk for row in got}.isdisjoint(row.pk for row in held)
    assert len(got) == 1


def test_an_acknowledgement_counts_for_the_numbers_of_its_line_alone(since: datetime) -> None:
    rows = sending.hand_over(DEMO, FarEnd("demo", since), 10)
    sending.acknowledge(DEMO, "another line", rows[0].pk)
    sending.acknowledge(DEMO, "demo", rows[1].pk, 999_999)
    assert written_down(Event.DELIVERY_ACKNOWLEDGED) == [rows[1].message_id]
    assert dict(Delivery.objects.values_list("id", "state"))[rows[0].pk] == "sent"
