"""What was answered before about the same person, so that nobody asks the same twice."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q

from muniment.store.models import CandidateRecord, Inquiry, Note, Response, Verdict

#: An earlier answer is shown beside for this long.
EARLIER = timedelta(hours=24)
SAME = Q(candidate__verdicts__verdict="same", candidate__verdicts__withdrawn=False)


def earlier_answers(inquiry: Inquiry, now: datetime) -> list[Response]:
    """Answers that left within `EARLIER`, newest first, to this agency under this control field or about a record that
    was judged the same person there and here. Of answers that replaced one another only the last.

    Purpose C on both sides: an answer to a firearm check is used for nothing else, nor is anything used for it (P9).
    """
    if inquiry.purpose != "C":
        return []
    rows = Response.objects.filter(
        inquiry__purpose="C",
        withdrawn=False,
        leaves__range=(now - EARLIER, now),
        inquiry__received__lt=inquiry.received,
    ).exclude(Exists(Response.objects.filter(replaces=OuterRef("pk"), withdrawn=False, leaves__lte=now)))
    rows = rows.filter(_same_control(inquiry) | Q(inquiry__in=_same_records(inquiry))).exclude(inquiry=inquiry)
    return list(rows.select_related("inquiry__agency").order_by("-leaves")[:3])


def _same_control(inquiry: Inquiry) -> Q:
    nobody = Q(pk__in=[])
    return Q(inquiry__agency=inquiry.agency_id, inquiry__control=inquiry.control) if inquiry.control else nobody


def _same_records(inquiry: Inquiry) -> list[int]:
    """Other inquiries of purpose C in which somebody judged a record the same person that is judged so here too."""
    ours = CandidateRecord.objects.filter(SAME, inquiry=inquiry).values_list("system", "record_id").distinct()
    keys = [Q(system=system, record_id=record_id) for system, record_id in ours]
    if not keys:
        return []
    found = CandidateRecord.objects.filter(SAME, reduce(or_, keys), purpose="C").values_list("inquiry_id", flat=True)
    return list(found.exclude(inquiry=inquiry).distinct())


def told_apart(inquiry: Inquiry, ours: Collection[tuple[str, str]]) -> list[tuple[str, str, Verdict]]:
    """System, record and verdict, wherever somebody said before that one of the records `ours` is not who is asked for.

    The same is asked: the same names and birth dates. Kept for ever, so that the wrong person is not stopped again.
    Purpose C on both sides (P9).
    """
    if not ours or inquiry.purpose != "C":
        return []
    keys = [Q(system=system, record_id=record_id) for system, record_id in ours]
    asked = {f"inquiry__subject__{name}": inquiry.subject.get(name) for name in ("names", "birth_dates")}
    records = CandidateRecord.objects.filter(reduce(or_, keys), purpose="C", **asked).exclude(inquiry=inquiry)
    keyed = {row.candidate_id: (row.system, row.record_id) for row in records}
    rows = Verdict.objects.filter(candidate_id__in=keyed, verdict="another", withdrawn=False).select_related("user")
    return [(*keyed[row.candidate_id], row) for row in rows.order_by("-at")]


def claims_on(ours: Collection[tuple[str, str]], inquiry: Inquiry) -> dict[Note, str]:
    """Claims of citizenship that people were told in other inquiries, each with the record, of those of `ours`, that
    somebody said there was the person. Purpose C on both sides (P9).
    """
    if not ours or inquiry.purpose != "C":
        return {}
    keys = [Q(system=system, record_id=record_id) for system, record_id in ours]
    records = CandidateRecord.objects.filter(reduce(or_, keys), SAME, purpose="C", inquiry__notes__kind="claimed")
    records = records.exclude(inquiry=inquiry)
    keyed = {row.inquiry_id: f"{row.system}:{row.record_id}" for row in records.order_by("-system", "-record_id")}
    notes = Note.objects.filter(inquiry_id__in=keyed, kind="claimed").order_by("pk") if keyed else ()
    return {note: keyed[note.inquiry_id] for note in notes}
