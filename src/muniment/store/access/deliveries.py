"""What goes out."""

from __future__ import annotations

from collections.abc import Collection

from muniment.core.workflow import DeliveryState
from muniment.store.access.center import db_now
from muniment.store.access.inquiries import lock_inquiry
from muniment.store.models import Delivery, Inquiry, Message, Response


def delivery_of(response: Response) -> Delivery | None:
    """The outbox row of the answer; none while a second person is owed."""
    return Delivery.objects.filter(response=response).first()


def delivered_on(name: str, delivery_id: int) -> bool:
    """Whether that number was handed over on that line."""
    return Delivery.objects.filter(line_id=name, id=delivery_id, sends__gt=0).exists()


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
