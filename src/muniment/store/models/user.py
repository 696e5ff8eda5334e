"""People and scripted accounts that act at the center."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models


class User(AbstractUser):
    """Somebody who may log in. `roles` are names of `core.permissions.Role`.

    A scripted account is played by a program; it may sign only in a database marked synthetic. `is_staff` and
    `is_superuser` mean nothing here: rights come from roles alone.
    """

    title = models.CharField(max_length=60, help_text="how others see the account, such as “specialist 14”")
    roles: ArrayField[list[str], list[str]] = ArrayField(models.CharField(max_length=20), default=list)
    scripted = models.BooleanField(default=False)
    demo = models.BooleanField(default=False)
    password_given = models.BooleanField(default=False, help_text="by somebody else; the person must choose another")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(is_superuser=False), name="no_superuser"),
        ]

    def __str__(self) -> str:
        return self.title or self.username
