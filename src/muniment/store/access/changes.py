"""What one person proposes and another decides, of any table: who may see it is asked by who names the rows."""

from __future__ import annotations

from typing import Final, TypeVar

from django.db.models import QuerySet

from muniment.store.access.center import Absent
from muniment.store.models import Change

#: Most changes of one agency or account that its page shows.
SHOWN: Final = 50
C = TypeVar("C", bound=Change)


def history(rows: QuerySet[C]) -> list[C]:
    """What was proposed and decided, newest first."""
    return list(rows.select_related("proposer", "decider").order_by("-id")[:SHOWN])


def undecided(rows: QuerySet[C]) -> list[C]:
    """What waits for a second person, oldest first."""
    return list(rows.filter(outcome="open").select_related("proposer").order_by("id"))


def known(rows: QuerySet[C], change_id: int) -> C:
    """One change, with who proposed and decided it."""
    return _there(rows.select_related("proposer", "decider"), change_id)


def held(rows: QuerySet[C], change_id: int) -> C:
    """One change, held until the transaction ends."""
    return _there(rows.select_for_update(of=("self",)), change_id)


def _there(rows: QuerySet[C], change_id: int) -> C:
    row = rows.filter(id=change_id).first()
    if row is None:
        raise Absent
    return row
