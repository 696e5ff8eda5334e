"""Inquiries: one, the queue, the answered ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from muniment.core.errors import Stale
from muniment.core.permissions import Permission, allowed
from muniment.core.workflow import InquiryState
from muniment.store import sql
from muniment.store.access.center import Absent
from muniment.store.access.rows import one
from muniment.store.models import Inquiry, Note, Response, User

OPEN_STATES = (InquiryState.WAITING, InquiryState.IN_HAND, InquiryState.SECOND_LOOK)
ANSWERED = (
    InquiryState.SIGNED,
    InquiryState.RELEASED,
    InquiryState.ACKNOWLEDGED,
    InquiryState.WITHDRAWN,
    InquiryState.PURGED,
)


def viewable_inquiry(user: User, inquiry_id: int) -> Inquiry:
    """One inquiry for somebody who may view inquiries; the same error for "absent" and "not yours"."""
    if not allowed(user.roles, Permission.INQUIRY_VIEW):
        raise Absent
    row = Inquiry.objects.filter(id=inquiry_id).select_related("agency", "message", "holder", "handed_to").first()
    if row is None:
        raise Absent
    return row


def lock_inquiry(inquiry_id: int, version: int | None = None) -> Inquiry:
    """The inquiry, held; `Stale` when somebody changed it since `version` was shown."""
    row = one(Inquiry, "WHERE id = %s FOR UPDATE", inquiry_id)
    if row is None:
        raise Absent
    if version is not None and row.version != version:
        raise Stale
    return row


def lock_escalating(now: datetime, levels: Collection[int], limit: int) -> list[Inquiry]:
    """Open inquiries that have reached a level (per cent of their time) that nobody was told of yet, held."""
    values = {"now": now, "levels": list(levels), "limit": limit}
    return list(Inquiry.objects.raw(sql.text("escalating.sql"), values))


def inquiry_in(inquiry_id: int, state: InquiryState) -> Inquiry | None:
    """The inquiry, if it is in that state now."""
    return Inquiry.objects.filter(id=inquiry_id, state=state).first()


def queue(user: User, lane: int | None = None) -> QuerySet[Inquiry]:
    """Open inquiries by deadline."""
    if not allowed(user.roles, Permission.QUEUE_VIEW):
        return Inquiry.objects.none()
    rows = Inquiry.objects.filter(state__in=OPEN_STATES)
    if lane is not None:
        rows = rows.filter(lane=lane)
    return listed(rows).order_by("due", "id")


def listed(rows: QuerySet[Inquiry]) -> QuerySet[Inquiry]:
    """With what a list shows, and without the bytes of the messages."""
    return rows.select_related("agency", "holder", "handed_to", "message").defer("message__raw")


def waiting(user: User) -> QuerySet[Inquiry]:
    """Inquiries that nobody has in hand and that were not handed over to somebody else, by deadline."""
    return queue(user).filter(Q(handed_to=None) | Q(handed_to=user), state=InquiryState.WAITING)


def handed_to(user: User, lane: int | None = None) -> QuerySet[Inquiry]:
    """Inquiries that a colleague handed over to this person and that nobody took since, by deadline."""
    return queue(user, lane).filter(state=InquiryState.WAITING, handed_to=user)


def touch(inquiry: Inquiry, user: User, now: datetime) -> None:
    """Remember that the holder is there; what others do or look at says nothing about the holder."""
    if inquiry.state == InquiryState.IN_HAND and inquiry.holder_id == user.pk:
        inquiry.active = now
        Inquiry.objects.filter(id=inquiry.pk, state=InquiryState.IN_HAND, holder=user).update(active=now)


def idle_inquiries(since: datetime) -> list[int]:
    """Inquiries in hand whose holder has not been seen since then."""
    rows = Inquiry.objects.filter(state=InquiryState.IN_HAND)
    return list(rows.filter(Q(active__lte=since) | Q(active=None, taken__lte=since)).values_list("id", flat=True))


def untaken_inquiries(since: datetime, inquiry_id: int | None = None) -> list[int]:
    """Inquiries, or that one of them, that were handed over to a colleague before then and that nobody took."""
    rows = Inquiry.objects.filter(state=InquiryState.WAITING, handed_to__isnull=False)
    if inquiry_id is not None:
        rows = rows.filter(id=inquiry_id)
    handed = rows.annotate(handed=Max("notes__at", filter=Q(notes__kind="handed over")))
    return list(handed.filter(handed__lte=since).values_list("id", flat=True))


def notes(inquiry: Inquiry) -> list[Note]:
    """Why people did something with the inquiry, in their own words, oldest first."""
    return list(Note.objects.filter(inquiry=inquiry).select_related("user").order_by("at", "id"))


def note(note_id: int) -> Note:
    """One note, with its inquiry."""
    return Note.objects.select_related("inquiry").get(id=note_id)


def inquiry_to_ask(inquiry_id: int, since: datetime) -> Inquiry | None:
    """The inquiry, if systems were silent for it and somebody waits: it is open, or was answered after `since`."""
    row = Inquiry.objects.filter(id=inquiry_id).exclude(silent=[]).first()
    if row is None or row.open or row.state == InquiryState.SIGNED:
        return row
    left = Response.objects.filter(inquiry=row, withdrawn=False, leaves__gt=since)
    return row if row.state in (InquiryState.RELEASED, InquiryState.ACKNOWLEDGED) and left.exists() else None


def second_looks(user: User) -> QuerySet[Inquiry]:
    """Inquiries that wait for a second person, by deadline."""
    return queue(user).filter(state=InquiryState.SECOND_LOOK)


def lanes(user: User) -> list[tuple[int, int, datetime]]:
    """Lane, number of open inquiries, earliest deadline; only lanes in which something waits."""
    counted = queue(user).order_by().values_list("lane").annotate(n=Count("id"), next=Min("due"))
    return [(lane, n, due) for lane, n, due in counted.order_by("lane")]


def answered(user: User, *, limit: int = 100) -> Iterable[Inquiry]:
    """Inquiries whose answer has left, reopened or not, or that were withdrawn, newest first."""
    if not allowed(user.roles, Permission.INQUIRY_VIEW):
        return []
    rows = listed(Inquiry.objects.filter(Q(state__in=ANSWERED) | Q(reopened__isnull=False)))
    shown = ("responses__signer", "responses__second", "responses__delivery__call")
    return rows.prefetch_related(*shown).order_by("-received")[:limit]


def find_inquiry(user: User, text: str) -> QuerySet[Inquiry]:
    """Inquiries by control field, ORI or the agency's call-back number."""
    if not allowed(user.roles, Permission.INQUIRY_VIEW):
        return Inquiry.objects.none()
    match = Q(control=text) | Q(agency_id=text.upper()) | Q(agency__call_back=text)
    return listed(Inquiry.objects.filter(match)).order_by("-received")[:50]


@dataclass(frozen=True, slots=True)
class Pace:
    """How many were answered, within what time half of them and 95 of 100, and how many after their deadline."""

    answered: int
    half: timedelta
    most: timedelta
    late: int


def pace(user: User, since: datetime) -> Pace:
    """The pace of the answers that left since then."""
    if not allowed(user.roles, Permission.QUEUE_VIEW):
        return Pace(0, timedelta(), timedelta(), 0)
    with connection.cursor() as cursor:
        cursor.execute(sql.text("pace.sql"), [since])
        answered, half, most, late = cursor.fetchone()
    return Pace(answered, half or timedelta(), most or timedelta(), late)


def oldest_open(user: User) -> datetime | None:
    """Since when the time of the oldest open inquiry runs."""
    oldest: datetime | None = queue(user).aggregate(at=Min(Coalesce("reopened", "received")))["at"]
    return oldest
