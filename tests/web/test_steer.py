"""The pages on which a person says where an inquiry goes and why."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from muniment.actions import steering
from muniment.actions.context import Actor
from muniment.core.ledger import Event
from muniment.store import access
from muniment.store.models import Inquiry, LedgerEntry
from tests.cast import Cast
from tests.messages import iaq, yq
from tests.web.scene import A_NUMBER, Waiting, resident
from tests.web.walk import address, judge, look, send, take

pytestmark = pytest.mark.django_db

At = Callable[[str], Client]


def slow(waiting: Waiting, control: str = "SYN0000001", **more: str) -> Inquiry:
    """One that is due in 24 hours."""
    return waiting(iaq(control, custody="N", ARN=A_NUMBER, **more), resident())


def test_a_supervisor_expedites_from_the_queue_and_everybody_reads_why(at: At, waiting: Waiting) -> None:
    inquiry = slow(waiting)
    sven = at("sven")
    page = look(sven, "/queue/")
    assert f"{address(inquiry)}expedite/" in page.links
    page = look(sven, f"{address(inquiry)}expedite/")
    page = send(sven, page.form("/expedite/"), lane="2", reason="Officer at the roadside")
    assert page.address == address(inquiry)
    assert re.search(r"due in 1[45] min", page.text)
    assert "Expedited by you into lane 2" in page.text
    assert "Officer at the roadside" in look(at("sam"), address(inquiry)).text


def test_without_a_reason_the_page_says_so_and_keeps_what_was_chosen(at: At, waiting: Waiting) -> None:
    inquiry = slow(waiting)
    sam = at("sam")
    page = look(sam, f"{address(inquiry)}expedite/")
    page = send(sam, page.form("/expedite/"), lane="3", reason=" ")
    assert page.status == 422
    assert "Say in a few words why." in page.text
    assert page.form("/expedite/").fields["lane"] == "3"


def test_what_is_urgent_already_has_no_link_to_expedite_it(at: At, waiting: Waiting) -> None:
    hit = waiting(yq())
    sam = at("sam")
    assert not [link for page in ("/queue/", address(hit)) for link in look(sam, page).links if "expedite" in link]


def test_a_change_since_the_page_was_opened_is_told_and_the_form_can_be_sent_again(at: At, waiting: Waiting) -> None:
    inquiry = slow(waiting)
    sam = at("sam")
    form = look(sam, f"{address(inquiry)}expedite/").form("/expedite/")
    take(at("sofia"), inquiry)
    page = send(sam, form, lane="2", reason="Officer called")
    assert page.status == 409
    again = page.form("/expedite/")
    assert again.fields["reason"].strip() == "Officer called"
    assert send(sam, again).address == address(inquiry)


def test_handed_over_it_stands_on_top_of_the_colleagues_queue_with_the_word(at: At, waiting: Waiting) -> None:
    inquiry = slow(waiting, "SYN0000001", name="TESTPERSON, LAST")
    waiting(iaq("SYN0000002", name="TESTPERSON, FIRST"))
    sam, sofia = at("sam"), at("sofia")
    take(sam, inquiry)
    judge(sam, inquiry, "same")
    page = look(sam, f"{address(inquiry)}hand-over/")
    colleagues = re.findall(r'<option value="\d+">([^<]+)', page.html)
    assert colleagues == ["selma of the tests", "sofia of the tests"]
    choice = re.search(r'<option value="(\d+)">sofia', page.html)
    assert choice
    page = send(sam, page.form("/hand-over/"), colleague=choice[1], word="They call back at noon")
    assert page.address == "/queue/"
    assert "handed to sofia of the tests" in page.text
    queue = look(sofia, "/queue/").text
    assert "handed to you" in queue
    assert queue.index("TESTPERSON, LAST") < queue.index("TESTPERSON, FIRST")
    page = look(sofia, address(inquiry))
    assert re.search(r"Handed over by sam of the tests, \d\d:\d\d : They call back at noon", page.text)
    assert "same person" not in page.text.lower().replace("same person s", "")
    page = send(sofia, look(sofia, "/queue/").form("/next/"))
    assert page.address == address(inquiry)
    assert "in hand: you" in page.text


def test_the_next_one_is_never_what_was_handed_to_somebody_else(at: At, cast: Cast, waiting: Waiting) -> None:
    inquiry = slow(waiting)
    sam = at("sam")
    take(sam, inquiry)
    inquiry.refresh_from_db()
    steering.hand_over(Actor.of(cast.sam), inquiry.pk, inquiry.version, cast.sofia.pk, "")
    assert send(at("selma"), look(at("selma"), "/queue/").form("/next/")).address == "/queue/"
    assert look(at("selma"), address(inquiry)).has_form("/take/")


def test_a_word_to_a_colleague_biases_nobody_else(at: At, cast: Cast, waiting: Waiting) -> None:
    inquiry = slow(waiting)
    take(at("sam"), inquiry)
    inquiry.refresh_from_db()
    steering.hand_over(Actor.of(cast.sam), inquiry.pk, inquiry.version, cast.sofia.pk, "Surely the same man")
    assert "Surely" not in look(at("selma"), address(inquiry)).text
    assert "Surely" in look(at("sofia"), address(inquiry)).text


def test_what_no_colleague_took_says_so_and_waits_for_everybody(at: At, cast: Cast, waiting: Waiting) -> None:
    inquiry = slow(waiting)
    take(at("sam"), inquiry)
    inquiry.refresh_from_db()
    steering.hand_over(Actor.of(cast.sam), inquiry.pk, inquiry.version, cast.sofia.pk, "")
    inquiry.notes.update(at=access.db_now() - timedelta(minutes=16))
    assert steering.free_untaken(Actor.program("clock")) == 1
    assert "handed to" not in look(at("selma"), "/queue/").text
    assert "The colleague did not take it: it waits for everybody" in look(at("selma"), address(inquiry)).text
    assert send(at("selma"), look(at("selma"), "/queue/").form("/next/")).address == address(inquiry)


# Idle


def grow_idle(inquiry: Inquiry, minutes: float) -> None:
    """The holder was last seen so long ago."""
    Inquiry.objects.filter(pk=inquiry.pk).update(active=access.db_now() - timedelta(minutes=minutes))


@pytest.mark.parametrize(("minutes", "warned"), [(1, False), (12.5, False), (13.1, True), (14.9, True)])
def test_the_holder_is_warned_two_minutes_before(minutes: float, warned: bool, at: At, waiting: Waiting) -> None:
    inquiry = slow(waiting)
    sam = at("sam")
    take(sam, inquiry)
    grow_idle(inquiry, minutes)
    assert ("goes back to the queue" in look(sam, f"{address(inquiry)}idle/").text) == warned
    assert "goes back" not in look(at("sofia"), f"{address(inquiry)}idle/").text


def test_asking_whether_one_is_idle_is_no_sign_of_life_but_looking_at_the_page_is(at: At, waiting: Waiting) -> None:
    inquiry = slow(waiting)
    sam = at("sam")
    take(sam, inquiry)
    grow_idle(inquiry, 14)
    before = LedgerEntry.objects.count()
    look(sam, f"{address(inquiry)}idle/")
    assert LedgerEntry.objects.count() == before
    assert "goes back" in look(sam, f"{address(inquiry)}idle/").text
    look(sam, address(inquiry))
    assert "goes back" not in look(sam, f"{address(inquiry)}idle/").text


def test_typing_is_a_sign_of_life(at: At, waiting: Waiting) -> None:
    inquiry = slow(waiting)
    sam = at("sam")
    take(sam, inquiry)
    page = judge(sam, inquiry, "same")
    grow_idle(inquiry, 14)
    sam.post(f"{address(inquiry)}check/", page.form("/answer/").fields | {"do": ""})
    assert "goes back" not in look(sam, f"{address(inquiry)}idle/").text


def test_whoever_had_it_is_told_that_it_went_back(at: At, waiting: Waiting) -> None:
    inquiry = slow(waiting)
    sam = at("sam")
    take(sam, inquiry)
    grow_idle(inquiry, 15)
    steering.take_back_idle(Actor.program("clock"))
    page = look(sam, address(inquiry))
    assert re.search(r"went back to the queue at \d\d:\d\d, after 15 min without a sign of you", page.text)
    assert "went back to the queue at" not in look(at("sofia"), address(inquiry)).text
    assert "did nothing for too long" in page.text
    page = send(sam, page.form("/take/"))
    assert "went back to the queue at" not in page.text


# Withdraw


def test_withdrawn_it_leaves_the_queue_and_stays_to_be_found(at: At, waiting: Waiting) -> None:
    inquiry = slow(waiting)
    sam = at("sam")
    assert not [link for link in look(sam, address(inquiry)).links if "withdraw" in link]
    page = take(sam, inquiry)
    assert f"{address(inquiry)}withdraw/" in page.links
    form = look(sam, f"{address(inquiry)}withdraw/").form("/withdraw/")
    page = send(sam, form, reason="Agency called, person is free")
    assert page.address == address(inquiry)
    assert "Closed by you: the agency needs no answer" in page.text
    assert "Agency called, person is free" in page.text
    assert "No inquiry waits" in look(sam, "/queue/").text
    assert "withdrawn" in look(sam, "/answered/").text
    assert LedgerEntry.objects.filter(event=Event.INQUIRY_WITHDRAWN).count() == 1


def test_a_supervisor_may_withdraw_what_waits(at: At, waiting: Waiting) -> None:
    inquiry = slow(waiting)
    assert f"{address(inquiry)}withdraw/" in look(at("sven"), address(inquiry)).links


def test_a_step_that_is_not_possible_leads_to_the_inquiry(at: At, waiting: Waiting) -> None:
    answer = at("sam").get(f"{address(slow(waiting))}hand-over/")
    assert answer.status_code == 302


def test_a_claim_of_citizenship_is_entered_from_the_page_and_holds(at: At, waiting: Waiting) -> None:
    inquiry = slow(waiting)
    sven, sam = at("sven"), at("sam")
    page = look(sven, address(inquiry))
    assert f"{address(inquiry)}claim/" in page.links
    page = look(sven, f"{address(inquiry)}claim/")
    page = send(sven, page.form("/claim/"), by="family", reason="His sister called: born in Laredo.")
    assert page.address == address(inquiry)
    assert "US citizenship claimed, entered by you" in page.text
    page = take(sam, inquiry)
    assert "Laredo" not in page.text  # who has yet to judge is not told what was said
    page = judge(sam, inquiry, "same")
    assert "hold: nothing adverse may be answered" in page.text
    assert "His sister called: born in Laredo." in page.text


def test_a_claim_without_what_was_said_is_not_entered(at: At, waiting: Waiting) -> None:
    inquiry = slow(waiting)
    page = look(at("sam"), f"{address(inquiry)}claim/")
    page = send(at("sam"), page.form("/claim/"), by="self", reason=" ")
    assert "Say in a few words why." in page.text
    assert not LedgerEntry.objects.filter(event=Event.FINDING_OPENED).exists()


def test_what_has_left_offers_no_claim(at: At, waiting: Waiting) -> None:
    inquiry = slow(waiting)
    Inquiry.objects.filter(pk=inquiry.pk).update(state="released")
    assert f"{address(inquiry)}claim/" not in look(at("sam"), address(inquiry)).links
