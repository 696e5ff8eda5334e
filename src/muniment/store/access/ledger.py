"""The ledger, for auditors and for those whom an entry cannot bias."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from muniment.core.ledger import Event
from muniment.core.permissions import Permission, allowed
from muniment.store.access.center import Absent
from muniment.store.access.findings import revealed
from muniment.store.models import Inquiry, LedgerEntry, User

#: What would tell one person another's verdict or answer.
BIASING = frozenset(
    {
        Event.CANDIDATE_JUDGED,
        Event.DETERMINATION_MADE,
        Event.DRAFT_SAVED,
        Event.RESPONSE_SECOND_ASKED,
        Event.RESPONSE_SIGNED,
    }
)


def ledger_of(inquiry: Inquiry) -> list[LedgerEntry]:
    """Everything written down about the inquiry and its message, oldest first."""
    about = Q(inquiry_id=inquiry.id) | Q(message_id=inquiry.message_id)
    return list(LedgerEntry.objects.filter(about).order_by("id"))


def ledger(user: User, *, inquiry: int | None, event: str, actor: str, limit: int = 200) -> Iterable[LedgerEntry]:
    """Entries for an auditor, newest first."""
    if not allowed(user.roles, Permission.LEDGER_SEARCH):
        raise Absent
    rows = LedgerEntry.objects.all()
    if inquiry is not None:
        rows = rows.filter(inquiry_id=inquiry)
    if event:
        rows = rows.filter(event=event)
    if actor:
        rows = rows.filter(actor=actor)
    return rows.order_by("-id")[:limit]


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
