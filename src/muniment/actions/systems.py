"""The record systems: what they do, and whether they are asked. Who has one asked no more says why, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError

from muniment.actions.context import Actor, Step, step
from muniment.actions.noting import reason_in
from muniment.core.errors import SenderFault, Stale
from muniment.core.ledger import Event
from muniment.core.permissions import Permission
from muniment.core.record import SYSTEMS
from muniment.store import access
from muniment.store.access import Absent, SystemPace
from muniment.store.models import SystemSwitch

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(hours=24)
LONGEST: Final = 200  # characters of a reason: it is kept with each inquiry for which the system was not asked


@dataclass(frozen=True, slots=True)
class Systems:
    """What the page of the systems shows, as it is at `now`."""

    now: datetime
    hour: Mapping[str, SystemPace]
    day: Mapping[str, SystemPace]
    switches: Mapping[str, SystemSwitch]


def view(actor: Actor) -> Systems:
    """All systems for their page."""
    with step(actor, Permission.SYSTEM_VIEW) as s:
        user, now = actor.person(), s.now
        hour, day = (access.system_pace(user, now - span, now) for span in (HOUR, DAY))
        standing = access.standing_switches()
        s.record(Event.SYSTEMS_VIEWED, which="all", off=sorted(code for code, row in standing.items() if not row.asked))
        return Systems(now, hour, day, standing)


def view_switches(actor: Actor, system: str) -> list[SystemSwitch]:
    """Who had one system asked no more, or asked again, newest first."""
    with step(actor, Permission.SYSTEM_VIEW) as s:
        _require_known(system)
        s.record(Event.SYSTEMS_VIEWED, which=system)
        return access.switches(system)


def _require_known(system: str) -> None:
    if system not in SYSTEMS:
        raise Absent


def switch(actor: Actor, system: str, version: int, asked: bool, reason: str) -> None:
    """Stop asking a system, or ask it again, from the next search on.

    `version` is that of the switch which the person saw, 0 for none. Of two people at one switch the second gets
    `Stale` with who was first, and why.
    """
    try:
        with step(actor, Permission.SYSTEM_SWITCH) as s:
            _require_known(system)
            _switch(s, system, version, asked, _short(reason))
    except IntegrityError:
        raise _stale(system) from None


def _short(text: str) -> str:
    reason = reason_in(text)
    if len(reason) > LONGEST:
        raise SenderFault(f"This reason has at most {LONGEST} characters.", field="reason", rule="switch.length")
    return reason


def _switch(s: Step, system: str, version: int, asked: bool, reason: str) -> None:
    last = access.standing_switches().get(system)
    if version != (last.version if last else 0) or asked == (last is None or last.asked):
        raise _stale(system)
    SystemSwitch.objects.create(
        system=system, version=version + 1, asked=asked, reason=reason, user=s.actor.person(), at=s.now
    )
    event = Event.SYSTEM_SWITCHED_ON if asked else Event.SYSTEM_SWITCHED_OFF
    s.record(event, objects={"system": system}, version=version + 1)
    if asked:
        access.wake_asking([system], s.now)


def _stale(system: str) -> Stale:
    last = access.standing_switches().get(system)
    if last is None:
        return Stale(f"{system} is asked already.", rule="switch.stale")
    did = "had it asked again" if last.asked else "had it asked no more"
    text = f"{last.user} {did} at {last.at:%H:%M} UTC: {last.reason}"
    return Stale(f"Somebody was first with {system}. {text}", rule="switch.stale")
