"""Every page in a real browser: accessible in every mode, silent in its console, and usable by keyboard alone."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import pytest
from django.core.cache import cache
from django.db import connection, connections
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from muniment.actions import intake, scripted, sending, undelivered
from muniment.actions.context import Actor
from muniment.core.ledger import Event
from muniment.sources import federate
from muniment.store import access
from muniment.store.models import Delivery, Inquiry, LedgerEntry, Line, Response
from tests.actions.desk import handed_over
from tests.browser import log_in, open_page, overflow, press, settled, sign, violations, watch
from tests.cast import PASSWORD, Cast
from tests.messages import error, iaq, yq
from tests.web.scene import A_NUMBER, WORKER, Waiting, record, resident, stranger, waiting

__all__ = ["waiting"]  # a fixture of the pages' own tests
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs("chromium")]

CITIZEN = {"kind": "us_passport", "kind_of": "citizen", "date": "2020-01-01"}


@dataclass
class Desk:
    """A center with something on every page, and a browser in front of it."""

    browser: Browser
    base: str
    inquiry: Inquiry
    citizen: Inquiry

    def sit_down(self, who: str, mode: str = "light") -> Page:
        """Log in."""
        page = open_page(self.browser, mode)
        log_in(page, self.base, who, PASSWORD)
        return page


@pytest.fixture(autouse=True)
def _no_kept_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """The live server's threads end with their request, and so must their connections."""
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)


@pytest.fixture
def desk(live_server: LiveServer, browser: Browser, cast: Cast, waiting: Waiting, center: Line) -> Iterator[Desk]:
    """Three inquiries wait, a message is parked."""
    cache.clear()  # logins are limited to some a minute, and those of the test before count
    waiting(yq())
    parked = intake.receive(Actor.line("demo"), center, b"NOBODY SENT THIS").message
    intake.read(WORKER, parked)
    citizen = waiting(iaq("SYN0000007", ARN=A_NUMBER), record("CIS", f"A{A_NUMBER}", CITIZEN, a_number=A_NUMBER))
    inquiry = waiting(iaq("SYN0000008", ARN=A_NUMBER), resident(), stranger(), silent=["EOIR"])
    yield Desk(browser, live_server.url, inquiry, citizen)
    for context in browser.contexts:
        context.close()  # its pages would go on refreshing themselves
    _let_requests_end()


def _let_requests_end() -> None:
    """Wait for what the server still does, for the tables are emptied next: until nobody else has asked for a while."""
    federate.dismiss()
    ends = time.monotonic() + 10
    others = """
        SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
           AND (state <> 'idle' OR state_change > clock_timestamp() - interval '0.3 s')
    """
    with connection.cursor() as cursor:
        while time.monotonic() < ends:
            cursor.execute(others)
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.05)


def judge(page: Page, *keys: str) -> None:
    """Verdict keys, each once the page is ready for it."""
    for place, key in enumerate(keys, start=1):
        press(page, key)
        expect(page.locator(".verdict [aria-pressed=true]")).to_have_count(place)
        settled(page)


def test_every_page_is_accessible(desk: Desk) -> None:
    found: dict[str, list[str]] = {}
    page = open_page(desk.browser)
    page.goto(f"{desk.base}/login/")
    found["login"] = violations(page)
    page.click("text=Log in >> nth=-1")
    found["login refused"] = violations(page)
    page = desk.sit_down("sam")
    for path in ("/queue/", "/queue/?lane=7", "/find/?q=nothing", "/answered/", "/keys/", "/nowhere/", "/logout/"):
        page.goto(desk.base + path)
        found[path] = violations(page)
    page = desk.sit_down("sven")
    page.goto(f"{desk.base}/parked/")
    found["parked"] = violations(page)
    page = desk.sit_down("aldo")
    found["ledger"] = violations(page)
    page.click("table.t a >> nth=0")
    found["entry"] = violations(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("mode", ["light", "dark", "forced colours", "tablet", "200 %"])
def test_an_inquiry_is_accessible_in_every_state_and_mode(mode: str, desk: Desk) -> None:
    found: dict[str, list[str]] = {}
    page = desk.sit_down("sam", mode)
    found["queue"] = violations(page)
    sideways = {"queue": overflow(page)}
    page.goto(f"{desk.base}/inquiries/{desk.citizen.pk}/")
    page.click("text=Take it in hand")
    found["blind"] = violations(page)
    sideways["blind"] = overflow(page)
    page.reload()  # axe has touched the page
    judge(page, "s")
    page.fill("#text", "HE IS ILLEGAL.")
    expect(page.locator("#checked")).to_contain_text("ILLEGAL")
    found["judged, faulty text"] = violations(page)
    sideways["judged"] = overflow(page)
    with page.expect_response("**/answer/"):
        page.locator("#text").blur()
    page.click("text=Use the center's words")
    expect(page.locator("#text")).to_have_value(re.compile("RECHECK BEFORE ANY ACTION"))
    page.click("button:has-text('Check and sign')")
    page.wait_for_url("**/sign/")
    found["sign"] = violations(page)
    page.fill("#password", PASSWORD)
    press(page, "Enter")
    page.wait_for_url(f"**/inquiries/{desk.citizen.pk}/")
    found["signed"] = violations(page)
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert {name: pixels for name, pixels in sideways.items() if pixels > 0} == {}


#: Counts what the browser itself hears, from page to page: keys but for the password's own, and presses of the mouse.
COUNTING: Final = """
for (const what of ["keydown", "mousedown"]) document.addEventListener(what, event => {
  const typed = event.target.type === "password" && event.key !== "Enter";
  const silent = typed || ["Control", "Shift"].includes(event.key);
  if (!silent) sessionStorage[what] = 1 + Number(sessionStorage[what] || 0);
}, true);
"""


def test_a_routine_case_takes_at_most_twelve_keys_and_no_mouse(desk: Desk) -> None:
    page = desk.sit_down("sam")
    seen = watch(page)
    page.add_init_script(COUNTING)
    page.goto(f"{desk.base}/queue/")
    keys = ["j", "j", "j", "Enter"]
    for key in keys:
        press(page, key)
    page.wait_for_url("**/inquiries/*/")
    press(page, "t")
    page.wait_for_selector("thead .chosen")
    judge(page, *("s" if "CIS" in text else "d" for text in page.locator("thead [data-column]").all_inner_texts()))
    press(page, "Control+Enter")
    sign(page, PASSWORD)
    expect(page.locator("main")).to_contain_text("Signed")
    assert Response.objects.count() == 1
    heard = page.evaluate("[sessionStorage.keydown, sessionStorage.mousedown].map(Number)")
    assert 8 <= heard[0] <= 12
    assert not heard[1] > 0  # nothing, which is no number
    assert seen == []


def test_an_undetermined_one_shows_why_with_the_law(desk: Desk, waiting: Waiting) -> None:
    waits = {
        "kind": "stay_application",
        "date": "2024-08-20",
        "form": "I-539",
        "filed": "2024-08-20",
        "state": "pending",
    }
    ended = {"kind": "admission", "date": "2024-03-01", "class": "B2", "admit_until": "2024-08-31"}
    found = record("CIS", f"A{A_NUMBER}", ended, waits, a_number=A_NUMBER)
    inquiry = waiting(iaq("SYN0000051", ARN=A_NUMBER), found)
    page = desk.sit_down("sam")
    page.goto(f"{desk.base}/inquiries/{inquiry.pk}/")
    press(page, "t")
    page.wait_for_selector("thead .chosen")
    judge(page, "s")
    shown = page.locator("section[aria-labelledby=record]")
    for words in ("Undetermined", "C10", "8 CFR 214.1", "Decision on the extension", "asked for on 2024-08-20"):
        expect(shown).to_contain_text(words)
    assert page.input_value("#text").count("A DECISION BY A PERSON AT THIS CENTER IS NEEDED") == 1


def test_keys_choose_a_record_and_a_class_and_leave_fields_alone(desk: Desk) -> None:
    page = desk.sit_down("sam")
    seen = watch(page)
    page.goto(f"{desk.base}/inquiries/{desk.inquiry.pk}/")
    press(page, "t")
    page.wait_for_selector("thead .chosen")  # the keys are there
    press(page, "2")
    expect(page.locator("thead .chosen")).to_contain_text("Record 2")
    press(page, "ArrowLeft")
    expect(page.locator("thead .chosen")).to_contain_text("Record 1")
    judge(page, "c", "c")
    for key in ("r", "5"):
        press(page, key)
    expect(page.locator("#text")).to_have_value(re.compile("CALL THIS CENTER"))
    press(page, "e")
    page.keyboard.type("d\n")
    expect(page.locator("#text")).to_be_focused()
    assert page.locator(".verdict [aria-pressed=true]").count() == 2
    assert seen == []


def test_switched_off_single_keys_do_nothing(desk: Desk) -> None:
    page = desk.sit_down("sam")
    page.goto(f"{desk.base}/keys/")
    page.click("text=Switch them off")
    page.goto(f"{desk.base}/inquiries/{desk.inquiry.pk}/")
    press(page, "t")
    press(page, "g")
    page.wait_for_timeout(300)
    desk.inquiry.refresh_from_db()
    assert desk.inquiry.state == "waiting"
    assert page.url.endswith(f"/inquiries/{desk.inquiry.pk}/")


def test_the_queue_refreshes_itself_without_taking_the_focus(desk: Desk, waiting: Waiting) -> None:
    page = desk.sit_down("sam")
    seen = watch(page)
    press(page, "j")
    first = page.evaluate("document.activeElement.id")
    waiting(iaq("SYN0000099", name="TESTPERSON, NEW"))
    page.evaluate("htmx.trigger(document.body, 'look')")
    expect(page.locator("#board")).to_contain_text("TESTPERSON, NEW")
    assert page.evaluate("document.activeElement.id") == first
    expect(page.locator("#said")).to_have_text("4 inquiries wait")
    assert seen == []


def test_a_refresh_after_the_session_ended_leads_to_the_login_and_swaps_nothing_in(desk: Desk) -> None:
    page = desk.sit_down("sam")
    page.context.clear_cookies()
    page.evaluate("htmx.trigger(document.body, 'look')")
    page.wait_for_url("**/login/**")
    expect(page.locator("h1")).to_have_text("Log in")


def test_what_is_typed_survives_a_verdict(desk: Desk) -> None:
    page = desk.sit_down("sam")
    page.goto(f"{desk.base}/inquiries/{desk.inquiry.pk}/")
    press(page, "t")
    page.wait_for_selector("thead .chosen")
    judge(page, "c", "c")
    page.fill("#text", "MY OWN WORDS")
    with page.expect_response("**/answer/"):
        press(page, "Escape")
    press(page, "1")
    press(page, "d")
    expect(page.locator(".verdict .no[aria-pressed=true]")).to_have_count(2)
    expect(page.locator("#text")).to_have_value("MY OWN WORDS")


def test_a_look_that_refreshes_is_written_down_like_any_other(desk: Desk) -> None:
    page = desk.sit_down("sam")
    before = LedgerEntry.objects.filter(event=Event.QUEUE_VIEWED).count()
    with page.expect_response("**/queue/"):
        page.evaluate("htmx.trigger(document.body, 'look')")
    assert LedgerEntry.objects.filter(event=Event.QUEUE_VIEWED).count() == before + 1


@pytest.mark.parametrize("mode", ["light", "dark", "tablet", "200 %"])
def test_the_pages_of_a_shift_are_accessible(mode: str, desk: Desk) -> None:
    found: dict[str, list[str]] = {}
    sideways: dict[str, int] = {}
    page = desk.sit_down("sam", mode)
    at = f"{desk.base}/inquiries/{desk.inquiry.pk}/"
    page.goto(at)
    page.click("text=Take it in hand")
    for act in ("expedite", "hand-over", "withdraw"):
        page.goto(f"{at}{act}/")
        found[act] = violations(page)
        sideways[act] = overflow(page)
    page.goto(f"{at}expedite/")
    page.click("text=Expedite it")
    found["no reason"] = violations(page)
    page.goto(at)
    Inquiry.objects.filter(pk=desk.inquiry.pk).update(active=access.db_now() - timedelta(minutes=14))
    page.evaluate("htmx.trigger(document.body, 'look')")
    expect(page.locator("#idle")).to_contain_text("goes back to the queue")
    found["idle"] = violations(page)
    sideways["idle"] = overflow(page)
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert {name: pixels for name, pixels in sideways.items() if pixels > 0} == {}


@dataclass
class Trouble:
    """An answer that a line does not acknowledge, another that the switch refused."""

    overdue: Delivery
    refused: Delivery


@pytest.fixture
def trouble(desk: Desk, waiting: Waiting) -> Trouble:
    """Both were told, and neither is settled."""
    overdue, refused = (answered(waiting(iaq(control, ARN=A_NUMBER), resident())) for control in ("SYN1", "SYN2"))
    Delivery.objects.filter(pk=overdue.pk).update(tell=access.db_now())
    undelivered.tell_overdue(Actor.program("clock"))
    number = intake.receive(Actor.line("demo"), Line.objects.get(), error(bytes(refused.wire))).message
    intake.read(WORKER, number)
    return Trouble(overdue, refused)


def answered(inquiry: Inquiry) -> Delivery:
    """Answered, released, handed over."""
    response = scripted.answer(inquiry.pk, "robot", "", PASSWORD)
    sending.release(WORKER, response.delivery.pk)
    assert handed_over(Delivery.objects.get(response=response))
    return Delivery.objects.get(response=response)


@pytest.mark.parametrize("mode", ["light", "dark", "forced colours", "tablet", "200 %"])
def test_the_pages_of_what_has_not_arrived_are_accessible(mode: str, desk: Desk, trouble: Trouble) -> None:
    found: dict[str, list[str]] = {}
    sideways: dict[str, int] = {}
    page = desk.sit_down("sven", mode)
    told = f"/undelivered/{trouble.overdue.pk}/told/"
    inquiries = [f"/inquiries/{each.message.inquiry.pk}/" for each in (trouble.overdue, trouble.refused)]
    for path in ("/undelivered/", "/board/", told, *inquiries, "/answered/"):
        page.goto(desk.base + path)
        sideways[path] = overflow(page)
        found[path] = violations(page)
    page.goto(desk.base + told)
    press(page, "Control+Enter")
    expect(page.locator("main")).to_contain_text("Name the person who was told")
    found["nobody named"] = violations(page)
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert {name: pixels for name, pixels in sideways.items() if pixels > 0} == {}


def test_what_has_not_arrived_is_settled_by_keyboard_alone(desk: Desk, trouble: Trouble) -> None:
    page = desk.sit_down("sven")
    seen = watch(page)
    tab_to(page, "Undelivered (2)")
    page.wait_for_url("**/undelivered/")
    tab_to(page, "Try now")
    expect(page.locator("main")).to_contain_text("2 messages have not arrived")
    tab_to(page, "Tell by telephone")
    page.wait_for_url("**/told/")
    expect(page.locator("[name=spoke_with]")).to_be_focused()
    page.keyboard.type("SGT EXAMPLE")
    press(page, "Control+Enter")
    page.wait_for_url("**/undelivered/")
    expect(page.locator("main")).to_contain_text("sven of the tests told SGT EXAMPLE by telephone")
    expect(page.locator("h1")).to_have_text("1 message has not arrived")
    assert seen == []


def tab_to(page: Page, label: str) -> None:
    """What is called so, by Tab and Enter."""
    page.wait_for_load_state("load")
    for _ in range(60):
        press(page, "Tab")
        if page.evaluate("document.activeElement.innerText.trim()") == label:
            press(page, "Enter")
            page.wait_for_load_state("load")
            return
    raise AssertionError(f"{label} cannot be reached by Tab on {page.url}")


def test_a_shift_is_worked_by_keyboard_alone(desk: Desk) -> None:
    """Expedited from the queue by one, taken and handed over by another, accepted and closed by the colleague."""
    sven, sam, sofia = (desk.sit_down(who) for who in ("sven", "sam", "sofia"))
    seen = [each for page in (sven, sam, sofia) for each in [watch(page)]]
    for key in ("j", "j", "x"):
        press(sven, key)
    sven.wait_for_url("**/expedite/")
    expect(sven.locator("[name=reason]")).to_be_focused()
    sven.keyboard.type("Officer at the roadside")
    press(sven, "Control+Enter")
    sven.wait_for_url(re.compile(r"/inquiries/\d+/$"))
    expect(sven.locator("main")).to_contain_text("Officer at the roadside")
    sam.goto(sven.url)
    press(sam, "t")
    sam.wait_for_selector("[data-key=h]")
    press(sam, "h")
    sam.wait_for_url("**/hand-over/")
    expect(sam.locator("[name=colleague]")).to_be_focused()
    sam.keyboard.type("sofia")
    press(sam, "Control+Enter")
    sam.wait_for_url("**/queue/")
    sofia.goto(f"{desk.base}/queue/")
    expect(sofia.locator("tbody tr >> nth=0")).to_contain_text("handed to you")
    press(sofia, "n")
    sofia.wait_for_url(sven.url)
    press(sofia, "w")
    sofia.wait_for_url("**/withdraw/")
    expect(sofia.locator("[name=reason]")).to_be_focused()
    sofia.keyboard.type("Agency called")
    press(sofia, "Control+Enter")
    sofia.wait_for_url(sven.url)
    expect(sofia.locator("h1 ~ .push")).to_have_text("withdrawn")
    assert seen == [[], [], []]
