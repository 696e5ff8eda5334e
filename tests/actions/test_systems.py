"""A record system is asked no more, or again: by name, with a reason, one person at a time, and never in silence."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections

from muniment import worker
from muniment.actions import determining, intake, searching, systems
from muniment.actions.context import Actor, Step
from muniment.core.errors import NotAllowed, SenderFault, Stale
from muniment.core.ledger import Event
from muniment.core.permissions import Role
from muniment.core.record import SYSTEMS
from muniment.core.subject import Name, Subject
from muniment.sources.protocol import SystemAnswer
from muniment.status.answers import supported
from muniment.store import access
from muniment.store.access import Absent
from muniment.store.models import Inquiry, LedgerEntry, Line, SystemReply, SystemSwitch, User
from tests.cast import Cast, acting, assemble, person
from tests.messages import iaq
from tests.web.scene import Waiting

pytestmark = pytest.mark.django_db

SUBJECT = Subject((Name("TESTPERSON", "ALPHA"),), ("1985-03-14",), "M")


def asked(answers: list[SystemAnswer]) -> dict[str, str]:
    """Code to state."""
    return {answer.system: answer.state for answer in answers}


def test_a_system_that_is_switched_off_is_named_and_not_asked(specimen_center: Line) -> None:
    sven = assemble().sven
    before = asked(list(searching.ask(SUBJECT, access.db_now())))
    systems.switch(acting(sven), "EOIR", 0, False, "Their copy is of last year.")
    answers = list(searching.ask(SUBJECT, access.db_now()))
    assert asked(answers) == before | {"EOIR": "not asked"}
    assert set(before) == set(SYSTEMS)
    [eoir] = [answer for answer in answers if answer.system == "EOIR"]
    assert eoir.fault == "EOIR: not asked: Their copy is of last year."
    systems.switch(acting(sven), "EOIR", 1, True, "Mended.")
    assert asked(list(searching.ask(SUBJECT, access.db_now()))) == before


def test_an_inquiry_counts_it_among_the_silent_for_every_answer(cast: Cast, waiting: Waiting) -> None:
    """That a system was not asked is never “no record”: no answer that a silent system forbids becomes possible."""
    silent, off = waiting(iaq("SYN1"), silent=["CIS"]), waiting(iaq("SYN2"), silent=["CIS"])
    SystemReply.objects.filter(inquiry=off, system="CIS").update(state="not asked", fault="CIS: not asked: why")
    s = Step(Actor.program("test"), access.db_now())
    found = []
    for inquiry in (silent, off):
        made = determining.determine(s, inquiry, cast.sam)
        options = supported(determining.found(made), silent=inquiry.silent)
        found.append((made.result, options))
    assert found[0] == found[1]
    assert off.silent == ["CIS"]


def test_the_switch_of_a_search_is_kept_with_the_inquiry(specimen_center: Line) -> None:
    sven = assemble().sven
    systems.switch(acting(sven), "VISAS", 0, False, "Line cut.")
    message = intake.receive(Actor.line("demo"), specimen_center, iaq()).message
    while worker.run_one(Actor.program("worker")):
        pass
    inquiry = Inquiry.objects.get(message_id=message)
    assert inquiry.silent == ["VISAS"]
    reply = SystemReply.objects.get(inquiry=inquiry, system="VISAS")
    assert (reply.state, reply.fault) == ("not asked", "VISAS: not asked: Line cut.")


def test_of_two_supervisors_at_one_switch_the_second_is_told_who_was_first(cast: Cast) -> None:
    other = person("stella", Role.SUPERVISOR)
    systems.switch(acting(cast.sven), "CIS", 0, False, "Slow since noon.")
    with pytest.raises(
        Stale, match=r"sven of the tests had it asked no more at \d\d:\d\d UTC: Slow since noon\."
    ) as fault:
        systems.switch(acting(other), "CIS", 0, False, "I see it too.")
    assert fault.value.rule == "switch.stale"
    assert SystemSwitch.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_one_switch_at_once_exactly_one_is_first(transactional_center: Line) -> None:
    sven = assemble().sven
    told: list[str] = []

    def press(reason: str) -> None:
        try:
            systems.switch(acting(sven), "CIS", 0, False, reason)
            told.append("")
        except Stale as fault:
            told.append(str(fault))
        finally:
            connections.close_all()

    crew = [threading.Thread(target=press, args=(f"Reason {number}.",)) for number in range(8)]
    for member in crew:
        member.start()
    for member in crew:
        member.join()
    first = SystemSwitch.objects.get()
    assert sorted(told)[0] == ""
    assert len(told) == 8
    assert all(first.reason in sentence for sentence in sorted(told)[1:])
    assert LedgerEntry.objects.filter(event=Event.SYSTEM_SWITCHED_OFF).count() == 1


@pytest.mark.parametrize(("version", "to"), [(0, True), (1, False), (7, False)])
def test_a_switch_that_stands_so_already_or_of_another_version_is_stale(cast: Cast, version: int, to: bool) -> None:
    with pytest.raises(Stale):
        systems.switch(acting(cast.sven), "CIS", version, to, "Because.")
    assert not SystemSwitch.objects.exists()


@pytest.mark.parametrize(("reason", "rule"), [("  ", "note.reason"), ("X" * 201, "switch.length")])
def test_a_switch_needs_a_reason_that_is_not_cut(cast: Cast, reason: str, rule: str) -> None:
    with pytest.raises(SenderFault) as fault:
        systems.switch(acting(cast.sven), "CIS", 0, False, reason)
    assert fault.value.rule == rule


def test_a_system_that_does_not_exist_is_absent(cast: Cast) -> None:
    with pytest.raises(Absent):
        systems.switch(acting(cast.sven), "NSA", 0, False, "Because.")


@pytest.mark.parametrize("who", ["sam", "selma", "aldo", "ada", "robot"])
def test_only_a_supervisor_has_a_system_asked_no_more(who: str, cast: Cast) -> None:
    user: User = getattr(cast, who)
    with pytest.raises(NotAllowed):
        systems.switch(acting(user), "CIS", 0, False, "Because.")
    assert LedgerEntry.objects.filter(event=Event.ACCESS_DENIED).count() == 1


def test_the_ledger_names_the_system_and_no_reason(cast: Cast) -> None:
    systems.switch(acting(cast.sven), "CIS", 0, False, "CANARY")
    systems.switch(acting(cast.sven), "CIS", 1, True, "CANARY")
    entries = LedgerEntry.objects.filter(event__startswith="system.").order_by("id")
    assert [entry.event for entry in entries] == ["system.switched_off", "system.switched_on"]
    assert all(b'"system":"CIS"' in bytes(entry.canonical) for entry in entries)
    assert not any(b"CANARY" in bytes(entry.canonical) for entry in entries)


def test_what_a_system_did_is_counted_over_its_time(cast: Cast, waiting: Waiting) -> None:
    for number in range(4):
        waiting(iaq(f"SYN{number}"), silent=["EOIR"] if number == 0 else [])
    SystemReply.objects.filter(inquiry__control="SYN1", system="EOIR").update(seconds=2.0)
    SystemReply.objects.filter(inquiry__control="SYN2", system="EOIR").update(state="not asked")
    found = systems.view(acting(cast.sven))
    pace = found.day["EOIR"]
    assert (pace.asked, pace.silent, pace.held) == (3, 1, 0)
    assert pace.half == pytest.approx(1.1)
    assert pace.freshness is not None
    SystemReply.objects.update(asked=found.now - systems.HOUR * 2)
    found = systems.view(acting(cast.sven))
    assert "EOIR" not in found.hour
    assert found.day["EOIR"].asked == 3
    SystemReply.objects.update(asked=found.now - systems.DAY * 2)
    assert not systems.view(acting(cast.sven)).day


def test_looking_is_written_down(cast: Cast) -> None:
    systems.view(acting(cast.ada))
    systems.view_switches(acting(cast.sven), "CIS")
    assert LedgerEntry.objects.filter(event=Event.SYSTEMS_VIEWED).count() == 2


def test_the_counts_use_the_index_of_their_time(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_indexes WHERE indexname = 'system_reply_asked' AND indexdef LIKE '%brin%'")
        assert cursor.fetchone() == (1,)
