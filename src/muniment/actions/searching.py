"""Ask every record system, score what comes, put the inquiry into the queue."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db.models import Max

from muniment.actions import determining
from muniment.actions.context import Actor, Step, step
from muniment.core.ledger import Event
from muniment.core.record import Record
from muniment.core.subject import Subject, subject_from_json, to_json
from muniment.core.workflow import INQUIRY, InquiryState, after
from muniment.identity.basis import basis
from muniment.identity.grouping import group
from muniment.identity.model import MODEL
from muniment.identity.score import Score, compare, would_change
from muniment.sources import index
from muniment.sources.federate import federated_search
from muniment.sources.protocol import SILENT, SystemAnswer
from muniment.sources.registry import record_systems
from muniment.store import access
from muniment.store.models import Candidate, CandidateRecord, Inquiry, SystemReply

#: Candidates below this probability are noise: 1 in 500 of them would be the person.
FLOOR: Final = 0.002
#: More candidates than a person can compare with care are cut, and the cut is written down (Dror 2012: small lists).
MOST: Final = 6


def search(actor: Actor, inquiry_id: int) -> None:
    """Search for one inquiry. A system that stays silent is named, never waited for beyond its time."""
    with step(actor) as s:
        inquiry = access.lock_inquiry(inquiry_id)
        if inquiry.state != InquiryState.READ:
            return
        subject = subject_from_json(inquiry.subject)
        answers = ask(subject, s.now)
        _keep_replies(s, inquiry, answers)
        _keep_candidates(s, inquiry, subject, [record for answer in answers for record in answer.records])
        _queue(s, inquiry)


def ask(subject: Subject, now: datetime) -> Sequence[SystemAnswer]:
    """Our index first, then all systems at once, but for those that a person had asked no more."""
    hits: Mapping[str, list[str]] = defaultdict(list)
    for system, record_id in index.search(subject, settings.MUNIMENT_INDEX_HITS):
        hits[system].append(record_id)
    off = access.switched_off()
    systems = {code: system for code, system in record_systems().items() if code not in off}
    answers = federated_search(subject, systems, hits, settings.MUNIMENT_SEARCH_SECONDS, now)
    return [*answers, *(_not_asked(code, why) for code, why in off.items())]


def _not_asked(code: str, why: str) -> SystemAnswer:
    """Named as silent wherever the others are: that a system was not asked is never "no record"."""
    return SystemAnswer(code, "not asked", 0.0, fault=f"{code}: not asked: {why}")


def _keep_replies(s: Step, inquiry: Inquiry, answers: Iterable[SystemAnswer]) -> None:
    SystemReply.objects.bulk_create(
        SystemReply(
            inquiry=inquiry,
            purpose=inquiry.purpose,
            system=answer.system,
            state=answer.state,
            seconds=answer.seconds,
            freshness=answer.freshness,
            fault=answer.fault or "",
            asked=s.now,
        )
        for answer in answers
    )
    inquiry.silent = [answer.system for answer in answers if answer.state in SILENT]


def _keep_candidates(s: Step, inquiry: Inquiry, subject: Subject, records: Sequence[Record]) -> None:
    scored = [(_score(subject, [record.subject for record in members]), members) for members in group(records)]
    worth = sorted((pair for pair in scored if pair[0].probability >= FLOOR), key=lambda pair: -pair[0].probability)
    shown = worth[:MOST]
    secrets.SystemRandom().shuffle(shown)
    found = Candidate.objects.bulk_create(
        _candidate(inquiry, position, score, basis(subject, [member.subject for member in members]))
        for position, (score, members) in enumerate(shown, start=1)
    )
    CandidateRecord.objects.bulk_create(
        _row(candidate, member) for candidate, (_, members) in zip(found, shown, strict=True) for member in members
    )
    inquiry.candidate_count = len(shown)
    inquiry.state = after(INQUIRY, inquiry.state, "search")
    s.record(Event.INQUIRY_SEARCHED, inquiry=inquiry, silent=inquiry.silent, found=len(worth), shown=len(shown))


def _score(asked: Subject, recorded: Sequence[Subject]) -> Score:
    """The score of a candidate is that of its record that speaks most for the person."""
    return max((compare(asked, each) for each in recorded), key=lambda score: score.probability)


def _candidate(inquiry: Inquiry, position: int, score: Score, tied_by: str) -> Candidate:
    return Candidate(
        inquiry=inquiry, purpose=inquiry.purpose, position=position, score=score_json(score), basis=tied_by
    )


def score_json(score: Score) -> dict[str, Any]:
    """The score as it is kept with the candidate and shown after the verdict."""
    return {**asdict(score), "would_change": would_change(score), "model": MODEL.version}


def split(inquiry: Inquiry, candidate: Candidate, records: Sequence[CandidateRecord]) -> None:
    """Make each of a candidate's records a candidate of its own, scored and tied by itself."""
    asked = subject_from_json(inquiry.subject)
    last = inquiry.candidates.aggregate(last=Max("position"))["last"]
    for offset, record in enumerate(records):
        subject = subject_from_json(record.subject)
        score, tied_by = compare(asked, subject), basis(asked, [subject])
        if offset == 0:
            candidate.score, candidate.basis = score_json(score), tied_by
            candidate.save(update_fields=["score", "basis"])
        else:
            record.candidate = _candidate(inquiry, last + offset, score, tied_by)
            record.candidate.save()
            record.save(update_fields=["candidate"])


def _row(candidate: Candidate, record: Record) -> CandidateRecord:
    return CandidateRecord(
        candidate=candidate,
        inquiry_id=candidate.inquiry_id,
        purpose=candidate.purpose,
        system=record.system,
        record_id=record.record_id,
        subject=to_json(record.subject),
        facts=[dict(fact) for fact in record.facts],
        pulled=record.pulled,
    )


def _queue(s: Step, inquiry: Inquiry) -> None:
    inquiry.queue_mark = determining.queue_mark(s, inquiry)
    inquiry.state = after(INQUIRY, inquiry.state, "queue")
    inquiry.version += 1
    inquiry.save()
    s.record(Event.INQUIRY_QUEUED, inquiry=inquiry, lane=inquiry.lane, mark=inquiry.queue_mark)
