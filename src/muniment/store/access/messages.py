"""What came in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection

from muniment.core.permissions import Permission, allowed
from muniment.core.workflow import MessageState
from muniment.store.access.center import Absent
from muniment.store.models import Inquiry, Message, User

#: A repeat of the same bytes on the same line within this time gets the stored reply (architecture.md, "Idempotency").
REPEAT_WINDOW = timedelta(hours=24)


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


def replies(inquiry: Inquiry) -> list[Message]:
    """AM, ER, SM and YR that came in about the inquiry."""
    return list(inquiry.replies.defer("raw").order_by("received"))
