"""The outbox: every message that goes out."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from muniment.core.workflow import DeliveryState
from muniment.store.models.agency import Line
from muniment.store.models.ledger import LedgerEntry
from muniment.store.models.message import Message
from muniment.store.models.response import Response
from muniment.store.models.user import User


class Delivery(models.Model):
    """A message on its way out. Its `id` is the number by which the far end drops what it already has.

    `kind` is `receipt` (AM), `reject` (notice in kind), `notice` (to the line only),
    `closing` (AM: the inquiry was withdrawn) or `response`. `entry` is the
    ledger entry without which it may not leave.

    While it is owed, `owed` says since when, `leaves` when it may be handed over (again), `tries` how often it was
    since the line came back, `sends` how often in all. `overdue` counts how often people were told that it has not
    arrived. `refusal` is the latest ER by which the switch refused it.
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
    owed = models.DateTimeField(null=True)
    sent = models.DateTimeField(null=True, help_text="when it was last handed over")
    tries = models.PositiveIntegerField(default=0)
    tell = models.DateTimeField(null=True, help_text="when people are told next that it has not arrived")
    overdue = models.PositiveSmallIntegerField(default=0)
    refusal = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="refuses", db_index=False)
    refused = models.DateTimeField(null=True)

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
            models.CheckConstraint(  # what is owed without a date would be told to nobody
                condition=~models.Q(state__in=["ready", "sent"]) | models.Q(owed__isnull=False),
                name="delivery_owed_since",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["line", "lane", "id"], condition=models.Q(state__in=["ready", "sent"]), name="delivery_outbox"
            ),
            models.Index(fields=["tell"], condition=models.Q(state__in=["ready", "sent"]), name="delivery_tell"),
            models.Index(fields=["refusal"], condition=models.Q(refusal__isnull=False), name="delivery_refused"),
            models.Index(fields=["line", "control"], name="delivery_control"),
        ]


class Call(models.Model):
    """A person told the agency by telephone what a delivery says, and wrote that down; once for each delivery.

    `spoke_with` is who was told, `at` when. It changes nothing of what was signed.
    """

    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT, related_name="call")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    spoke_with = models.CharField(max_length=80)
    at = models.DateTimeField()
    word = models.CharField(max_length=300, blank=True)
    written = models.DateTimeField()
