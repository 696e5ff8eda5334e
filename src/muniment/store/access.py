"""The only way to a row. Each function says for whom it fetches; what a person may not see is absent, not forbidden.

Functions that begin with `lock_` hold the row until the transaction ends; actions use them before a step.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Min, Q, QuerySet

from muniment.core.errors import MunimentError, Stale
from muniment.core.ledger import Event
from muniment.core.permissions import Permission, allowed
from muniment.core.workflow import DeliveryState, InquiryState, MessageState
from muniment.store import sql
from muniment.store.models import (
    Agency,
    Candidate,
    Delivery,
    Determination,
    Draft,
    Inquiry,
    Installation,
    LedgerEntry,
    Line,
    Message,
    Response,
    SystemReply,
    User,
    Verdict,
    Work,
)

#: A repeat of the same bytes on the same line within this time gets the stored reply (architecture.md, "Idempotency").
REPEAT_WINDOW = timedelta(hours=24)

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

OPEN_STATES = (InquiryState.WAITING, InquiryState.IN_HAND, InquiryState.SECOND_LOOK)


class Absent(MunimentError):
    """There is no such page, or it is not yours to see."""


def db_now() -> datetime:
    """The database's clock (AU-8): the only clock that deadlines and entries know."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


# The center and its partners


def installation() -> Installation:
    """The row that says what this database is; an unmarked one when nothing was set up yet."""
    return Installation.objects.filter(id=1).first() or Installation(id=1)


def line(name: str) -> Line | None:
    """The line of that name."""
    return Line.objects.filter(name=name).first()


def agency_on_line(ori: str, name: str) -> Agency | None:
    """The agency, if it is in the directory and registered to that line."""
    return Agency.objects.filter(ori=ori, lines__name=name).first()


# Messages


def lock_repeat(name: str, sha256: str) -> None:
    """Make receivers of the same bytes on one line wait for each other until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{name} {sha256}"])


def same_message(name: str, sha256: str, now: datetime) -> Message | None:
    """The message with the same bytes on the same line within the window."""
    return Message.objects.filter(line_id=name, sha256=sha256, received__gt=now - REPEAT_WINDOW).first()


def unread_count(name: str) -> int:
    """Messages of the line that no worker has read yet."""
    return Message.objects.filter(line_id=name, state=MessageState.RECEIVED).count()


def lock_message(message_id: int) -> Message:
    """The message, held."""
    return Message.objects.select_for_update().get(id=message_id)


def earlier_with_control(message: Message, sender: str, control: str) -> Message | None:
    """An earlier message of the sender that used the same control field for other bytes."""
    return (
        Message.objects.filter(sender=sender, control=control, received__gt=message.received - REPEAT_WINDOW)
        .exclude(id=message.id)
        .exclude(sha256=message.sha256)
        .order_by("-id")
        .first()
    )


def inquiry_with_control(name: str, control: str, ori: str | None) -> Inquiry | None:
    """The latest inquiry of that line (and agency, unless the switch itself speaks) with that control field."""
    rows = Inquiry.objects.filter(message__line_id=name, control=control)
    return (rows.filter(agency_id=ori) if ori else rows).order_by("-id").first()


def parked(user: User) -> Iterable[Message]:
    """Messages that nobody could address, newest first, for those who may see them."""
    if not allowed(user.roles, Permission.MESSAGE_PARKED):
        raise Absent
    return Message.objects.filter(state=MessageState.PARKED).select_related("line").order_by("-received")[:200]


# Inquiries


def viewable_inquiry(user: User, inquiry_id: int) -> Inquiry:
    """One inquiry for somebody who may view inquiries; the same error for "absent" and "not yours"."""
    if not allowed(user.roles, Permission.INQUIRY_VIEW):
        raise Absent
    row = Inquiry.objects.filter(id=inquiry_id).select_related("agency", "message", "holder").first()
    if row is None:
        raise Absent
    return row


def lock_inquiry(inquiry_id: int, version: int | None = None) -> Inquiry:
    """The inquiry, held; `Stale` when somebody changed it since `version` was shown."""
    row = Inquiry.objects.select_for_update().filter(id=inquiry_id).first()
    if row is None:
        raise Absent
    if version is not None and row.version != version:
        raise Stale
    return row


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
    return _listed(rows).order_by("due", "id")


def _listed(rows: QuerySet[Inquiry]) -> QuerySet[Inquiry]:
    """With what a list shows, and without the bytes of the messages."""
    return rows.select_related("agency", "holder", "message").defer("message__raw")


def waiting(user: User) -> QuerySet[Inquiry]:
    """Inquiries that nobody has in hand, by deadline."""
    return queue(user).filter(state=InquiryState.WAITING)


def second_looks(user: User) -> QuerySet[Inquiry]:
    """Inquiries that wait for a second person, by deadline."""
    return queue(user).filter(state=InquiryState.SECOND_LOOK)


def lanes(user: User) -> list[tuple[int, int, datetime]]:
    """Lane, number of open inquiries, earliest deadline; only lanes in which something waits."""
    counted = queue(user).order_by().values_list("lane").annotate(n=Count("id"), next=Min("due"))
    return [(lane, n, due) for lane, n, due in counted.order_by("lane")]


def answered(user: User, *, limit: int = 100) -> Iterable[Inquiry]:
    """Inquiries whose answer has left, newest first."""
    if not allowed(user.roles, Permission.INQUIRY_VIEW):
        return []
    states = (InquiryState.SIGNED, InquiryState.RELEASED, InquiryState.ACKNOWLEDGED)
    rows = _listed(Inquiry.objects.filter(state__in=states))
    return rows.prefetch_related("responses__signer", "responses__second").order_by("-received")[:limit]


def find_inquiry(user: User, text: str) -> QuerySet[Inquiry]:
    """Inquiries by control field, ORI or the agency's call-back number."""
    if not allowed(user.roles, Permission.INQUIRY_VIEW):
        return Inquiry.objects.none()
    match = Q(control=text) | Q(agency_id=text.upper()) | Q(agency__call_back=text)
    return _listed(Inquiry.objects.filter(match)).order_by("-received")[:50]


def candidates(inquiry: Inquiry) -> list[Candidate]:
    """The inquiry's candidates in their random order, with their records."""
    return list(
        Candidate.objects.filter(inquiry=inquiry).prefetch_related("records", "verdicts__user").order_by("position")
    )


def lock_candidate(inquiry: Inquiry, candidate_id: int) -> Candidate:
    """One candidate of a locked inquiry."""
    row = Candidate.objects.filter(inquiry=inquiry, id=candidate_id).first()
    if row is None:
        raise Absent
    return row


def judged_all(inquiry: Inquiry, user: User) -> bool:
    """Whether this person has judged every candidate; so too when there is none."""
    mine = Verdict.objects.filter(user=user, withdrawn=False).values("candidate_id")
    return not Candidate.objects.filter(inquiry=inquiry).exclude(id__in=mine).exists()


def revealed(inquiry: Inquiry, user: User) -> bool:
    """Whether this person may see what others said: the answer has been given, or all own verdicts are in."""
    return not inquiry.open or judged_all(inquiry, user)


def standing_verdicts(inquiry: Inquiry, user: User) -> dict[int, str]:
    """Candidate id to verdict, as this person judged."""
    rows = Verdict.objects.filter(inquiry=inquiry, user=user, withdrawn=False)
    return dict(rows.values_list("candidate_id", "verdict"))


def latest_determination(inquiry: Inquiry) -> Determination | None:
    """The newest determination of the inquiry."""
    return Determination.objects.filter(inquiry=inquiry).order_by("-version").first()


def draft(inquiry: Inquiry) -> Draft | None:
    """The answer as it is being written."""
    return Draft.objects.filter(inquiry=inquiry).select_related("user").first()


def standing_response(inquiry: Inquiry) -> Response | None:
    """The signed answer that has not been taken back."""
    rows = Response.objects.filter(inquiry=inquiry, withdrawn=False).select_related("signer", "second")
    return rows.first()


def sent_back(inquiry: Inquiry) -> Response | None:
    """The latest signed answer that fell, with the note that says why."""
    return Response.objects.filter(inquiry=inquiry, withdrawn=True).exclude(note="").order_by("-id").first()


def delivery_of(response: Response) -> Delivery | None:
    """The outbox row of the answer; none while a second person is owed."""
    return Delivery.objects.filter(response=response).first()


def system_replies(inquiry: Inquiry) -> list[SystemReply]:
    """What each record system said to the inquiry, or that it stayed silent."""
    return list(SystemReply.objects.filter(inquiry=inquiry))


def lock_standing_response(inquiry_id: int) -> Response | None:
    """The same, held."""
    return Response.objects.select_for_update(of=("self",)).filter(inquiry_id=inquiry_id, withdrawn=False).first()


# Deliveries


def lock_delivery(delivery_id: int) -> tuple[Delivery, Inquiry | None]:
    """The delivery, held, and the inquiry it answers, held before it: the order in which all steps lock them."""
    answered = Inquiry.objects.filter(responses__delivery__id=delivery_id).values_list("id", flat=True).first()
    inquiry = lock_inquiry(answered) if answered is not None else None
    return Delivery.objects.select_for_update(of=("self",)).select_related("message").get(id=delivery_id), inquiry


def lock_deliveries_of(message: Message) -> list[Delivery]:
    """What was or will be sent because of the message, held."""
    rows = Delivery.objects.select_for_update().filter(message=message)
    return list(rows.exclude(state=DeliveryState.TAKEN_BACK).order_by("id"))


def ready_deliveries(name: str, own: Collection[int] | None, waiting: Collection[int], limit: int) -> list[Delivery]:
    """What may leave over the line now, urgent first, without the numbers that wait for the far end's word.

    `own` narrows it to what was sent because of these messages. What was sent and not acknowledged is due again
    after a pause (`leaves`).
    """
    rows = Delivery.objects.filter(line_id=name, state__in=[DeliveryState.READY, DeliveryState.SENT])
    if own is not None:
        rows = rows.filter(message_id__in=own)
    return list(rows.filter(leaves__lte=db_now()).exclude(id__in=waiting).order_by("lane", "id")[:limit])


# Work


def claim_work(now: datetime, highest_lane: int) -> Work | None:
    """The most urgent piece of work that is due and that no other worker holds; the lock ends with the transaction."""
    rows = Work.objects.select_for_update(skip_locked=True).filter(parked=False, due__lte=now, lane__lte=highest_lane)
    return rows.order_by("lane", "due", "id").first()


# Ledger


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


def replies(inquiry: Inquiry) -> list[Message]:
    """AM, ER, SM and YR that came in about the inquiry."""
    return list(inquiry.replies.defer("raw").order_by("received"))


# People


def people(ids: Collection[int]) -> list[User]:
    """The accounts with these ids."""
    return list(User.objects.filter(id__in=ids))


def user_by_name(username: str) -> User | None:
    """An account, whether it may log in or not."""
    return User.objects.filter(username=username).first()


def demo_users() -> list[User]:
    """The accounts of the demo."""
    return list(User.objects.filter(demo=True).order_by("id"))


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
    """When the oldest open inquiry was received."""
    oldest: datetime | None = queue(user).aggregate(at=Min("received"))["at"]
    return oldest


def holds_anything() -> bool:
    """Whether accounts, agencies or messages exist."""
    return User.objects.exists() or Agency.objects.exists() or Message.objects.exists()
