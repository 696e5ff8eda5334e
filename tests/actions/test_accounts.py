"""Accounts: two people, never one's own, roles that stay apart, passwords that only their owner knows (AC-2, AC-5)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import combinations

import pytest
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client

from muniment.actions import accounts
from muniment.actions.context import Actor
from muniment.core.errors import NotAllowed, Refused, SenderFault, Stale, WrongState
from muniment.core.ledger import Event
from muniment.core.permissions import Role
from muniment.store.models import AccountChange, LedgerEntry, Line, User
from tests.cast import PASSWORD, Cast, acting, assemble, person

pytestmark = pytest.mark.django_db

WORKER = Actor.program("command")
GOOD = "correct horse 7"


def new(cast: Cast, username: str = "sandra") -> AccountChange:
    """An account that Ada proposed."""
    return accounts.propose_new(acting(cast.ada), username, "specialist 20", ["specialist"], "New here.")


def entries(event: Event) -> list[str]:
    """Canonical bytes of this event, in order."""
    return [bytes(entry.canonical).decode() for entry in LedgerEntry.objects.filter(event=event).order_by("id")]


def test_an_account_is_made_by_two_people_and_opens_only_with_a_password_that_was_made_after(cast: Cast) -> None:
    change = new(cast)
    assert not User.objects.filter(username="sandra").exists()
    with pytest.raises(WrongState):
        accounts.give_password(acting(cast.ada), change.pk)
    accounts.decide(acting(cast.sven), change.pk, True, "")
    sandra = User.objects.get(username="sandra")
    assert (sandra.roles, sandra.has_usable_password()) == (["specialist"], False)
    password = accounts.give_password(acting(cast.ada), change.pk)
    sandra.refresh_from_db()
    assert sandra.check_password(password)
    assert sandra.password_given
    everything = b"".join(bytes(entry.canonical) for entry in LedgerEntry.objects.all())
    assert password.encode() not in everything
    assert b"sandra" not in everything


def test_a_first_password_is_made_once_and_only_by_who_proposed(cast: Cast) -> None:
    other = person("otto", Role.ADMINISTRATOR)
    change = new(cast)
    accounts.decide(acting(other), change.pk, True, "")
    with pytest.raises(WrongState):
        accounts.give_password(acting(other), change.pk)
    accounts.give_password(acting(cast.ada), change.pk)
    with pytest.raises(WrongState, match="made already"):
        accounts.give_password(acting(cast.ada), change.pk)
    assert len(entries(Event.ACCOUNT_PASSWORD_GIVEN)) == 1


def test_who_proposed_an_account_cannot_agree_to_it(cast: Cast) -> None:
    change = new(cast)
    with pytest.raises(Refused, match="another person"):
        accounts.decide(acting(cast.ada), change.pk, True, "")
    assert "change.takes_two" in entries(Event.ACCESS_DENIED)[0]
    assert not User.objects.filter(username="sandra").exists()


def test_roles_are_changed_by_two_people_and_hold_at_once(cast: Cast) -> None:
    wanted = {"title": cast.sam.title, "roles": ["senior"], "is_active": True}
    change = accounts.propose(acting(cast.ada), "sam", wanted, "Passed the exam.")
    assert change.before == {"roles": ["specialist"]}
    accounts.decide(acting(cast.sven), change.pk, True, "")
    cast.sam.refresh_from_db()
    assert cast.sam.roles == ["senior"]
    assert '"fields":["roles"]' in entries(Event.ACCOUNT_CHANGED)[0]


OWN: dict[str, Callable[[User], object]] = {
    "change": lambda user: accounts.propose(
        acting(user), user.username, {"title": "x", "roles": ["senior"], "is_active": True}, "Because."
    ),
    "reset": lambda user: accounts.propose_reset(acting(user), user.username, "Because."),
    "disable": lambda user: accounts.disable(acting(user), user.username, "Because."),
}


@pytest.mark.parametrize("name", sorted(OWN))
def test_nobody_touches_an_account_of_his_own(name: str, cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="of his own"):
        OWN[name](cast.ada)
    cast.ada.refresh_from_db()
    assert cast.ada.is_active
    assert not AccountChange.objects.exists()


def test_nobody_agrees_to_a_change_of_the_own_account(cast: Cast) -> None:
    wanted = {"title": "supervisor 9", "roles": ["supervisor"], "is_active": True}
    change = accounts.propose(acting(cast.ada), "sven", wanted, "Renamed.")
    with pytest.raises(NotAllowed, match="of his own"):
        accounts.decide(acting(cast.sven), change.pk, True, "")


@pytest.mark.parametrize("roles", [sorted(pair) for pair in combinations(Role, 2)])
def test_an_administrator_and_an_auditor_have_no_other_role(roles: list[str]) -> None:
    if {"administrator", "auditor"} & set(roles):
        with pytest.raises(SenderFault) as fault:
            accounts.checked("somebody", roles)
        assert fault.value.rule == "account.roles_apart"
    else:
        assert accounts.checked("somebody", roles)["roles"] == sorted(roles)


@pytest.mark.parametrize(
    ("username", "title", "roles", "says"),
    [
        ("x", "title", ["senior"], "user name"),
        ("9lives", "title", ["senior"], "user name"),
        ("new", "title", ["senior"], "user name"),
        ("sam", "title", ["senior"], "already"),
        ("Sam", "title", ["senior"], "already"),
        ("sandra", " ", ["senior"], "title"),
        ("sandra", "X" * 61, ["senior"], "title"),
        ("sandra", "title", [], "roles"),
        ("sandra", "title", ["owner"], "roles"),
    ],
)
def test_what_breaks_a_rule_is_not_proposed(username: str, title: str, roles: list[str], says: str, cast: Cast) -> None:
    with pytest.raises(SenderFault, match=says):
        accounts.propose_new(acting(cast.ada), username, title, roles, "Because.")


def test_one_change_of_an_account_waits_at_a_time_and_the_proposer_takes_it_back(cast: Cast) -> None:
    change = new(cast)
    with pytest.raises(Stale):
        new(cast)
    accounts.take_back(acting(cast.ada), change.pk)
    new(cast)
    with pytest.raises(Stale, match="taken back"):
        accounts.decide(acting(cast.sven), change.pk, True, "")


def test_what_is_turned_down_changes_nothing(cast: Cast) -> None:
    change = new(cast)
    accounts.decide(acting(cast.sven), change.pk, False, "Nobody of that name works here.")
    assert not User.objects.filter(username="sandra").exists()
    assert len(entries(Event.ACCOUNT_TURNED_DOWN)) == 1


# Disabled


def logged_in(user: User) -> Client:
    """A browser in which the person is logged in."""
    client = Client()
    client.force_login(user)
    return client


def test_disabling_ends_every_session_at_once_and_none_comes_back_to_life(cast: Cast) -> None:
    at_home, at_work, other = logged_in(cast.sam), logged_in(cast.sam), logged_in(cast.sofia)
    assert at_home.get("/queue/").status_code == 200
    accounts.disable(acting(cast.ada), "sam", "Left.")
    assert at_home.get("/queue/")["Location"].startswith("/login/")
    assert Session.objects.count() == 1
    assert other.get("/queue/").status_code == 200
    wanted = {"title": cast.sam.title, "roles": ["specialist"], "is_active": True}
    change = accounts.propose(acting(cast.ada), "sam", wanted, "Is back.")
    accounts.decide(acting(cast.sven), change.pk, True, "")
    assert User.objects.get(username="sam").is_active
    assert at_work.get("/queue/")["Location"].startswith("/login/")


@pytest.mark.django_db(transaction=True)
def test_disabled_while_requests_run_every_later_one_is_refused(transactional_center: Line) -> None:
    cast = assemble()
    clients = [logged_in(cast.sam) for _ in range(4)]
    disabled, wrong = threading.Event(), []

    def press(client: Client) -> None:
        try:
            for _ in range(12):
                before = disabled.is_set()
                status = client.get("/keys/").status_code
                if before and status != 302:
                    wrong.append(status)
        finally:
            connections.close_all()

    crew = [threading.Thread(target=press, args=(client,)) for client in clients]
    for member in crew:
        member.start()
    accounts.disable(acting(cast.ada), "sam", "Left.")
    disabled.set()
    for member in crew:
        member.join()
    assert wrong == []
    assert all(client.get("/keys/").status_code == 302 for client in clients)


def test_an_account_that_is_disabled_is_not_disabled_again_and_never_by_a_change(cast: Cast) -> None:
    with pytest.raises(WrongState, match="at once"):
        accounts.propose(acting(cast.ada), "sam", {"title": "x", "roles": ["senior"], "is_active": False}, "Because.")
    accounts.disable(acting(cast.ada), "sam", "Left.")
    with pytest.raises(WrongState, match="disabled already"):
        accounts.disable(acting(cast.ada), "sam", "Left.")


# Passwords


def test_a_lost_password_is_replaced_by_two_people_and_its_sessions_end(cast: Cast) -> None:
    browser = logged_in(cast.sam)
    change = accounts.propose_reset(acting(cast.ada), "sam", "Lost it.")
    assert browser.get("/queue/").status_code == 200
    accounts.decide(acting(cast.sven), change.pk, True, "")
    assert browser.get("/queue/")["Location"].startswith("/login/")
    assert not User.objects.get(username="sam").check_password(PASSWORD)
    password = accounts.give_password(acting(cast.ada), change.pk)
    assert User.objects.get(username="sam").check_password(password)


@pytest.mark.parametrize(
    ("old", "chosen", "says"),
    [
        ("wrong", GOOD, "not your password"),
        (PASSWORD, PASSWORD, "another password"),
        (PASSWORD, "short", "too short"),
        (PASSWORD, "password1", "common"),
        (PASSWORD, "sam of the tests", "similar"),
    ],
)
def test_a_password_that_breaks_a_rule_is_not_taken(old: str, chosen: str, says: str, cast: Cast) -> None:
    with pytest.raises(SenderFault, match=says):
        accounts.choose_password(acting(cast.sam), old, chosen)
    assert User.objects.get(username="sam").check_password(PASSWORD)


@pytest.mark.parametrize("chosen", [GOOD, "Ünïcödé ☂ pass", " leading blanks", "x7" * 40])
def test_a_person_chooses_any_characters(chosen: str, cast: Cast) -> None:
    accounts.choose_password(acting(cast.sam), PASSWORD, chosen)
    sam = User.objects.get(username="sam")
    assert sam.check_password(chosen)
    assert not sam.password_given
    assert len(entries(Event.ACCOUNT_PASSWORD_CHOSEN)) == 1


# By command


def test_the_first_accounts_are_made_by_command_until_two_people_can_do_it(center: Line) -> None:
    accounts.add_by_command(WORKER, "anna", "administrator 1", ["administrator"], GOOD)
    accounts.add_by_command(WORKER, "sue", "supervisor 1", ["supervisor"], GOOD)
    with pytest.raises(Refused, match="on the pages"):
        accounts.add_by_command(WORKER, "bob", "specialist 1", ["specialist"], GOOD)
    assert User.objects.get(username="anna").password_given
    accounts.disable_by_command(WORKER, "sue")
    accounts.add_by_command(WORKER, "otto", "administrator 2", ["administrator"], GOOD)
    assert len(entries(Event.ACCOUNT_ADDED)) == 3
    assert '"actor":"program:command"' in entries(Event.ACCOUNT_ADDED)[0]


def test_one_person_is_never_two_whatever_the_roles(center: Line) -> None:
    for number in range(3):
        accounts.add_by_command(WORKER, f"spec{number}", "specialist", ["specialist"], GOOD)
    accounts.add_by_command(WORKER, "anna", "administrator 1", ["administrator"], GOOD)
    accounts.require_setting_up("Accounts")


@pytest.mark.parametrize("password", ["", "short", "password1", "annalena"])
def test_a_command_takes_no_bad_password(password: str, center: Line) -> None:
    with pytest.raises(SenderFault):
        accounts.add_by_command(WORKER, "annalena", "administrator 1", ["administrator"], password)
    assert not User.objects.exists()


# Who may

ACTS: dict[str, tuple[Callable[[User], object], set[str]]] = {
    "view": (lambda user: accounts.view(acting(user)), {"sven", "ada"}),
    "propose": (
        lambda user: accounts.propose_new(acting(user), "sandra", "specialist 20", ["specialist"], "New."),
        {"ada"},
    ),
    "disable": (lambda user: accounts.disable(acting(user), "sofia", "Left."), {"ada"}),
    "reset": (lambda user: accounts.propose_reset(acting(user), "sofia", "Lost it."), {"ada"}),
}


@pytest.mark.parametrize("name", sorted(ACTS))
@pytest.mark.parametrize("who", ["sam", "selma", "sven", "aldo", "ada", "nobody", "robot"])
def test_a_step_is_for_its_roles_alone(name: str, who: str, cast: Cast) -> None:
    act, may = ACTS[name]
    try:
        act(getattr(cast, who))
        done = True
    except NotAllowed:
        done = False
    assert done == (who in may)
