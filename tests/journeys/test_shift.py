"""A shift as people work it: two specialists and a supervisor in the browser, by keyboard alone.

Meanwhile a record system is silent, the line is cut and the whole center is started again: nothing is lost, nothing is
said twice, and every page that was open is accessible.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from muniment.actions.installing import DEMO_PASSWORD
from muniment.sources.world.demo import demo_messages
from tests.browser import log_in, open_page, picture, press, settled, sign, violations, watch
from tests.journeys.peers import Switch
from tests.journeys.running import RunningCenter, running_center
from tests.messages import iaq

#: How many inquiries the shift has; the whole is 40. It is played when somebody asks for it (`make shift`): what late
#: answers overtake depends on the moment, so it is watched, and the other journeys stand for its parts in `make test`.
INQUIRIES = int(os.environ.get("JOURNEY_INQUIRIES", "0"))
pytestmark = [pytest.mark.needs("chromium"), pytest.mark.skipif(not INQUIRIES, reason="played by `make shift`")]

#: A folder for pictures of what the three see; none are taken without it.
PICTURES = os.environ.get("JOURNEY_PICTURES", "")
PATIENCE = 60 + 5 * INQUIRIES  # seconds for what is owed at the end
ANSWER = "HIT SEEN BY THIS CENTER. CALL 802-872-6020 BEFORE ANY ACTION.\nTHIS ALONE IS NO REASON TO HOLD THE PERSON."


def messages() -> Sequence[bytes]:
    """What the agencies ask in this shift: the specimens' hard cases, and people nobody knows."""
    asked = [raw for _, raw in demo_messages()]
    asked += [iaq(f"SHIFT{n:04}", ori="ZZ0050500", name=f"TESTPERSON, OMEGA {chr(65 + n % 26)}") for n in range(40)]
    return asked[:INQUIRIES]


def control(raw: bytes) -> str:
    """The control field, by which a response is known."""
    return raw.split(b"*", 1)[1].split(b".", 1)[0].decode()


@dataclass
class Person:
    """Somebody at a desk, who uses the keyboard alone."""

    page: Page
    base: str
    username: str
    seen: list[str] = field(default_factory=list)
    unclean: dict[str, list[str]] = field(default_factory=dict)

    def look(self, name: str) -> None:
        """Once under that name: let axe see the page, take a picture, then load it anew, for axe touches it."""
        if name in self.unclean:
            return
        if PICTURES:
            picture(self.page, Path(PICTURES), f"{self.username} {name}")
        self.unclean[name] = violations(self.page)
        self.page.reload()

    def key(self, key: str) -> None:
        """One key."""
        press(self.page, key)

    def go(self, key: str, to: str) -> None:
        """A key that leads to another page, whose address fits the pattern `to`."""
        with self.page.expect_navigation(url=re.compile(to)):
            self.key(key)

    def queue(self) -> None:
        """To the queue, from wherever this is."""
        self.go("g", "/queue/")

    def await_work(self) -> None:
        """Until something waits."""
        ends = time.monotonic() + PATIENCE
        while not self.page.locator("tbody tr").count():
            assert time.monotonic() < ends, "nothing came into the queue"
            time.sleep(0.5)
            self.page.reload()

    def take_next(self) -> bool:
        """The next by deadline; False where none waits."""
        self.queue()
        self.look("queue")
        if not self.page.locator("[data-key=n]").count():
            return False
        self.go("n", r"/inquiries/\d+/$|none")
        return "/inquiries/" in self.page.url

    def judge(self) -> None:
        """A verdict on each record: the same person where the number asked about is on it, else another."""
        self.look("inquiry")
        while self.page.locator("thead [data-column]:not([data-judged])").count():
            before = self.page.locator("thead [data-judged]").count()
            column = self.page.locator("thead [data-column]:not([data-judged])").first.get_attribute("data-column")
            self.key(str(column))
            expect(self.page.locator("thead .chosen")).to_have_attribute("data-column", str(column))
            agrees = self.page.locator(f"tbody td.same[data-column='{column}']").count()
            self.key("s" if agrees >= 3 else "d")
            expect(self.page.locator("thead [data-judged]")).to_have_count(before + 1)
            settled(self.page)

    def answer(self) -> None:
        """Judge, write where the center has no words, sign."""
        self.judge()
        self.look("answer")
        text = self.page.locator("#text")
        if text.count() and not text.input_value().strip():
            self.key("e")
            self.page.keyboard.type(ANSWER)
            self.key("Escape")
        self.sign()

    def sign(self) -> None:
        """Read what goes out, and sign it; where a system answers meanwhile, the queue shows it again."""
        if not self.page.locator("[data-key='Ctrl+Enter']").count():
            return
        self.go("Control+Enter", "/sign/$")
        if self.page.get_by_text("It cannot be signed yet").count():
            self.begin_anew()
            self.go("Control+Enter", "/sign/$")
        self.look("sign")
        sign(self.page, DEMO_PASSWORD, r"/inquiries/\d+/(sign/)?$")
        if self.page.url.endswith("/sign/"):  # a system answered in this very moment; the page says so
            expect(self.page.locator("main")).to_contain_text(re.compile("changed"))
            return
        self.look("signed")

    def begin_anew(self) -> None:
        """A system has answered since the text was written: another class where that one holds no more, other words."""
        self.tab_to("Back to the text")
        chosen = self.page.locator("label.class", has=self.page.locator(":checked"))
        if chosen.count() and "not supported" in chosen.inner_text():
            other = self.page.locator("label.class", has_not_text="not supported").locator("input").first
            for key in str(other.get_attribute("value")).lower():
                self.key(key)
            expect(other).to_be_checked()
            settled(self.page)
        self.tab_to("Use the center's words")

    def hand_over(self, colleague: str) -> None:
        """What is in hand to a colleague."""
        self.go("h", "/hand-over/$")
        self.look("hand over")
        expect(self.page.locator("[name=colleague]")).to_be_focused()
        self.page.keyboard.type(colleague)
        self.go("Control+Enter", "/queue/")

    def second_looks(self) -> None:
        """All that wait for another person."""
        self.queue()
        rows = self.page.locator("tbody tr", has_text="second look asked by")
        while rows.count():
            place = self.page.locator("tbody tr").all_inner_texts().index(rows.first.inner_text())
            for _ in range(place + 1):
                self.key("j")
            self.go("Enter", r"/inquiries/\d+/$")
            self.judge()
            self.sign()
            self.queue()

    def tab_to(self, label: str) -> None:
        """Follow a link of the page by Tab and Enter."""
        for _ in range(80):
            self.key("Tab")
            if self.page.evaluate("document.activeElement.innerText.trim()").startswith(label):
                self.go("Enter", ".")
                return
        raise AssertionError(f"{label} cannot be reached by Tab on {self.page.url}")


@pytest.fixture
def center(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningCenter]:
    """A center one of whose systems is silent until it is started again."""
    monkeypatch.setenv("JOURNEY_SILENT", "EOIR")
    with running_center() as center:
        yield center


@pytest.fixture
def people(center: RunningCenter, browser: Browser) -> Iterator[list[Person]]:
    """Two specialists and a supervisor, logged in."""
    found = []
    for name in ("specialist14", "specialist9", "supervisor1"):
        person = Person(open_page(browser), center.web, name)
        log_in(person.page, center.web, name, DEMO_PASSWORD)
        person.seen = watch(person.page)
        found.append(person)
    yield found
    for person in found:
        person.page.context.close()


def start_again(center: RunningCenter, page: Page) -> None:
    """SIGTERM to every part; those who keep them start them again, with a record system that answers now."""
    center.environment.pop("JOURNEY_SILENT")
    center.terminate()
    center.wait_for(center.web_port)
    center.wait_for(center.line_port)
    page.reload()


def hand_over_once(one: Person, other: Person) -> None:
    """One begins, the other ends."""
    if one.take_next():
        one.judge()
        one.hand_over(other.username)
        assert other.take_next()
        other.answer()


def draft_through_a_restart(person: Person, center: RunningCenter) -> None:
    """A half-written answer is still there when the center comes back."""
    assert person.take_next()
    person.judge()
    person.key("e")
    person.page.keyboard.press("Control+Home")
    person.page.keyboard.type("HALF WRITTEN. ")
    with person.page.expect_response("**/answer/"):
        person.key("Escape")
    start_again(center, person.page)
    expect(person.page.locator("#text")).to_have_value(re.compile("^HALF WRITTEN"))
    person.answer()


def test_a_shift_is_worked_by_three_people_through_trouble(center: RunningCenter, people: list[Person]) -> None:
    one, other, supervisor = people
    asked = messages()
    owed = {control(raw) for raw in asked}
    switch = Switch(center, asked)
    line = threading.Thread(target=switch.run, daemon=True)
    line.start()
    one.await_work()
    expect(one.page.locator("main")).to_contain_text("8 of 9 systems answered")
    hand_over_once(one, other)
    switch.cut()
    hand_over_once(other, one)
    draft_through_a_restart(one, center)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and not switch.answers.keys() >= owed:
        for person in (one, other):
            if person.take_next():
                person.answer()
        supervisor.second_looks()
    supervisor.tab_to("Board")
    supervisor.look("board")
    switch.stop.set()
    line.join(30)
    assert switch.answers.keys() == owed
    assert {name: numbers for name, numbers in switch.answers.items() if len(numbers) > 1} == {}
    away = "htmx:"  # what htmx says of a server that is away; the page says it in words
    assert [fault for person in people for fault in person.seen if not fault.startswith(away)] == []
    found = {f"{who.username} {name}": faults for who in people for name, faults in who.unclean.items() if faults}
    assert found == {}
