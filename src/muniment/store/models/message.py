"""The inbox: every message that came in, as bytes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from muniment.core.workflow import MessageState
from muniment.store.models.agency import Line


class Message(models.Model):
    """What came in over a line. `raw` and `sha256` never change; the rest is what was read from them.

    `content` is the accepted or rejected object of the messages contract. `answers` is the inquiry that a received
    AM, ER, SM or YR speaks of. `mark` warns people, for instance of a control field used twice.
    """

    line = models.ForeignKey(Line, on_delete=models.PROTECT)
    received = models.DateTimeField()
    raw = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, default=MessageState.RECEIVED.value)
    format = models.CharField(max_length=10, blank=True)
    kind = models.CharField(max_length=3, blank=True)
    sender = models.CharField(max_length=9, blank=True)
    control = models.CharField(max_length=10, blank=True)
    content = models.JSONField(null=True)
    mark = models.CharField(max_length=200, blank=True)
    repeats = models.PositiveIntegerField(default=0)
    answers = models.ForeignKey("store.Inquiry", on_delete=models.PROTECT, null=True, related_name="replies")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=[each.value for each in MessageState]), name="message_state_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["line", "sha256", "received"], name="message_repeat"),
            models.Index(fields=["sender", "control"], name="message_control"),
            models.Index(fields=["line"], condition=models.Q(state="received"), name="message_unread"),
            models.Index(fields=["state", "-received"], name="message_by_state"),
            models.Index(
                fields=["received"],
                condition=models.Q(state="rejected", content__purpose="F"),
                name="message_to_purge",
            ),
        ]
