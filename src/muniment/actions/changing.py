"""What takes two people: one proposes, another agrees or turns it down, never the same one (AC-2, AC-3(2))."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muniment.actions.context import Actor, Step, refuse
from muniment.actions.noting import reason_in, short
from muniment.core.errors import NotAllowed, Refused, SenderFault, Stale, WrongState
from muniment.store.models import Change


def differing(current: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that differ: as they are, and as they would be. Raises `SenderFault` where none does."""
    names = [name for name, value in wanted.items() if current[name] != value]
    if not names:
        raise SenderFault("Nothing of this differs from what stands there now.", field="reason", rule="change.same")
    return {name: current[name] for name in names}, {name: wanted[name] for name in names}


def require_as_before(change: Change, current: Mapping[str, Any]) -> None:
    """Raise `WrongState` where what is to be changed is no longer what its proposer saw."""
    moved = [name for name, value in (change.before or {}).items() if current[name] != value]
    if moved:
        text = f"Since this was proposed, something else was changed: {', '.join(moved)}. Turn it down and begin anew."
        raise WrongState(text, rule="change.moved")


def decide(s: Step, change: Change, agreed: bool, note: str) -> None:
    """A second person agrees, or turns it down and says why. Of two who decide the second gets `Stale` with who did."""
    require_open(change)
    if change.proposer_id == s.actor.person().pk:
        raise Refused("Who proposed a change cannot decide it: another person must look.", rule="change.takes_two")
    change.outcome, change.note = ("agreed", short(note.strip())) if agreed else ("turned down", reason_in(note))
    change.decider, change.decided = s.actor.person(), s.now
    change.save(update_fields=["outcome", "decider", "decided", "note"])


def take_back(s: Step, change: Change) -> None:
    """The proposer takes it back while nobody has decided."""
    require_open(change)
    if change.proposer_id != s.actor.person().pk:
        raise NotAllowed("Only who proposed a change can take it back.", rule="change.proposer")
    change.outcome, change.decided = "taken back", s.now
    change.save(update_fields=["outcome", "decided"])


def require_open(change: Change) -> None:
    """Raise `Stale`, with who decided and when, unless the change still waits."""
    if change.outcome == "open":
        return
    who = change.decider or change.proposer
    raise Stale(f"{who} was first: this was {change.outcome} at {change.decided:%H:%M} UTC.", rule="change.decided")


def refused(actor: Actor, fault: Refused) -> Refused:
    """Write down that somebody tried to be both people."""
    refuse(actor, fault.rule or "change")
    return fault
