"""Helpers for tests in a real browser: log in, run axe, watch for script that fails or is forbidden, take pictures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

#: WCAG 2.2 AA and what axe thinks good practice.
RULES: Final = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
}
#: How pages are looked at. 720 pixels is a window of 1440 at 200 % zoom, 768 a tablet in portrait.
MODES: Final[dict[str, dict[str, Any]]] = {
    "light": {"viewport": {"width": 1440, "height": 900}},
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "forced colours": {"viewport": {"width": 1440, "height": 900}, "forced_colors": "active"},
    "tablet": {"viewport": {"width": 768, "height": 1024}},
    "200 %": {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2},
}


def open_page(browser: Browser, mode: str = "light") -> Page:
    """A page of a new visitor in one of `MODES`."""
    page = browser.new_context(**MODES[mode]).new_page()
    page.set_default_timeout(30_000)  # a busy machine is no fault of the page
    return page


def press(page: Page, key: str) -> None:
    """A key, once the page has loaded: pressed sooner, no script would hear it."""
    page.wait_for_load_state("load")
    page.keyboard.press(key)


def settled(page: Page) -> None:
    """Wait until nothing that the page asked for is on its way into it."""
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


def sign(page: Page, password: str, to: str = r"/inquiries/\d+/$") -> None:
    """The signature on the page that asks for it: the password where the cursor already is; it leads `to` a page."""
    page.wait_for_url("**/sign/")
    expect(page.locator("#password")).to_be_focused()
    page.keyboard.type(password)
    expect(page.locator("#password")).to_have_value(password)
    with page.expect_navigation(url=re.compile(to)):
        page.keyboard.press("Enter")


def log_in(page: Page, base: str, username: str, password: str) -> None:
    """Through the login page, by keyboard."""
    page.goto(f"{base}/login/")
    page.check("[name=acknowledged]")
    page.fill("[name=login]", username)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda address: "/login/" not in address)


def violations(page: Page) -> list[str]:
    """What axe finds, one line each: rule, what it asks, the first element; run it last, it touches the page."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:200]}" for each in found]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window; above 0 a reader must scroll sideways (WCAG 1.4.10)."""
    wide = page.evaluate("document.scrollingElement.scrollWidth - document.documentElement.clientWidth")
    return int(wide)


def watch(page: Page) -> list[str]:
    """A list that fills with what goes wrong in the page from now on: errors of script, what the policy forbids."""
    seen: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            seen.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: seen.append(str(error)))
    return seen


def picture(page: Page, folder: Path, name: str) -> Path:
    """The whole page as PNG."""
    path = folder / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path
