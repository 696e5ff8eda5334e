"""The one row that says what this database is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Installation(models.Model):
    """Name and numbers of the center; `synthetic` says that no record in this database is of a real person."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    synthetic = models.BooleanField(default=False)
    ori = models.CharField(max_length=9, default="VTICE0900")
    call_back = models.CharField(max_length=20, default="")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="one_installation")]
