"""24 hours after a firearm check is closed, nothing in the database says who was asked about; all else is as before."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from muniment.actions import installing, intake, purging, reopening, steering, undelivered
from muniment.actions.context import Actor
from muniment.core.errors import MunimentError
from muniment.core.ledger import Event
from muniment.core.reopening import CHOSEN
from muniment.core.workflow import DeliveryState, InquiryState
from muniment.store import access
from muniment.store.models import (
    Candidate,
    Delivery,
    Inquiry,
    LedgerEntry,
    Line,
    Message,
    Note,
    Response,
    SystemReply,
)
from tests.actions import desk
from tests.actions.firearm import CLOCK, aged, answered, check, told
from tests.cast import Cast, acting
from tests.messages import free
from tests.web.scene import WORKER, Waiting, resident

pytestmark = pytest.mark.django_db

__all__ = ["answered"]  # a fixture


def test_before_24_hours_everything_is_there(answered: Callable[..., Inquiry]) -> None:
    inquiry = answered(23.9)
    assert purging.purge(CLOCK) == 0
    inquiry.refresh_from_db()
    assert inquiry.state == InquiryState.ACKNOWLEDGED
    assert {
        "store_message",
        "store_inquiry",
        "store_candidaterecord",
        "store_response",
        "store_delivery",
    } <= told().keys()


def test_after_24_hours_nothing_says_who_was_asked_about(answered: Callable[..., Inquiry], center: Line) -> None:
    inquiry = answered(24.1)
    message = intake.receive(Actor.line("demo"), center, free("AM", "FIREARM", "TESTPERSON IS THE BUYER")).message
    intake.read(WORKER, message)
    assert told()
    assert purging.purge(CLOCK) == 1
    assert told() == {}
    assert purging.purge(CLOCK) == 0
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.subject, inquiry.about) == (InquiryState.PURGED, {}, purging.REMOVED)


def test_that_it_was_asked_and_answered_stays_with_its_hashes(answered: Callable[..., Inquiry]) -> None:
    inquiry = answered(25)
    kept = Message.objects.get(pk=inquiry.message_id)
    response = Response.objects.get(inquiry=inquiry, withdrawn=False)
    entries = list(LedgerEntry.objects.order_by("id").values("id", "canonical", "sha256"))
    purging.purge(CLOCK)
    after = Response.objects.get(pk=response.pk)
    same = ("answer_class", "text_sha256", "signer_id", "signed", "second_id", "leaves")
    assert [getattr(after, name) for name in same] == [getattr(response, name) for name in same]
    message = Message.objects.get(pk=kept.pk)
    assert (message.sha256, message.received, message.control) == (kept.sha256, kept.received, "FIREARM")
    assert list(LedgerEntry.objects.order_by("id").values("id", "canonical", "sha256"))[: len(entries)] == entries
    entry = LedgerEntry.objects.get(event=Event.INQUIRY_PURGED, inquiry_id=inquiry.pk)
    said = json.loads(bytes(entry.canonical))
    assert said["actor"] == "program:clock"
    assert said["detail"]["removed"]["candidate"] == 2
    signed = LedgerEntry.objects.filter(event=Event.RESPONSE_SIGNED, inquiry_id=inquiry.pk).latest("id")
    assert json.loads(bytes(signed.canonical))["detail"]["text_sha256"] == after.text_sha256
    assert SystemReply.objects.filter(inquiry=inquiry).count() == 9
    assert Note.objects.get(inquiry=inquiry, kind="expedited").text == ""
    assert Delivery.objects.get(response=after).state == DeliveryState.PURGED


def test_what_was_asked_for_another_purpose_stays_whole(answered: Callable[..., Inquiry]) -> None:
    inquiry = answered(1000, "C", "CRIMINAL")
    assert purging.purge(CLOCK) == 0
    assert Candidate.objects.filter(inquiry=inquiry).count() == 2
    assert "store_response" in told()


def test_a_check_that_was_withdrawn_is_purged_too(waiting: Waiting, cast: Cast) -> None:
    inquiry = desk.take(cast.sam, waiting(check(), resident()))
    desk.judge(cast.sam, inquiry)
    inquiry.refresh_from_db()
    steering.withdraw(acting(cast.sam), inquiry.pk, inquiry.version, "THE BUYER WENT AWAY")
    aged(inquiry, 24.1)
    assert purging.purge(CLOCK) == 1
    assert told() == {}
    closing = Delivery.objects.get(message=inquiry.message_id, kind="closing")
    assert bytes(closing.wire).startswith(b"AM.")  # it is still owed, and says nothing about the person
    assert closing.state == DeliveryState.READY


def test_an_open_check_is_never_purged(waiting: Waiting, answered: Callable[..., Inquiry], cast: Cast) -> None:
    waiting(check("OPEN"), resident())
    inquiry = answered(48, control="AGAIN")
    reopening.reopen(acting(cast.sven), inquiry.pk, inquiry.version, next(iter(CHOSEN)), "THE BUYER CALLED")
    assert purging.purge(CLOCK) == 0


def test_an_answer_that_was_refused_is_waited_for(answered: Callable[..., Inquiry], cast: Cast, center: Line) -> None:
    inquiry = answered(48)
    delivery = Delivery.objects.get(response__inquiry=inquiry)
    refusal = Message.objects.create(
        line=center, received=access.db_now(), raw=b"ER TESTPERSON", sha256="", state="noted"
    )
    Delivery.objects.filter(pk=delivery.pk).update(refusal=refusal, refused=access.db_now())
    assert purging.purge(CLOCK) == 0
    said = undelivered.Told("SGT MUSTER", access.db_now() - timedelta(minutes=1), "THE BUYER IS TESTPERSON")
    undelivered.tell_by_telephone(acting(cast.sven), delivery.pk, said)
    assert purging.purge(CLOCK) == 1
    assert told() == {}


def test_nothing_can_be_done_with_a_purged_check(answered: Callable[..., Inquiry], cast: Cast) -> None:
    inquiry = answered(48)
    purging.purge(CLOCK)
    inquiry.refresh_from_db()
    delivery = Delivery.objects.get(response__inquiry=inquiry)
    for act in (
        lambda: reopening.reopen(acting(cast.sven), inquiry.pk, inquiry.version, next(iter(CHOSEN)), "why"),
        lambda: desk.take(cast.sam, inquiry),
        lambda: undelivered.try_now(acting(cast.sven), delivery.pk),
    ):
        with pytest.raises(MunimentError):
            act()
    assert not desk.handed_over(delivery)


def test_a_message_that_asked_for_a_check_and_was_rejected_is_emptied(center: Line) -> None:
    installing.add_agencies(
        Actor.program("test"),
        [{"ori": "ZZ0010100", "lines": ["demo"], "name": "Example County Sheriff", "state": "TX", "purposes": ["C"],
          "call_back": "5550100100"}],
    )  # fmt: skip
    for purpose, control in (("F", "FIREARM"), ("C", "OTHER")):
        number = intake.receive(Actor.line("demo"), center, check(control, purpose)).message
        intake.read(WORKER, number)
    rejected = Message.objects.get(state="rejected", control="FIREARM")
    assert purging.purge(CLOCK) == 0
    with connection.cursor() as cursor:  # a received time never changes otherwise
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE store_message DISABLE TRIGGER message_keeps_bytes")
        cursor.execute("UPDATE store_message SET received = received - interval '25 hours'")
        cursor.execute("ALTER TABLE store_message ENABLE TRIGGER message_keeps_bytes")
    assert purging.purge(CLOCK) == 1
    rejected.refresh_from_db()
    assert (bytes(rejected.raw), rejected.content, len(rejected.sha256)) == (b"", None, 64)
    assert LedgerEntry.objects.get(event=Event.MESSAGE_PURGED).message_id == rejected.pk
    assert bytes(Message.objects.get(control="OTHER").raw) != b""


# The database itself


def refused(sql: str, *values: object) -> str:
    """What the database says to the statement, which it must refuse."""
    with pytest.raises(DatabaseError) as raised, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    return str(raised.value)


@pytest.mark.parametrize(("hours", "purpose"), [(23.9, "F"), (1000, "C")], ids=["too early", "another purpose"])
def test_the_database_lets_nothing_go_early_or_of_another_purpose(
    hours: float, purpose: str, answered: Callable[..., Inquiry]
) -> None:
    inquiry = answered(hours, purpose)
    assert "never changes" in refused("UPDATE store_message SET raw = '' WHERE id = %s", inquiry.message_id)
    assert "never changes" in refused("UPDATE store_response SET text = '' WHERE inquiry_id = %s", inquiry.pk)
    purged = "UPDATE store_inquiry SET state = 'purged', subject = '{}' WHERE id = %s"
    assert "only an emptied firearm check" in refused(purged, inquiry.pk)


def test_the_database_lets_a_text_go_and_nothing_come_in_its_place(answered: Callable[..., Inquiry]) -> None:
    inquiry = answered(48)
    assert "never changes" in refused("UPDATE store_message SET raw = 'X' WHERE id = %s", inquiry.message_id)
    assert "never changes" in refused(
        "UPDATE store_message SET raw = '', sha256 = 'x' WHERE id = %s", inquiry.message_id
    )
    assert "never changes" in refused("UPDATE store_response SET text = 'X' WHERE inquiry_id = %s", inquiry.pk)
    changed = "UPDATE store_response SET text = '', answer_class = 'R1' WHERE inquiry_id = %s"
    assert "never changes" in refused(changed, inquiry.pk)
    assert "only an emptied" in refused("UPDATE store_inquiry SET state = 'purged' WHERE id = %s", inquiry.pk)


def test_the_database_lets_nothing_into_a_purged_check(answered: Callable[..., Inquiry], cast: Cast) -> None:
    inquiry = answered(48)
    purging.purge(CLOCK)
    assert "only an emptied" in refused("UPDATE store_inquiry SET state = 'acknowledged' WHERE id = %s", inquiry.pk)
    assert "only an emptied" in refused("UPDATE store_inquiry SET about = 'X' WHERE id = %s", inquiry.pk)
    columns, values = "(inquiry_id, purpose, position, score, basis, found_by)", "(%s, 'F', 1, '{}', '', 'late')"
    assert "nothing is added" in refused(f"INSERT INTO store_candidate {columns} VALUES {values}", inquiry.pk)
    columns, values = "(inquiry_id, purpose, user_id, kind, text, at)", "(%s, 'F', %s, 'kept', '', now())"
    assert "nothing is added" in refused(f"INSERT INTO store_note {columns} VALUES {values}", inquiry.pk, cast.sam.pk)


def test_a_response_is_never_made_without_its_text(answered: Callable[..., Inquiry], cast: Cast) -> None:
    inquiry = answered(1)
    with pytest.raises(DatabaseError, match="response_hash"), transaction.atomic():
        Response.objects.create(
            inquiry=inquiry, purpose="F", text="", text_sha256="0" * 64, signer=cast.sam, signed=access.db_now()
        )
