"""What workers owe."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from muniment.store.models import Inquiry, Work


def claim_work(now: datetime, highest_lane: int) -> Work | None:
    """The most urgent piece of work that is due and that no other worker holds; the lock ends with the transaction."""
    rows = Work.objects.select_for_update(skip_locked=True).filter(parked=False, due__lte=now, lane__lte=highest_lane)
    return rows.order_by("lane", "due", "id").first()


def wake_asking(systems: Iterable[str], now: datetime) -> None:
    """Systems are back: inquiries for which they were silent ask them at once, without the rows that a worker holds."""
    silent = reduce(or_, (Q(silent__contains=[system]) for system in systems))
    rows = Work.objects.select_for_update(skip_locked=True).filter(task="ask again", parked=False, due__gt=now)
    rows = rows.filter(target__in=Inquiry.objects.filter(silent).values("id"))
    Work.objects.filter(id__in=list(rows.values_list("id", flat=True))).update(due=now)
