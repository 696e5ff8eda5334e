"""Stops and holds, and the findings on them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from muniment.core.permissions import Permission, allowed
from muniment.core.workflow import FindingState, InquiryState
from muniment.store.access import rows
from muniment.store.access.center import Absent
from muniment.store.models import Finding, Inquiry, User

#: States in which a stop or a hold waits for somebody.
WAITING = (FindingState.OPEN, FindingState.WRITTEN)
#: Where what was answered cannot be said otherwise any more, but anew.
GONE = (InquiryState.RELEASED, InquiryState.ACKNOWLEDGED, InquiryState.WITHDRAWN, InquiryState.PURGED)


@dataclass(frozen=True, slots=True)
class FindingCount:
    """How many stops and holds wait, and how many findings counted in the last 24 hours, in all and by result."""

    stops: int
    holds: int
    written: int
    closed: int
    citizen: int
    some: int
    none: int


def findings_of(inquiry: Inquiry) -> list[Finding]:
    """Every stop and hold of the inquiry, newest first."""
    return list(Finding.objects.filter(inquiry=inquiry).select_related("finder", "second").order_by("-id"))


def waits_for_finding(inquiry: Inquiry) -> bool:
    """Whether a stop or a hold of the inquiry waits for a finding, or for the second person."""
    return Finding.objects.filter(inquiry=inquiry, state__in=WAITING).exists()


def lock_findings_of(inquiry: Inquiry) -> list[Finding]:
    """Those that wait, held; the inquiry is held already."""
    return list(Finding.objects.select_for_update().filter(inquiry=inquiry, state__in=WAITING))


def waiting_findings(user: User) -> list[Finding]:
    """Stops and holds that wait for a finding or for a second person, the oldest first."""
    _require(user)
    rows = Finding.objects.filter(state__in=WAITING).exclude(inquiry__state__in=GONE)
    return list(rows.select_related("inquiry__agency", "finder").order_by("opened", "id")[:200])


def finding(user: User, finding_id: int) -> Finding:
    """One of them, for somebody who may see them."""
    _require(user)
    row = Finding.objects.filter(id=finding_id).select_related("inquiry__agency", "finder", "second").first()
    if row is None:
        raise Absent
    return row


def finding_count(now: datetime) -> FindingCount:
    """The numbers of the board."""
    waits = Q(state__in=WAITING) & ~Q(inquiry__state__in=GONE)
    done = Q(state=FindingState.CLOSED, ended__gte=now - timedelta(hours=24))
    counted = Finding.objects.aggregate(
        stops=Count("id", filter=waits & Q(kind="stop")),
        holds=Count("id", filter=waits & Q(kind="hold")),
        written=Count("id", filter=waits & Q(state=FindingState.WRITTEN)),
        closed=Count("id", filter=done),
        citizen=Count("id", filter=done & Q(result="citizen")),
        some=Count("id", filter=done & Q(result="some evidence")),
        none=Count("id", filter=done & Q(result="no evidence")),
    )
    return FindingCount(**counted)


def findings_on(facts: Collection[str], purpose: str) -> list[Finding]:
    """Findings that count, of inquiries with this purpose, on stops or holds that any of these facts opened."""
    which = "WHERE state = %s AND purpose = %s AND facts && %s::varchar[] ORDER BY id"
    return rows.every(Finding, which, FindingState.CLOSED, purpose, list(facts))


def _require(user: User) -> None:
    if not allowed(user.roles, Permission.FINDING_VIEW):
        raise Absent
