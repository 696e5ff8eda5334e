"""Who may ask, and how much: who is suspended or above the ceiling is told so in kind, and nothing is searched."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muniment.actions import agencies, intake
from muniment.actions.context import Actor
from muniment.core.ceilings import Ceiling
from muniment.core.ledger import Event
from muniment.core.workflow import MessageState
from muniment.store import access
from muniment.store.models import Agency, Asked, Delivery, Inquiry, LedgerEntry, Line, Message, Work
from tests.cast import Cast, acting
from tests.messages import free, iaq, yq

pytestmark = pytest.mark.django_db

WORKER = Actor.program("worker")
FAR_END = Actor.line("demo")
ORI = "ZZ0010100"
HOUR, DAY = timedelta(hours=1), timedelta(hours=24)


def read(line: Line, raw: bytes) -> Message:
    """Receive and read; the message as it stands then."""
    message = intake.receive(FAR_END, line, raw).message
    intake.read(WORKER, message)
    return Message.objects.get(pk=message)


def ask(line: Line, *numbers: int) -> list[str]:
    """Status inquiries with these numbers; the state of each message."""
    return [read(line, iaq(f"SYN{number:07}")).state for number in numbers]


def limit(per_hour: int, per_day: int = 1000) -> None:
    """Give the agency ceilings of its own."""
    Agency.objects.filter(pk=ORI).update(per_hour=per_hour, per_day=per_day)


def notice(message: Message) -> list[str]:
    """The lines of the one notice that goes back."""
    return bytes(Delivery.objects.get(message=message).wire).decode("ascii").split("\r\n")


# Suspended


def test_a_suspended_agency_is_told_whom_to_call_and_nothing_is_searched(center: Line, cast: Cast) -> None:
    agencies.suspend(acting(cast.sven), ORI, "Key lost.")
    message = read(center, iaq())
    assert (message.state, message.mark) == (MessageState.REJECTED, "while suspended")
    lines = notice(message)
    assert lines[1:3] == ["MESSAGE REJECTED - NO SEARCH WAS MADE", ".01. SENDER AGENCY.SUSPENDED"]
    assert " ".join(lines[3:]) == "ZZ0010100 IS SUSPENDED AND MAY NOT ASK. CALL THIS CENTER AT 5550100900."
    assert "KEY LOST" not in " ".join(lines)
    assert not Work.objects.filter(task="search").exists()
    assert not Asked.objects.exists()


def test_what_a_suspended_agency_is_owed_still_goes_to_it(center: Line, cast: Cast) -> None:
    inquiry = read(center, iaq()).inquiry
    agencies.suspend(acting(cast.sven), ORI, "Key lost.")
    assert Work.objects.filter(task="search", target=inquiry.pk).exists()
    assert Delivery.objects.get(message=inquiry.message).state == "ready"
    assert read(center, free("AM", inquiry.control, "PLEASE CALL")).state == MessageState.NOTED


def test_a_suspended_agency_gets_no_hit_confirmed_and_is_told_at_once(center: Line, cast: Cast) -> None:
    agencies.suspend(acting(cast.sven), ORI, "Key lost.")
    message = read(center, yq())
    assert message.state == MessageState.REJECTED
    assert "5550100900" in notice(message)[-1]


def test_another_agency_on_the_same_line_goes_on(center: Line, cast: Cast) -> None:
    agencies.suspend(acting(cast.sven), ORI, "Key lost.")
    assert read(center, iaq(ori="ZZ0020200")).state == MessageState.READ


# Ceilings


def test_an_inquiry_above_the_ceiling_is_refused_naming_it_and_whom_to_call(center: Line) -> None:
    limit(2)
    assert ask(center, 1, 2, 3) == ["read", "read", "rejected"]
    message = Message.objects.latest("id")
    lines = notice(message)
    assert lines[2] == ".00. SENDER AGENCY.CEILING"
    assert all(len(line) <= 80 for line in lines)
    assert " ".join(lines[3:]) == (
        "ZZ0010100 MAY MAKE 2 INQUIRIES IN AN HOUR AND 1000 IN 24 HOURS; THIS ONE WOULD BE ABOVE THAT. TO MAKE MORE, "
        "CALL THIS CENTER AT 5550100900, THEN SEND A NEW INQUIRY."
    )
    assert message.mark == "above its ceiling"
    entry = LedgerEntry.objects.get(event=Event.MESSAGE_REJECTED)
    assert b"agency.ceiling" in bytes(entry.canonical)
    assert Inquiry.objects.count() == 2


def test_what_was_refused_is_not_counted_and_the_window_rolls(center: Line) -> None:
    limit(2)
    ask(center, 1, 2, 3)
    assert Asked.objects.count() == 2
    Asked.objects.filter(number=1).update(at=access.db_now() - HOUR)
    assert ask(center, 4, 5) == ["read", "rejected"]


def test_a_day_has_a_ceiling_of_its_own(center: Line) -> None:
    limit(2, 3)
    ask(center, 1, 2)
    Asked.objects.update(at=access.db_now() - 2 * HOUR)
    assert ask(center, 3, 4) == ["read", "rejected"]
    Asked.objects.filter(number=1).update(at=access.db_now() - DAY)
    assert ask(center, 5) == ["read"]


def test_an_agency_without_a_ceiling_of_its_own_has_that_of_its_kind(center: Line) -> None:
    agency = Agency.objects.get(pk=ORI)
    now = access.db_now()
    assert access.ceiling_of(agency, now) == Ceiling(60, 300)
    agency.kind, agency.per_day = "jail", 5
    assert access.ceiling_of(agency, now) == Ceiling(120, 5)


def test_a_hit_confirmation_request_is_under_no_ceiling_and_fills_none(center: Line) -> None:
    """A person is held meanwhile, and who asks must know the number of a record that this center entered."""
    limit(1)
    ask(center, 1)
    assert read(center, yq("SYNHIT1")).state == MessageState.READ
    assert read(center, yq("SYNHIT2")).state == MessageState.READ
    assert Asked.objects.count() == 1


def test_another_agency_has_its_own_count(center: Line) -> None:
    limit(1)
    ask(center, 1)
    assert read(center, iaq("SYN9", ori="ZZ0020200")).state == MessageState.READ


def test_a_supervisor_raises_it_for_a_day(center: Line, cast: Cast) -> None:
    limit(1, 1)
    ask(center, 1)
    row = agencies.raise_ceiling(acting(cast.sven), ORI, Ceiling(2, 3), "A raid with many arrests.")
    assert ask(center, 2, 3) == ["read", "rejected"]
    assert row.until - row.at == DAY
    entry = LedgerEntry.objects.get(event=Event.AGENCY_CEILING_RAISED)
    assert (entry.actor, b"raid" in bytes(entry.canonical)) == (f"user:{cast.sven.pk}", False)


def test_what_waited_in_the_inbox_counts_when_it_came_in(center: Line) -> None:
    """A worker that was away for a day must not make a day of honest inquiries look like one moment of fishing."""
    came = [access.db_now() - 3 * HOUR + HOUR * place / 2 for place in range(6)]
    assert [access.let_in(ORI, at, Ceiling(2, 100)) for at in came] == [True] * 6


@given(
    gaps=st.lists(st.integers(0, 40), min_size=1, max_size=30),
    late=st.lists(st.integers(0, 6), min_size=30, max_size=30),
    per_hour=st.integers(1, 5),
    per_day=st.integers(1, 12),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_window_ever_holds_more_than_the_ceiling(
    center: Line, gaps: list[int], late: list[int], per_hour: int, per_day: int
) -> None:
    """Whatever the times between inquiries (minutes), and in whatever order workers read them."""
    Asked.objects.all().delete()
    moment, let = access.db_now(), []
    for gap, back in zip(gaps, late, strict=False):
        moment += timedelta(minutes=gap)
        let.append(access.let_in(ORI, moment - timedelta(minutes=back), Ceiling(per_hour, per_day)))
    at = list(Asked.objects.order_by("number").values_list("at", flat=True))
    assert at == sorted(at)
    assert len(at) == sum(let)
    assert let[0]
    for begins in at:
        assert sum(begins <= each < begins + HOUR for each in at) <= per_hour
        assert sum(begins <= each < begins + DAY for each in at) <= per_day


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_let_no_more_in(transactional_center: Line) -> None:
    limit(5)
    messages = [intake.receive(FAR_END, transactional_center, iaq(f"SYN{number}")).message for number in range(16)]

    def work(part: list[int]) -> None:
        for message in part:
            intake.read(WORKER, message)
        connections.close_all()

    crew = [threading.Thread(target=work, args=(messages[place::8],)) for place in range(8)]
    for member in crew:
        member.start()
    for member in crew:
        member.join()
    assert Inquiry.objects.count() == 5
    assert sorted(Asked.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    assert Message.objects.filter(state=MessageState.REJECTED).count() == 11
