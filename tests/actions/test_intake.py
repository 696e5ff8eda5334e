"""What comes in is stored first, read later, and answered in kind; nothing is lost and nothing is doubled."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone

from muniment import formats, worker
from muniment.actions import intake
from muniment.actions.context import Actor
from muniment.core.ledger import Event
from muniment.core.message import FreeText
from muniment.core.workflow import DeliveryState, MessageState
from muniment.store.models import Delivery, Inquiry, LedgerEntry, Line, Message, Work
from tests.messages import free, iaq, iaq_in, yq

pytestmark = pytest.mark.django_db

CASES = Path(__file__).parents[1] / "cases" / "messages"
WORKER = Actor.program("worker")
FAR_END = Actor.line("demo")


def read(line: Line, raw: bytes) -> Message:
    """Receive and read; the message as it stands then."""
    message = intake.receive(FAR_END, line, raw).message
    intake.read(WORKER, message)
    return Message.objects.get(pk=message)


def wires(message: Message) -> list[str]:
    """What goes out because of the message."""
    return [bytes(row.wire).decode("ascii") for row in Delivery.objects.filter(message=message).order_by("id")]


def test_a_message_is_stored_as_it_came_before_anybody_reads_it(center: Line) -> None:
    receipt = intake.receive(FAR_END, center, b"\x00 anything")
    message = Message.objects.get(pk=receipt.message)
    assert bytes(message.raw) == b"\x00 anything"
    assert message.state == MessageState.RECEIVED
    assert Work.objects.filter(task="read", target=message.pk).exists()
    assert LedgerEntry.objects.filter(message_id=message.pk, event=Event.MESSAGE_RECEIVED).count() == 1


def test_an_inquiry_gets_a_receipt_a_lane_and_a_deadline(center: Line) -> None:
    message = read(center, iaq())
    inquiry = Inquiry.objects.get(message=message)
    assert (inquiry.lane, inquiry.due - inquiry.received) == (6, timezone.timedelta(hours=4))
    assert (inquiry.about, inquiry.control, inquiry.purpose) == ("TESTPERSON, ALPHA BETA", "SYN0000001", "C")
    [receipt] = wires(message)
    assert receipt.startswith("AM.VTICE0900.ZZ0010100.*SYN0000001.TXT\r\n")


def test_a_person_not_in_custody_waits_in_lane_7(center: Line) -> None:
    message = read(center, iaq(custody="N"))
    assert message.inquiry.lane == 7


@pytest.mark.parametrize(("priority", "minutes"), [("U", 10), ("R", 60)])
def test_a_hit_confirmation_request_is_due_in_its_minutes(center: Line, priority: str, minutes: int) -> None:
    inquiry = read(center, yq(priority=priority)).inquiry
    assert (inquiry.lane, inquiry.due - inquiry.received) == (1, timezone.timedelta(minutes=minutes))


def test_a_malformed_message_is_answered_in_kind_and_never_searched(center: Line) -> None:
    message = read(center, iaq(DOB="19851314"))
    assert message.state == MessageState.REJECTED
    [notice] = wires(message)
    assert notice.splitlines() == [
        "IAR.VTICE0900.ZZ0010100.*SYN0000001.TXT",
        "MESSAGE REJECTED - NO SEARCH WAS MADE",
        ".05. DOB DOB.INVALID",
    ]
    assert not Work.objects.filter(task="search").exists()


def test_the_same_bytes_again_are_the_same_message(center: Line) -> None:
    first = intake.receive(FAR_END, center, iaq())
    again = intake.receive(FAR_END, center, iaq())
    assert (again.message, again.repeat) == (first.message, True)
    assert Message.objects.count() == 1


def test_a_repeat_gets_the_stored_reply_with_its_old_number(center: Line) -> None:
    message = read(center, iaq(SEX="Q"))
    reply = Delivery.objects.get(message=message)
    Delivery.objects.filter(pk=reply.pk).update(state=DeliveryState.ACKNOWLEDGED)
    intake.receive(FAR_END, center, iaq(SEX="Q"))
    reply.refresh_from_db()
    assert reply.state == DeliveryState.READY
    assert Delivery.objects.count() == 1


def test_the_same_control_field_with_other_bytes_is_a_new_inquiry_and_marked(center: Line) -> None:
    read(center, iaq(name="TESTPERSON, ALPHA"))
    other = read(center, iaq(name="TESTPERSON, OMEGA"))
    assert Inquiry.objects.count() == 2
    assert "control field was used before" in other.mark


def test_the_same_control_field_from_another_agency_is_its_own_business(center: Line) -> None:
    read(center, iaq())
    other = read(center, iaq(ori="ZZ0020200"))
    assert other.mark == ""
    assert Inquiry.objects.count() == 2


def test_an_unknown_agency_is_told_to_the_line_only_and_never_searched(center: Line) -> None:
    message = read(center, iaq(ori="ZZ9999999"))
    [notice] = Delivery.objects.filter(message=message)
    assert (notice.kind, notice.ori) == ("notice", "")
    assert json.loads(bytes(notice.wire))["code"] == "sender.unknown"
    assert not Inquiry.objects.exists()


@pytest.mark.parametrize(
    ("raw", "code", "says"),
    [
        (b"\x01\x02\x03", "charset.invalid", "Byte 1 of the message is hex 01"),
        (b"<a>", "xml.malformed", "there is no element, or it does not end"),
        (b"{", "json.malformed", "line 1 column 2"),
    ],
)
def test_a_message_without_a_readable_sender_is_parked_and_its_line_told_why(
    center: Line, raw: bytes, code: str, says: str
) -> None:
    message = read(center, raw)
    assert (message.state, message.mark) == (MessageState.PARKED, "no readable sender")
    [notice] = Delivery.objects.filter(message=message)
    told = json.loads(bytes(notice.wire))
    assert (notice.kind, notice.ori, told["code"]) == ("notice", "", code)
    assert says in told["text"]


def test_a_file_with_fingerprints_is_read_but_answered_with_a_code(center: Line) -> None:
    raw = (CASES / "ebts-car.eft").read_bytes()
    message = read(center, raw)
    assert (message.state, message.format) == (MessageState.REJECTED, "ebts")
    assert json.loads(wires(message)[0])["code"] == "format.not_served"
    assert bytes(message.raw) == raw


@pytest.mark.parametrize("form", ["nlets-xml", "niem-json"])
def test_a_question_in_xml_or_json_is_answered_in_its_form(center: Line, form: str) -> None:
    message = read(center, iaq_in(form))
    assert (message.format, message.inquiry.about, message.inquiry.custody) == (form, "TESTPERSON, ALPHA BETA", True)
    receipt = formats.read(wires(message)[0].encode("ascii"))
    assert isinstance(receipt, FreeText)
    assert (receipt.format, receipt.kind, receipt.control) == (form, "AM", "SYN0000001")
    assert receipt.destination == ("ZZ0010100",)


@pytest.mark.parametrize("form", ["nlets-xml", "niem-json"])
def test_a_reject_goes_back_in_the_form_of_the_question(center: Line, form: str) -> None:
    message = read(center, iaq_in(form).replace(b"0399", b"X399"))
    assert message.state == MessageState.REJECTED
    notice = formats.read(wires(message)[0].encode("ascii"))
    assert isinstance(notice, FreeText)
    assert (notice.format, notice.kind) == (form, "IAR")
    assert ".00. OFF OFFENSE.INVALID" in notice.text


@pytest.mark.parametrize(("ori", "purpose"), [("ZZ0010100", None), ("ZZ0020200", "C")])
def test_an_inquiry_without_purpose_is_for_the_only_one_of_its_agency(
    center: Line, ori: str, purpose: str | None
) -> None:
    raw = iaq_in("nlets-xml", ori=ori).replace(b"<n2:PurposeCode>C</n2:PurposeCode>", b"")
    message = read(center, raw)
    if purpose:
        assert message.inquiry.purpose == purpose
    else:
        assert "PUR PURPOSE.NOT_ALLOWED" in wires(message)[0]


def test_an_agency_asks_only_for_purposes_it_is_registered_for(center: Line) -> None:
    message = read(center, iaq(ori="ZZ0020200", purpose="F"))
    assert message.state == MessageState.REJECTED
    assert "PUR PURPOSE.NOT_ALLOWED" in wires(message)[0]


@pytest.mark.parametrize("kind", ["AM", "ER", "SM"])
def test_what_answers_an_inquiry_is_kept_and_tied_to_it(center: Line, kind: str) -> None:
    inquiry = read(center, iaq()).inquiry
    ori = "NL0000000" if kind == "ER" else "ZZ0010100"
    message = read(center, free(kind, "SYN0000001", "PLEASE CALL", ori=ori))
    assert message.state == MessageState.NOTED
    assert message.answers == inquiry


def test_a_full_inbox_says_busy_but_lets_hit_confirmations_in(center: Line) -> None:
    Line.objects.filter(pk="demo").update(inbox_limit=2)
    center.refresh_from_db()
    for number in range(2):
        intake.receive(FAR_END, center, iaq(f"SYN{number}"))
    with pytest.raises(intake.Busy):
        intake.receive(FAR_END, center, iaq("SYN9"))
    intake.receive(FAR_END, center, yq())


def test_reading_twice_changes_nothing(center: Line) -> None:
    message = read(center, iaq())
    intake.read(WORKER, message.pk)
    assert Inquiry.objects.count() == 1
    assert len(wires(message)) == 1


def test_no_name_and_no_text_of_a_message_stands_in_the_ledger(center: Line) -> None:
    read(center, iaq(REM="CANARY REMARK", ARN="900000123"))
    read(center, iaq("SYN2", DOB="CANARY"))
    everything = b"".join(bytes(entry.canonical) for entry in LedgerEntry.objects.all())
    for canary in (b"CANARY", b"TESTPERSON", b"ALPHA", b"900000123", b"19850314"):
        assert canary not in everything


def test_work_that_fails_three_times_is_parked_with_its_message(
    center: Line, stored_message: Callable[[bytes], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    message = stored_message(iaq())

    def fails(actor: Actor, target: int) -> None:
        raise ArithmeticError("a fault of ours")

    monkeypatch.setattr(worker, "TASKS", {"read": fails})
    for _ in range(3):
        Work.objects.update(due=timezone.now() - timezone.timedelta(minutes=1))
        assert worker.run_one(WORKER)
    assert Work.objects.get().parked
    assert Message.objects.get(pk=message).state == MessageState.PARKED
    assert not worker.run_one(WORKER)
