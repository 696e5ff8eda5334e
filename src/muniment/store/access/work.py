"""What workers owe."""

from __future__ import annotations

from datetime import datetime

from muniment.store.models import Work


def claim_work(now: datetime, highest_lane: int) -> Work | None:
    """The most urgent piece of work that is due and that no other worker holds; the lock ends with the transaction."""
    rows = Work.objects.select_for_update(skip_locked=True).filter(parked=False, due__lte=now, lane__lte=highest_lane)
    return rows.order_by("lane", "due", "id").first()
