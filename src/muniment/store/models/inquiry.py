"""A question that a person answers."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models

from muniment.core.workflow import InquiryState
from muniment.store.models.agency import Agency
from muniment.store.models.message import Message
from muniment.store.models.user import User

PURPOSES = ("C", "F")


class Walled(models.Model):
    """A row that came of an inquiry and carries its purpose.

    Purpose F (firearm checks) stands behind a wall: status facts for that purpose only, no lead, no watch, no reuse
    (28 CFR 25.6(j), 25.8(g), 25.9; domain.md 4.2, P9). The database refuses a row whose purpose is not its inquiry's
    (composite foreign keys of migration 0002).
    """

    purpose = models.CharField(max_length=1)

    class Meta:
        abstract = True


class Inquiry(Walled):
    """A status inquiry (IAQ) or a hit confirmation request (YQ). `version` grows with every step (optimistic lock)."""

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="inquiry")
    kind = models.CharField(max_length=3)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    control = models.CharField(max_length=10, blank=True)
    subject = models.JSONField()
    about = models.CharField(max_length=220, help_text="the primary name as people read it")
    custody = models.BooleanField(null=True)
    lane = models.SmallIntegerField()
    received = models.DateTimeField()
    due = models.DateTimeField()
    state = models.CharField(max_length=14, default=InquiryState.READ.value)
    version = models.PositiveIntegerField(default=0)
    holder = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    taken = models.DateTimeField(null=True)
    active = models.DateTimeField(null=True, help_text="when the holder last did or looked at something")
    handed_to = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    candidate_count = models.PositiveSmallIntegerField(default=0)
    queue_mark = models.CharField(max_length=8, blank=True, help_text="stop, hold or conflict; never a score")
    silent: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    escalated = models.PositiveSmallIntegerField(default=0, help_text="per cent of the time gone when people were told")
    closed = models.DateTimeField(null=True)
    asked_again = models.PositiveIntegerField(default=0, help_text="how often silent systems were asked again")
    reopened = models.DateTimeField(null=True, help_text="when it was last reopened; its time runs from then")
    reopened_for = models.CharField(max_length=10, blank=True, help_text="a code of core.reopening")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=[each.value for each in InquiryState]), name="inquiry_state_known"
            ),
            models.CheckConstraint(condition=models.Q(purpose__in=PURPOSES), name="inquiry_purpose_known"),
            models.UniqueConstraint(fields=["id", "purpose"], name="inquiry_purpose_key"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due", "id"],
                condition=models.Q(state__in=["waiting", "in hand", "second look"]),
                name="inquiry_queue",
            ),
            models.Index(fields=["-received"], name="inquiry_recent"),
            models.Index(
                fields=["closed"],
                condition=models.Q(purpose="F", state__in=["acknowledged", "withdrawn"]),
                name="inquiry_to_purge",
            ),
        ]

    @property
    def clock(self) -> datetime:
        """Since when its time runs: it was received, or reopened."""
        moment: datetime = self.reopened or self.received
        return moment

    @property
    def open(self) -> bool:
        """Whether a person still owes something on it."""
        return self.state in {InquiryState.WAITING, InquiryState.IN_HAND, InquiryState.SECOND_LOOK}
