"""What remains to be done by workers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Work(models.Model):
    """One call of one action, owed. The row is deleted in the transaction that does the work.

    `lane` orders it (1 first), `due` is the earliest time. After `worker.TRIES` failures it is parked and shown.
    """

    task = models.CharField(max_length=20)
    target = models.BigIntegerField()
    lane = models.SmallIntegerField()
    due = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=300, blank=True)
    parked = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["task", "target"], name="work_once")]
        indexes: ClassVar = [
            models.Index(fields=["lane", "due", "id"], condition=models.Q(parked=False), name="work_open"),
        ]
