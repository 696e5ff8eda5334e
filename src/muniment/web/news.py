"""What became known of an inquiry after its first search: what came late, what was added, what was answered before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from muniment.core.permissions import Permission, allowed
from muniment.core.reopening import CITIZEN
from muniment.core.subject import Subject, subject_from_json
from muniment.core.workflow import INQUIRY, InquiryState
from muniment.identity.differences import align
from muniment.store import access
from muniment.store.models import Candidate, Inquiry, Supplement, SystemReply, User
from muniment.web.queue import reopened
from muniment.web.signed import Signed, signed_of
from muniment.web.words import count, span


@dataclass(frozen=True, slots=True)
class Added:
    """One addition to what is asked: label and value of each field, who said it, who wrote it down, and why."""

    values: Sequence[tuple[str, str]]
    said_by: str
    by: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class News:
    """What the page says of it. `stands` is the answer that the agency has while another is written."""

    late: Sequence[str]
    searching: bool
    added: Sequence[Added]
    reopened: str
    urgent: bool
    stands: Signed | None
    may_reopen: bool
    may_keep: bool


def news_of(
    inquiry: Inquiry,
    found: Iterable[Candidate],
    replies: Iterable[SystemReply],
    viewer: User,
    now: datetime,
    *,
    revealed: bool,
) -> News:
    """For one viewer: why an addition was made, and what was answered, only to who is biased by it no more."""
    supplements = access.supplements(inquiry)
    again = inquiry.reopened is not None and inquiry.state in (InquiryState.WAITING, InquiryState.IN_HAND)
    standing = access.standing_response(inquiry) if again and revealed else None
    holds = inquiry.state == InquiryState.IN_HAND and inquiry.holder_id == viewer.pk
    return News(
        late=came_late(found, replies) if inquiry.open else [],
        searching=bool(supplements or inquiry.reopened) and inquiry.open and access.search_owed(inquiry),
        added=[_added(row, why=revealed) for row in supplements],
        reopened=reopened(inquiry),
        urgent=inquiry.open and inquiry.reopened_for == CITIZEN,
        stands=signed_of(inquiry, standing, viewer, now) if standing else None,
        may_reopen=may_reopen(inquiry, viewer),
        may_keep=holds and again and allowed(viewer.roles, Permission.INQUIRY_REOPEN),
    )


def may_reopen(inquiry: Inquiry, viewer: User) -> bool:
    """Whether this person may let it wait for a person again."""
    return (inquiry.state, "reopen") in INQUIRY and allowed(viewer.roles, Permission.INQUIRY_REOPEN)


def came_late(found: Iterable[Candidate], replies: Iterable[SystemReply]) -> list[str]:
    """`CIS answered after 14 s: 1 new record` of each system that answered late."""
    rows = [row for candidate in found for row in candidate.records.all()]
    told = []
    for reply in replies:
        if reply.late is not None:
            new = sum(row.system == reply.system and row.came == reply.late for row in rows)
            told.append(f"{reply.system} answered after {span(reply.late - reply.asked)}: {count(new, 'new record')}")
    return told


def _added(row: Supplement, *, why: bool) -> Added:
    values = [(each.label, each.recorded) for each in align(Subject(), subject_from_json(row.added)) if each.recorded]
    return Added(values, row.said_by, str(row.note.user), row.note.at, row.note.text if why else "")
