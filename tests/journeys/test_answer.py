"""An inquiry over the real line, answered in the real browser by keyboard alone, and the response read back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from muniment.actions.installing import DEMO_PASSWORD
from muniment.gateway.client import LineClient, Received
from tests.browser import press, sign
from tests.journeys.peers import Specialist
from tests.journeys.running import RunningCenter, running_center
from tests.journeys.visitor import Visitor
from tests.messages import iaq

pytestmark = pytest.mark.needs("chromium")

RESIDENT = {"ori": "ZZ0050500", "name": "BEISPIEL SINGH, HARPREET", "DOB": "19810923", "POB": "II", "ARN": "900120008"}


@pytest.fixture(scope="module")
def center() -> Iterator[RunningCenter]:
    """A center with the specimens in its systems."""
    with running_center() as center:
        yield center


def clean(page: Page) -> None:
    """No violation of the accessibility rules that a program can find."""
    found = Axe().run(page).response["violations"]
    assert not found, [(item["id"], item["nodes"][0]["html"]) for item in found]


def log_in(page: Page, center: RunningCenter, username: str) -> None:
    """By keyboard."""
    page.goto(center.web)
    clean(page)
    page.focus("input[name=login]")
    page.keyboard.type(username)
    press(page, "Tab")
    page.keyboard.type(DEMO_PASSWORD)
    page.focus("input[type=checkbox]")
    press(page, "Space")
    press(page, "Enter")
    page.wait_for_url("**/queue/")


def sign_by_keyboard(page: Page) -> None:
    """From the answer to the signature."""
    press(page, "Control+Enter")
    page.wait_for_url("**/sign/")
    clean(page)
    sign(page, DEMO_PASSWORD)
    clean(page)


def response(line: LineClient, seconds: float = 40) -> Received:
    """The first IAR that comes."""
    return next(delivery for delivery in line.deliveries(seconds) if delivery.content.startswith(b"IAR."))


def second_look(center: RunningCenter) -> None:
    """One answer in twenty goes to a second person at random: then senior 3 judges alone and signs too."""
    visitor = Visitor(center.web)
    visitor.log_in("senior3", DEMO_PASSWORD)
    for link in visitor.get("/queue/?lane=second").links:
        if "/inquiries/" in link:
            Specialist(center, "senior3").answer(visitor, visitor.get(link), verdict="same")


def test_an_inquiry_is_answered_by_keyboard_and_the_response_comes_back(center: RunningCenter, page: Page) -> None:
    with LineClient("127.0.0.1", center.line_port, "demo", "demo-line-key", own=True) as line:
        line.send(iaq("BROWSER1", **RESIDENT))
        receipt = next(iter(line.deliveries(20)))
        assert receipt.content.startswith(b"AM.VTICE0900.ZZ0050500.*BROWSER1.TXT")

        log_in(page, center, "specialist14")
        page.get_by_role("link", name="BEISPIEL SINGH, HARPREET").wait_for()
        clean(page)
        press(page, "n")
        page.wait_for_url(re.compile(r"/inquiries/\d+/$"))
        clean(page)
        assert "score" not in page.inner_text(".compare tbody").lower()
        page.wait_for_selector("thead .chosen")  # the keys are there
        press(page, "s")
        page.get_by_text("score then shown").wait_for()
        clean(page)
        assert "LAWFUL PERMANENT RESIDENT" in page.input_value("#text")
        shown = page.inner_text("pre.wire")
        sign_by_keyboard(page)
        second_look(center)
        came = response(line)
    assert came.content.decode("ascii").replace("\r\n", "\n") == shown
    page.reload()
    assert "acknowledged" in page.inner_text("main").lower()


def test_without_a_record_the_answer_draws_no_inference(center: RunningCenter, page: Page) -> None:
    with LineClient("127.0.0.1", center.line_port, "demo", "demo-line-key", own=True) as line:
        line.send(iaq("BROWSER2", ori="ZZ0050500", name="TESTPERSON, OMEGA"))
        next(iter(line.deliveries(20)))
        log_in(page, center, "specialist9")
        page.get_by_role("link", name="TESTPERSON, OMEGA").wait_for()
        press(page, "n")
        page.wait_for_url(re.compile(r"/inquiries/\d+/$"))
        assert "No record was found" in page.inner_text("main")
        sign_by_keyboard(page)
        second_look(center)
        came = response(line)
    assert b"NO INFERENCE" in came.content


@pytest.mark.parametrize(
    ("username", "paths"),
    [
        ("specialist14", ["/queue/", "/answered/", "/keys/"]),
        ("supervisor1", ["/queue/", "/parked/", "/answered/"]),
        ("auditor1", ["/ledger/"]),
    ],
)
@pytest.mark.parametrize(("width", "colours"), [(1440, "none"), (768, "none"), (720, "none"), (1440, "active")])
def test_each_page_is_accessible_at_each_size(
    center: RunningCenter, page: Page, username: str, paths: list[str], width: int, colours: Literal["none", "active"]
) -> None:
    """Wide, a tablet in portrait, 200 % zoom of a wide screen (half its width), forced colours."""
    page.set_viewport_size({"width": width, "height": 1000})
    page.emulate_media(forced_colors=colours)
    page.goto(center.web)
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.check("input[type=checkbox]")
    press(page, "Enter")
    page.wait_for_url(lambda address: address.rstrip("/").endswith(("queue", "ledger")))
    for path in paths:
        page.goto(center.web + path)
        clean(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 1, f"{path} is {wide} pixels wider than the window"
