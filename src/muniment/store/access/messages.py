"""What came in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection

from muniment.core.permissions import Permission, allowed
from muniment.core.workflow import MessageState
from muniment.store.access.center import Absent
from muniment.store.access.rows import first, one
from muniment.store.models import Inquiry, Message, User

#: A repeat of the same bytes on the same line within this time gets the stored reply (architecture.md, "Idempotency").
REPEAT_WINDOW = timedelta(hours=24)


def lock_repeat(name: str, sha256: str) -> None:
    """Make receivers of the same bytes on one line wait for each other until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{name} {sha256}"])


def same_message(name: str, sha256: str, now: datetime) -> Message | None:
    """The message with the same bytes on the same line within the window."""
    which = "WHERE line_id = %s AND sha256 = %s AND received > %s ORDER BY id"
    return one(Message, which, name, sha256, now - REPEAT_WINDOW)


def unread_count(name: str) -> int:
    """Messages of the line that no worker has read yet."""
    count: int = first("SELECT count(*) FROM store_message WHERE line_id = %s AND state = 'received'", name)
    return count


def lock_message(message_id: int) -> Message:
    """The message, held."""
    row = one(Message, "WHERE id = %s FOR UPDATE", message_id)
    if row is None:
        raise Absent
    return row


def earlier_with_control(message: Message, sender: str, control: str) -> Message | None:
    """An earlier message of the sender that used the same control field for other bytes."""
    which = "WHERE sender = %s AND control = %s AND received > %s AND id <> %s AND sha256 <> %s ORDER BY id DESC"
    return one(Message, which, sender, control, message.received - REPEAT_WINDOW, message.pk, message.sha256)


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
