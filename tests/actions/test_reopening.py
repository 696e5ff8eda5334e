"""An answered inquiry waits for a person again; what was said stays said until another answer replaces it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from muniment.actions import intake, reopening, responding, searching, sending, steering
from muniment.actions.context import Actor
from muniment.actions.escalating import level_at
from muniment.core.errors import NotAllowed, Refused, SenderFault, WrongState
from muniment.core.lanes import LANES
from muniment.core.ledger import Event
from muniment.core.subject import subject_from_json
from muniment.sources.protocol import SystemAnswer
from muniment.store import access
from muniment.store.models import Delivery, Draft, Inquiry, LedgerEntry, Note, Response, User, Work
from tests.actions import desk
from tests.cast import Cast, acting
from tests.messages import iaq, yq
from tests.web.scene import A_NUMBER, WORKER, Waiting, record, resident

pytestmark = pytest.mark.django_db

CITIZEN = {"kind": "us_passport", "kind_of": "citizen", "date": "2020-01-01"}
REMOVAL = {
    "kind": "removal_order",
    "date": "2015-05-01",
    "final": "2015-06-01",
    "in_absentia": False,
    "served": True,
    "state": "standing",
}


def passport() -> Any:
    """A record of citizenship under the same number."""
    return record("CLAIMS", "C-1", CITIZEN, a_number=A_NUMBER)


@pytest.fixture
def answered(waiting: Waiting, cast: Cast) -> Inquiry:
    """A resident who is not in custody; the answer has arrived."""
    inquiry = waiting(iaq(custody="N", ARN=A_NUMBER), resident())
    desk.answer(cast.sam, inquiry)
    inquiry.refresh_from_db()
    desk.deliver(inquiry)
    return inquiry


def reopen(user: User, inquiry: Inquiry, why: str = "called", reason: str = "THE SERGEANT CALLED BACK") -> None:
    """Reopen it and let the search run that is owed then."""
    inquiry.refresh_from_db()
    reopening.reopen(acting(user), inquiry.pk, inquiry.version, why, reason)
    search_again(inquiry)


def search_again(inquiry: Inquiry) -> None:
    """Do what the worker owes for it."""
    for work in Work.objects.filter(task="search again"):
        searching.search_again(WORKER, work.target)
        work.delete()
    inquiry.refresh_from_db()


def test_it_waits_again_with_a_clock_of_its_own(answered: Inquiry, cast: Cast) -> None:
    before = access.db_now()
    reopening.reopen(acting(cast.sofia), answered.pk, answered.version, "called", "THE SERGEANT CALLED BACK")
    answered.refresh_from_db()
    assert (answered.state, answered.holder, answered.closed, answered.escalated) == ("waiting", None, None, 0)
    assert answered.reopened is not None
    assert answered.reopened >= before
    assert answered.due == answered.reopened + LANES[7].target
    assert level_at(answered, answered.reopened + timedelta(hours=13)) == 50
    note = Note.objects.get(kind="reopened")
    assert (note.text, note.user) == ("THE SERGEANT CALLED BACK", cast.sofia)
    entry = LedgerEntry.objects.get(event=Event.INQUIRY_REOPENED)
    assert b"SERGEANT" not in bytes(entry.canonical)
    assert b'"why":"called"' in bytes(entry.canonical)


def test_what_was_said_stays_as_it_was(answered: Inquiry, cast: Cast) -> None:
    before = list(Response.objects.values()), list(Delivery.objects.values())
    reopen(cast.sofia, answered)
    assert (list(Response.objects.values()), list(Delivery.objects.values())) == before
    assert not Draft.objects.exists()


@pytest.mark.parametrize("who", ["aldo", "ada", "nobody"])
def test_who_neither_answers_nor_supervises_may_not(who: str, answered: Inquiry, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        reopening.reopen(acting(getattr(cast, who)), answered.pk, answered.version, "called", "WHY")


@pytest.mark.parametrize(("why", "reason", "field"), [("called", " ", "reason"), ("mood", "WHY", "why")])
def test_a_reason_is_said(why: str, reason: str, field: str, answered: Inquiry, cast: Cast) -> None:
    with pytest.raises(SenderFault) as fault:
        reopening.reopen(acting(cast.sam), answered.pk, answered.version, why, reason)
    assert fault.value.field == field


def test_a_withdrawn_inquiry_is_not_reopened_and_the_error_says_what_the_agency_does(
    waiting: Waiting, cast: Cast
) -> None:
    inquiry = waiting()
    steering.withdraw(acting(cast.sven), inquiry.pk, inquiry.version, "NOT NEEDED")
    inquiry.refresh_from_db()
    with pytest.raises(WrongState, match="sends a new inquiry"):
        reopening.reopen(acting(cast.sven), inquiry.pk, inquiry.version, "called", "WHY")


def test_an_open_one_is_not_reopened(waiting: Waiting, cast: Cast) -> None:
    inquiry = waiting()
    with pytest.raises(WrongState):
        reopening.reopen(acting(cast.sven), inquiry.pk, inquiry.version, "called", "WHY")


def test_a_reopened_one_is_not_withdrawn_for_the_agency_has_an_answer(answered: Inquiry, cast: Cast) -> None:
    reopen(cast.sofia, answered)
    with pytest.raises(WrongState, match="has an answer"):
        steering.withdraw(acting(cast.sven), answered.pk, answered.version, "NOT NEEDED")


def test_nothing_is_signed_before_the_systems_were_asked_again(answered: Inquiry, cast: Cast) -> None:
    reopening.reopen(acting(cast.sam), answered.pk, answered.version, "called", "WHY")
    desk.take(cast.sam, answered)
    desk.draft(cast.sam, answered)
    with pytest.raises(WrongState) as refusal:
        desk.sign(cast.sam, answered)
    assert refusal.value.rule == "search.owed"
    search_again(answered)
    desk.draft(cast.sam, answered)
    desk.sign(cast.sam, answered)


# The answer that replaces


def test_the_next_answer_begins_by_saying_which_one_it_replaces(answered: Inquiry, cast: Cast) -> None:
    first = Response.objects.get()
    reopen(cast.sofia, answered)
    response = desk.answer(cast.sofia, answered, "R5")
    assert first.leaves is not None
    line = f"THIS REPLACES OUR ANSWER OF {first.leaves:%Y-%m-%d %H%MZ}. DO NOT USE THAT ONE."
    assert response.text.split("\n")[0] == line
    assert all(len(each) <= 80 for each in response.text.split("\n"))
    assert response.replaces == first


def test_a_text_that_does_not_say_so_cannot_be_signed(answered: Inquiry, cast: Cast) -> None:
    reopen(cast.sofia, answered)
    desk.take(cast.sofia, answered)
    desk.judge(cast.sofia, answered)
    desk.draft(cast.sofia, answered)
    draft = Draft.objects.get()
    responding.save_draft(acting(cast.sofia), answered.pk, draft.answer_class, draft.text.split("\n", 1)[1])
    with pytest.raises(Refused) as refusal:
        desk.sign(cast.sofia, answered)
    assert refusal.value.rule == "text.replaces"


def test_an_answer_of_another_class_needs_a_second_person_and_one_of_the_same_does_not(
    answered: Inquiry, cast: Cast
) -> None:
    reopen(cast.sofia, answered)
    other = desk.answer(cast.sofia, answered, "R12")
    assert other.second_reason == "It replaces an answer of another class (R3)."
    answered.refresh_from_db()
    responding.take_back(acting(cast.sofia), answered.pk, answered.version)
    desk.draft(cast.sofia, answered, "R3")
    assert desk.sign(cast.sofia, answered).second_reason == ""


def test_a_new_answer_leaves_beside_the_first_and_the_first_is_sent_no_more(answered: Inquiry, cast: Cast) -> None:
    first = Delivery.objects.get(kind="response")
    reopen(cast.sofia, answered)
    desk.answer(cast.sofia, answered)
    second = desk.deliver(answered)
    first.refresh_from_db()
    assert (first.state, second.state, answered.state) == ("replaced", "acknowledged", "acknowledged")
    assert first.pk < second.pk
    assert b"THIS REPLACES" in bytes(second.wire)
    intake.receive(Actor.line("demo"), answered.message.line, bytes(answered.message.raw))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "ready")
    assert not desk.handed_over(first)


def test_a_first_answer_that_waits_for_its_line_is_not_sent_once_another_replaced_it(
    waiting: Waiting, cast: Cast
) -> None:
    inquiry = waiting(iaq(custody="N", ARN=A_NUMBER), resident())
    desk.answer(cast.sam, inquiry)
    inquiry.refresh_from_db()
    first = desk.deliver(inquiry, acknowledged=False)
    assert first.state == "ready"
    reopen(cast.sofia, inquiry)
    desk.answer(cast.sofia, inquiry)
    desk.deliver(inquiry)
    first.refresh_from_db()
    assert first.state == "replaced"
    sending.acknowledge(Actor.line("demo"), "demo", first.pk)  # too late, and about nothing
    first.refresh_from_db()
    assert first.state == "replaced"


def test_an_acknowledgement_of_the_first_closes_nothing_that_was_reopened(waiting: Waiting, cast: Cast) -> None:
    inquiry = waiting(iaq(custody="N", ARN=A_NUMBER), resident())
    desk.answer(cast.sam, inquiry)
    inquiry.refresh_from_db()
    first = desk.deliver(inquiry, acknowledged=False)
    reopen(cast.sofia, inquiry)
    assert desk.handed_over(first)
    sending.acknowledge(Actor.line("demo"), "demo", first.pk)
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.closed) == ("waiting", None)


def test_it_can_be_reopened_and_replaced_again(answered: Inquiry, cast: Cast) -> None:
    for _ in range(2):
        reopen(cast.sofia, answered)
        desk.answer(cast.sofia, answered)
        desk.deliver(answered)
    chain = list(Response.objects.order_by("id"))
    assert [each.replaces for each in chain] == [None, chain[0], chain[1]]
    states = Delivery.objects.filter(kind="response").order_by("id").values_list("state", flat=True)
    assert list(states) == ["replaced", "replaced", "acknowledged"]


def test_of_answers_that_replaced_one_another_only_the_last_shows_beside_a_later_inquiry(
    answered: Inquiry, waiting: Waiting, cast: Cast
) -> None:
    other = desk.take(cast.sofia, waiting(iaq("OTHER", custody="N", ARN=A_NUMBER), resident()))
    desk.judge(cast.sofia, other)
    soon = access.db_now() + timedelta(minutes=1)  # what was signed just now has left by then
    first = Response.objects.get()
    reopen(cast.sofia, answered)
    assert access.earlier_answers(other, soon) == [first]
    last = desk.answer(cast.sofia, answered)
    assert access.earlier_answers(other, soon) == [last]
    assert access.earlier_answers(other, access.db_now()) == []


def test_each_answer_is_measured_by_its_own_clock(answered: Inquiry, cast: Cast) -> None:
    early = access.db_now() - timedelta(days=3)
    Inquiry.objects.filter(pk=answered.pk).update(received=early)
    Response.objects.update(clock=early, leaves=early + timedelta(minutes=5), due=early + timedelta(minutes=1))
    reopen(cast.sofia, answered)
    desk.answer(cast.sofia, answered)
    pace = access.pace(cast.sam, early - timedelta(days=1))
    assert pace.answered == 2
    assert pace.late == 1
    assert pace.most < timedelta(minutes=6)


# The answer stands


def test_where_the_answer_stands_it_is_closed_with_a_note_and_nothing_is_sent(answered: Inquiry, cast: Cast) -> None:
    sent = Delivery.objects.count()
    reopen(cast.sofia, answered)
    desk.take(cast.sofia, answered)
    desk.judge(cast.sofia, answered)
    answered.refresh_from_db()
    reopening.keep(acting(cast.sofia), answered.pk, answered.version, "NOTHING NEW")
    answered.refresh_from_db()
    assert (answered.state, answered.holder) == ("acknowledged", None)
    assert answered.closed is not None
    assert Delivery.objects.count() == sent
    assert Response.objects.count() == 1
    assert Note.objects.get(kind="kept").text == "NOTHING NEW"


def test_before_every_verdict_is_in_nothing_is_left_as_it_is(answered: Inquiry, cast: Cast) -> None:
    reopen(cast.sofia, answered)
    desk.take(cast.sofia, answered)
    with pytest.raises(WrongState, match="Judge every candidate"):
        reopening.keep(acting(cast.sofia), answered.pk, answered.version, "NOTHING NEW")


def test_where_something_else_would_be_answered_it_is_not_left_as_it_is(
    answered: Inquiry, waiting: Waiting, cast: Cast
) -> None:
    waiting.say(resident(), passport())
    reopen(cast.sofia, answered)
    desk.take(cast.sofia, answered)
    desk.judge(cast.sofia, answered)
    answered.refresh_from_db()
    with pytest.raises(WrongState) as refusal:
        reopening.keep(acting(cast.sofia), answered.pk, answered.version, "NOTHING NEW")
    assert refusal.value.rule == "reopening.changed"


def test_an_answer_that_two_people_gave_is_not_left_standing_by_one(waiting: Waiting, cast: Cast) -> None:
    inquiry = waiting(None, passport())
    desk.answer(cast.sam, inquiry)
    inquiry.refresh_from_db()
    desk.agree(cast.selma, inquiry)
    desk.deliver(inquiry)
    reopen(cast.sofia, inquiry)
    desk.take(cast.sofia, inquiry)
    desk.judge(cast.sofia, inquiry)
    inquiry.refresh_from_db()
    with pytest.raises(WrongState) as refusal:
        reopening.keep(acting(cast.sofia), inquiry.pk, inquiry.version, "NOTHING NEW")
    assert refusal.value.rule == "reopening.second"


def test_what_was_never_answered_cannot_be_left_as_it_is(waiting: Waiting, cast: Cast) -> None:
    inquiry = desk.take(cast.sam, waiting())
    with pytest.raises(WrongState, match="No answer has left"):
        reopening.keep(acting(cast.sam), inquiry.pk, inquiry.version, "WHY")


def test_a_hit_confirmation_is_reopened_too(waiting: Waiting, cast: Cast) -> None:
    inquiry = waiting(yq())
    desk.answer(cast.sam, inquiry)
    inquiry.refresh_from_db()
    desk.deliver(inquiry)
    reopen(cast.sofia, inquiry)
    response = desk.answer(cast.sofia, inquiry)
    assert response.text.startswith("THIS REPLACES OUR ANSWER OF ")


# Citizenship after an adverse answer


@pytest.fixture
def adverse(waiting: Waiting, cast: Cast) -> Inquiry:
    """A final order; two people signed R8; CLAIMS was silent."""
    order = record("EOIR", f"A{A_NUMBER}", REMOVAL, a_number=A_NUMBER)
    inquiry = waiting(iaq(custody="N", ARN=A_NUMBER), order)
    desk.answer(cast.sam, inquiry)
    inquiry.refresh_from_db()
    desk.agree(cast.selma, inquiry)
    desk.deliver(inquiry)
    assert Response.objects.get().answer_class == "R8"
    Inquiry.objects.update(silent=["CLAIMS"])
    inquiry.refresh_from_db()
    return inquiry


def test_a_late_sign_of_citizenship_after_an_adverse_answer_goes_into_the_most_urgent_lane(adverse: Inquiry) -> None:
    said = SystemAnswer("CLAIMS", "answered", 14.0, access.db_now(), (passport(),))
    searching.late(WORKER, adverse.pk, subject_from_json(adverse.subject), said)
    adverse.refresh_from_db()
    assert (adverse.state, adverse.lane, adverse.reopened_for) == ("waiting", 1, "citizen")
    assert adverse.queue_mark == "stop"
    assert adverse.due - access.db_now() <= LANES[1].target


def test_so_does_one_that_the_search_after_a_reopening_finds(adverse: Inquiry, waiting: Waiting, cast: Cast) -> None:
    waiting.say(record("EOIR", f"A{A_NUMBER}", REMOVAL, a_number=A_NUMBER), passport())
    reopen(cast.sofia, adverse)
    assert (adverse.lane, adverse.reopened_for) == (1, "citizen")


def test_so_does_one_that_a_record_states_which_was_there_already(
    adverse: Inquiry, waiting: Waiting, cast: Cast
) -> None:
    waiting.say(record("EOIR", f"A{A_NUMBER}", REMOVAL, CITIZEN, a_number=A_NUMBER))
    reopen(cast.sofia, adverse)
    assert (adverse.lane, adverse.reopened_for) == (1, "citizen")


def test_so_does_one_that_somebody_was_told_of(adverse: Inquiry, cast: Cast) -> None:
    reopen(cast.sofia, adverse, "citizen", "HIS LAWYER SENT A PASSPORT")
    assert (adverse.lane, adverse.reopened_for) == (1, "citizen")


def test_after_it_the_adverse_answer_cannot_be_given_again(adverse: Inquiry, waiting: Waiting, cast: Cast) -> None:
    waiting.say(record("EOIR", f"A{A_NUMBER}", REMOVAL, a_number=A_NUMBER), passport())
    reopen(cast.sofia, adverse)
    desk.take(cast.sofia, adverse)
    desk.judge(cast.sofia, adverse)
    adverse.refresh_from_db()
    with pytest.raises(WrongState):
        reopening.keep(acting(cast.sofia), adverse.pk, adverse.version, "NOTHING NEW")
    responding.save_draft(acting(cast.sofia), adverse.pk, "R8", "FINAL ORDER")
    with pytest.raises(Refused):
        desk.sign(cast.sofia, adverse)


# What the database refuses


def _twin(response: Response, **more: Any) -> Response:
    """A copy of it as another row."""
    names = ["inquiry", "purpose", "answer_class", "text", "text_sha256", "signer", "signed"]
    return Response(**({name: getattr(response, name) for name in names} | more))


def test_two_answers_stand_only_where_one_replaces_the_other(answered: Inquiry) -> None:
    first = Response.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        _twin(first).save()
    _twin(first, replaces=first).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        _twin(first, replaces=first).save()


def test_an_answer_replaces_only_one_to_the_same_inquiry(answered: Inquiry, waiting: Waiting, cast: Cast) -> None:
    other = waiting(iaq("OTHER", custody="N", ARN=A_NUMBER), resident())
    response = desk.answer(cast.sam, other)
    connection.check_constraints()
    _twin(response, withdrawn=True, replaces=Response.objects.get(inquiry=answered)).save()
    with pytest.raises(IntegrityError):
        connection.check_constraints()


def test_which_answer_a_signed_one_replaces_never_changes(answered: Inquiry, cast: Cast) -> None:
    reopen(cast.sofia, answered)
    desk.answer(cast.sofia, answered)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Response.objects.exclude(replaces=None).update(replaces=None)
