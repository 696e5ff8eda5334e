"""The supervisor's board: eight numbers that lead to their lists, plots that their tables repeat."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from muniment.actions.context import Actor
from muniment.actions.entering import login_failed
from muniment.actions.escalating import escalate
from muniment.core.ledger import Event
from muniment.store import access
from muniment.store.models import Inquiry, LedgerEntry
from tests.cast import Cast
from tests.messages import iaq, yq
from tests.web.scene import Waiting, record, resident
from tests.web.walk import address, check, judge, look, send, sign, take

pytestmark = pytest.mark.django_db
CITIZEN = {"kind": "us_passport", "kind_of": "citizen", "date": "2020-01-01"}


def gone(inquiry: Inquiry, per_cent: float) -> None:
    """Let so much of the inquiry's time be gone, and tell of it."""
    target = timedelta(hours=4)
    inquiry.received = access.db_now() - target * (per_cent / 100)
    inquiry.due = inquiry.received + target
    inquiry.save(update_fields=["received", "due"])
    escalate(Actor.program("clock"))


def answer(client: Client, inquiry: Inquiry) -> None:
    """Answer it as a specialist does."""
    take(client, inquiry)
    judge(client, inquiry, "same")
    check(client, inquiry)
    sign(client, inquiry)


def test_the_eight_numbers_lead_to_their_lists(at: Callable[[str], Client], waiting: Waiting) -> None:
    waiting(None, resident())
    waiting(yq())
    sven = at("sven")
    page = look(sven, "/board/")
    boxes = dict(re.findall(r'id="number-(\w+)" href="([^"]+)"', page.html))
    assert list(boxes) == ["open", "oldest", "pace", "late", "disagreed", "overrides", "refused", "audit"]
    for url in boxes.values():
        look(sven, url)
    assert "2 open" in page.text
    assert "1 hit confirmations · 1 in custody" in page.text
    assert "none possible" in page.text


def test_an_empty_center_has_a_board_too(at: Callable[[str], Client]) -> None:
    page = look(at("sven"), "/board/")
    for part in ("0 open", "nothing waits", "Nothing runs out of time", "Nothing was answered in the last 24 hours."):
        assert part in page.text


def test_an_unknown_list_is_absent(at: Callable[[str], Client]) -> None:
    look(at("sven"), "/board/nothing/", 404)


def test_what_runs_out_of_time_is_listed_with_who_has_it(at: Callable[[str], Client], waiting: Waiting) -> None:
    early, soon = waiting(iaq("SYN0000001", name="TESTPERSON, EARLY")), waiting(iaq("SYN0000002"))
    take(at("sam"), soon)
    gone(early, 60)
    gone(soon, 85)
    text = look(at("sven"), "/board/").text
    assert "1 inquiry runs out of time" in text
    assert "in hand: sam of the tests" in text
    assert "80 % gone, supervisor called" in text
    assert "TESTPERSON, EARLY" not in text
    assert "half of the time gone" in look(at("sofia"), "/queue/").text


def test_a_missed_deadline_is_counted_and_listed(at: Callable[[str], Client], waiting: Waiting) -> None:
    inquiry = waiting()
    gone(inquiry, 110)
    sven = at("sven")
    assert "1 deadlines missed" in look(sven, "/board/").text
    page = look(sven, "/board/late/")
    assert address(inquiry) in page.html
    assert "deadline missed, supervisor called" in page.text
    told = LedgerEntry.objects.get(event=Event.INQUIRY_ESCALATED)
    assert "100 % of its time had gone: a supervisor was called" in look(at("sam"), address(inquiry)).text
    assert told.inquiry_id == inquiry.pk


def test_an_answer_after_its_deadline_stays_on_the_list_for_a_day(
    at: Callable[[str], Client], waiting: Waiting
) -> None:
    inquiry = waiting(None, resident())
    gone(inquiry, 110)
    answer(at("sam"), inquiry)
    inquiry.responses.update(leaves=access.db_now())
    sven = at("sven")
    text = look(sven, "/board/").text
    assert "0 still open, 1 answered late" in text
    assert address(inquiry) in look(sven, "/board/late/").html
    inquiry.responses.update(leaves=access.db_now() - timedelta(hours=25))
    assert "0 still open, 0 answered late" in look(sven, "/board/").text


def test_the_plots_say_what_their_tables_say(at: Callable[[str], Client], waiting: Waiting) -> None:
    inquiry = waiting(None, resident())
    answer(at("sam"), inquiry)
    inquiry.responses.update(leaves=access.db_now())
    page = look(at("sven"), "/board/")
    assert page.html.count('<svg class="chart"') == 3  # hours, answer time, classes; nothing late, no second look
    table = page.html.split("Arrivals and answers by hour</caption>")[1].split("</table>")[0]
    rows = re.findall(r"<tr><th scope=\"row\">([\d:]+)</th><td>(\d+)</td><td>(\d+)</td></tr>", table)
    assert len(rows) == 24
    assert (sum(int(came) for _, came, _ in rows), sum(int(left) for _, _, left in rows)) == (1, 1)
    assert page.html.count('<rect class="for"') + page.html.count('<rect class="hollow"') == 2 + 4 + 1


def test_a_second_person_who_disagrees_is_counted(at: Callable[[str], Client], waiting: Waiting) -> None:
    inquiry = waiting(None, record("CIS", "A900000123", CITIZEN, a_number="900000123"))
    answer(at("sam"), inquiry)
    selma = at("selma")
    judge(selma, inquiry, "another")
    page = look(selma, address(inquiry))
    send(selma, page.form("/disagree/"), note="Another birth place.")
    sven = at("sven")
    assert "1 of 1 second looks" in look(sven, "/board/").text
    assert address(inquiry) in look(sven, "/board/disagreed/").html


def test_refused_logins_and_steps_are_counted_and_listed(at: Callable[[str], Client], cast: Cast) -> None:
    login_failed("sam")
    at("sam").get("/ledger/")
    sven = at("sven")
    text = look(sven, "/board/").text
    assert "1 refused logins" in text
    assert "and 1 refused step" in text
    listed = look(sven, "/board/refused/").text
    assert "access.denied" in listed
    assert str(cast.sam) in listed


def test_the_end_of_the_ledger_shows_hashes_and_no_content(at: Callable[[str], Client], waiting: Waiting) -> None:
    waiting()
    newest = LedgerEntry.objects.order_by("-id")[0]
    page = look(at("sven"), "/board/ledger/")
    assert bytes(newest.sha256).hex()[:16] in page.text
    assert "TESTPERSON" not in page.text


def test_a_look_at_names_is_written_down(at: Callable[[str], Client]) -> None:
    sven = at("sven")
    for path in ("/board/", "/board/late/", "/board/disagreed/"):
        look(sven, path)
    assert LedgerEntry.objects.filter(event=Event.QUEUE_VIEWED).count() == 3
