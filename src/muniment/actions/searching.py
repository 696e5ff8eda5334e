"""Ask every record system, keep what comes, put the inquiry into the queue; ask again, and take in what comes late.

A system that stays silent is named and never waited for. Its answer is not lost: it is kept when it comes late, and
the system is asked again, by work rows that outlive every process (docs/decisions/0009-late-answers.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.conf import settings

from muniment.actions import determining, finding, reopening
from muniment.actions.context import Actor, Step, step
from muniment.core.ledger import Event
from muniment.core.subject import Subject, subject_from_json
from muniment.core.workflow import INQUIRY, InquiryState, after
from muniment.sources import index
from muniment.sources.federate import OnLate, federated_search
from muniment.sources.protocol import SILENT, SystemAnswer
from muniment.sources.registry import record_systems
from muniment.store import access
from muniment.store.models import Inquiry, Note, SystemReply

#: Asking again waits no longer than this in the worker, so that a dead system holds up nothing; what comes later is
#: taken in by the thread that asked.
AGAIN_SECONDS: Final = 1.0
#: Asking again never takes the worker that is kept for urgent lanes.
AGAIN_LANE: Final = 4
#: After its answer has left, systems that were silent are asked for so long.
AFTERWARDS: Final = timedelta(hours=24)
#: States in which somebody cares for a late answer, beside those of an open inquiry.
ANSWERED: Final = (InquiryState.SIGNED, InquiryState.RELEASED, InquiryState.ACKNOWLEDGED)
#: What the candidates of a search are marked with, by the note that brought it about.
FOUND_BY: Final[Mapping[str, str]] = {"supplemented": "supplement", "reopened": "reopening"}


def search(actor: Actor, inquiry_id: int) -> None:
    """Search for one inquiry. A system that stays silent is named, never waited for beyond its time."""
    with step(actor) as s:
        inquiry = access.lock_inquiry(inquiry_id)
        if inquiry.state != InquiryState.READ:
            return
        subject = subject_from_json(inquiry.subject)
        answers = ask(subject, s.now, on_late=_on_late(inquiry_id, subject))
        replies = _keep_replies(s, inquiry, answers)
        kept, worth = finding.first(inquiry, subject, [record for answer in answers for record in answer.records])
        inquiry.state = after(INQUIRY, inquiry.state, "search")
        inquiry.queue_mark = determining.mark_of(s, inquiry, kept, replies)
        _queue(s, inquiry, worth)
        _owe_asking(s, inquiry)


def ask(
    subject: Subject, now: datetime, *, on_late: OnLate | None = None, only: Collection[str] | None = None
) -> Sequence[SystemAnswer]:
    """Our index first, then all systems at once, but for those that a person had asked no more.

    `only` some of them are asked when they are asked again, and that waits a shorter time.
    """
    hits: Mapping[str, list[str]] = defaultdict(list)
    for system, record_id in index.search(subject, settings.MUNIMENT_INDEX_HITS):
        hits[system].append(record_id)
    wanted = {code: system for code, system in record_systems().items() if only is None or code in only}
    off = {code: why for code, why in access.switched_off().items() if code in wanted}
    systems = {code: system for code, system in wanted.items() if code not in off}
    longest = settings.MUNIMENT_SEARCH_SECONDS
    seconds = longest if only is None else min(AGAIN_SECONDS, longest)
    answers = federated_search(subject, systems, hits, seconds, now, on_late)
    return [*answers, *(_not_asked(code, why) for code, why in off.items())]


def _not_asked(code: str, why: str) -> SystemAnswer:
    """Named as silent wherever the others are: that a system was not asked is never "no record"."""
    return SystemAnswer(code, "not asked", 0.0, fault=f"{code}: not asked: {why}")


def _keep_replies(s: Step, inquiry: Inquiry, answers: Iterable[SystemAnswer]) -> list[SystemReply]:
    inquiry.silent = [answer.system for answer in answers if answer.state in SILENT]
    replies = [
        SystemReply(inquiry=inquiry, purpose=inquiry.purpose, system=answer.system, asked=s.now, **_said(answer))
        for answer in answers
    ]
    access.insert(replies)
    return replies


def _said(answer: SystemAnswer) -> dict[str, Any]:
    return {
        "state": answer.state,
        "seconds": answer.seconds,
        "freshness": answer.freshness,
        "fault": answer.fault or "",
    }


def _queue(s: Step, inquiry: Inquiry, worth: int) -> None:
    inquiry.state = after(INQUIRY, inquiry.state, "queue")
    inquiry.version += 1
    access.update(inquiry, "state", "version", "silent", "candidate_count", "queue_mark")
    silent, shown = inquiry.silent, inquiry.candidate_count
    s.record_all(
        [
            s.entry(Event.INQUIRY_SEARCHED, inquiry=inquiry, silent=silent, found=worth, shown=shown),
            s.entry(Event.INQUIRY_QUEUED, inquiry=inquiry, lane=inquiry.lane, mark=inquiry.queue_mark),
        ]
    )


# What comes late


def _on_late(inquiry_id: int, subject: Subject) -> OnLate:
    return partial(late, Actor.program("search"), inquiry_id, subject)


def late(actor: Actor, inquiry_id: int, asked: Subject, answer: SystemAnswer) -> None:
    """Take in an answer that came after the search had ended, in the thread that asked."""
    with step(actor) as s:
        _take_in(s, access.lock_inquiry(inquiry_id), asked, [answer])


def _take_in(s: Step, inquiry: Inquiry, asked: Subject, answers: Iterable[SystemAnswer]) -> list[str]:
    """Keep what systems answered that were silent, and let follow what must; the systems, none where it is too late.

    An answer to another question than the one that stands now (somebody has added to it) is dropped: all systems are
    asked that one anyhow.
    """
    came = [answer for answer in answers if answer.state not in SILENT and answer.system in inquiry.silent]
    cares = inquiry.open or inquiry.state in ANSWERED
    if not came or not cares or subject_from_json(inquiry.subject) != asked:
        return []
    systems = [answer.system for answer in came]
    waited = _keep_late(s, inquiry, came)
    records = [record for answer in came for record in answer.records]
    changes = finding.further(s, inquiry, records, "late", systems)
    for system in systems:
        told: dict[str, Any] = {"system": system, "after": waited[system], "records": changes.records.get(system, 0)}
        s.record(Event.INQUIRY_ANSWERED_LATE, inquiry=inquiry, **told)
    reopening.follow(s, inquiry, changes, f"{' and '.join(systems)} answered late")
    return systems


def _keep_late(s: Step, inquiry: Inquiry, came: Collection[SystemAnswer]) -> dict[str, int]:
    """The replies as they are now; system to seconds after which it answered."""
    said = {answer.system: answer for answer in came}
    inquiry.silent = [system for system in inquiry.silent if system not in said]
    waited = {}
    for reply in access.system_replies(inquiry):
        if reply.system in said:
            _amend(reply, said[reply.system], late=s.now)
            waited[reply.system] = round((s.now - reply.asked).total_seconds())
    return waited


def _amend(reply: SystemReply, answer: SystemAnswer, **more: Any) -> None:
    for name, value in {**_said(answer), **more}.items():
        setattr(reply, name, value)
    reply.save()


# Asking again


def pause(times: int) -> timedelta:
    """How long to wait before silent systems are asked again that were asked `times` times since the search."""
    pauses: Sequence[float] = settings.MUNIMENT_ASK_AGAIN_SECONDS
    return timedelta(seconds=pauses[min(times, len(pauses) - 1)])


def _owe_asking(s: Step, inquiry: Inquiry) -> None:
    if inquiry.silent:
        lane = max(inquiry.lane, AGAIN_LANE)
        s.owe("ask again", inquiry.pk, lane=lane, due=s.now + pause(inquiry.asked_again), once=True)


def again(actor: Actor, inquiry_id: int) -> datetime | None:
    """Ask the silent systems once more; when to ask again, or None where nobody is silent or nobody waits any more.

    The inquiry is not held while they are asked: a person goes on with it meanwhile.
    """
    inquiry = access.inquiry_to_ask(inquiry_id, access.db_now() - AFTERWARDS)
    if inquiry is None:
        return None
    subject = subject_from_json(inquiry.subject)
    answers = ask(subject, access.db_now(), on_late=_on_late(inquiry_id, subject), only=inquiry.silent)
    with step(actor) as s:
        inquiry = access.lock_inquiry(inquiry_id)
        inquiry.asked_again += 1
        inquiry.save(update_fields=["asked_again"])
        back = _take_in(s, inquiry, subject, answers)
        s.record(Event.INQUIRY_ASKED_AGAIN, inquiry=inquiry, silent=inquiry.silent, times=inquiry.asked_again)
        if back:
            access.wake_asking(back, s.now)
        return s.now + pause(inquiry.asked_again) if inquiry.silent else None


# Searching again


def search_again(actor: Actor, note_id: int) -> None:
    """Search anew because of a note: something was added to what is asked, or the inquiry was reopened.

    What was added meanwhile brings a search of its own; then this one is left to that.
    """
    note = access.note(note_id)
    subject = subject_from_json(note.inquiry.subject)
    answers = ask(subject, access.db_now(), on_late=_on_late(note.inquiry_id, subject))
    with step(actor) as s:
        inquiry = access.lock_inquiry(note.inquiry_id)
        if inquiry.open and subject_from_json(inquiry.subject) == subject:
            _take_in_all(s, inquiry, note, answers)


def _take_in_all(s: Step, inquiry: Inquiry, note: Note, answers: Sequence[SystemAnswer]) -> None:
    said = {answer.system: answer for answer in answers}
    for reply in access.system_replies(inquiry):
        if reply.system in said:
            _amend(reply, said[reply.system], asked=s.now, late=None)
    inquiry.silent = [answer.system for answer in answers if answer.state in SILENT]
    inquiry.asked_again = 0
    answered = [answer.system for answer in answers if answer.state not in SILENT]
    records = [record for answer in answers for record in answer.records]
    changes = finding.further(s, inquiry, records, FOUND_BY[note.kind], answered)
    told: dict[str, Any] = {"new": len(changes.new), "changed": len(changes.changed), "lost": len(changes.lost)}
    s.record(Event.INQUIRY_SEARCHED_AGAIN, inquiry=inquiry, silent=inquiry.silent, **told)
    _owe_asking(s, inquiry)
    reopening.follow(s, inquiry, changes, "the search was made again")
