"""What has not arrived, as a supervisor works it off: whom to call, what to say, what was written down."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.html import escape

from muniment.actions import intake, scripted, sending, undelivered
from muniment.actions.context import Actor
from muniment.core.ledger import Event
from muniment.core.workflow import DeliveryState
from muniment.store import access
from muniment.store.models import Call, Delivery, LedgerEntry, Line
from tests.actions import desk
from tests.cast import PASSWORD, Cast
from tests.messages import error, iaq
from tests.web.scene import A_NUMBER, WORKER, Waiting, resident
from tests.web.walk import address, look, send

pytestmark = pytest.mark.django_db

At = Callable[[str], Client]
FAR_END = Actor.line("demo")
CLOCK = Actor.program("clock")


@pytest.fixture
def answer(waiting: Waiting, cast: Cast) -> Delivery:
    """A signed answer that may leave; its receipt arrived."""
    inquiry = waiting(iaq(ARN=A_NUMBER), resident())
    response = scripted.answer(inquiry.pk, "robot", "", PASSWORD)
    Delivery.objects.filter(kind="receipt").update(state=DeliveryState.ACKNOWLEDGED)
    sending.release(WORKER, response.delivery.pk)
    return Delivery.objects.get(response=response)


def grow_overdue(delivery: Delivery, minutes: int = 14) -> None:
    """It could leave so long ago, and people were told."""
    owed = access.db_now() - timedelta(minutes=minutes)
    Delivery.objects.filter(pk=delivery.pk).update(owed=owed, tell=owed + timedelta(minutes=10))
    undelivered.tell_overdue(CLOCK)


def be_refused(delivery: Delivery) -> None:
    """The line takes it, then the switch refuses it."""
    Delivery.objects.filter(pk=delivery.pk).update(leaves=access.db_now())
    assert desk.handed_over(delivery)
    sending.acknowledge(FAR_END, "demo", delivery.pk)
    number = intake.receive(FAR_END, Line.objects.get(name="demo"), error(bytes(delivery.wire))).message
    intake.read(WORKER, number)


def page_of(delivery: Delivery) -> str:
    """The page of the inquiry that it answers."""
    return address(delivery.message.inquiry)


def seen(minutes: float) -> None:
    """The line was last there so long ago."""
    Line.objects.update(seen=access.db_now() - timedelta(minutes=minutes))


def test_what_is_overdue_says_what_to_whom_since_when_and_why(at: At, answer: Delivery) -> None:
    grow_overdue(answer)
    text = look(at("sven"), "/undelivered/").text
    for part in (
        "1 message has not arrived",
        "Response R3 about TESTPERSON, ALPHA BETA",
        "Call 5550100100 · Example County Sheriff, TX (ZZ0010100)",
        "line demo was never connected",
        "14 min",
        "not handed over yet",
        "as soon as the line is connected",
    ):
        assert part in text, part
    assert LedgerEntry.objects.filter(event=Event.UNDELIVERED_VIEWED).count() == 1


def test_it_says_how_the_line_stands_and_when_it_is_tried_next(at: At, answer: Delivery) -> None:
    grow_overdue(answer)
    sven = at("sven")
    seen(5)
    assert re.search(r"line demo is not connected since \d\d:\d\d", look(sven, "/undelivered/").text)
    seen(0)
    assert "line demo is connected, but nobody on it takes this" in look(sven, "/undelivered/").text
    Delivery.objects.update(leaves=access.db_now())
    assert desk.handed_over(answer)
    text = look(sven, "/undelivered/").text
    assert "line demo is connected, but does not acknowledge" in text
    assert re.search(r"1 time, last just now Next try (in [45] s|now)", text)


def test_nothing_undelivered_is_said_so(at: At, answer: Delivery) -> None:
    page = look(at("sven"), "/undelivered/")
    assert "Everything has arrived" in page.text
    assert not page.has_form("/try-now/")


def test_the_supervisor_sees_the_count_on_every_page_and_on_the_board(at: At, answer: Delivery) -> None:
    sven = at("sven")
    assert "Nothing is undelivered" in look(sven, "/board/").text
    grow_overdue(answer)
    board = look(sven, "/board/")
    assert "1 message has not arrived" in board.text
    assert "/undelivered/" in board.links
    assert "Undelivered (1)" in look(sven, "/queue/").text
    assert "Undelivered" not in look(at("sam"), "/queue/").text


def test_everybody_who_opens_the_inquiry_reads_that_the_agency_does_not_have_the_answer(
    at: At, answer: Delivery
) -> None:
    sam = at("sam")
    assert "Released; waits for the line. Line demo was never connected." in look(sam, page_of(answer)).text
    grow_overdue(answer)
    text = look(sam, page_of(answer)).text
    assert re.search(
        r"Signed, released, NOT DELIVERED since (\d{4}-\d\d-\d\d )?\d\d:\d\d, 14 min\. Line demo was never connected\.",
        text,
    )
    assert "Example County Sheriff, TX does not have this answer: 5550100100" in text
    assert "Response not acknowledged after 14 min: a supervisor was called" in text
    assert "released not delivered" in look(sam, "/answered/").text
    assert f"/undelivered/{answer.pk}/told/" in look(at("sven"), page_of(answer)).links


def test_tried_now_by_a_button(at: At, answer: Delivery) -> None:
    grow_overdue(answer)
    Delivery.objects.update(leaves=access.db_now())
    assert desk.handed_over(answer)
    sven = at("sven")
    page = send(sven, look(sven, "/undelivered/").form("/try-now/"))
    assert page.address == "/undelivered/"
    answer.refresh_from_db()
    assert answer.leaves <= access.db_now()
    assert "Response to be sent now, at the word of you" in look(sven, page_of(answer)).text


def test_whoever_was_told_by_telephone_is_written_down_and_read_by_all(at: At, answer: Delivery) -> None:
    grow_overdue(answer)
    sven = at("sven")
    page = look(sven, f"/undelivered/{answer.pk}/told/")
    assert "Call 5550100100" in page.text
    assert "NOT A WARRANT" in page.text  # what was signed, to be read out
    page = send(sven, page.form("/told/"), spoke_with="SGT EXAMPLE", word="Read it back")
    assert page.address == "/undelivered/"
    assert "Everything has arrived" in page.text
    assert re.search(r"sven of the tests told SGT EXAMPLE by telephone at \d\d:\d\d: Read it back", page.text)
    text = look(at("sam"), page_of(answer)).text
    assert "told by telephone" in text
    assert "The message itself: line demo was never connected." in text
    assert "The agency was told by telephone, by sven of the tests" in text
    assert re.search(r"SGT EXAMPLE, \d\d:\d\d Read it back", text)


def test_a_note_without_a_name_is_refused_and_what_was_typed_is_kept(at: At, answer: Delivery) -> None:
    grow_overdue(answer)
    sven = at("sven")
    page = send(sven, look(sven, f"/undelivered/{answer.pk}/told/").form("/told/"), spoke_with=" ", word="Kept")
    assert page.status == 422
    assert "Name the person who was told, in at most 80 characters." in page.text
    assert page.form("/told/").fields["word"].strip() == "Kept"
    page = send(sven, page.form("/told/"), spoke_with="SGT EXAMPLE", at="yesterday")
    assert "Say when you spoke as day and time, UTC." in page.text
    assert not Call.objects.exists()


def test_of_two_supervisors_the_second_reads_who_was_first(at: At, answer: Delivery) -> None:
    grow_overdue(answer)
    sven = at("sven")
    form = look(sven, f"/undelivered/{answer.pk}/told/").form("/told/")
    send(sven, form, spoke_with="SGT EXAMPLE")
    page = send(sven, form, spoke_with="CPL MUSTER")
    assert page.status == 409
    assert re.search(r"sven of the tests wrote down at \d\d:\d\d that SGT EXAMPLE was told\.", page.text)
    assert not page.has_form("/told/")
    assert Call.objects.count() == 1


def test_what_arrived_meanwhile_is_said_on_the_list(at: At, answer: Delivery) -> None:
    grow_overdue(answer)
    sven = at("sven")
    form = look(sven, "/undelivered/").form("/try-now/")
    Delivery.objects.update(state=DeliveryState.ACKNOWLEDGED)
    page = send(sven, form)
    assert page.status == 409
    assert "There is nothing to do" in page.text


def test_an_er_is_shown_with_its_words_until_somebody_settles_it(at: At, answer: Delivery) -> None:
    be_refused(answer)
    sam, sven = at("sam"), at("sven")
    text = look(sam, page_of(answer)).text
    assert "Signed, released, REFUSED BY THE SWITCH since" in text
    assert ".02. MESSAGE TYPE NOT ALLOWED TO DESTINATION" in text
    assert "ORIGINAL MESSAGE" not in text
    assert "ER received from NL0000000" in text
    assert "refused by the switch" in look(sam, "/answered/").text
    page = look(sven, "/undelivered/")
    assert re.search(
        r"Why the switch refused it at \d\d:\d\d The switch says \.02\. MESSAGE TYPE NOT ALLOWED", page.text
    )
    assert "none: the line acknowledged it" in page.text
    page = send(sven, page.form("/try-now/"))
    assert "and it is still owed: line demo was never connected" in page.text
    page = send(sven, look(sven, f"/undelivered/{answer.pk}/told/").form("/told/"), spoke_with="SGT EXAMPLE")
    assert "Everything has arrived" in page.text


def test_an_er_about_a_receipt_is_on_the_list(at: At, answer: Delivery) -> None:
    receipt = Delivery.objects.get(kind="receipt")
    Delivery.objects.filter(pk=receipt.pk).update(state=DeliveryState.READY)
    be_refused(receipt)
    text = look(at("sven"), "/undelivered/").text
    assert "Receipt about TESTPERSON, ALPHA BETA" in text
    assert "Receipt refused by the switch" in look(at("sam"), page_of(receipt)).text


def test_what_is_for_the_line_itself_has_no_number_to_call(at: At, center: Line) -> None:
    number = intake.receive(FAR_END, center, iaq(ori="ZZ9999999")).message
    intake.read(WORKER, number)
    grow_overdue(Delivery.objects.get(kind="notice"))
    sven = at("sven")
    page = look(sven, "/undelivered/")
    assert "who runs line demo: it is for the line itself" in page.text
    look(sven, f"/undelivered/{Delivery.objects.get().pk}/told/")


def test_words_of_the_far_end_never_become_a_page(at: At, answer: Delivery) -> None:
    grow_overdue(answer)
    sven = at("sven")
    form = look(sven, f"/undelivered/{answer.pk}/told/").form("/told/")
    page = send(sven, form, spoke_with="<b>SGT</b>", word="<script>alert(1)</script>")
    assert escape("<b>SGT</b>") in page.html
    assert "<script>alert" not in page.html + look(sven, page_of(answer)).html


def test_an_unknown_delivery_is_absent(at: At, answer: Delivery) -> None:
    look(at("sven"), f"/undelivered/{answer.pk + 1000}/told/", 404)
