"""Late, added and reopened in a real browser: accessible, by keyboard alone, and nothing typed is lost."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from muniment.actions import searching
from muniment.core.subject import subject_from_json
from muniment.sources.protocol import SystemAnswer
from muniment.store import access
from muniment.store.models import Inquiry, Work
from tests.actions import desk as at_desk
from tests.browser import overflow, press, violations, watch
from tests.cast import PASSWORD, Cast
from tests.journeys.test_pages import Desk, _no_kept_connections, desk, judge
from tests.messages import iaq
from tests.web.scene import A_NUMBER, WORKER, Waiting, record, resident, stranger, waiting

__all__ = ["_no_kept_connections", "desk", "waiting"]  # fixtures of the other pages
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs("chromium")]


def late(inquiry: Inquiry, system: str) -> None:
    """The system answers after all, with a namesake."""
    inquiry.refresh_from_db()
    said = SystemAnswer(system, "answered", 14.0, access.db_now(), (record(system, "X-1", given="ALFONS"),))
    searching.late(WORKER, inquiry.pk, subject_from_json(inquiry.subject), said)


def search_again() -> None:
    """What the worker owes."""
    for work in Work.objects.filter(task="search again"):
        searching.search_again(WORKER, work.target)
        work.delete()


def fill(page: Page, name: str, text: str) -> None:
    """Go to a field by Tab and type."""
    for _ in range(40):
        if page.evaluate("document.activeElement.name") == name:
            page.keyboard.type(text)
            return
        press(page, "Tab")
    raise AssertionError(f"{name} cannot be reached by Tab")


@pytest.fixture
def answered(desk: Desk, waiting: Waiting, cast: Cast) -> Inquiry:
    """A resident to whom the answer has arrived."""
    inquiry = waiting(iaq("SYN0000020", custody="N", ARN=A_NUMBER), resident())
    at_desk.answer(cast.sam, inquiry)
    inquiry.refresh_from_db()
    at_desk.deliver(inquiry)
    return inquiry


@pytest.mark.parametrize("mode", ["light", "dark", "200 %"])
def test_the_pages_are_accessible_light_dark_and_large(
    mode: str, desk: Desk, answered: Inquiry, waiting: Waiting, cast: Cast
) -> None:
    found: dict[str, list[str]] = {}
    sideways: dict[str, int] = {}
    page = desk.sit_down("sofia", mode)

    def look(name: str, path: str) -> None:
        page.goto(desk.base + path)
        sideways[name] = overflow(page)
        found[name] = violations(page)

    inquiry = at_desk.take(cast.sofia, waiting(iaq("SYN0000021"), resident(), stranger(), silent=["EOIR"]))
    late(inquiry, "EOIR")
    look("late", f"/inquiries/{inquiry.pk}/")
    look("supplement", f"/inquiries/{inquiry.pk}/supplement/")
    page.goto(f"{desk.base}/inquiries/{inquiry.pk}/supplement/")
    page.fill("[name=ARN]", "12")
    page.click("text=Add it and search again")
    found["supplement refused"] = violations(page)
    page.fill("[name=ARN]", A_NUMBER)
    page.fill("[name=said_by]", "DEPUTY MUSTER")
    page.fill("[name=reason]", "CALLED BACK")
    page.click("text=Add it and search again")
    page.wait_for_url(re.compile(r"/inquiries/\d+/$"))
    look("searching", f"/inquiries/{inquiry.pk}/")
    search_again()
    look("added", f"/inquiries/{inquiry.pk}/")
    look("reopen", f"/inquiries/{answered.pk}/reopen/")
    page.goto(f"{desk.base}/inquiries/{answered.pk}/reopen/")
    page.check("[name=why][value=called]")
    page.fill("[name=reason]", "CALLED BACK")
    page.click("text=Reopen it")
    search_again()
    at_desk.take(cast.sofia, answered)
    at_desk.judge(cast.sofia, answered)
    look("reopened", f"/inquiries/{answered.pk}/")
    look("keep", f"/inquiries/{answered.pk}/keep/")
    look("queue", "/queue/")
    look("answered", "/answered/")
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert {name: by for name, by in sideways.items() if by > 1} == {}


def test_by_keyboard_alone_something_is_added_and_the_page_says_when_it_was_searched(desk: Desk) -> None:
    page = desk.sit_down("sam")
    seen = watch(page)
    page.goto(f"{desk.base}/inquiries/{desk.inquiry.pk}/")
    press(page, "t")
    page.wait_for_selector("thead .chosen")
    press(page, "a")
    page.wait_for_url("**/supplement/")
    fill(page, "AKA", "beispiel, alpha")
    fill(page, "said_by", "DEPUTY MUSTER")
    fill(page, "reason", "CALLED BACK")
    press(page, "Control+Enter")
    page.wait_for_url(re.compile(r"/inquiries/\d+/$"))
    expect(page.get_by_text("The record systems are asked again.")).to_be_visible()
    search_again()
    expect(page.locator("#latest [role=status]")).to_contain_text("Something has changed")
    page.click("#latest a")
    expect(page.get_by_text("Added to what was received")).to_be_visible()
    expect(page.get_by_text("The record systems are asked again.")).to_have_count(0)
    assert seen == []


def test_by_keyboard_alone_an_answer_is_reopened_and_left_as_it_is(desk: Desk, answered: Inquiry) -> None:
    page = desk.sit_down("sofia")
    seen = watch(page)
    page.goto(f"{desk.base}/inquiries/{answered.pk}/")
    press(page, "o")
    page.wait_for_url("**/reopen/")
    for _ in range(40):
        if page.evaluate("document.activeElement.name") == "why":
            break
        press(page, "Tab")
    press(page, "Space")
    fill(page, "reason", "CALLED BACK")
    press(page, "Control+Enter")
    page.wait_for_url(re.compile(r"/inquiries/\d+/$"))
    search_again()
    page.reload()
    press(page, "t")
    page.wait_for_selector("thead .chosen")
    judge(page, "s")
    expect(page.get_by_text("The answer that the agency has")).to_be_visible()
    press(page, "y")
    page.wait_for_url("**/keep/")
    fill(page, "reason", "NOTHING NEW")
    press(page, "Control+Enter")
    page.wait_for_url(re.compile(r"/inquiries/\d+/$"))
    expect(page.get_by_text("the answer stands as it was said")).to_be_visible()
    assert seen == []


def half_written(desk: Desk) -> Page:
    """A page on which somebody is writing an answer."""
    page = desk.sit_down("sam")
    page.goto(f"{desk.base}/inquiries/{desk.inquiry.pk}/")
    press(page, "t")
    page.wait_for_selector("thead .chosen")
    judge(page, "s", "d")
    press(page, "e")
    page.keyboard.press("Control+End")
    page.keyboard.type("HALF WRITTEN")
    return page


def test_the_holder_hears_politely_of_a_late_answer_and_keeps_what_was_typed(desk: Desk) -> None:
    page = half_written(desk)
    late(desk.inquiry, "EOIR")
    page.evaluate("htmx.trigger(document.body, 'look')")  # what the page does by itself every ten seconds
    said = page.locator("#latest [role=status]")
    expect(said).to_contain_text("EOIR answered after")
    assert page.evaluate("document.activeElement.id") == "text"
    assert page.input_value("#text").endswith("HALF WRITTEN")


def test_a_login_that_ends_under_a_half_written_text_takes_nothing_of_it(desk: Desk) -> None:
    page = half_written(desk)
    Session.objects.all().delete()
    page.evaluate("htmx.trigger(document.body, 'look')")
    expect(page.locator("#lost")).to_contain_text("Your login has ended. What you typed is still here")
    assert page.input_value("#text").endswith("HALF WRITTEN")
    other = page.context.new_page()
    other.goto(f"{desk.base}/login/")
    other.check("[name=acknowledged]")
    other.fill("[name=login]", "sam")
    other.fill("[name=password]", PASSWORD)
    other.press("[name=password]", "Enter")
    other.wait_for_url(lambda address: "/login/" not in address)
    page.evaluate("htmx.trigger(document.body, 'look')")
    expect(page.locator("#lost")).to_contain_text("You are logged in again")
    with page.expect_response("**/answer/") as kept:
        page.locator("#text").blur()
    assert kept.value.status == 204
    inquiry = Inquiry.objects.get(pk=desk.inquiry.pk)
    draft = access.draft(inquiry)
    assert draft is not None
    assert draft.text.endswith("HALF WRITTEN")


def test_a_login_that_ends_with_nothing_typed_leads_to_the_login(desk: Desk) -> None:
    page = desk.sit_down("sam")
    page.goto(f"{desk.base}/inquiries/{desk.inquiry.pk}/")
    Session.objects.all().delete()
    page.evaluate("htmx.trigger(document.body, 'look')")
    page.wait_for_url("**/login/**")
