"""The ledger's rows: append-only by database rule (migration 0002)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class LedgerEntry(models.Model):
    """One entry. `canonical` is the evidence; the other columns are derived from it for searching."""

    at = models.DateTimeField()
    event = models.CharField(max_length=40)
    actor = models.CharField(max_length=60)
    outcome = models.CharField(max_length=10)
    inquiry_id = models.BigIntegerField(null=True)
    message_id = models.BigIntegerField(null=True)
    canonical = models.BinaryField()
    sha256 = models.BinaryField()

    class Meta:
        verbose_name_plural: ClassVar = "ledger entries"
        indexes: ClassVar = [
            models.Index(fields=["inquiry_id", "id"], name="ledger_inquiry"),
            models.Index(fields=["message_id", "id"], name="ledger_message"),
            models.Index(fields=["actor", "id"], name="ledger_actor"),
            models.Index(fields=["event", "id"], name="ledger_event"),
            models.Index(fields=["event", "at"], name="ledger_event_at"),
            models.Index(fields=["at"], name="ledger_at"),
        ]
