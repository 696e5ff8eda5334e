"""Identities that record systems export to us: what the index of candidates is made from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Identity(models.Model):
    """The subject of one record of one exporting system. `change` grows with every insert and update."""

    system = models.CharField(max_length=8)
    record_id = models.CharField(max_length=40)
    subject = models.JSONField()
    change = models.BigIntegerField(db_index=True)
    gone = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["system", "record_id"], name="identity_once")]
