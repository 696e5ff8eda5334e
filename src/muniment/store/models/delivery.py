"""The outbox: every message that goes out."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from muniment.core.workflow import DeliveryState
from muniment.store.models.agency import Line
from muniment.store.models.ledger import LedgerEntry
from muniment.store.models.message import Message
from muniment.store.models.response import Response


class Delivery(models.Model):
    """A message on its way out. Its `id` is the number by which the far end drops what it already has.

    `kind` is `receipt` (AM), `reject` (notice in kind), `notice` (to the line only),
    `closing` (AM: the inquiry was withdrawn) or `response`. `entry` is the
    ledger entry without which it may not leave.
    """

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="deliveries")
    response = models.OneToOneField(Response, on_delete=models.PROTECT, null=True, related_name="delivery")
    line = models.ForeignKey(Line, on_delete=models.PROTECT)
    kind = models.CharField(max_length=8)
    ori = models.CharField(max_length=9, blank=True)
    control = models.CharField(max_length=10, blank=True)
    wire = models.BinaryField()
    state = models.CharField(max_length=12)
    lane = models.SmallIntegerField()
    leaves = models.DateTimeField()
    sends = models.PositiveIntegerField(default=0)
    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT)

    class Meta:
        verbose_name_plural: ClassVar = "deliveries"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=[each.value for each in DeliveryState]), name="delivery_state_known"
            ),
            models.UniqueConstraint(
                fields=["message", "kind"],
                condition=~models.Q(state="taken back") & models.Q(response__isnull=True),
                name="delivery_once",  # an answer that replaces another is delivered beside it: once for each response
            ),
            models.CheckConstraint(
                condition=models.Q(kind="response", response__isnull=False)
                | (~models.Q(kind="response") & models.Q(response__isnull=True)),
                name="delivery_of_response",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["line", "lane", "id"], condition=models.Q(state__in=["ready", "sent"]), name="delivery_outbox"
            ),
        ]
