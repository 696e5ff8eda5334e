"""The ledger, for auditors and for those whom an entry cannot bias."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from muniment.core.ledger import Event
from muniment.core.permissions import Permission, allowed
from muniment.store.access.center import Absent
from muniment.store.access.findings import revealed
from muniment.store.models import CandidateRecord, Inquiry, LedgerEntry, User

#: What would tell one person another's verdict or answer.
BIASING = frozenset(
    {
        Event.CANDIDATE_JUDGED,
        Event.DETERMINATION_MADE,
        Event.DRAFT_SAVED,
        Event.FINDING_CLOSED,
        Event.FINDING_DISAGREED,
        Event.FINDING_LAPSED,
        Event.FINDING_OPENED,
        Event.FINDING_VIEWED,
        Event.FINDING_WRITTEN,
        Event.RESPONSE_SECOND_ASKED,
        Event.RESPONSE_SIGNED,
    }
)


def ledger_of(inquiry: Inquiry) -> list[LedgerEntry]:
    """Everything written down about the inquiry and its message, oldest first."""
    about = Q(inquiry_id=inquiry.id) | Q(message_id=inquiry.message_id)
    return list(LedgerEntry.objects.filter(about).order_by("id"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an auditor looks for; what is None or empty is not asked. `about` is a name, or a record as SYSTEM:id."""

    about: str = ""
    inquiry: int | None = None
    agency: str = ""
    event: str = ""
    by: str = ""
    since: datetime | None = None
    until: datetime | None = None


def ledger(user: User, wanted: Wanted) -> QuerySet[LedgerEntry]:
    """Entries for an auditor, newest first."""
    if not allowed(user.roles, Permission.LEDGER_SEARCH):
        raise Absent
    equal = {"event": wanted.event, "actor": wanted.by, "at__gte": wanted.since, "at__lte": wanted.until}
    rows = LedgerEntry.objects.filter(**{name: value for name, value in equal.items() if value})
    if wanted.about or wanted.agency or wanted.inquiry is not None:
        rows = rows.filter(_of(_inquiries(wanted)))
    return rows.order_by("-id")


def _inquiries(wanted: Wanted) -> QuerySet[Inquiry]:
    rows = Inquiry.objects.all()
    if wanted.inquiry is not None:
        rows = rows.filter(id=wanted.inquiry)
    if wanted.agency:
        rows = rows.filter(agency_id=wanted.agency.upper())
    system, colon, record = wanted.about.partition(":")
    if colon:
        held = CandidateRecord.objects.filter(system=system.upper(), record_id=record)
        return rows.filter(id__in=held.values("inquiry_id"))
    return rows.filter(about__icontains=wanted.about) if wanted.about else rows


def _of(inquiries: QuerySet[Inquiry]) -> Q:
    """Entries about the inquiries, or about the messages that they came of."""
    return Q(inquiry_id__in=inquiries.values("id")) | Q(message_id__in=inquiries.values("message_id"))


def asked_in(entries: Collection[LedgerEntry]) -> dict[int, Inquiry]:
    """Entry to the inquiry that it is about, with agency and answers, in one query."""
    ids = {entry.inquiry_id for entry in entries} - {None}
    messages = {entry.message_id for entry in entries} - {None}
    rows = Inquiry.objects.filter(Q(id__in=ids) | Q(message_id__in=messages)).select_related("agency")
    found = list(rows.prefetch_related("responses__delivery"))
    by_id, by_message = {row.pk: row for row in found}, {row.message_id: row for row in found}
    pairs = ((entry.pk, by_id.get(entry.inquiry_id or 0) or by_message.get(entry.message_id or 0)) for entry in entries)
    return {entry_id: inquiry for entry_id, inquiry in pairs if inquiry is not None}


def ledger_entry(user: User, entry_id: int) -> LedgerEntry:
    """One entry for an auditor, or for somebody who may view the inquiry it speaks of and whom it cannot bias."""
    row = LedgerEntry.objects.filter(id=entry_id).first()
    if row is None or not (allowed(user.roles, Permission.LEDGER_SEARCH) or _may_read(user, row)):
        raise Absent
    return row


def _may_read(user: User, entry: LedgerEntry) -> bool:
    about = Inquiry.objects.filter(Q(id=entry.inquiry_id) | Q(message_id=entry.message_id)).first()
    if about is None or not allowed(user.roles, Permission.INQUIRY_VIEW):
        return False
    return not biases(entry, user) or revealed(about, user)


def biases(entry: LedgerEntry, user: User) -> bool:
    """Whether the entry tells a determination, or somebody else's verdict or answer, before all own verdicts are in.

    Prior decisions of computers or colleagues shift people's own (Howard 2020).
    """
    if entry.event == Event.DETERMINATION_MADE:
        return True  # even from the own verdicts, while some are still owed
    return entry.event in BIASING and entry.actor != f"user:{user.pk}"
