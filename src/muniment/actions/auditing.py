"""An auditor looks at the ledger and takes entries along; both are entries themselves (AU-2). He acts on nothing."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any, Final

from django.conf import settings

from muniment.actions.context import Actor, step
from muniment.core.ledger import Event
from muniment.core.permissions import Permission
from muniment.store import access
from muniment.store.access import Wanted
from muniment.store.models import LedgerEntry

SHOWN: Final = 200
CHUNK: Final = 500  # entries read at a time for an export


def search(actor: Actor, wanted: Wanted) -> list[LedgerEntry]:
    """The newest entries that fit."""
    with step(actor, Permission.LEDGER_SEARCH) as s:
        rows = list(access.ledger(actor.person(), wanted)[:SHOWN])
        s.record(Event.LEDGER_SEARCHED, **_asked(wanted), shown=len(rows))
        return rows


def export(actor: Actor, wanted: Wanted, form: str) -> Iterator[list[LedgerEntry]]:
    """All entries that fit, oldest first and in chunks; the export is written down before the first one leaves."""
    with step(actor, Permission.LEDGER_SEARCH) as s:
        rows = access.ledger(actor.person(), wanted).order_by("id")
        newest = rows.last()
        last = newest.pk if newest is not None else 0
        s.record(Event.LEDGER_EXPORTED, **_asked(wanted), form=form, entries=rows.count(), last=last)
    return _chunks(actor, wanted, last)


def _chunks(actor: Actor, wanted: Wanted, last: int) -> Iterator[list[LedgerEntry]]:
    """By their numbers, so that no cursor and no transaction stays open while somebody reads slowly."""
    seen = 0
    while rows := list(access.ledger(actor.person(), wanted).filter(id__gt=seen, id__lte=last).order_by("id")[:CHUNK]):
        yield rows
        seen = rows[-1].pk


def _asked(wanted: Wanted) -> dict[str, Any]:
    """What was asked, without the name: a keyed hash of it shows later whether it was this name."""
    said = {
        "inquiry_asked": wanted.inquiry,
        "event_asked": wanted.event,
        "actor_asked": wanted.by,
        "agency_asked": wanted.agency,
        "since_asked": wanted.since.isoformat() if wanted.since else "",
        "until_asked": wanted.until.isoformat() if wanted.until else "",
    }
    return said | {"about_asked": keyed(wanted.about) if wanted.about else ""}


def keyed(text: str) -> str:
    """HMAC-SHA-256 of the text in capitals under the installation's key, in hex."""
    return hmac.new(settings.SECRET_KEY.encode(), text.upper().encode(), hashlib.sha256).hexdigest()
