"""Numbers for whoever watches the machines: counts and ages, nothing about a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Min
from django.db.models.functions import Coalesce

from muniment.core.workflow import DeliveryState, InquiryState, MessageState
from muniment.store.access.center import db_now
from muniment.store.access.deliveries import undelivered_count
from muniment.store.access.inquiries import OPEN_STATES
from muniment.store.models import Delivery, Inquiry, LedgerEntry, Message, Work

Table = type[Message] | type[Inquiry] | type[Delivery]


@dataclass(frozen=True, slots=True)
class Numbers:
    """`oldest` is the age in seconds of what has waited longest, 0 where nothing waits; `now` the database's clock."""

    now: datetime
    states: Mapping[str, Mapping[str, int]]
    work: Mapping[str, int]
    oldest: Mapping[str, float]
    overdue: int
    undelivered: int
    entries: int


def numbers() -> Numbers:
    """What there is and what is owed."""
    now = db_now()
    unparked = Work.objects.filter(parked=False)
    waiting = Inquiry.objects.filter(state__in=OPEN_STATES)
    owed = Delivery.objects.filter(state__in=[DeliveryState.READY, DeliveryState.SENT])
    oldest = {
        "work": unparked.aggregate(at=Min("due"))["at"],
        "inquiry": waiting.aggregate(at=Min(Coalesce("reopened", "received")))["at"],
        "delivery": owed.aggregate(at=Min("owed"))["at"],
    }
    last = LedgerEntry.objects.order_by("-id").values_list("id", flat=True).first()
    return Numbers(
        now,
        {
            "message": _states(Message, MessageState),
            "inquiry": _states(Inquiry, InquiryState),
            "delivery": _states(Delivery, DeliveryState),
        },
        {"due": unparked.filter(due__lte=now).count(), "parked": Work.objects.filter(parked=True).count()},
        {what: max(0.0, (now - at).total_seconds()) if at else 0.0 for what, at in oldest.items()},
        waiting.filter(due__lt=now).count(),
        undelivered_count(),
        last or 0,
    )


def _states(table: Table, states: type[StrEnum]) -> dict[str, int]:
    rows = table.objects.values_list("state").annotate(rows=Count("id")).order_by()
    return {state.value: 0 for state in states} | dict(rows)
