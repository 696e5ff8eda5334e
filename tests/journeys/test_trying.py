"""A message is tried in a real browser: accessible in every mode, by keyboard alone, silent in the console."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import overflow, press, violations, watch
from tests.formats.prints import file
from tests.journeys.test_pages import Desk, _no_kept_connections, desk
from tests.messages import iaq, iaq_in
from tests.web.scene import waiting

__all__ = ["_no_kept_connections", "desk", "waiting"]  # fixtures
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs("chromium")]


@pytest.mark.parametrize("mode", ["light", "dark", "200 %"])
def test_the_page_is_accessible_with_a_right_and_a_wrong_message(mode: str, desk: Desk) -> None:
    page = desk.sit_down("ada", mode)
    page.goto(f"{desk.base}/messages/try/")
    seen = watch(page)
    json = iaq_in("niem-json").replace(b'"M"', b"7")  # all in one long line
    for raw in (iaq(ARN="900000123"), json, iaq_in("nlets-xml").replace(b">M<", b">Q<")):
        page.get_by_role("textbox", name="The message").fill(raw.decode())
        page.get_by_role("textbox", name="The message").focus()
        press(page, "Control+Enter")
        expect(page.locator("#found")).to_be_visible()
        assert violations(page) == []
        assert overflow(page) <= 0
        if raw is json:
            assert page.evaluate("document.querySelector('mark').getBoundingClientRect().right < innerWidth")
    expect(page.locator("mark")).to_contain_text("<nc:PersonSexCode>Q")
    page.get_by_label("Or a file").set_input_files({"name": "a.eft", "mimeType": "", "buffer": file()})
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#found")).to_contain_text("file with fingerprints")
    assert violations(page) == []
    assert overflow(page) <= 0
    assert seen == []
