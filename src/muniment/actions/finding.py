"""From records to candidates: grouped, scored and tied; at the first search, and when more comes or is known later."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.db.models import Max

from muniment.actions.context import Step
from muniment.core.record import Record
from muniment.core.subject import Subject, subject_from_json, to_json
from muniment.identity.basis import basis
from muniment.identity.described import describe
from muniment.identity.differences import align
from muniment.identity.grouping import group
from muniment.identity.model import MODEL
from muniment.identity.score import Score, compare, weigh, would_change
from muniment.store import access
from muniment.store.models import Candidate, CandidateRecord, Inquiry

#: Candidates below this probability are noise: 1 in 500 of them would be the person.
FLOOR: Final = 0.002
#: More candidates than a person can compare with care are cut, and the cut is written down (Dror 2012: small lists).
MOST: Final = 6

Scored = tuple[Score, Sequence[Record]]
Kept = list[tuple[Candidate, CandidateRecord]]


# The first search


def first(inquiry: Inquiry, subject: Subject, records: Sequence[Record]) -> tuple[Kept, int]:
    """Keep the candidates worth showing, in random order; with their records, and how many were worth it."""
    worth = _worth(subject, group(records))
    kept = _keep(inquiry, subject, worth[:MOST], after=0)
    inquiry.candidate_count = len(worth[:MOST])
    return kept, len(worth)


def _worth(subject: Subject, groups: Iterable[Sequence[Record]]) -> list[Scored]:
    """Those that may be the person, the most probable first."""
    best = [(_closest(subject, [record.subject for record in members]), members) for members in groups]
    scored = [(compare(subject, each), members) for (weight, each), members in best if _may_be(weight)]
    return sorted(scored, key=lambda pair: -pair[0].probability)


def _keep(inquiry: Inquiry, subject: Subject, chosen: list[Scored], *, after: int, **how: Any) -> Kept:
    """New candidates in random order behind position `after`; `how` says what brought them, and when."""
    secrets.SystemRandom().shuffle(chosen)
    found_by, came = how.get("found_by", "search"), how.get("came")
    kept = [
        _candidate(inquiry, position, score, basis(subject, [member.subject for member in members]), found_by)
        for position, (score, members) in enumerate(chosen, start=after + 1)
    ]
    access.insert(kept)
    rows = [
        _row(candidate, member, came)
        for candidate, (_, members) in zip(kept, chosen, strict=True)
        for member in members
    ]
    access.insert(rows)
    return [(row.candidate, row) for row in rows]


def _closest(asked: Subject, recorded: Iterable[Subject]) -> tuple[float, Subject]:
    """The record that speaks most for the person, for which a candidate stands, and by how much, in bits."""
    described = describe(asked)
    return max(((weigh(described, describe(each)), each) for each in recorded), key=lambda pair: pair[0])


def _may_be(weight: float) -> bool:
    return MODEL.probability(weight) >= FLOOR


def _candidate(inquiry: Inquiry, position: int, score: Score, tied_by: str, found_by: str = "search") -> Candidate:
    return Candidate(
        inquiry=inquiry,
        purpose=inquiry.purpose,
        position=position,
        score=score_json(score),
        basis=tied_by,
        found_by=found_by,
    )


def score_json(score: Score) -> dict[str, Any]:
    """The score as it is kept with the candidate and shown after the verdict."""
    return {**asdict(score), "would_change": would_change(score), "model": MODEL.version}


def _row(candidate: Candidate, record: Record, came: Any = None) -> CandidateRecord:
    return CandidateRecord(
        candidate=candidate,
        inquiry_id=candidate.inquiry_id,
        purpose=candidate.purpose,
        system=record.system,
        record_id=record.record_id,
        subject=to_json(record.subject),
        facts=[dict(fact) for fact in record.facts],
        pulled=record.pulled,
        came=came,
    )


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
            record.candidate = _candidate(inquiry, last + offset, score, tied_by, candidate.found_by)
            record.candidate.save()
            record.save(update_fields=["candidate"])


# What comes later


@dataclass(frozen=True, slots=True)
class Changes:
    """What a further answer or search changed. `records` counts by system those that were not there before.

    `changed` are candidates on which the verdicts fell, `reread` others whose records state something else now.
    """

    new: Sequence[Candidate]
    changed: Sequence[Candidate]
    reread: Sequence[Candidate]
    lost: Sequence[Candidate]
    records: dict[str, int]

    @property
    def to_judge(self) -> list[Candidate]:
        """Candidates that wait for a verdict because of it."""
        return [*self.new, *self.changed]


def further(s: Step, inquiry: Inquiry, records: Sequence[Record], found_by: str, answered: Collection[str]) -> Changes:
    """Take in what came later from the systems that `answered`. Nothing that is there moves or goes.

    A record that is there already is read anew; a verdict falls where what was compared has changed. A new one joins
    the one candidate that it is tied to, else it becomes a candidate of its own behind the others.
    """
    subject, known = subject_from_json(inquiry.subject), access.candidates(inquiry)
    held = {(row.system, row.record_id): row for candidate in known for row in candidate.records.all()}
    described, stated = _read_anew(held, records)
    joined, apart = _placed(known, [record for record in records if (record.system, record.record_id) not in held])
    for candidate, record in joined:
        _row(candidate, record, s.now).save()
    fallen = described | {candidate.pk for candidate, _ in joined}
    new = {each.pk for each, _ in _join_list(s, inquiry, subject, known, apart, found_by)}
    inquiry.candidate_count += len(new)
    lost = {each.pk for each in _lost(s, known, records, answered)} if found_by != "late" else set()
    now = access.candidates(inquiry)  # with the records that joined them
    for candidate in now:
        if candidate.pk in fallen:
            _fall(s, subject, candidate)
    counted = Counter(row.system for each in now for row in each.records.all() if row.came == s.now)
    parts = {"new": new, "changed": fallen, "reread": stated - fallen, "lost": lost}
    return Changes(**{name: _among(now, ids) for name, ids in parts.items()}, records=dict(counted))


def _among(candidates: Iterable[Candidate], ids: Collection[int]) -> list[Candidate]:
    return [candidate for candidate in candidates if candidate.pk in ids]


def _read_anew(held: Mapping[tuple[str, str], CandidateRecord], records: Iterable[Record]) -> tuple[set[int], set[int]]:
    """Keep what records that were there say now: the candidates described otherwise, and those with other facts."""
    described, stated = set(), set()
    for record in records:
        row = held.get((record.system, record.record_id))
        if row is None:
            continue
        facts, subject = [dict(fact) for fact in record.facts], to_json(record.subject)
        described |= {row.candidate_id} if row.subject != subject else set()
        stated |= {row.candidate_id} if _stated(row.facts) != _stated(facts) else set()
        row.facts, row.subject, row.pulled = facts, subject, record.pulled
        row.save(update_fields=["facts", "subject", "pulled"])
    return described, stated


def _stated(facts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What facts state, without when their copy was read."""
    return [{name: value for name, value in fact.items() if name != "pulled"} for fact in facts]


def _placed(
    known: Sequence[Candidate], fresh: Sequence[Record]
) -> tuple[list[tuple[Candidate, Record]], list[Sequence[Record]]]:
    """New records with the candidate that each joins, and those that stand apart, as they belong together.

    What a person took apart is not put together again, and a new record never makes one of two candidates.
    """
    whole = {candidate.pk: [_record(row) for row in candidate.records.all()] for candidate in known}
    owner = {record.key: candidate for candidate in known for record in whole[candidate.pk]}
    joined: list[tuple[Candidate, Record]] = []
    apart: list[Sequence[Record]] = []
    for members in group([*(record for rows in whole.values() for record in rows), *fresh]):
        new = [record for record in members if record.key not in owner]
        owners = {owner[record.key].pk: owner[record.key] for record in members if record.key in owner}
        if new and len(owners) == 1:
            joined += [(candidate, record) for candidate in owners.values() for record in new]
        elif new:
            apart.append(new)
    return joined, apart


def _record(row: CandidateRecord) -> Record:
    return Record(row.system, row.record_id, subject_from_json(row.subject), row.pulled)


def _join_list(
    s: Step,
    inquiry: Inquiry,
    subject: Subject,
    known: Sequence[Candidate],
    apart: Iterable[Sequence[Record]],
    found_by: str,
) -> Kept:
    """New candidates that would have been shown had they come with the others: nothing shown makes room for them."""
    shown = sorted((candidate.score["probability"] for candidate in known), reverse=True)
    worth = _worth(subject, apart)
    ranks = sorted([*shown, *(score.probability for score, _ in worth)], reverse=True)
    least = ranks[MOST - 1] if len(ranks) >= MOST else 0.0
    chosen = [pair for pair in worth[:MOST] if pair[0].probability >= least]
    last = max((candidate.position for candidate in known), default=0)
    return _keep(inquiry, subject, chosen, after=last, found_by=found_by, came=s.now)


def _lost(s: Step, known: Sequence[Candidate], records: Sequence[Record], answered: Collection[str]) -> list[Candidate]:
    """Candidates of which no system that answered gave a record this time; they are marked and kept."""
    came = {(record.system, record.record_id) for record in records}
    missing = []
    for candidate in known:
        rows = list(candidate.records.all())
        found = any((row.system, row.record_id) in came for row in rows)
        gone = not found and all(row.system in answered for row in rows)
        if found or (gone and candidate.lost is None):
            candidate.lost = s.now if gone else None
            candidate.save(update_fields=["lost"])
        missing += [candidate] if gone else []
    return missing


def _fall(s: Step, subject: Subject, candidate: Candidate) -> None:
    """What is compared has changed: the candidate is scored anew, and every verdict on it falls."""
    subjects = [subject_from_json(row.subject) for row in candidate.records.all()]
    _, closest = _closest(subject, subjects)
    candidate.score, candidate.basis = score_json(compare(subject, closest)), basis(subject, subjects)
    candidate.changed = s.now
    candidate.save(update_fields=["score", "basis", "changed"])
    candidate.verdicts.filter(withdrawn=False).update(withdrawn=True)


def asked_anew(s: Step, inquiry: Inquiry, before: Subject) -> list[Candidate]:
    """After a supplement: candidates of which something else is compared now than `before`; their verdicts fell."""
    subject = subject_from_json(inquiry.subject)
    changed = [each for each in access.candidates(inquiry) if _compared(before, each) != _compared(subject, each)]
    for candidate in changed:
        _fall(s, subject, candidate)
    return changed


def _compared(asked: Subject, candidate: Candidate) -> list[tuple[str, str, str]]:
    """Field, mark and words wherever both sides say something: all that a verdict can rest on."""
    rows = [subject_from_json(row.subject) for row in candidate.records.all()]
    fields = [each for row in rows for each in align(asked, row)]
    return [(each.field, each.mark, each.words) for each in fields if each.asked and each.recorded]
