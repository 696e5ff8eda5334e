"""The directory of agencies: two people change it, one suspends, and the ledger says who, never what was written."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from muniment.actions import agencies
from muniment.core.ceilings import Ceiling
from muniment.core.errors import NotAllowed, Refused, SenderFault, Stale, WrongState
from muniment.core.ledger import Event
from muniment.core.permissions import Role
from muniment.store.access import Absent
from muniment.store.models import Agency, AgencyChange, CeilingRaise, LedgerEntry, Line, User
from tests.cast import Cast, acting, assemble, person

pytestmark = pytest.mark.django_db

ORI = "ZZ0010100"
NEW = {
    "name": "Muster County Sheriff",
    "state": "tx",
    "kind": "jail",
    "purposes": ["C"],
    "call_back": "555-010-0999",
    "lines": ["demo"],
    "per_hour": None,
    "per_day": 50,
}


def fields(**more: Any) -> dict[str, Any]:
    """The example's agency as the page would send it, with something changed."""
    return agencies.current(Agency.objects.get(pk=ORI)) | more


def entries(*events: Event) -> list[str]:
    """Canonical bytes of these events, in order."""
    return [bytes(entry.canonical).decode() for entry in LedgerEntry.objects.filter(event__in=events).order_by("id")]


# Two people


def test_a_new_agency_may_ask_once_another_person_has_agreed(cast: Cast) -> None:
    change = agencies.propose_new(acting(cast.ada), "zz0099900", NEW, "Contract signed.")
    assert not Agency.objects.filter(pk="ZZ0099900").exists()
    agencies.decide(acting(cast.sven), change.pk, True, "")
    agency = Agency.objects.get(pk="ZZ0099900")
    assert (agency.state, agency.call_back, agency.kind, agency.per_day) == ("TX", "5550100999", "jail", 50)
    assert list(agency.lines.values_list("name", flat=True)) == ["demo"]
    change.refresh_from_db()
    assert (change.outcome, change.decider) == ("agreed", cast.sven)
    [proposed, added] = entries(Event.AGENCY_PROPOSED, Event.AGENCY_ADDED)[-2:]
    assert f'"actor":"user:{cast.ada.pk}"' in proposed
    assert f'"actor":"user:{cast.sven.pk}"' in added
    assert "Muster" not in proposed + added


def test_a_change_keeps_only_what_differs_and_is_done_when_agreed(cast: Cast) -> None:
    change = agencies.propose(acting(cast.ada), ORI, fields(call_back="5550100777", purposes=["C"]), "They moved.")
    assert change.before == {"call_back": "5550100100", "purposes": ["C", "F"]}
    assert Agency.objects.get(pk=ORI).call_back == "5550100100"
    agencies.decide(acting(person("otto", Role.ADMINISTRATOR)), change.pk, True, "")
    agency = Agency.objects.get(pk=ORI)
    assert (agency.call_back, agency.purposes) == ("5550100777", ["C"])


def test_who_proposed_cannot_decide_and_the_attempt_is_written_down(cast: Cast) -> None:
    change = agencies.propose(acting(cast.ada), ORI, fields(name="Other"), "Because.")
    with pytest.raises(Refused, match="another person"):
        agencies.decide(acting(cast.ada), change.pk, True, "")
    [entry] = entries(Event.ACCESS_DENIED)
    assert "change.takes_two" in entry
    assert AgencyChange.objects.get().outcome == "open"


def test_what_is_turned_down_says_why_and_changes_nothing(cast: Cast) -> None:
    change = agencies.propose(acting(cast.ada), ORI, fields(name="Other"), "Because.")
    with pytest.raises(SenderFault):
        agencies.decide(acting(cast.sven), change.pk, False, " ")
    agencies.decide(acting(cast.sven), change.pk, False, "Not their name.")
    assert Agency.objects.get(pk=ORI).name == "Example County Sheriff"
    assert AgencyChange.objects.get().note == "Not their name."
    assert len(entries(Event.AGENCY_TURNED_DOWN)) == 1


def test_the_second_of_two_who_decide_is_told_who_was_first(cast: Cast) -> None:
    change = agencies.propose(acting(cast.ada), ORI, fields(name="Other"), "Because.")
    agencies.decide(acting(cast.sven), change.pk, False, "Not their name.")
    with pytest.raises(Stale, match=r"sven of the tests was first: this was turned down at \d\d:\d\d UTC"):
        agencies.decide(acting(person("stella", Role.SUPERVISOR)), change.pk, True, "")


@pytest.mark.django_db(transaction=True)
def test_of_many_who_decide_at_once_exactly_one_does(transactional_center: Line) -> None:
    cast = assemble()
    change = agencies.propose(acting(cast.ada), ORI, fields(name="Other"), "Because.")
    crew = [person(f"supervisor{number}", Role.SUPERVISOR) for number in range(6)]
    told: list[str] = []

    def decide(user: User, agreed: bool) -> None:
        try:
            agencies.decide(acting(user), change.pk, agreed, "Because.")
            told.append("done")
        except Stale as fault:
            told.append(str(fault))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=decide, args=(user, place % 2 == 0)) for place, user in enumerate(crew)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count("done") == 1
    assert all("was first" in sentence for sentence in told if sentence != "done")
    assert len(told) == 6
    change.refresh_from_db()
    assert (Agency.objects.get(pk=ORI).name == "Other") == (change.outcome == "agreed")


def test_one_change_of_an_agency_waits_at_a_time(cast: Cast) -> None:
    agencies.propose(acting(cast.ada), ORI, fields(name="Other"), "Because.")
    with pytest.raises(Stale, match="waits for a second person already"):
        agencies.propose(acting(person("otto", Role.ADMINISTRATOR)), ORI, fields(name="Third"), "Because.")


def test_the_proposer_alone_takes_it_back(cast: Cast) -> None:
    change = agencies.propose(acting(cast.ada), ORI, fields(name="Other"), "Because.")
    with pytest.raises(NotAllowed):
        agencies.take_back(acting(cast.sven), change.pk)
    agencies.take_back(acting(cast.ada), change.pk)
    with pytest.raises(Stale):
        agencies.decide(acting(cast.sven), change.pk, True, "")


def test_what_was_changed_meanwhile_is_not_overwritten(cast: Cast) -> None:
    change = agencies.propose(acting(cast.ada), ORI, fields(name="Other"), "Because.")
    Agency.objects.filter(pk=ORI).update(name="Third")
    with pytest.raises(WrongState, match="name"):
        agencies.decide(acting(cast.sven), change.pk, True, "")
    assert AgencyChange.objects.get().outcome == "open"


def test_agreeing_to_a_change_does_not_lift_a_suspension_that_came_meanwhile(cast: Cast) -> None:
    change = agencies.propose(acting(cast.ada), ORI, fields(name="Other"), "Because.")
    agencies.suspend(acting(cast.sven), ORI, "Key lost.")
    agencies.decide(acting(cast.sven), change.pk, True, "")
    agency = Agency.objects.get(pk=ORI)
    assert (agency.name, agency.suspended) == ("Other", True)


@pytest.mark.parametrize(
    ("ori", "more", "says"),
    [
        ("ZZ00", {}, "ORI must be"),
        (ORI, {}, "in the directory already"),
        ("ZZ0099900", {"lines": []}, "at least one line"),
        ("ZZ0099900", {"lines": ["nowhere"]}, "at least one line"),
        ("ZZ0099900", {"purposes": ["X"]}, "Purposes must be"),
        ("ZZ0099900", {"call_back": "911"}, "Call-back number must be"),
        ("ZZ0099900", {"per_day": 0}, "Ceiling of 24 hours must be"),
    ],
)
def test_what_breaks_a_rule_is_not_proposed(ori: str, more: dict[str, Any], says: str, cast: Cast) -> None:
    with pytest.raises(SenderFault, match=says):
        agencies.propose_new(acting(cast.ada), ori, NEW | more, "Because.")
    assert not AgencyChange.objects.exists()


def test_a_change_of_nothing_and_one_without_a_reason_are_not_proposed(cast: Cast) -> None:
    with pytest.raises(SenderFault, match="Nothing of this differs"):
        agencies.propose(acting(cast.ada), ORI, fields(), "Because.")
    with pytest.raises(SenderFault, match="why"):
        agencies.propose(acting(cast.ada), ORI, fields(name="Other"), "")


# At once


def test_one_person_suspends_and_it_takes_two_to_lift_it(cast: Cast) -> None:
    agencies.suspend(acting(cast.sven), ORI, "Key lost.")
    assert Agency.objects.get(pk=ORI).suspended
    with pytest.raises(WrongState, match="suspended already"):
        agencies.suspend(acting(cast.ada), ORI, "Key lost.")
    change = agencies.propose_to_lift(acting(cast.sven), ORI, "A new key.")
    assert Agency.objects.get(pk=ORI).suspended
    with pytest.raises(Refused):
        agencies.decide(acting(cast.sven), change.pk, True, "")
    agencies.decide(acting(cast.ada), change.pk, True, "")
    assert not Agency.objects.get(pk=ORI).suspended
    assert list(AgencyChange.objects.order_by("id").values_list("outcome", flat=True)) == ["at once", "agreed"]


def test_an_agency_that_is_not_suspended_cannot_be_let_ask_again(cast: Cast) -> None:
    with pytest.raises(WrongState):
        agencies.propose_to_lift(acting(cast.sven), ORI, "Because.")


@pytest.mark.parametrize("ceiling", [Ceiling(60, 300), Ceiling(59, 400), Ceiling(70, 299), Ceiling(70, 10_000_001)])
def test_a_raise_gives_more_and_less_of_nothing(ceiling: Ceiling, cast: Cast) -> None:
    with pytest.raises(SenderFault, match="more than 60 an hour and 300 in 24 hours"):
        agencies.raise_ceiling(acting(cast.sven), ORI, ceiling, "Because.")
    assert not CeilingRaise.objects.exists()


# Who may


Act = Callable[[User], object]
ACTS: dict[str, tuple[Act, set[str]]] = {
    "view": (lambda user: agencies.view(acting(user)), {"sven", "ada"}),
    "propose": (lambda user: agencies.propose(acting(user), ORI, fields(name="Other"), "Because."), {"ada"}),
    "suspend": (lambda user: agencies.suspend(acting(user), ORI, "Because."), {"sven", "ada"}),
    "raise": (lambda user: agencies.raise_ceiling(acting(user), ORI, Ceiling(90, 900), "Because."), {"sven"}),
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


@pytest.mark.parametrize(
    "act",
    [
        lambda actor: agencies.view_one(actor, "ZZ9999999"),
        lambda actor: agencies.suspend(actor, "ZZ9999999", "Because."),
        lambda actor: agencies.raise_ceiling(actor, "ZZ9999999", Ceiling(90, 900), "Because."),
        lambda actor: agencies.view_change(actor, 999),
        lambda actor: agencies.decide(actor, 999, True, ""),
    ],
)
def test_what_does_not_exist_is_absent(act: Callable[[Any], object], cast: Cast) -> None:
    with pytest.raises(Absent):
        act(acting(cast.sven))
