"""What one person proposes and another decides (AC-2, AC-3(2)): changes of agencies and of accounts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from muniment.store.models.user import User

OUTCOMES = ("open", "agreed", "turned down", "taken back", "at once")
DECIDED = ("agreed", "turned down")


class Change(models.Model):
    """A change proposed: only the fields that differ stand in `before` and `after`; `before` is null for something new.

    `open` waits for a second person; `agreed` and `turned down` name that person, never the proposer; the proposer may
    have it `taken back`; what takes a right away needs no second person and was done `at once`. The database refuses
    to change a row that is decided, and to remove any.
    """

    before: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(null=True)
    after: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    reason = models.CharField(max_length=300)
    proposer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed = models.DateTimeField()
    outcome = models.CharField(max_length=11, default="open")
    decider = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(outcome__in=OUTCOMES), name="%(class)s_outcome_known"),
            models.CheckConstraint(
                condition=models.Q(decider__isnull=True) | ~models.Q(decider=models.F("proposer")),
                name="%(class)s_takes_two",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=DECIDED, decider__isnull=False)
                | (~models.Q(outcome__in=DECIDED) & models.Q(decider__isnull=True)),
                name="%(class)s_names_decider",
            ),
        ]


class AgencyChange(Change):
    """A change of an agency of the directory, or a new one; one at a time waits for each agency."""

    ori = models.CharField(max_length=9)

    class Meta(Change.Meta):
        constraints: ClassVar = [
            *Change.Meta.constraints,
            models.UniqueConstraint(fields=["ori"], condition=models.Q(outcome="open"), name="agency_change_open_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["ori", "-id"], name="agency_change_of")]


class AccountChange(Change):
    """A change of an account, or a new one; one at a time waits for each account."""

    username = models.CharField(max_length=150)

    class Meta(Change.Meta):
        constraints: ClassVar = [
            *Change.Meta.constraints,
            models.UniqueConstraint(
                fields=["username"], condition=models.Q(outcome="open"), name="account_change_open_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["username", "-id"], name="account_change_of")]
