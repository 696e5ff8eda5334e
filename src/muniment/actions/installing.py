"""Setting up a center: what this database is, who may ask, and in the demo who may log in."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.hashers import make_password

from muniment.actions.agencies import checked, current, put
from muniment.actions.context import Actor, Step, step
from muniment.core.errors import Refused, SenderFault
from muniment.core.ledger import Event
from muniment.core.permissions import Role
from muniment.formats import directory
from muniment.store import access
from muniment.store.models import Agency, Installation, Line, User

DEMO_PASSWORD: Final = "specimen-muster-24"  # noqa: S105  printed on the login page of a synthetic database on purpose


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the demo."""

    username: str
    title: str
    roles: tuple[Role, ...]
    scripted: bool = False


DEMO_ACCOUNTS: Final = (
    Account("specialist14", "specialist 14", (Role.SPECIALIST,)),
    Account("specialist9", "specialist 9", (Role.SPECIALIST,)),
    Account("senior3", "senior specialist 3", (Role.SENIOR,)),
    Account("supervisor1", "supervisor 1", (Role.SUPERVISOR,)),
    Account("adjudicator1", "adjudicator 1", (Role.ADJUDICATOR,)),
    Account("auditor1", "auditor 1", (Role.AUDITOR,)),
    Account("administrator1", "administrator 1", (Role.ADMINISTRATOR,)),
    Account("scripted1", "scripted account 1", (Role.SPECIALIST,), scripted=True),
    Account("scripted2", "scripted account 2", (Role.SENIOR,), scripted=True),
)


def mark_synthetic(actor: Actor, call_back: str) -> None:
    """Mark a database without accounts or messages as holding nothing of real people; there is no way back."""
    with step(actor) as s:
        if access.installation().synthetic:
            return
        if access.holds_anything():
            raise Refused("This database already holds data; it cannot be marked synthetic.", rule="synthetic.empty")
        Installation.objects.update_or_create(id=1, defaults={"synthetic": True, "call_back": call_back})
        s.record(Event.INSTALLATION_MARKED, synthetic=True)


def _require_synthetic() -> None:
    if not access.installation().synthetic:
        raise Refused("Demo data may be written only to a database marked synthetic.", rule="synthetic.only")


def add_demo_accounts(actor: Actor) -> None:
    """Create the accounts of the demo, or give them their first password and roles again."""
    _require_synthetic()
    for account in DEMO_ACCOUNTS:
        with step(actor) as s:
            row, new = User.objects.update_or_create(
                username=account.username,
                defaults={
                    "title": account.title,
                    "roles": [role.value for role in account.roles],
                    "scripted": account.scripted,
                    "demo": True,
                    "password": make_password(DEMO_PASSWORD),
                },
            )
            event = Event.ACCOUNT_ADDED if new else Event.ACCOUNT_CHANGED
            s.record(event, objects={"user": row.pk}, fields=["password", "roles", "title"])


def add_line(actor: Actor, name: str, key: str, *, inbox_limit: int = 1000, certificate: str | None = None) -> Line:
    """Create a line, or change its key, and its certificate (PEM; empty for none) where one is given."""
    fields: dict[str, Any] = {"key_hash": hashlib.sha256(key.encode()).hexdigest(), "inbox_limit": inbox_limit}
    if certificate is not None:
        fields |= {"certificate": certificate, "fingerprint": certificate and _fingerprint(certificate)}
    with step(actor) as s:
        line = access.line(name) or Line(name=name)
        changed = [field for field, value in fields.items() if getattr(line, field) != value]
        for field in changed:
            setattr(line, field, fields[field])
        line.save()
        if changed:
            s.record(Event.LINE_CHANGED, objects={"line": name}, fields=sorted(changed))
        return line


def _fingerprint(certificate: str) -> str:
    """SHA-256 of the one certificate, as openssl's `-fingerprint` prints it but without colons and in small letters."""
    try:
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate.strip())).hexdigest()
    except ValueError:
        text = "That is not one certificate in PEM."
        raise SenderFault(text, field="certificate", rule="line.certificate") from None


def add_agencies(actor: Actor, agencies: Iterable[Mapping[str, Any]]) -> None:
    """Put agencies into the directory, or change them: `ori name state purposes call_back lines`, and where given
    `kind per_hour per_day`. This is for setting a center up: on the pages it takes two people.
    """
    for agency in agencies:
        with step(actor) as s:
            _put_agency(s, directory.ori(agency["ori"]), checked(agency))


def _put_agency(s: Step, ori: str, fields: Mapping[str, Any]) -> None:
    agency = access.lock_agency_whole(ori)
    before = current(agency) if agency is not None else {}
    changed = {name: value for name, value in fields.items() if before.get(name, ...) != value}
    if changed:
        put(agency or Agency(ori=ori), changed)
        event = Event.AGENCY_CHANGED if agency is not None else Event.AGENCY_ADDED
        s.record(event, objects={"agency": ori}, fields=sorted(changed))
