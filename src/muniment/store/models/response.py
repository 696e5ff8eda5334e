"""What the records establish, what a person drafts, and what was signed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from muniment.store.models.inquiry import Inquiry, Walled
from muniment.store.models.user import User


class Determination(Walled):
    """What `status.determine` said of the linked records; a new row each time the result changes."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="determinations")
    version = models.PositiveIntegerField()
    fact_file = models.JSONField()
    result = models.JSONField()
    police = models.JSONField()
    made = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["inquiry", "version"], name="determination_version")]


class Draft(Walled):
    """The answer as it is being written; one of each inquiry, kept through lock, logout and crash."""

    inquiry = models.OneToOneField(Inquiry, on_delete=models.PROTECT, related_name="draft")
    answer_class = models.CharField(max_length=4, blank=True)
    text = models.TextField()
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    saved = models.DateTimeField()


class Response(Walled):
    """An answer that a named person signed. What was signed is never changed; taking it back marks it.

    `second_reason` says why another person had to look too; then `second` is that person, never the signer.
    `replaces` is the answer that it takes the place of; that one stays as it was said. `clock` and `due` are those of
    the inquiry when it was signed: reopening gives the inquiry others.
    """

    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="responses")
    determination = models.ForeignKey(Determination, on_delete=models.PROTECT, null=True)
    answer_class = models.CharField(max_length=4, blank=True)
    text = models.TextField()
    text_sha256 = models.CharField(max_length=64)
    signer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="signed")
    signed = models.DateTimeField()
    second_reason = models.CharField(max_length=200, blank=True)
    second = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="seconded")
    second_signed = models.DateTimeField(null=True)
    leaves = models.DateTimeField(null=True, help_text="when it is released; null while a second person is owed")
    withdrawn = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replacing")
    clock = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["inquiry"],
                condition=models.Q(withdrawn=False, replaces__isnull=True),
                name="one_response_stands",
            ),
            models.UniqueConstraint(
                fields=["replaces"], condition=models.Q(withdrawn=False), name="one_response_replaces"
            ),
            models.UniqueConstraint(fields=["id", "inquiry"], name="response_inquiry_key"),
            models.CheckConstraint(
                condition=models.Q(replaces__isnull=True) | ~models.Q(replaces=models.F("id")),
                name="response_replaces_another",
            ),
            models.CheckConstraint(
                condition=models.Q(second__isnull=True) | ~models.Q(second=models.F("signer")),
                name="second_is_another_person",
            ),
            models.CheckConstraint(
                condition=models.Q(leaves__isnull=True) | models.Q(second_reason="") | models.Q(second__isnull=False),
                name="nothing_leaves_unseconded",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["leaves"], condition=models.Q(withdrawn=False), name="response_left"),
        ]
