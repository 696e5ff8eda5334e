"""Why somebody did something with an inquiry, in that person's own words; the ledger holds no free text."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from muniment.store.models.inquiry import Inquiry, Walled
from muniment.store.models.user import User

NOTES = (
    *("claimed", "expedited", "handed over", "fell idle", "kept", "not taken", "reopened", "supplemented"),
    "withdrawn",
)


class Note(Walled):
    """A reason or a word to a colleague, at the time of the ledger entry it belongs to.

    `user` is whom it speaks of: who wrote it or, where an inquiry fell idle or was not taken, who had or should have
    had it in hand.
    """

    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="notes")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    text = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(kind__in=NOTES), name="note_kind_known")]


class Supplement(Walled):
    """What was learnt after the message came and is asked about with it; why, by whom and when stands in the note.

    `said_by` is who said it. `added` has the form of a subject and holds the additions alone: what was received stays
    in the message.
    """

    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="supplements")
    note = models.OneToOneField(Note, on_delete=models.PROTECT, related_name="supplement")
    said_by = models.CharField(max_length=80)
    added = models.JSONField()
