"""Firearm checks that are over, and the removal of what says who was asked about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db.models import Exists, Model, OuterRef, Q

from muniment.core.workflow import DeliveryState, InquiryState, MessageState
from muniment.store.access.deliveries import OWED, TROUBLE
from muniment.store.models import (
    Call,
    Candidate,
    CandidateRecord,
    Delivery,
    Determination,
    Draft,
    Finding,
    Inquiry,
    Message,
    Note,
    Response,
    Supplement,
    SystemReply,
    Verdict,
)

#: Rows that came of an inquiry and go, in an order that the keys between them allow.
FOUND: Final[tuple[type[Model], ...]] = (Verdict, CandidateRecord, Candidate, Draft, Supplement, Determination, Finding)
FINISHED: Final = (InquiryState.ACKNOWLEDGED, InquiryState.WITHDRAWN)


def checks_to_purge(before: datetime, limit: int) -> list[int]:
    """Firearm checks closed before, oldest first. One whose answer goes out again, or was refused, is not over."""
    rows = Inquiry.objects.filter(purpose="F", state__in=FINISHED, closed__lte=before)
    open_states = Q(state__in=(*OWED, DeliveryState.HELD))
    unfinished = Delivery.objects.filter(TROUBLE | open_states, response__inquiry=OuterRef("pk"))
    return list(rows.exclude(Exists(unfinished)).order_by("closed").values_list("id", flat=True)[:limit])


def rejected_to_purge(before: datetime, limit: int) -> list[int]:
    """Messages that asked for a firearm check and became none."""
    rows = Message.objects.filter(state=MessageState.REJECTED, content__purpose="F", received__lte=before)
    return list(rows.order_by("received").values_list("id", flat=True)[:limit])


def lock_answers(inquiry: Inquiry) -> list[Delivery]:
    """Every answer to the inquiry in the outbox, held."""
    return list(Delivery.objects.select_for_update().filter(response__inquiry=inquiry).order_by("id"))


def signed_responses(inquiry: Inquiry) -> list[Response]:
    """Everything that was ever signed for the inquiry, oldest first."""
    rows = Response.objects.filter(inquiry=inquiry).select_related("signer", "second")
    return list(rows.order_by("signed", "id"))


def remove_findings(inquiry: Inquiry) -> dict[str, int]:
    """Remove what came of the inquiry, and empty what stays; how many rows of each table were removed."""
    own = Q(inquiry=inquiry)
    Response.objects.filter(own).update(text="", note="", determination=None)
    removed = {table.__name__.lower(): table._default_manager.filter(own).delete()[0] for table in FOUND}
    Note.objects.filter(own).update(text="")
    SystemReply.objects.filter(own).update(fault="")
    Call.objects.filter(delivery__message=inquiry.message_id).update(word="")
    for message in _messages(inquiry):
        empty_message(message)
    return removed


def _messages(inquiry: Inquiry) -> Iterable[Message]:
    """The message itself, what the agency said about it later, and what the switch sent back."""
    return Message.objects.filter(
        Q(id=inquiry.message_id) | Q(answers=inquiry) | Q(refuses__message=inquiry.message_id)
    ).distinct()


def empty_message(message: Message) -> None:
    """Its hash stays."""
    message.raw, message.content = b"", None
    message.save(update_fields=["raw", "content"])
