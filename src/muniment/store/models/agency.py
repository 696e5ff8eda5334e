"""Who may ask, and over which line."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Line(models.Model):
    """A connection over which messages come and go. `key_hash` is SHA-256 of the key its far end shows, in hex.

    `certificate` (PEM) may be shown over HTTPS instead of the key; `fingerprint` is SHA-256 of it in DER.
    `seen` is when its far end was last there to take deliveries, `back` since when it is.
    """

    name = models.CharField(max_length=20, primary_key=True)
    key_hash = models.CharField(max_length=64)
    certificate = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    inbox_limit = models.PositiveIntegerField(default=1000, help_text="unread messages before the line is told to wait")
    seen = models.DateTimeField(null=True)
    back = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["fingerprint"], condition=~models.Q(fingerprint=""), name="line_certificate_once"
            ),
        ]


class Agency(models.Model):
    """An agency of the directory, known by its ORI. A suspended one gets what it is owed, but may not ask.

    `per_hour` and `per_day` are ceilings of its own; where one is null, the default of its `kind` holds.
    """

    ori = models.CharField(max_length=9, primary_key=True)
    name = models.CharField(max_length=80)
    state = models.CharField(max_length=2)
    purposes: ArrayField[list[str], list[str]] = ArrayField(models.CharField(max_length=1), default=list)
    call_back = models.CharField(max_length=20)
    kind = models.CharField(max_length=12, default="police")
    per_hour = models.PositiveIntegerField(null=True)
    per_day = models.PositiveIntegerField(null=True)
    suspended = models.BooleanField(default=False)
    lines: models.ManyToManyField[Line, models.Model] = models.ManyToManyField(Line, related_name="agencies")

    class Meta:
        verbose_name_plural: ClassVar = "agencies"

    def __str__(self) -> str:
        return f"{self.name}, {self.state}"
