"""What workers owe."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import Q

from muniment.store import sql
from muniment.store.models import Inquiry, Work


def claim_work(highest_lane: int) -> Work | None:
    """The most urgent piece of work that is due and that no other worker holds; the lock ends with the transaction."""
    return next(iter(Work.objects.raw(sql.text("claim.sql"), {"lane": highest_lane})), None)


def lock_work(work_id: int) -> Work | None:
    """One piece of work, held once nobody else holds it; None where it was done meanwhile."""
    return Work.objects.select_for_update().filter(id=work_id).first()


def drop_work(work: Work) -> None:
    """It is done."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM store_work WHERE id = %s", [work.pk])


def wake_asking(systems: Iterable[str], now: datetime) -> None:
    """Systems are back: inquiries for which they were silent ask them at once, without the rows that a worker holds."""
    silent = reduce(or_, (Q(silent__contains=[system]) for system in systems))
    rows = Work.objects.select_for_update(skip_locked=True).filter(task="ask again", parked=False, due__gt=now)
    rows = rows.filter(target__in=Inquiry.objects.filter(silent).values("id"))
    Work.objects.filter(id__in=list(rows.values_list("id", flat=True))).update(due=now)
