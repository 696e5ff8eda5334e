"""A stop or a hold on an inquiry, and the written finding on it (G1; domain.md 4.1)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from muniment.core.workflow import FindingState
from muniment.store.models.inquiry import Inquiry, Walled
from muniment.store.models.user import User

KINDS = ("stop", "hold")
#: What an adjudicator may find: the three outcomes of domain.md 4.1.
RESULTS = ("citizen", "some evidence", "no evidence")


class Finding(Walled):
    """What the facts opened by themselves, and what an adjudicator found on it in writing.

    `because` maps each rule that opened it to the ids of its facts. `result` and `words` are those of the finding,
    `papers` names the documents it rests on. A second person agrees before it counts; a stop is never lifted by one.
    """

    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=4)
    facts = ArrayField(models.CharField(max_length=120), help_text="ids of the facts that opened it")
    because: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    opened = models.DateTimeField()
    state = models.CharField(max_length=8, default=FindingState.OPEN.value)
    version = models.PositiveIntegerField(default=0)
    result = models.CharField(max_length=13, blank=True)
    words = models.CharField(max_length=1000, blank=True)
    papers = models.CharField(max_length=500, blank=True)
    finder = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    written = models.DateTimeField(null=True)
    second = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended = models.DateTimeField(null=True, help_text="when it counted, or when nothing held any more")
    note = models.CharField(max_length=300, blank=True, help_text="why the second person did not agree")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="finding_kind_known"),
            models.CheckConstraint(
                condition=models.Q(state__in=[each.value for each in FindingState]), name="finding_state_known"
            ),
            models.CheckConstraint(condition=models.Q(result__in=("", *RESULTS)), name="finding_result_known"),
            models.CheckConstraint(
                condition=~models.Q(kind="stop", result="no evidence"), name="finding_lifts_no_stop"
            ),
            models.CheckConstraint(
                condition=models.Q(second__isnull=True) | ~models.Q(second=models.F("finder")),
                name="finding_takes_two",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("written", "closed"))
                | (models.Q(finder__isnull=False) & ~models.Q(result="") & ~models.Q(words="") & ~models.Q(papers="")),
                name="finding_is_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="closed") | models.Q(second__isnull=False, ended__isnull=False),
                name="finding_closed_by_two",
            ),
            models.UniqueConstraint(
                fields=["inquiry", "kind"],
                condition=models.Q(state__in=("open", "written")),
                name="finding_open_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["opened"], condition=models.Q(state__in=("open", "written")), name="finding_waiting"),
            GinIndex(fields=["facts"], name="finding_facts"),
            models.Index(fields=["ended"], condition=models.Q(state="closed"), name="finding_closed"),
        ]
