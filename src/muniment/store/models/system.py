"""Which record systems are asked, and who said so."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from muniment.store.models.user import User


class SystemSwitch(models.Model):
    """A person had a record system asked no more, or asked again; the highest `version` of a system stands.

    Rows are added only: the database refuses to change or remove one. A system without a row is asked.
    """

    system = models.CharField(max_length=8)
    version = models.PositiveIntegerField()
    asked = models.BooleanField(help_text="whether the system is asked from now on")
    reason = models.CharField(max_length=200)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["system", "version"], name="system_switch_once")]
