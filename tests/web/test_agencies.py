"""The pages of the directory of agencies, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from muniment.actions import agencies, intake
from muniment.actions.context import Actor
from muniment.core.ledger import Event
from muniment.store.models import Agency, AgencyChange, LedgerEntry, Line
from tests.cast import Cast, acting
from tests.journeys.visitor import Page
from tests.messages import iaq
from tests.web.scene import WORKER
from tests.web.walk import look, send

pytestmark = pytest.mark.django_db

At = Callable[[str], Client]
ORI = "ZZ0010100"
NEW = {
    "ori": "zz0099900",
    "name": "Muster County Sheriff",
    "state": "TX",
    "kind": "jail",
    "purposes": ["C", "F"],
    "call_back": "(555) 010-0999",
    "lines": ["demo"],
    "per_hour": "",
    "per_day": "50",
    "reason": "Contract signed.",
}


def propose(ada: Client, **more: object) -> Page:
    """Fill in the page for a new agency."""
    return send(ada, look(ada, "/agencies/new/").form("/new/"), **NEW | more)


def test_the_directory_shows_who_may_ask_and_how_much(at: At, center: Line) -> None:
    message = intake.receive(Actor.line("demo"), center, iaq()).message
    intake.read(WORKER, message)
    text = look(at("sven"), "/agencies/").text
    for part in (
        "Example County Sheriff, TX",
        "ZZ0010100",
        "active",
        "C, F",
        "demo",
        "5550100100",
        "1 of 60",
        "1 of 300",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=sample", {"Sample"}),
        ("q=zz00101", {"Example"}),
        ("q=5550100200", {"Sample"}),
        ("q=nobody", set()),
        ("which=suspended", {"Sample"}),
        ("which=refused", {"Sample"}),
        ("which=waiting", {"Example"}),
        ("which=nonsense", {"Example", "Sample"}),
    ],
)
def test_the_directory_is_searched_and_narrowed(query: str, shown: set[str], at: At, cast: Cast, center: Line) -> None:
    agencies.suspend(acting(cast.sven), "ZZ0020200", "Key lost.")
    intake.read(WORKER, intake.receive(Actor.line("demo"), center, iaq(ori="ZZ0020200")).message)
    fields = agencies.current(Agency.objects.get(pk=ORI)) | {"name": "Example County Police"}
    agencies.propose(acting(cast.ada), ORI, fields, "Renamed.")
    html = look(at("sven"), f"/agencies/?{query}").html
    assert {name for name in ("Example", "Sample") if f">{name}" in html} == shown
    assert ("1 while suspended" in html) == ("Sample" in shown)


def test_the_board_leads_to_who_was_refused(at: At, cast: Cast, center: Line) -> None:
    sven = at("sven")
    assert "refused in 24 hours" not in look(sven, "/board/").text
    Agency.objects.filter(pk=ORI).update(per_hour=1)
    for number in range(3):
        intake.read(WORKER, intake.receive(Actor.line("demo"), center, iaq(f"SYN{number}")).message)
    page = look(sven, "/board/")
    assert "2 messages of 1 agency refused in 24 hours" in page.text
    page = look(sven, next(link for link in page.links if "which=refused" in link))
    assert "2 above its ceiling" in page.text
    assert "Sample City Police" not in page.text


def test_a_new_agency_goes_through_two_people(at: At, cast: Cast) -> None:
    page = propose(at("ada"))
    assert "you cannot decide what you proposed" in page.text
    assert "Agree" not in page.text
    sven = at("sven")
    waits = look(sven, "/agencies/")
    assert "New agency ZZ0099900" in waits.text
    page = look(sven, next(link for link in waits.links if "/changes/" in link))
    for part in ("Muster County Sheriff", "5550100999", "C, F", "default of its kind", "50", "Contract signed."):
        assert part in page.text
    page = send(sven, page.form(page.address), do="agree")
    assert "Agreed by sven of the tests" in page.text
    assert Agency.objects.get(pk="ZZ0099900").kind == "jail"
    assert "new agency" in look(sven, "/agencies/ZZ0099900/").text


def test_a_change_shows_before_and_after_and_can_be_turned_down(at: At) -> None:
    ada, sven = at("ada"), at("sven")
    page = look(ada, f"/agencies/{ORI}/change/")
    assert page.form(page.address).fields["name"] == "Example County Sheriff"
    filled = page.form(page.address).fields | {"kind": "police", "purposes": ["C"], "lines": ["demo"]}
    page = send(ada, page.form(page.address), **filled | {"call_back": "5550100777", "reason": "They moved."})
    page = look(sven, page.address)
    assert "5550100100" in page.text
    assert "5550100777" in page.text
    page = send(sven, page.form(page.address), do="turn down", note="")
    assert page.status == 422
    page = send(sven, page.form(page.address), do="turn down", note="Called: they did not.")
    assert "Turned down by sven of the tests" in page.text
    assert Agency.objects.get(pk=ORI).call_back == "5550100100"


def test_the_second_who_decides_is_told_who_was_first(at: At, cast: Cast) -> None:
    propose(at("ada"))
    sven, change = at("sven"), AgencyChange.objects.get()
    page = look(sven, f"/agencies/changes/{change.pk}/")
    agencies.take_back(acting(cast.ada), change.pk)
    page = send(sven, page.form(page.address), do="agree")
    assert page.status == 409
    assert "was first: this was taken back" in page.text
    assert not Agency.objects.filter(pk="ZZ0099900").exists()


def test_a_page_that_is_made_up_cannot_let_the_proposer_decide(at: At) -> None:
    ada = at("ada")
    page = propose(ada)
    answer = ada.post(page.address, {"do": "agree"})
    assert answer.status_code == 422
    assert not Agency.objects.filter(pk="ZZ0099900").exists()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"ori": "ZZ1"}, "ORI must be 9 letters or digits"),
        ({"call_back": "911"}, "Call-back number must be"),
        ({"state": "ZZ"}, "State must be"),
        ({"reason": " "}, "Say in a few words why."),
        ({"purposes": []}, "purposes"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(more: dict[str, object], says: str, at: At) -> None:
    page = propose(at("ada"), **more)
    assert page.status == 422
    assert says in page.text
    assert "Muster County Sheriff" in page.html
    assert not AgencyChange.objects.exists()


def test_a_supervisor_suspends_at_once_and_an_administrator_agrees_to_lift_it(at: At) -> None:
    sven, ada = at("sven"), at("ada")
    page = look(sven, f"/agencies/{ORI}/suspend/")
    page = send(sven, page.form(page.address), reason="Key lost.")
    assert "Suspended." in page.text
    page = look(sven, f"/agencies/{ORI}/suspend/")
    assert "Propose that the agency may ask again" in page.text
    page = send(sven, page.form(page.address), reason="A new key.")
    page = send(ada, look(ada, page.address).form(page.address), do="agree")
    assert not Agency.objects.get(pk=ORI).suspended


def test_a_form_to_suspend_never_lifts(at: At) -> None:
    """Two supervisors at one agency: the page of the second said “suspend”, and so it does nothing else."""
    sven = at("sven")
    page = look(sven, f"/agencies/{ORI}/suspend/")
    send(sven, page.form(page.address), reason="Key lost.")
    page = send(sven, page.form(page.address), reason="I see it too.")
    assert page.status == 409
    assert "suspended already" in page.text
    assert AgencyChange.objects.count() == 1


def test_a_supervisor_raises_a_ceiling_for_a_day(at: At) -> None:
    sven = at("sven")
    page = look(sven, f"/agencies/{ORI}/raise/")
    assert page.form(page.address).fields["per_hour"] == "120"
    page = send(sven, page.form(page.address), reason="A raid with many arrests.")
    assert "raised to 120 in an hour and 600 in 24 hours" in page.text
    assert "A raid with many arrests." in page.text
    page = send(sven, look(sven, f"/agencies/{ORI}/raise/").form("/raise/"), per_hour="1", per_day="1", reason="No.")
    assert page.status == 422


def test_every_look_is_written_down(at: At) -> None:
    sven = at("sven")
    for path in ("/agencies/", f"/agencies/{ORI}/", f"/agencies/{ORI}/suspend/"):
        look(sven, path)
    assert LedgerEntry.objects.filter(event=Event.AGENCIES_VIEWED).count() == 3
    look(sven, "/agencies/ZZ9999999/", 404)
