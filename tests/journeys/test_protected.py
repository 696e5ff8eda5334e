"""What is protected, in a real browser: masked, shown for one look by keyboard, accessible in every mode."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from muniment.core.ledger import Event
from muniment.store.models import Inquiry, LedgerEntry
from tests.actions.desk import judge, take
from tests.browser import overflow, press, violations, watch
from tests.cast import Cast
from tests.journeys.test_pages import Desk, desk
from tests.messages import iaq
from tests.web.scene import A_NUMBER, Waiting, record, waiting

__all__ = ["desk", "waiting"]  # fixtures of the pages' own tests
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs("chromium")]

ENDED = {"kind": "admission", "date": "2024-03-01", "class": "B2", "admit_until": "2024-08-31"}
ASYLUM = {"kind": "asylum_application", "date": "2025-01-01", "filed": "2025-01-01", "state": "pending"}


@pytest.fixture
def masked(desk: Desk, waiting: Waiting, cast: Cast) -> Inquiry:
    """An inquiry in selma's hand, of a person with a protected record."""
    found = record("CIS", f"A{A_NUMBER}", ENDED, ASYLUM, a_number=A_NUMBER)
    inquiry = waiting(iaq("SYN0000041", ARN=A_NUMBER), found)
    take(cast.selma, inquiry)
    judge(cast.selma, inquiry)
    return inquiry


@pytest.mark.parametrize("mode", ["light", "dark", "forced colours", "tablet", "200 %"])
def test_masked_and_shown_are_accessible(mode: str, desk: Desk, masked: Inquiry) -> None:
    page = desk.sit_down("selma", mode)
    page.goto(f"{desk.base}/inquiries/{masked.pk}/")
    expect(page.locator("main")).not_to_contain_text("sylum")
    found, sideways = {"masked": violations(page)}, {"masked": overflow(page)}
    page.goto(f"{desk.base}/inquiries/{masked.pk}/")
    page.get_by_role("button", name="Show it once").click()
    expect(page.locator("main")).to_contain_text("Asylum application pending")
    found["shown"], sideways["shown"] = violations(page), overflow(page)
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert {name: pixels for name, pixels in sideways.items() if pixels > 0} == {}


def test_it_is_shown_by_keyboard_alone_and_masked_again_at_the_next_look(desk: Desk, masked: Inquiry) -> None:
    page = desk.sit_down("selma")
    seen = watch(page)
    page.goto(f"{desk.base}/inquiries/{masked.pk}/")
    page.locator("[name=need]").focus()
    for key in ("ArrowDown", "Tab", "Enter"):
        press(page, key)
    expect(page.locator("main")).to_contain_text("I look a second time at the answer: the ledger has it.")
    assert LedgerEntry.objects.filter(event=Event.PROTECTED_SHOWN, inquiry_id=masked.pk).count() == 1
    page.goto(f"{desk.base}/inquiries/{masked.pk}/")
    expect(page.locator("main")).not_to_contain_text("sylum")
    assert seen == []
