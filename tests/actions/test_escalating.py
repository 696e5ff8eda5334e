"""As time runs out people are told, at each level once; the clock itself never answers."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from muniment.actions.context import Actor
from muniment.actions.escalating import escalate, level_at
from muniment.core.lanes import LEVELS
from muniment.core.ledger import Event
from muniment.core.workflow import InquiryState
from muniment.store import access
from muniment.store.models import Delivery, Inquiry, LedgerEntry, Response
from tests.messages import iaq
from tests.web.scene import Waiting, waiting

__all__ = ["waiting"]  # a fixture of the pages' own tests
pytestmark = pytest.mark.django_db
CLOCK = Actor.program("clock")


def gone(inquiry: Inquiry, per_cent: float) -> None:
    """Let so much of the inquiry's time be gone now."""
    target = timedelta(hours=4)
    inquiry.received = access.db_now() - target * (per_cent / 100)
    inquiry.due = inquiry.received + target
    inquiry.save(update_fields=["received", "due"])


def told(inquiry: Inquiry) -> list[int]:
    """The levels that the ledger holds, in their order."""
    entries = LedgerEntry.objects.filter(event=Event.INQUIRY_ESCALATED, inquiry_id=inquiry.pk).order_by("id")
    return [json.loads(bytes(entry.canonical))["detail"]["level"] for entry in entries]


def test_each_level_is_told_once(waiting: Waiting) -> None:
    inquiry = waiting()
    for per_cent in (10, 51, 52, 81, 82, 96, 97, 101, 102, 300):
        gone(inquiry, per_cent)
        escalate(CLOCK)
        escalate(CLOCK)
    inquiry.refresh_from_db()
    assert told(inquiry) == list(LEVELS)
    assert inquiry.escalated == 100


def test_after_a_long_silence_only_the_highest_level_is_told(waiting: Waiting) -> None:
    inquiry = waiting()
    gone(inquiry, 120)
    assert escalate(CLOCK) == 1
    assert told(inquiry) == [100]


@pytest.mark.parametrize("state", [InquiryState.SIGNED, InquiryState.RELEASED, InquiryState.ACKNOWLEDGED])
def test_an_answered_inquiry_is_left_alone(state: InquiryState, waiting: Waiting) -> None:
    inquiry = waiting()
    gone(inquiry, 120)
    Inquiry.objects.filter(id=inquiry.pk).update(state=state)
    assert escalate(CLOCK) == 0


def test_a_clock_that_runs_out_sends_nothing_and_changes_no_page_that_is_open(waiting: Waiting) -> None:
    inquiry = waiting()
    before = (inquiry.state, inquiry.version, Delivery.objects.count())
    gone(inquiry, 500)
    escalate(CLOCK)
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.version, Delivery.objects.count()) == before
    assert not Response.objects.exists()


def test_many_are_told_in_several_transactions(waiting: Waiting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muniment.actions.escalating.ROUND", 2)
    for number in range(5):
        gone(waiting(iaq(f"SYN{number:07}")), 85)
    assert escalate(CLOCK) == 5
    assert set(Inquiry.objects.values_list("escalated", flat=True)) == {80}


def test_the_database_and_the_program_know_the_same_levels(waiting: Waiting) -> None:
    inquiry = waiting()
    for per_cent in (0, 49, 50.1, 79, 80.1, 94, 95.1, 99, 100.1):
        gone(inquiry, per_cent)
        now = access.db_now()
        found = access.lock_escalating(now, LEVELS, 10)
        assert bool(found) == bool(level_at(inquiry, now))
