"""Stops and holds in a real browser: accessible in every mode, silent in the console, found by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from muniment.actions import findings
from muniment.actions.findings import Written
from muniment.store.models import Finding, Inquiry
from tests.actions.desk import judge, take
from tests.browser import overflow, press, violations, watch
from tests.cast import Cast, acting
from tests.journeys.test_pages import Desk, desk
from tests.messages import iaq
from tests.web.scene import A_NUMBER, Waiting, record, waiting

__all__ = ["desk", "waiting"]  # fixtures of the pages' own tests
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs("chromium")]

ENDED = {"kind": "admission", "date": "2024-03-01", "class": "B2", "admit_until": "2024-08-31"}
CLAIM = {"kind": "citizen_claim", "date": "2025-01-01", "by": "self"}


@pytest.fixture
def held(desk: Desk, waiting: Waiting, cast: Cast) -> Inquiry:
    """An inquiry in sam's hand that a hold stands on."""
    found = record("CIS", f"A{A_NUMBER}", ENDED, CLAIM, a_number=A_NUMBER)
    inquiry = waiting(iaq("SYN0000031", ARN=A_NUMBER), found)
    take(cast.sam, inquiry)
    judge(cast.sam, inquiry)
    return inquiry


@pytest.mark.parametrize("mode", ["light", "dark", "forced colours", "tablet", "200 %"])
def test_the_pages_of_stops_and_holds_are_accessible(mode: str, desk: Desk, held: Inquiry, cast: Cast) -> None:
    row = Finding.objects.get(inquiry=held)
    found: dict[str, list[str]] = {}
    sideways: dict[str, int] = {}
    ida = desk.sit_down("ida", mode)
    for path in ("/stops/", f"/stops/{row.pk}/"):
        ida.goto(desk.base + path)
        found[path], sideways[path] = violations(ida), overflow(ida)
    findings.write(
        acting(cast.ida), row.pk, row.version, Written("some evidence", "A birth record may exist.", "Letter 4")
    )
    sven, sam = desk.sit_down("sven", mode), desk.sit_down("sam", mode)
    for page, path in ((sven, f"/stops/{row.pk}/"), (sven, "/board/"), (sam, f"/inquiries/{held.pk}/")):
        page.goto(desk.base + path)
        found[f"written {path}"], sideways[f"written {path}"] = violations(page), overflow(page)
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert {name: pixels for name, pixels in sideways.items() if pixels > 0} == {}


def test_a_finding_is_written_by_keyboard_alone(desk: Desk, held: Inquiry) -> None:
    page = desk.sit_down("ida")
    seen = watch(page)
    page.goto(f"{desk.base}/stops/{Finding.objects.get(inquiry=held).pk}/")
    page.locator("[name=result]").first.focus()
    for key in ("ArrowDown", "ArrowDown", "Tab"):
        press(page, key)
    page.keyboard.type("The claim was made for a brother.")
    press(page, "Tab")
    page.keyboard.type("Statement of 2025-02-01, file 17")
    press(page, "Control+Enter")
    expect(page.locator("main")).to_contain_text("Found, waits for a second person.")
    assert Finding.objects.get(inquiry=held).result == "no evidence"
    assert seen == []


@pytest.mark.parametrize("mode", ["light", "200 %"])
def test_a_claim_is_entered_by_keyboard_alone_and_holds_at_once(mode: str, desk: Desk) -> None:
    page = desk.sit_down("sofia", mode)
    seen = watch(page)
    page.goto(f"{desk.base}/inquiries/{desk.inquiry.pk}/")
    press(page, "z")
    page.wait_for_url("**/claim/")
    faults, sideways = violations(page), overflow(page)
    page.goto(f"{desk.base}/inquiries/{desk.inquiry.pk}/claim/")
    page.locator("#id_reason").focus()
    page.keyboard.type("His sister called: born in Laredo.")
    press(page, "Control+Enter")
    page.wait_for_url(f"**/inquiries/{desk.inquiry.pk}/")
    row = Finding.objects.get(inquiry=desk.inquiry)
    assert (row.kind, row.state, list(row.because)) == ("hold", "open", ["indicium.citizen_claim"])
    page.goto(f"{desk.base}/queue/")
    expect(page.locator("main")).to_contain_text("hold")
    assert (faults, sideways, seen) == ([], 0, [])
