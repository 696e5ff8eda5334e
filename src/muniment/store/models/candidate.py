"""What the search found, and what people said of it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from muniment.store.models.inquiry import Inquiry, Walled
from muniment.store.models.user import User

VERDICTS = ("same", "another", "cannot tell")
#: What brought a candidate: the first search, a system that answered late, or a search with more known or later.
FOUND_BY = ("search", "late", "supplement", "reopening")


class SystemReply(Walled):
    """What one record system said to one inquiry, or that it said nothing.

    `asked` is when it was asked first in the search that counts; `late` when it answered after that search had ended.
    """

    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="system_replies")
    system = models.CharField(max_length=8)
    state = models.CharField(max_length=12)
    seconds = models.FloatField()
    freshness = models.DateTimeField(null=True)
    fault = models.CharField(max_length=300, blank=True)
    asked = models.DateTimeField()
    late = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["inquiry", "system"], name="system_reply_once")]
        indexes: ClassVar = [BrinIndex(fields=["asked"], autosummarize=True, name="system_reply_asked")]


class Candidate(Walled):
    """One source record, or several that share an exact unique identifier and the birth date.

    `position` is random, so that the order says nothing (Dror 2012). `score` and its evidence are shown to a person
    only after that person's verdict.
    """

    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="candidates")
    position = models.PositiveSmallIntegerField()
    score = models.JSONField()
    basis = models.CharField(max_length=12)
    found_by = models.CharField(max_length=10, default="search")
    changed = models.DateTimeField(null=True, help_text="when what is compared changed, and the verdicts fell")
    lost = models.DateTimeField(null=True, help_text="since when no search finds it any more; it is kept")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inquiry", "position"], name="candidate_position"),
            models.CheckConstraint(condition=models.Q(found_by__in=FOUND_BY), name="candidate_found_by_known"),
        ]


class CandidateRecord(Walled):
    """A record of a candidate as its system gave it: subject, facts, and when the copy was read."""

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="records")
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT)
    system = models.CharField(max_length=8)
    record_id = models.CharField(max_length=40)
    subject = models.JSONField()
    facts = models.JSONField()
    pulled = models.DateTimeField()
    came = models.DateTimeField(null=True, help_text="when it came, if that was after the first search")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inquiry", "system", "record_id"], name="candidate_record_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["system", "record_id"], name="candidate_record_key")]


class Verdict(Walled):
    """A person's judgement on one candidate; a later one of the same person stands, the earlier are kept."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT)
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="verdicts")
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    verdict = models.CharField(max_length=12)
    at = models.DateTimeField()
    withdrawn = models.BooleanField(default=False, help_text="a later verdict, or a change of the candidate, ended it")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(verdict__in=VERDICTS), name="verdict_known"),
            models.UniqueConstraint(
                fields=["candidate", "user"], condition=models.Q(withdrawn=False), name="verdict_stands_once"
            ),
        ]
