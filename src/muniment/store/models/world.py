"""The synthetic world: invented people with the truth about them, and what the nine systems recorded of it.

Only a database marked synthetic may hold rows here (see `Installation`).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class WorldPerson(models.Model):
    """One invented person and the truth of this life; no inquiry ever reads it, tests and benchmarks do."""

    id: models.BigIntegerField[int, int] = models.BigIntegerField(primary_key=True)
    name_group = models.CharField(max_length=20)
    specimen = models.CharField(max_length=60, blank=True)
    truth = models.JSONField()


class WorldRecord(models.Model):
    """One record of one synthetic system: the subject as recorded, with errors, and its facts.

    `age_hours` is how old the copy always is when it is read, so that a demo does not go stale overnight.
    """

    system = models.CharField(max_length=8)
    record_id = models.CharField(max_length=40)
    # Both are filed together; a constraint would look up each record's person again, for millions of records.
    person = models.ForeignKey(WorldPerson, on_delete=models.CASCADE, db_index=False, db_constraint=False)
    subject = models.JSONField()
    facts = models.JSONField()
    name_key = models.CharField(max_length=80)
    birth_date = models.CharField(max_length=10, blank=True)
    age_hours = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["system", "record_id"], name="world_record_once")]
        indexes: ClassVar = [  # what the systems' own search asks for, and nothing else: each one slows the loading
            models.Index(fields=["system", "name_key"], name="world_record_name"),
            models.Index(fields=["system", "birth_date"], name="world_record_born"),
        ]
