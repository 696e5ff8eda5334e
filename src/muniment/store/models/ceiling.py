"""How many inquiries each agency made, and who let one make more for a day."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from muniment.store.models.agency import Agency
from muniment.store.models.user import User


class Asked(models.Model):
    """An inquiry was let in: the `number`th of its agency, at `at`. Nothing of the inquiry stands here.

    `at` is when it came in, and never before that of the number before: so the ceiling is kept by looking at one row,
    that of `ceiling` numbers earlier (store/sql/asked.sql).
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural: ClassVar = "asked"
        constraints: ClassVar = [models.UniqueConstraint(fields=["agency", "number"], name="asked_once")]
        indexes: ClassVar = [models.Index(fields=["agency", "at"], name="asked_at")]


class CeilingRaise(models.Model):
    """A supervisor let an agency make more inquiries until `until`. Rows are added only."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    per_hour = models.PositiveIntegerField()
    per_day = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField()
