"""Setting a center up is written down too: who did it, what changed, and nothing where nothing did."""

from __future__ import annotations

import pytest

from muniment.actions import installing
from muniment.actions.context import Actor
from muniment.core.errors import SenderFault
from muniment.core.ledger import Event
from muniment.store.models import Agency, LedgerEntry, Line

pytestmark = pytest.mark.django_db

SETTER = Actor.program("command")
AGENCY = {
    "ori": "ZZ0099900",
    "name": "Muster County Sheriff",
    "state": "TX",
    "purposes": ["C"],
    "call_back": "5550100999",
    "lines": ["demo"],
}


def entries(event: Event, actor: str = "program:command") -> list[str]:
    """Canonical bytes of this event by this actor, in order."""
    rows = LedgerEntry.objects.filter(event=event, actor=actor).order_by("id")
    return [bytes(entry.canonical).decode() for entry in rows]


def test_a_line_is_an_entry_without_its_key_and_the_same_again_is_none(center: Line) -> None:
    for _ in range(2):
        installing.add_line(SETTER, "north", "CANARY KEY")
    installing.add_line(SETTER, "north", "CANARY OTHER KEY")
    made, changed = entries(Event.LINE_CHANGED)
    assert '"objects":{"line":"north"}' in made
    assert '"fields":["key_hash"]' in changed
    assert "CANARY" not in made + changed


def test_an_agency_is_an_entry_and_only_what_differs_is_named(center: Line) -> None:
    for _ in range(2):
        installing.add_agencies(SETTER, [AGENCY])
    installing.add_agencies(SETTER, [AGENCY | {"call_back": "5550100998", "kind": "jail"}])
    assert len(entries(Event.AGENCY_ADDED)) == 1
    [changed] = entries(Event.AGENCY_CHANGED)
    assert '"fields":["call_back","kind"]' in changed
    assert Agency.objects.get(pk="ZZ0099900").kind == "jail"


def test_setting_up_does_not_lift_a_suspension(center: Line) -> None:
    installing.add_agencies(SETTER, [AGENCY])
    Agency.objects.filter(pk="ZZ0099900").update(suspended=True)
    installing.add_agencies(SETTER, [AGENCY | {"name": "Muster Police"}])
    agency = Agency.objects.get(pk="ZZ0099900")
    assert (agency.name, agency.suspended) == ("Muster Police", True)


def test_what_breaks_a_rule_of_the_directory_is_not_set_up_either(center: Line) -> None:
    with pytest.raises(SenderFault, match="Call-back number must be"):
        installing.add_agencies(SETTER, [AGENCY | {"call_back": "911"}])
    assert not Agency.objects.filter(pk="ZZ0099900").exists()
