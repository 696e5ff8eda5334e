"""What systems say late is never lost, is shown, and is never answered by the program."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from muniment import worker
from muniment.actions import adjudication, intake, responding, searching, steering, systems
from muniment.actions.context import Actor
from muniment.core.errors import Refused, Stale
from muniment.core.ledger import Event
from muniment.core.subject import subject_from_json
from muniment.sources import index, registry
from muniment.sources.protocol import SystemAnswer
from muniment.sources.world.load import load_world
from muniment.sources.world.systems import Trouble, WorldSystem
from muniment.store import access
from muniment.store.models import Candidate, Delivery, Inquiry, LedgerEntry, Line, Response, SystemReply, Work
from tests.actions import desk
from tests.cast import Cast, acting
from tests.messages import iaq
from tests.people import set_up
from tests.web.scene import A_NUMBER, WORKER, Waiting, record, resident, stranger

pytestmark = pytest.mark.django_db

CITIZEN = {"kind": "us_passport", "kind_of": "citizen", "date": "2020-01-01"}


def passport() -> Any:
    """A record of citizenship under the same number."""
    return record("CLAIMS", "C-1", CITIZEN, a_number=A_NUMBER)


def answered_late(inquiry: Inquiry, system: str, *records: Any) -> None:
    """The thread that asked hands on what the system said after all."""
    said = SystemAnswer(system, "answered", 14.0, access.db_now(), records)
    inquiry.refresh_from_db()
    searching.late(WORKER, inquiry.pk, subject_from_json(inquiry.subject), said)
    inquiry.refresh_from_db()


def details(event: Event) -> list[dict[str, Any]]:
    """What the entries of an event say."""
    rows = LedgerEntry.objects.filter(event=event).order_by("id")
    return [json.loads(bytes(row.canonical))["detail"] for row in rows]


@pytest.fixture
def inquiry(waiting: Waiting) -> Inquiry:
    """One for which CLAIMS and EOIR did not answer."""
    return waiting(None, resident(), stranger(), silent=["CLAIMS", "EOIR"])


# Late


def test_late_records_stand_behind_those_that_were_shown_and_nothing_moves(inquiry: Inquiry) -> None:
    before = {each.pk: each.position for each in access.candidates(inquiry)}
    answered_late(inquiry, "EOIR", record("EOIR", "E-1", given="ALPHA"))
    after = {each.pk: each.position for each in access.candidates(inquiry)}
    assert before.items() <= after.items()
    [new] = set(after) - set(before)
    assert after[new] == max(after.values())
    assert Candidate.objects.get(pk=new).found_by == "late"
    assert inquiry.candidate_count == 3
    assert inquiry.silent == ["CLAIMS"]
    reply = SystemReply.objects.get(inquiry=inquiry, system="EOIR")
    assert (reply.state, reply.late is not None) == ("answered", True)
    [said] = details(Event.INQUIRY_ANSWERED_LATE)
    assert (said["system"], said["records"]) == ("EOIR", 1)


def test_a_late_record_joins_the_candidate_it_is_tied_to_and_only_the_verdicts_on_that_fall(
    inquiry: Inquiry, cast: Cast
) -> None:
    desk.take(cast.sam, inquiry)
    desk.judge(cast.sam, inquiry)
    answered_late(inquiry, "CLAIMS", passport())
    tied, other = Candidate.objects.get(records__system="CIS"), Candidate.objects.get(records__system="VISAS")
    assert tied.records.count() == 2
    assert tied.changed is not None
    assert set(access.standing_verdicts(inquiry, cast.sam)) == {other.pk}


def test_what_a_person_took_apart_is_not_put_together_by_a_late_record(waiting: Waiting, cast: Cast) -> None:
    twice = record("ADIS", "D-1", a_number=A_NUMBER)
    inquiry = desk.take(cast.sam, waiting(None, resident(), twice, silent=["CLAIMS"]))
    [candidate] = access.candidates(inquiry)
    adjudication.take_apart(acting(cast.sam), inquiry.pk, candidate.pk)
    answered_late(inquiry, "CLAIMS", passport())
    assert [each.records.count() for each in access.candidates(inquiry)] == [1, 1, 1]


def test_a_late_answer_to_another_question_is_dropped(inquiry: Inquiry) -> None:
    said = SystemAnswer("EOIR", "answered", 14.0, access.db_now(), (record("EOIR", "E-1"),))
    searching.late(WORKER, inquiry.pk, subject_from_json({"names": [{"family": "MUSTER"}]}), said)
    inquiry.refresh_from_db()
    assert inquiry.silent == ["CLAIMS", "EOIR"]
    assert inquiry.candidate_count == 2


def test_a_second_late_answer_of_one_system_changes_nothing(inquiry: Inquiry) -> None:
    for _ in range(2):
        answered_late(inquiry, "EOIR", record("EOIR", "E-1"))
    assert inquiry.candidate_count == 3
    assert len(details(Event.INQUIRY_ANSWERED_LATE)) == 1


def test_no_more_late_candidates_are_added_than_would_have_been_shown(inquiry: Inquiry) -> None:
    many = [record("EOIR", f"E-{number}", given=f"ALPHA {'ABCDEFGHIJ'[number]}") for number in range(10)]
    answered_late(inquiry, "EOIR", *many)
    assert inquiry.candidate_count <= 8
    assert inquiry.candidate_count == len(access.candidates(inquiry))


def test_a_signature_over_what_was_known_before_is_refused(inquiry: Inquiry, cast: Cast) -> None:
    desk.take(cast.sam, inquiry)
    desk.judge(cast.sam, inquiry)
    desk.draft(cast.sam, inquiry)
    shown = desk.signing(inquiry)
    answered_late(inquiry, "EOIR")
    with pytest.raises(Stale):
        responding.sign(acting(cast.sam), inquiry.pk, shown)


def test_a_text_that_calls_a_system_silent_which_has_answered_cannot_be_signed(inquiry: Inquiry, cast: Cast) -> None:
    desk.take(cast.sam, inquiry)
    desk.judge(cast.sam, inquiry)
    desk.draft(cast.sam, inquiry, "R12")
    answered_late(inquiry, "EOIR")
    with pytest.raises(Refused) as refusal:
        desk.sign(cast.sam, inquiry)
    assert refusal.value.rule == "text.silent"


# After the signature


def test_while_a_second_person_looks_the_signature_falls_and_waits_for_its_signer(waiting: Waiting, cast: Cast) -> None:
    inquiry = waiting(None, passport(), silent=["EOIR"])
    desk.answer(cast.sam, inquiry)
    inquiry.refresh_from_db()
    assert inquiry.state == "second look"
    answered_late(inquiry, "EOIR", record("EOIR", "E-1"))
    assert (inquiry.state, inquiry.handed_to, inquiry.holder) == ("waiting", cast.sam, None)
    assert inquiry.pk in access.untaken_inquiries(access.db_now())  # after a while it waits for everybody
    response = Response.objects.get()
    assert response.withdrawn
    assert "EOIR answered late" in response.note
    assert not Delivery.objects.filter(kind="response").exists()
    assert LedgerEntry.objects.filter(event=Event.RESPONSE_FELL).count() == 1


def test_what_is_signed_and_held_is_taken_out_of_the_outbox(inquiry: Inquiry, cast: Cast) -> None:
    desk.answer(cast.sam, inquiry, "R5")
    inquiry.refresh_from_db()
    if inquiry.state == "second look":
        desk.agree(cast.selma, inquiry)
    answered_late(inquiry, "EOIR")
    assert inquiry.state == "waiting"
    assert list(Delivery.objects.filter(kind="response").values_list("state", flat=True)) == ["taken back"]
    worker_runs_dry()
    assert not Delivery.objects.filter(kind="response").exclude(state="taken back").exists()


def worker_runs_dry() -> None:
    """Everything that is due is done, the releases of held answers too."""
    Work.objects.filter(task="release").update(due=access.db_now())
    while worker.run_one(WORKER):
        pass


@pytest.fixture
def answered(waiting: Waiting, cast: Cast) -> Inquiry:
    """A resident; EOIR was silent; the answer has arrived."""
    inquiry = waiting(None, resident(), silent=["EOIR"])
    desk.answer(cast.sam, inquiry)
    inquiry.refresh_from_db()
    if inquiry.state == "second look":
        desk.agree(cast.selma, inquiry)
    desk.deliver(inquiry)
    assert inquiry.state == "acknowledged"
    return inquiry


def test_after_the_answer_left_a_late_record_calls_a_person_and_answers_nothing(answered: Inquiry) -> None:
    sent = set(Delivery.objects.values_list("id", flat=True))
    answered_late(answered, "EOIR", record("EOIR", "E-1"))
    assert (answered.state, answered.reopened_for, answered.holder) == ("waiting", "late", None)
    assert set(Delivery.objects.values_list("id", flat=True)) == sent
    assert Response.objects.filter(withdrawn=False).count() == 1
    assert access.search_owed(answered)
    assert answered.due > access.db_now() + timedelta(hours=3)


def test_a_late_answer_that_changes_nothing_reopens_nothing_and_is_shown(answered: Inquiry) -> None:
    answered_late(answered, "EOIR")
    assert answered.state == "acknowledged"
    assert answered.silent == []
    assert SystemReply.objects.get(inquiry=answered, system="EOIR").late is not None


def test_an_answer_that_said_the_query_was_incomplete_is_reopened(waiting: Waiting, cast: Cast) -> None:
    inquiry = waiting(None, resident(), silent=["EOIR"])
    desk.answer(cast.sam, inquiry, "R13")
    inquiry.refresh_from_db()
    if inquiry.state == "second look":
        desk.agree(cast.selma, inquiry)
    desk.deliver(inquiry)
    answered_late(inquiry, "EOIR")
    assert inquiry.state == "waiting"


def test_a_withdrawn_inquiry_takes_nothing_in(inquiry: Inquiry, cast: Cast) -> None:
    steering.withdraw(acting(cast.sven), inquiry.pk, inquiry.version, "NOT NEEDED")
    answered_late(inquiry, "EOIR", record("EOIR", "E-1"))
    assert (inquiry.state, inquiry.candidate_count) == ("withdrawn", 2)
    assert searching.again(WORKER, inquiry.pk) is None


# Asking again


def ask_again(inquiry: Inquiry) -> Work | None:
    """Let the worker ask now; the work that is owed then."""
    Work.objects.exclude(task="ask again").delete()  # the scene has done it already
    Work.objects.filter(task="ask again").update(due=access.db_now())
    assert worker.run_one(WORKER)
    inquiry.refresh_from_db()
    return Work.objects.filter(task="ask again", target=inquiry.pk).first()


def test_silent_systems_are_asked_again_after_growing_pauses_for_as_long_as_it_is_open(
    inquiry: Inquiry, settings: Settings
) -> None:
    settings.MUNIMENT_ASK_AGAIN_SECONDS = (30.0, 120.0, 600.0)
    owed = Work.objects.get(task="ask again")
    assert owed.target == inquiry.pk
    pauses = []
    for _ in range(4):
        work = ask_again(inquiry)
        assert work is not None
        pauses.append(round((work.due - access.db_now()).total_seconds(), -1))
    assert pauses == [120, 600, 600, 600]
    assert [said["times"] for said in details(Event.INQUIRY_ASKED_AGAIN)] == [1, 2, 3, 4]


def test_a_system_that_is_back_is_heard_and_asked_no_more(inquiry: Inquiry, waiting: Waiting) -> None:
    waiting.say(record("EOIR", "E-1"), silent=["CLAIMS"])
    work = ask_again(inquiry)
    assert work is not None
    assert (inquiry.silent, inquiry.candidate_count) == (["CLAIMS"], 3)
    waiting.say()
    assert ask_again(inquiry) is None
    assert inquiry.silent == []


def test_when_a_system_is_back_all_that_wait_for_it_ask_at_once(waiting: Waiting) -> None:
    first, other = waiting(iaq("SYN1"), silent=["EOIR"]), waiting(iaq("SYN2"), silent=["EOIR"])
    third = waiting(iaq("SYN3"), silent=["CLAIMS"])
    waiting.say()
    Work.objects.exclude(task="ask again").delete()
    Work.objects.filter(target=first.pk).update(due=access.db_now())
    assert worker.run_one(WORKER)
    now = access.db_now()
    assert Work.objects.get(task="ask again", target=other.pk).due <= now
    assert Work.objects.get(task="ask again", target=third.pk).due > now


def test_a_system_that_is_asked_again_by_a_supervisor_is_asked_at_once(waiting: Waiting, cast: Cast) -> None:
    inquiry = waiting(silent=["EOIR"])
    systems.switch(acting(cast.sven), "EOIR", 0, False, "MAINTENANCE")
    assert Work.objects.get(task="ask again").due > access.db_now()
    systems.switch(acting(cast.sven), "EOIR", 1, True, "DONE")
    assert Work.objects.get(task="ask again", target=inquiry.pk).due <= access.db_now()


@pytest.mark.parametrize(("hours", "asked"), [(23.9, True), (24.1, False)])
def test_after_its_answer_left_silent_systems_are_asked_for_a_day(answered: Inquiry, hours: float, asked: bool) -> None:
    Response.objects.update(leaves=access.db_now() - timedelta(hours=hours))
    assert (ask_again(answered) is not None) == asked


def test_where_every_system_answered_nothing_is_asked_again(waiting: Waiting) -> None:
    waiting(None, resident())
    assert not Work.objects.filter(task="ask again").exists()


def test_a_person_goes_on_while_systems_are_asked_again(inquiry: Inquiry, cast: Cast, waiting: Waiting) -> None:
    """What they say is taken in as it stands when they answer, and asking holds nothing meanwhile."""

    def ask(*arguments: Any, **more: Any) -> list[SystemAnswer]:
        desk.take(cast.sam, inquiry)
        return waiting.ask(*arguments, **more)

    waiting.say(record("EOIR", "E-1"), silent=["CLAIMS"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "ask", ask)
        ask_again(inquiry)
    assert (inquiry.state, inquiry.holder, inquiry.candidate_count) == ("in hand", cast.sam, 3)


# In real systems


@pytest.fixture
def slow_center(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Line, WorldSystem]]:
    """A center with the specimens, in which CIS answers when it is woken."""
    line = set_up()
    load_world(0, 1)
    index.rebuild()
    system = WorldSystem("CIS", Trouble(hangs=True))
    monkeypatch.setattr(searching, "record_systems", lambda: {**registry.record_systems(), "CIS": system})
    yield line, system
    system.wake()


@pytest.mark.django_db(transaction=True)
def test_the_thread_that_asked_hands_on_what_comes_after_the_time_limit(
    slow_center: tuple[Line, WorldSystem], settings: Settings
) -> None:
    line, system = slow_center
    settings.MUNIMENT_SEARCH_SECONDS = 0.5
    raw = iaq("SLOW", name="BEISPIEL SINGH, HARPREET", DOB="19810923", POB="II", ARN="900120008")
    message = intake.receive(Actor.line("demo"), line, raw).message
    while worker.run_one(WORKER):
        pass
    inquiry = Inquiry.objects.get(message_id=message)
    assert inquiry.silent == ["CIS"]
    before = inquiry.candidate_count
    system.wake()
    ends = time.monotonic() + 20
    while inquiry.silent and time.monotonic() < ends:
        time.sleep(0.05)
        inquiry.refresh_from_db()
    assert inquiry.silent == []
    assert any(each.records.filter(system="CIS").exists() for each in access.candidates(inquiry))
    assert inquiry.candidate_count >= before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM store_work WHERE task = 'ask again'")
        assert cursor.fetchone() == (1,)
    assert worker.run_one(WORKER) is False  # it is not due yet, and then there is nothing to ask
    assert ask_again(inquiry) is None
