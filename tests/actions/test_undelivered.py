"""What does not arrive: told in stages, refused by an ER, settled by one named person, and tried all the while."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from muniment import worker
from muniment.actions import intake, scripted, sending, undelivered
from muniment.actions.context import Actor
from muniment.actions.undelivered import Told
from muniment.core import outgoing
from muniment.core.errors import NotAllowed, SenderFault, WrongState
from muniment.core.ledger import Event
from muniment.core.permissions import Role
from muniment.core.workflow import DeliveryState, InquiryState, MessageState
from muniment.store import access
from muniment.store.access import Absent
from muniment.store.models import Call, Delivery, Inquiry, LedgerEntry, Line, Message, Response, User
from tests.actions import desk
from tests.cast import PASSWORD, Cast, acting, assemble, person
from tests.messages import error, free, iaq, yq
from tests.test_worker import at_once
from tests.web.scene import A_NUMBER, Waiting, resident

pytestmark = pytest.mark.django_db

CLOCK = Actor.program("clock")
WORKER = Actor.program("worker")
FAR_END = Actor.line("demo")
SERGEANT = "SGT EXAMPLE"

Answered = Callable[..., Delivery]


@pytest.fixture
def answered(waiting: Waiting, cast: Cast) -> Answered:
    """Let an inquiry be answered and released, its receipt acknowledged; the delivery of the answer."""

    def make(raw: bytes | None = None) -> Delivery:
        records = [] if raw and raw.startswith(b"YQ") else [resident()]
        inquiry = waiting(raw or iaq(ARN=A_NUMBER), *records)
        response = scripted.answer(inquiry.pk, "robot", "", PASSWORD)
        Delivery.objects.filter(message=inquiry.message, kind="receipt").update(state=DeliveryState.ACKNOWLEDGED)
        sending.release(WORKER, response.delivery.pk)
        return Delivery.objects.get(response=response)

    return make


@pytest.fixture
def answer(answered: Answered) -> Delivery:
    """An answer of a lane that does not urge."""
    return answered()


def slow_one(control: str) -> bytes:
    """An inquiry that is due in 24 hours."""
    return iaq(control, custody="N", ARN=A_NUMBER)


def owed_for(delivery: Delivery, length: timedelta) -> None:
    """It could leave so long ago, and nobody has looked since."""
    delivery.refresh_from_db()
    owed = access.db_now() - length
    first = outgoing.patience(delivery.kind, delivery.lane)
    Delivery.objects.filter(pk=delivery.pk).update(owed=owed, tell=outgoing.tell(owed, first, delivery.overdue))
    delivery.refresh_from_db()


def hand_over(delivery: Delivery, *, acknowledged: bool = False) -> None:
    """The line takes it, and says so or not."""
    Delivery.objects.filter(pk=delivery.pk).update(leaves=access.db_now())
    assert desk.handed_over(delivery)
    if acknowledged:
        sending.acknowledge(FAR_END, "demo", delivery.pk)
    delivery.refresh_from_db()


def come_in(raw: bytes) -> Message:
    """A message comes in over the line and is read."""
    number = intake.receive(FAR_END, Line.objects.get(name="demo"), raw).message
    intake.read(WORKER, number)
    return Message.objects.get(pk=number)


def stages(delivery: Delivery) -> list[int]:
    """The stages that the ledger holds, in their order."""
    return [detail(entry)["stage"] for entry in entries(Event.DELIVERY_OVERDUE, delivery)]


def entries(event: Event, delivery: Delivery) -> list[LedgerEntry]:
    """The entries of that event about the delivery."""
    rows = LedgerEntry.objects.filter(event=event, message_id=delivery.message_id).order_by("id")
    return [row for row in rows if json.loads(bytes(row.canonical))["objects"].get("delivery") == delivery.pk]


def detail(entry: LedgerEntry) -> dict[str, Any]:
    """What it says."""
    found: dict[str, Any] = json.loads(bytes(entry.canonical))["detail"]
    return found


def now_told(**changes: Any) -> Told:
    """Somebody was told a moment ago."""
    return Told(**({"spoke_with": SERGEANT, "at": access.db_now(), "word": "READS IT BACK"} | changes))


# Tried again


def test_each_hand_over_waits_twice_as_long_up_to_the_ceiling(answer: Delivery) -> None:
    waits = []
    for _ in range(9):
        hand_over(answer)
        waits.append((answer.leaves - answer.sent).total_seconds() if answer.sent else None)
        assert not desk.handed_over(answer)
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300, 300]
    assert answer.sends == answer.tries == 9


def test_a_far_end_that_came_back_is_given_it_at_once_and_its_waits_begin_anew(answer: Delivery) -> None:
    for _ in range(7):
        hand_over(answer)
    back = access.db_now()
    assert answer.sent is not None
    assert not desk.handed_over(answer, back)  # it was handed over less than five seconds ago
    Delivery.objects.filter(pk=answer.pk).update(sent=answer.sent - timedelta(seconds=6))
    ready = [row.pk for row in desk.ready(back)]
    assert ready == [answer.pk]
    assert desk.handed_over(answer, back)
    answer.refresh_from_db()
    assert (answer.sends, answer.tries) == (8, 1)
    assert desk.ready(back) == []


def test_what_is_owed_is_given_in_the_order_of_lane_and_number(answered: Answered) -> None:
    slow, other, urgent = (answered(raw) for raw in (slow_one("A"), slow_one("B"), yq("C")))
    rows = desk.ready(access.db_now())
    assert [row.pk for row in rows] == [urgent.pk, slow.pk, other.pk]


def test_what_is_owed_always_has_a_date_even_to_the_database(answer: Delivery) -> None:
    with pytest.raises(IntegrityError, match="delivery_owed_since"), transaction.atomic():
        Delivery.objects.filter(pk=answer.pk).update(owed=None)


# Told in stages


def test_a_supervisor_is_told_once_for_each_stage_and_the_stages_double(answer: Delivery) -> None:
    for minutes in (1, 9, 10, 11, 19, 20, 30, 39, 41, 79, 81):
        owed_for(answer, timedelta(minutes=minutes))
        undelivered.tell_overdue(CLOCK)
        undelivered.tell_overdue(CLOCK)
    assert stages(answer) == [1, 2, 3, 4]
    assert [detail(entry)["minutes"] for entry in entries(Event.DELIVERY_OVERDUE, answer)] == [10, 20, 41, 81]


def test_an_urgent_answer_is_told_after_two_minutes(answered: Answered) -> None:
    urgent = answered(yq())
    owed_for(urgent, timedelta(minutes=1, seconds=59))
    assert undelivered.tell_overdue(CLOCK) == 0
    owed_for(urgent, timedelta(minutes=2))
    assert undelivered.tell_overdue(CLOCK) == 1


def test_after_a_long_silence_only_the_highest_stage_is_told(answer: Delivery) -> None:
    owed_for(answer, timedelta(days=3))
    assert undelivered.tell_overdue(CLOCK) == 1
    assert undelivered.tell_overdue(CLOCK) == 0
    assert stages(answer) == [9]


def test_age_counts_from_when_it_could_leave_whether_the_line_was_there_or_not(answer: Delivery) -> None:
    assert answer.owed is not None
    before = answer.owed
    for _ in range(3):
        hand_over(answer)
    assert answer.owed == before
    assert (answer.state, answer.sends) == (DeliveryState.SENT, 3)


def test_what_arrived_is_told_no_more(answer: Delivery, cast: Cast) -> None:
    owed_for(answer, timedelta(minutes=11))
    undelivered.tell_overdue(CLOCK)
    assert [row.pk for row in access.undelivered(cast.sven)] == [answer.pk]
    hand_over(answer, acknowledged=True)
    owed_for(answer, timedelta(days=1))
    assert undelivered.tell_overdue(CLOCK) == 0
    assert access.undelivered(cast.sven) == []
    assert access.undelivered_count() == 0


def test_receipts_and_rejects_are_told_too(center: Line) -> None:
    message = come_in(iaq(SEX="Q"))
    delivery = Delivery.objects.get(message=message)
    owed_for(delivery, timedelta(minutes=9))
    assert undelivered.tell_overdue(CLOCK) == 0
    owed_for(delivery, timedelta(minutes=10))
    assert undelivered.tell_overdue(CLOCK) == 1


def test_telling_answers_nothing_and_changes_no_answer(answer: Delivery) -> None:
    before = Inquiry.objects.values_list("state", "version").get()
    owed_for(answer, timedelta(days=3))
    undelivered.tell_overdue(CLOCK)
    assert Inquiry.objects.values_list("state", "version").get() == before
    assert Response.objects.count() == 1


def test_many_are_told_in_several_transactions(center: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undelivered, "ROUND", 2)
    for number in range(5):
        owed_for(Delivery.objects.get(message=come_in(iaq(f"SYN{number}", SEX="Q"))), timedelta(minutes=10))
    assert undelivered.tell_overdue(CLOCK) == 5


def test_the_worker_tells_by_the_clock() -> None:
    assert undelivered.tell_overdue in {action for _, _, action in worker.PERIODIC}


# The same bytes again


def test_asked_again_before_it_arrived_it_stays_owed_since_when_it_was(answer: Delivery) -> None:
    owed_for(answer, timedelta(minutes=30))
    hand_over(answer)
    intake.receive(FAR_END, answer.line, iaq(ARN=A_NUMBER))
    before, _ = answer.owed, answer.refresh_from_db()
    assert (answer.state, answer.tries, answer.owed) == (DeliveryState.READY, 0, before)


def test_asked_again_after_it_arrived_it_is_owed_anew(answer: Delivery) -> None:
    owed_for(answer, timedelta(minutes=30))
    undelivered.tell_overdue(CLOCK)
    hand_over(answer, acknowledged=True)
    intake.receive(FAR_END, answer.line, iaq(ARN=A_NUMBER))
    answer.refresh_from_db()
    assert answer.owed is not None
    assert (answer.state, answer.overdue) == (DeliveryState.READY, 0)
    assert access.db_now() - answer.owed < timedelta(minutes=1)
    assert undelivered.tell_overdue(CLOCK) == 0


# The switch refuses


def test_an_er_without_a_control_field_finds_the_answer_by_how_it_begins(answer: Delivery, cast: Cast) -> None:
    hand_over(answer, acknowledged=True)
    refusal = come_in(error(bytes(answer.wire)))
    answer.refresh_from_db()
    assert (refusal.state, refusal.answers_id) == (MessageState.NOTED, answer.message.inquiry.pk)
    assert (answer.refusal, answer.state) == (refusal, DeliveryState.ACKNOWLEDGED)
    assert [row.pk for row in access.undelivered(cast.sven)] == [answer.pk]
    [entry] = entries(Event.DELIVERY_REFUSED, answer)
    assert detail(entry) == {"kind": "response", "number": "02"}
    assert b"DESTINATION" not in bytes(entry.canonical)


def test_an_er_reopens_nothing_and_changes_no_answer(answer: Delivery) -> None:
    hand_over(answer, acknowledged=True)
    before = Inquiry.objects.values_list("state", "version", "closed").get()
    text = Response.objects.values_list("text", "withdrawn").get()
    come_in(error(bytes(answer.wire)))
    assert Inquiry.objects.values_list("state", "version", "closed").get() == before
    assert Response.objects.values_list("text", "withdrawn").get() == text
    assert before[0] == InquiryState.ACKNOWLEDGED
    assert Delivery.objects.count() == 2


def test_an_er_about_the_receipt_is_tied_to_the_receipt(answer: Delivery, cast: Cast) -> None:
    receipt = Delivery.objects.get(kind="receipt")
    Delivery.objects.filter(pk=receipt.pk).update(state=DeliveryState.READY)
    for row in (receipt, answer):
        hand_over(row, acknowledged=True)
    come_in(error(bytes(receipt.wire)))
    assert [row.pk for row in access.undelivered(cast.sven)] == [receipt.pk]


def test_an_er_with_only_a_control_field_is_about_the_answer(answer: Delivery, cast: Cast) -> None:
    Delivery.objects.filter(kind="receipt").update(sends=1)
    hand_over(answer, acknowledged=True)
    come_in(free("ER", "SYN0000001", ".02. NOT ALLOWED", ori="NL0000000"))
    assert [row.pk for row in access.undelivered(cast.sven)] == [answer.pk]


@pytest.mark.parametrize("wire", [b"", b"IAR.VTICE0900.ZZ0010100.*OTHER.TXT\r\nNOT OURS", b"*SYN0000001 AND NO END"])
def test_an_er_about_nothing_that_left_is_parked_for_a_supervisor(wire: bytes, answer: Delivery, cast: Cast) -> None:
    hand_over(answer, acknowledged=True)
    refusal = come_in(error(wire))
    assert refusal.state == MessageState.PARKED
    assert "never left over this line" in refusal.mark
    assert access.undelivered(cast.sven) == []


def test_an_er_on_another_line_speaks_of_nothing_on_this_one(answer: Delivery) -> None:
    hand_over(answer, acknowledged=True)
    other = Line.objects.create(name="other", key_hash="")
    number = intake.receive(Actor.line("other"), other, error(bytes(answer.wire))).message
    intake.read(WORKER, number)
    assert Message.objects.get(pk=number).state == MessageState.PARKED
    answer.refresh_from_db()
    assert answer.refusal is None


def test_the_same_er_again_refuses_only_what_was_sent_since(answer: Delivery, cast: Cast) -> None:
    hand_over(answer, acknowledged=True)
    come_in(error(bytes(answer.wire)))
    intake.receive(FAR_END, answer.line, error(bytes(answer.wire)))
    assert len(entries(Event.DELIVERY_REFUSED, answer)) == 1
    undelivered.try_now(acting(cast.sven), answer.pk)
    hand_over(answer, acknowledged=True)
    intake.receive(FAR_END, answer.line, error(bytes(answer.wire)))
    assert len(entries(Event.DELIVERY_REFUSED, answer)) == 2


# What people do


def test_tried_now_it_leaves_without_waiting_under_its_old_number(answer: Delivery, cast: Cast) -> None:
    for _ in range(7):
        hand_over(answer)
    undelivered.try_now(acting(cast.sven), answer.pk)
    [ready] = desk.ready(access.db_now())
    assert ready.pk == answer.pk
    assert [entry.actor for entry in entries(Event.DELIVERY_TRIED_NOW, answer)] == [f"user:{cast.sven.pk}"]


def test_what_was_refused_is_sent_again_and_stays_until_somebody_settles_it(answer: Delivery, cast: Cast) -> None:
    hand_over(answer, acknowledged=True)
    come_in(error(bytes(answer.wire)))
    undelivered.try_now(acting(cast.sven), answer.pk)
    hand_over(answer, acknowledged=True)
    assert [row.pk for row in access.undelivered(cast.sven)] == [answer.pk]
    undelivered.tell_by_telephone(acting(cast.sven), answer.pk, now_told(word="THEY HAVE IT NOW"))
    assert access.undelivered(cast.sven) == []
    assert Delivery.objects.filter(kind="response").count() == 1


def test_who_was_told_by_whom_is_kept_and_it_goes_on_being_tried(answer: Delivery, cast: Cast) -> None:
    owed_for(answer, timedelta(minutes=11))
    undelivered.tell_overdue(CLOCK)
    text = Response.objects.values_list("text", "text_sha256").get()
    undelivered.tell_by_telephone(acting(cast.sven), answer.pk, now_told())
    call = Call.objects.get()
    assert (call.user, call.spoke_with, call.word) == (cast.sven, SERGEANT, "READS IT BACK")
    [entry] = entries(Event.DELIVERY_TOLD, answer)
    assert entry.actor == f"user:{cast.sven.pk}"
    assert SERGEANT.encode() not in bytes(entry.canonical)
    assert access.undelivered(cast.sven) == []
    assert [row.pk for row in access.told_lately(cast.sven, access.db_now())] == [answer.pk]
    assert [row.pk for row in desk.ready(access.db_now())] == [answer.pk]
    assert Response.objects.values_list("text", "text_sha256").get() == text
    Delivery.objects.filter(pk=answer.pk).update(owed=access.db_now() - timedelta(days=9))
    assert undelivered.tell_overdue(CLOCK) == 0
    hand_over(answer, acknowledged=True)
    assert Inquiry.objects.get().state == InquiryState.ACKNOWLEDGED


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"spoke_with": ""}, "spoke_with", id="nobody named"),
        pytest.param({"spoke_with": " \n "}, "spoke_with", id="only blanks"),
        pytest.param({"spoke_with": "X" * 81}, "spoke_with", id="too long a name"),
        pytest.param({"word": "X" * 301}, "word", id="too many words"),
    ],
)
def test_a_call_names_who_was_told_and_fits(changes: dict[str, Any], field: str, answer: Delivery, cast: Cast) -> None:
    with pytest.raises(SenderFault) as fault:
        undelivered.tell_by_telephone(acting(cast.sven), answer.pk, now_told(**changes))
    assert fault.value.field == field
    assert not Call.objects.exists()


@pytest.mark.parametrize("minutes", [-2, 2])
def test_a_call_was_neither_before_the_answer_nor_later_than_now(minutes: int, answer: Delivery, cast: Cast) -> None:
    at = access.db_now() + timedelta(minutes=minutes)
    with pytest.raises(SenderFault, match="times are UTC"):
        undelivered.tell_by_telephone(acting(cast.sven), answer.pk, now_told(at=at))


def test_what_arrived_cannot_be_settled_or_tried(answer: Delivery, cast: Cast) -> None:
    hand_over(answer, acknowledged=True)
    for act in (
        lambda: undelivered.try_now(acting(cast.sven), answer.pk),
        lambda: undelivered.tell_by_telephone(acting(cast.sven), answer.pk, now_told()),
    ):
        with pytest.raises(WrongState, match="There is nothing to do"):
            act()


@pytest.mark.parametrize("who", ["sam", "selma", "aldo", "ada", "nobody"])
def test_only_who_may_settle_sees_tries_or_settles(who: str, answer: Delivery, cast: Cast) -> None:
    user: User = getattr(cast, who)
    for act in (
        lambda: undelivered.view(acting(user)),
        lambda: undelivered.view_one(acting(user), answer.pk),
        lambda: undelivered.try_now(acting(user), answer.pk),
        lambda: undelivered.tell_by_telephone(acting(user), answer.pk, now_told()),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert LedgerEntry.objects.filter(event=Event.ACCESS_DENIED).count() == 4


def test_an_unknown_delivery_is_absent(answer: Delivery, cast: Cast) -> None:
    with pytest.raises(Absent):
        undelivered.try_now(acting(cast.sven), answer.pk + 1000)


@pytest.mark.django_db(transaction=True)
def test_of_two_supervisors_at_once_one_settles_and_the_other_reads_who_did(transactional_center: Line) -> None:
    cast = assemble()
    delivery = Delivery.objects.get(message=come_in(iaq(SEX="Q")))
    told = now_told()
    others = [acting(cast.sven), acting(person("svea", Role.SUPERVISOR))]
    came = at_once(*[lambda who=who: undelivered.tell_by_telephone(who, delivery.pk, told) for who in others])
    [call] = [each for each in came if isinstance(each, Call)]
    [fault] = [each for each in came if isinstance(each, WrongState)]
    assert str(fault) == f"{call.user} wrote down at {call.written:%H:%M} that {SERGEANT} was told."
    assert Call.objects.count() == 1
    connection.close()
