"""The directory of agencies: looked at, changed by two people, suspended by one, and a ceiling raised for a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError

from muniment.actions import changing
from muniment.actions.context import Actor, Step, step
from muniment.actions.noting import reason_in
from muniment.core.ceilings import MOST, Ceiling
from muniment.core.errors import Refused, SenderFault, Stale, WrongState
from muniment.core.ledger import Event
from muniment.core.permissions import Permission
from muniment.formats import directory
from muniment.store import access
from muniment.store.access import Absent, Listed
from muniment.store.models import Agency, AgencyChange, CeilingRaise

#: How long a raised ceiling holds.
RAISED_FOR: Final = timedelta(hours=24)
#: What of an agency people propose; a suspension is lifted by a proposal of its own.
FIELDS: Final = ("name", "state", "kind", "purposes", "call_back", "lines", "per_hour", "per_day")


# Looked at


@dataclass(frozen=True, slots=True)
class Seen:
    """The directory as it is at `now`, with what waits for a second person."""

    now: datetime
    rows: Sequence[Listed]
    waiting: Sequence[AgencyChange]


def view(actor: Actor, text: str = "", which: str = "") -> Seen:
    """The directory, or the part of it that fits."""
    with step(actor, Permission.AGENCY_VIEW) as s:
        rows = access.directory(actor.person(), text, which, s.now)
        s.record(Event.AGENCIES_VIEWED, which=which or "all", shown=len(rows))
        return Seen(s.now, rows, access.open_agency_changes(actor.person()))


@dataclass(frozen=True, slots=True)
class SeenOne:
    """One agency, and what was proposed and decided about it."""

    now: datetime
    listed: Listed
    changes: Sequence[AgencyChange]


def view_one(actor: Actor, ori: str) -> SeenOne:
    """One agency for its pages."""
    with step(actor, Permission.AGENCY_VIEW) as s:
        listed = access.agency(actor.person(), ori, s.now)
        s.record(Event.AGENCIES_VIEWED, which="one", objects={"agency": ori})
        return SeenOne(s.now, listed, access.agency_changes(actor.person(), ori))


def view_change(actor: Actor, change_id: int) -> AgencyChange:
    """One change for the page on which it is decided."""
    with step(actor, Permission.AGENCY_VIEW) as s:
        change = access.agency_change(actor.person(), change_id)
        s.record(Event.AGENCIES_VIEWED, which="change", objects={"agency": change.ori, "change": change.pk})
        return change


# Proposed and decided


def checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an agency by the rules of the directory; `SenderFault` names the first that breaks one."""
    lines = sorted(set(fields["lines"]))
    if not lines or set(lines) - set(access.line_names()):
        raise SenderFault("Choose at least one line of this center.", field="lines", rule="agency.field")
    return {
        "name": directory.name(fields["name"]),
        "state": directory.state(fields["state"]),
        "kind": directory.kind(fields.get("kind") or "police"),
        "purposes": directory.purposes(fields["purposes"]),
        "call_back": directory.telephone(fields["call_back"]),
        "lines": lines,
        "per_hour": directory.ceiling("Ceiling of an hour", fields.get("per_hour")),
        "per_day": directory.ceiling("Ceiling of 24 hours", fields.get("per_day")),
    }


def current(agency: Agency) -> dict[str, Any]:
    """The agency as a change describes it."""
    found = {name: getattr(agency, name) for name in FIELDS if name != "lines"}
    lines = sorted(agency.lines.values_list("name", flat=True))
    return found | {"lines": lines, "purposes": sorted(agency.purposes), "suspended": agency.suspended}


def propose_new(actor: Actor, ori: str, fields: Mapping[str, Any], reason: str) -> AgencyChange:
    """Propose an agency that is not in the directory; it may ask once another person has agreed."""
    with step(actor, Permission.AGENCY_PROPOSE) as s:
        ori = directory.ori(ori)
        if access.find_agency(ori) is not None:
            raise SenderFault(f"{ori} is in the directory already; change it there.", field="ori", rule="agency.known")
        return _propose(s, ori, None, checked(fields), reason)


def propose(actor: Actor, ori: str, fields: Mapping[str, Any], reason: str) -> AgencyChange:
    """Propose that an agency be changed; it stays as it is until another person has agreed."""
    with step(actor, Permission.AGENCY_PROPOSE) as s:
        before, after = changing.differing(current(_known(ori)), checked(fields))
        return _propose(s, ori, before, after, reason)


def propose_to_lift(actor: Actor, ori: str, reason: str) -> AgencyChange:
    """Propose that a suspended agency may ask again."""
    with step(actor, Permission.AGENCY_SUSPEND) as s:
        if not _known(ori).suspended:
            raise WrongState(f"{ori} is not suspended.", rule="agency.not_suspended")
        return _propose(s, ori, {"suspended": True}, {"suspended": False}, reason)


def _known(ori: str) -> Agency:
    agency = access.find_agency(ori)
    if agency is None:
        raise Absent
    return agency


def _propose(s: Step, ori: str, before: dict[str, Any] | None, after: dict[str, Any], reason: str) -> AgencyChange:
    user = s.actor.person()
    try:
        change = AgencyChange.objects.create(
            ori=ori, before=before, after=after, reason=reason_in(reason), proposer=user, proposed=s.now
        )
    except IntegrityError:
        text = f"A change of {ori} waits for a second person already; let it be decided, or taken back, first."
        raise Stale(text, rule="agency.waits") from None
    s.record(Event.AGENCY_PROPOSED, objects={"agency": ori, "change": change.pk}, fields=sorted(after))
    return change


def decide(actor: Actor, change_id: int, agreed: bool, note: str) -> AgencyChange:
    """Agree to what another person proposed, which is done at once, or turn it down with a note that says why."""
    try:
        with step(actor, Permission.AGENCY_DECIDE) as s:
            change = access.lock_agency_change(change_id)
            changing.decide(s, change, agreed, note)
            if agreed:
                _apply(s, change)
            else:
                s.record(Event.AGENCY_TURNED_DOWN, objects={"agency": change.ori, "change": change.pk})
            return change
    except Refused as fault:
        raise changing.refused(actor, fault) from None


def _apply(s: Step, change: AgencyChange) -> None:
    agency = access.lock_agency_whole(change.ori)
    if change.before is None:
        if agency is not None:
            raise WrongState(f"{change.ori} is in the directory by now; turn this down.", rule="change.moved")
        agency = Agency(ori=change.ori)
    elif agency is None:
        raise Absent
    else:
        changing.require_as_before(change, current(agency))
    put(agency, change.after)
    event = Event.AGENCY_ADDED if change.before is None else Event.AGENCY_CHANGED
    s.record(event, objects={"agency": change.ori, "change": change.pk}, fields=sorted(change.after))


def put(agency: Agency, fields: Mapping[str, Any]) -> None:
    """Write fields, as `checked` gave them, to the directory."""
    for name, value in fields.items():
        if name != "lines":
            setattr(agency, name, value)
    agency.save()
    if "lines" in fields:
        agency.lines.set(fields["lines"])


def take_back(actor: Actor, change_id: int) -> AgencyChange:
    """The proposer takes a change back before anybody has decided."""
    with step(actor, Permission.AGENCY_VIEW) as s:
        change = access.lock_agency_change(change_id)
        changing.take_back(s, change)
        s.record(Event.AGENCY_TAKEN_BACK, objects={"agency": change.ori, "change": change.pk})
        return change


# At once


def suspend(actor: Actor, ori: str, reason: str) -> None:
    """From now on the agency may not ask; what it is owed still goes to it. One person suffices."""
    with step(actor, Permission.AGENCY_SUSPEND) as s:
        reason = reason_in(reason)
        agency = access.lock_agency_whole(ori)
        if agency is None:
            raise Absent
        if agency.suspended:
            raise WrongState(f"{ori} is suspended already.", rule="agency.suspended_before")
        agency.suspended = True
        agency.save(update_fields=["suspended"])
        change = AgencyChange.objects.create(
            ori=ori,
            before={"suspended": False},
            after={"suspended": True},
            reason=reason,
            proposer=actor.person(),
            proposed=s.now,
            outcome="at once",
            decided=s.now,
        )
        s.record(Event.AGENCY_SUSPENDED, objects={"agency": ori, "change": change.pk})


def raise_ceiling(actor: Actor, ori: str, ceiling: Ceiling, reason: str) -> CeilingRaise:
    """Let an agency make more inquiries for 24 hours from now. It is never lowered by this."""
    with step(actor, Permission.AGENCY_RAISE) as s:
        reason = reason_in(reason)
        agency = access.lock_agency_whole(ori)
        if agency is None:
            raise Absent
        _require_more(ceiling, access.ceiling_of(agency, s.now))
        row = CeilingRaise.objects.create(
            agency=agency,
            per_hour=ceiling.per_hour,
            per_day=ceiling.per_day,
            reason=reason,
            user=actor.person(),
            at=s.now,
            until=s.now + RAISED_FOR,
        )
        numbers: dict[str, Any] = {"per_hour": row.per_hour, "per_day": row.per_day, "until": row.until.isoformat()}
        s.record(Event.AGENCY_CEILING_RAISED, objects={"agency": ori, "raise": row.pk}, **numbers)
        return row


def _require_more(wanted: Ceiling, now: Ceiling) -> None:
    numbers = ((wanted.per_hour, now.per_hour), (wanted.per_day, now.per_day))
    if not all(old <= new <= MOST for new, old in numbers) or wanted == now:
        text = f"A raise gives more than {now.per_hour:,} an hour and {now.per_day:,} in 24 hours, and less of neither."
        raise SenderFault(text, field="per_hour", rule="ceiling.more")
