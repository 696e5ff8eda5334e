"""The pages of accounts and the page on which a person chooses a password, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from muniment.actions import accounts
from muniment.core.ledger import Event
from muniment.store.models import AccountChange, LedgerEntry, User
from tests.cast import PASSWORD, Cast, acting
from tests.journeys.visitor import Page
from tests.web.walk import look, send

pytestmark = pytest.mark.django_db

At = Callable[[str], Client]
NEW = {"username": "sandra", "title": "specialist 20", "roles": ["specialist"], "reason": "New here."}
GOOD = "correct horse 7"


def propose(ada: Client, **more: object) -> Page:
    """Fill in the page for a new account."""
    return send(ada, look(ada, "/accounts/new/").form("/new/"), **NEW | more)


def log_in(username: str, password: str) -> Client:
    """Through the login page; where that leads is for the test to see."""
    client = Client()
    form = look(client, "/login/").form("/login/")
    send(client, form, login=username, password=password, acknowledged="on")
    return client


def test_the_page_shows_every_account_and_what_it_may(at: At, cast: Cast) -> None:
    accounts.disable(acting(cast.ada), "sofia", "Left.")
    text = look(at("sven"), "/accounts/").text
    for part in ("sam of the tests", "specialist", "supervisor", "disabled", "played by a program", "never"):
        assert part in text
    assert "Propose a new account" not in text
    assert "Propose a new account" in look(at("ada"), "/accounts/").text


def test_a_new_person_comes_in_through_two_people_and_chooses_a_password(at: At) -> None:
    ada, sven = at("ada"), at("sven")
    page = propose(ada)
    assert "you cannot decide what you proposed" in page.text
    waits = look(sven, "/accounts/")
    assert "New account sandra" in waits.text
    decided = look(sven, page.address)
    decided = send(sven, decided.form(page.address), do="agree")
    assert "Agreed by sven of the tests" in decided.text
    assert "Make the first password" not in decided.text  # that is for who proposed it
    page = look(ada, page.address)
    page = send(ada, page.form("/password/"))
    found = re.search(r'<p class="v"><b>([^<]+)</b>', page.html)
    assert found is not None
    assert "Make the first password" not in look(ada, f"/accounts/changes/{AccountChange.objects.get().pk}/").text
    sandra = log_in("sandra", found[1])
    assert look(sandra, "/queue/").address == "/queue/"  # where it was asked for; the page is that of the password
    page = look(sandra, "/queue/")
    assert "Somebody else gave you the password" in page.text
    page = send(sandra, page.form("/password/"), old=found[1], new=GOOD, again=GOOD)
    assert "inquir" in page.text.lower()
    assert look(sandra, "/answered/").text
    assert User.objects.get(username="sandra").check_password(GOOD)


def test_a_page_that_is_made_up_cannot_let_the_proposer_decide(at: At) -> None:
    ada = at("ada")
    page = propose(ada)
    assert ada.post(page.address, {"do": "agree"}).status_code == 422
    assert not User.objects.filter(username="sandra").exists()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"username": "9"}, "A user name has"),
        ({"username": "sam"}, "There is an account sam already"),
        ({"roles": ["specialist", "auditor"]}, "neither role goes with another"),
        ({"reason": ""}, "Say in a few words why."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(more: dict[str, object], says: str, at: At) -> None:
    page = propose(at("ada"), **more)
    assert page.status == 422
    assert says in page.text
    assert "specialist 20" in page.html


def test_roles_are_changed_and_an_account_disabled_and_let_in_again(at: At, cast: Cast) -> None:
    ada, sven = at("ada"), at("sven")
    page = look(ada, "/accounts/sam/change/")
    page = send(ada, page.form("/change/"), title="senior 20", roles=["senior"], reason="Passed the exam.")
    send(sven, look(sven, page.address).form(page.address), do="agree")
    assert User.objects.get(username="sam").roles == ["senior"]
    page = look(ada, "/accounts/sam/disable/")
    page = send(ada, page.form("/disable/"), reason="Left.")
    assert "Disabled." in page.text
    page = look(ada, "/accounts/sam/change/")
    page = send(ada, page.form("/change/"), roles=["senior"], is_active="on", reason="Is back.")
    assert "May log in" in page.text
    send(sven, look(sven, page.address).form(page.address), do="agree")
    assert User.objects.get(username="sam").is_active


def test_the_own_account_is_for_others(at: At) -> None:
    ada = at("ada")
    assert "Disable" not in look(ada, "/accounts/ada/").text
    page = send(ada, look(ada, "/accounts/ada/disable/").form("/disable/"), reason="Because.")
    assert page.status == 403
    assert "of his own" in page.text


def test_a_lost_password_is_proposed_to_be_replaced(at: At) -> None:
    ada = at("ada")
    page = send(ada, look(ada, "/accounts/sam/reset/").form("/reset/"), reason="Lost it.")
    assert "a first one again" in page.text


def test_a_person_chooses_another_password_and_stays_logged_in(at: At) -> None:
    here, elsewhere = at("sam"), at("sam")
    assert "/password/" in look(here, "/keys/").links
    page = look(here, "/password/")
    page = send(here, page.form("/password/"), old=PASSWORD, new=GOOD, again=GOOD)
    assert here.get("/queue/").status_code == 200
    assert elsewhere.get("/queue/").status_code == 302


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"old": "wrong", "new": GOOD, "again": GOOD}, "not your password of now"),
        ({"old": PASSWORD, "new": GOOD, "again": "other"}, "not typed twice alike"),
        ({"old": PASSWORD, "new": "shorty7", "again": "shorty7"}, "too short"),
    ],
)
def test_a_password_that_is_not_taken_is_said_so_and_does_not_come_back(
    typed: dict[str, str], says: str, at: At
) -> None:
    sam = at("sam")
    page = send(sam, look(sam, "/password/").form("/password/"), **typed)
    assert page.status == 422
    assert says in page.text
    assert not [value for value in typed.values() if value in page.html]


def test_every_look_is_written_down(at: At) -> None:
    for path in ("/accounts/", "/accounts/sam/"):
        look(at("sven"), path)
    assert LedgerEntry.objects.filter(event=Event.ACCOUNTS_VIEWED).count() == 2
    look(at("sven"), "/accounts/nosuch/", 404)
