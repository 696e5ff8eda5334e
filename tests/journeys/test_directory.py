"""The pages of who may ask, what is asked and who works here, in a real browser: accessible, and by keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from muniment.actions import agencies, intake, systems
from muniment.actions.context import Actor
from muniment.core.ceilings import Ceiling
from muniment.store.models import Agency, AgencyChange, Line, SystemSwitch
from tests.browser import overflow, press, violations, watch
from tests.cast import Cast, acting
from tests.journeys.test_pages import Desk, _no_kept_connections, desk
from tests.messages import iaq
from tests.web.scene import WORKER, waiting

__all__ = ["_no_kept_connections", "desk", "waiting"]  # fixtures
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs("chromium")]

ORI = "ZZ0010100"


@pytest.fixture
def busy(desk: Desk, cast: Cast, center: Line) -> Desk:
    """Something to see on every page: a suspension, a raise, a refusal, a change that waits, a system switched off."""
    agencies.suspend(acting(cast.sven), "ZZ0020200", "Key lost.")
    intake.read(WORKER, intake.receive(Actor.line("demo"), center, iaq("SYN9", ori="ZZ0020200")).message)
    agencies.raise_ceiling(acting(cast.sven), ORI, Ceiling(120, 600), "A raid with many arrests.")
    fields = agencies.current(Agency.objects.get(pk=ORI))
    agencies.propose(acting(cast.ada), ORI, fields | {"name": "Example County Police"}, "Renamed.")
    systems.switch(acting(cast.sven), "EOIR", 0, False, "Their copy is of last year.")
    return desk


@pytest.mark.parametrize("mode", ["light", "dark", "200 %"])
def test_the_pages_of_agencies_and_systems_are_accessible(mode: str, busy: Desk) -> None:
    found: dict[str, list[str]] = {}
    sideways: dict[str, int] = {}
    change = AgencyChange.objects.get(outcome="open")
    paths = {
        "ada": ["/agencies/new/", "/accounts/", "/accounts/new/", "/accounts/sam/", "/accounts/sam/change/"],
        "sam": ["/password/"],
        "sven": [
            "/agencies/",
            f"/agencies/{ORI}/",
            f"/agencies/changes/{change.pk}/",
            "/systems/",
            "/systems/EOIR/",
            "/board/",
        ],
    }
    for who, places in paths.items():
        page = busy.sit_down(who, mode)
        for path in places:
            page.goto(busy.base + path)
            sideways[f"{who} {path}"] = overflow(page)
            found[f"{who} {path}"] = violations(page)
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert {name: pixels for name, pixels in sideways.items() if pixels > 0} == {}


def test_an_agency_is_added_and_a_system_switched_off_by_keyboard_alone(desk: Desk) -> None:
    ada, sven = desk.sit_down("ada"), desk.sit_down("sven")
    seen = [watch(ada), watch(sven)]
    ada.goto(f"{desk.base}/agencies/new/")
    ada.locator("[name=ori]").focus()
    for typed in ("ZZ0099900", "Muster County Sheriff", "TX"):
        ada.keyboard.type(typed)
        press(ada, "Tab")
    ada.keyboard.type("jail")
    for key in ("Tab", "Space", "Tab", "Tab"):  # the kind, purpose C ticked, past F
        press(ada, key)
    ada.keyboard.type("555-010-0999")
    for key in ("Tab", "Space", "Tab", "Tab", "Tab"):  # the one line ticked, past the ceilings
        press(ada, key)
    ada.keyboard.type("Contract signed.")
    press(ada, "Control+Enter")
    ada.wait_for_url(re.compile(r"/agencies/changes/\d+/"))
    sven.goto(ada.url)
    sven.locator("[name=note]").focus()
    press(sven, "Tab")
    press(sven, "Enter")
    expect(sven.locator("main")).to_contain_text("Agreed by sven of the tests")
    assert Agency.objects.get(pk="ZZ0099900").purposes == ["C"]
    sven.goto(f"{desk.base}/systems/EOIR/")
    expect(sven.locator("[name=reason]")).to_be_focused()
    sven.keyboard.type("Their copy is of last year.")
    press(sven, "Control+Enter")
    sven.wait_for_url("**/systems/")
    expect(sven.locator("main")).to_contain_text("Their copy is of last year.")
    assert SystemSwitch.objects.get().asked is False
    assert seen == [[], []]
