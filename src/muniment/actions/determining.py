"""From verdicts to a determination: what the linked records establish, kept each time it changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from muniment.actions import stops
from muniment.actions.context import Step
from muniment.core.ledger import Event
from muniment.core.subject import Subject, subject_from_json
from muniment.core.workflow import InquiryState
from muniment.identity.differences import align
from muniment.sources.protocol import SILENT
from muniment.status import engine
from muniment.status.determination import Determination as Found
from muniment.status.facts import FactFile, parse
from muniment.status.masking import bare, hidden
from muniment.status.police import police_form
from muniment.store import access
from muniment.store.models import Candidate, CandidateRecord, Determination, Inquiry, Note, SystemReply, User

LINKS: Final[Mapping[str | None, str]] = {
    "same": "confirmed",
    "another": "rejected",
    "cannot tell": "possible",
    None: "possible",
}


Records = Sequence[tuple[Candidate, CandidateRecord]]


def fact_file(
    s: Step, inquiry: Inquiry, records: Records, replies: Iterable[SystemReply], verdicts: Mapping[int, str]
) -> dict[str, Any]:
    """The fact file of the status contract: every candidate's facts, each tied by the verdict on its candidate."""
    subject = subject_from_json(inquiry.subject)
    facts = [*(_fact(record, fact) for _, record in records for fact in record.facts), *_claims(inquiry, records)]
    return {
        "as_of": s.now.date().isoformat(),
        "person": {"birth_date": subject.birth_dates[0]} if subject.birth_dates else {},
        "links": [_link(subject, candidate, record, verdicts) for candidate, record in records],
        "facts": [*facts, *stops.findings_as_facts(facts, inquiry.purpose)],
        "sources": [
            {"system": reply.system, "state": "unreachable" if reply.state in SILENT else reply.state}
            for reply in sorted(replies, key=lambda reply: reply.system)
        ],
    }


def records_of(found: Iterable[Candidate]) -> Records:
    """The records of candidates, each beside its candidate."""
    return [(candidate, record) for candidate in found for record in candidate.records.all()]


def claim_fact(note: Note) -> str:
    """The id of a claim that was entered by hand, among the facts."""
    return f"claim-{note.pk}"


def _claims(inquiry: Inquiry, records: Records) -> list[dict[str, Any]]:
    """Claims of citizenship that people were told, as facts of the status contract.

    Those of this inquiry are of whoever is asked about; those of another one are tied as the record is that somebody
    said was the person there.
    """
    told = {note: f"CENTER:{inquiry.pk}" for note in access.notes(inquiry) if note.kind == "claimed"}
    told |= access.claims_on([(record.system, record.record_id) for _, record in records], inquiry)
    return [
        {"id": claim_fact(note), "kind": "citizen_claim", "record": key, "date": note.at.date().isoformat()}
        for note, key in told.items()
    ]


def _key(record: CandidateRecord) -> str:
    return f"{record.system}:{record.record_id}"


def _link(asked: Subject, candidate: Candidate, record: CandidateRecord, verdicts: Mapping[int, str]) -> dict[str, Any]:
    differing = [d.field for d in align(asked, subject_from_json(record.subject)) if d.mark == "differs"]
    return {
        "record": _key(record),
        "link": LINKS[verdicts.get(candidate.pk)],
        "basis": candidate.basis,
        "disagrees": differing,
    }


def _fact(record: CandidateRecord, fact: Mapping[str, Any]) -> dict[str, Any]:
    return {**fact, "record": _key(record), "pulled": record.pulled.strftime("%Y-%m-%dT%H:%M:%SZ")}


def determine(s: Step, inquiry: Inquiry, user: User) -> Determination:
    """Determine from this person's verdicts; a new version only when the result differs from the last one."""
    records, verdicts = records_of(access.candidates(inquiry)), access.standing_verdicts(inquiry, user)
    file = fact_file(s, inquiry, records, access.system_replies(inquiry), verdicts)
    parsed = parse(file)
    established = engine.determine(parsed)
    stops.follow(s, inquiry, established)
    result, police = established.as_json(), police_form(parsed).as_json()
    last = access.latest_determination(inquiry)
    if last is not None and last.result == result and last.police == police and _known(last.fact_file) == _known(file):
        return last
    made = Determination.objects.create(
        inquiry=inquiry,
        purpose=inquiry.purpose,
        version=last.version + 1 if last else 1,
        fact_file=file,
        result=result,
        police=police,
        made=s.now,
    )
    s.record(
        Event.DETERMINATION_MADE,
        inquiry=inquiry,
        version=made.version,
        stop=result["stop"],
        hold=result["hold"],
        answer_class=result["answer_class"],
    )
    return made


def _known(file: Mapping[str, Any]) -> tuple[Any, Any]:
    """What the records said and which systems answered: a determination made of other records is another one."""
    return file["facts"], file["sources"]


def found(made: Determination) -> Found:
    """The determination as a value, made again from the fact file that was kept with it: same facts, same answer."""
    return engine.determine(parse(made.fact_file))


def police_found(made: Determination) -> Found:
    """The same in the form that police may know; all outgoing words are made from it."""
    return police_form(parse(made.fact_file))


def masked(made: Determination) -> frozenset[str]:
    """The ids of its protected facts, which show only to people who are cleared, with a reason."""
    return hidden(parse(made.fact_file))


def unprotected(made: Determination) -> FactFile:
    """Its fact file without them."""
    return bare(parse(made.fact_file))


def looked_at(inquiry: Inquiry) -> Determination | None:
    """What the page of an inquiry shows: what the signed answer rests on, else the newest.

    While a reopened inquiry waits or is in hand, what was answered before is not the answer.
    """
    waits = inquiry.state in (InquiryState.WAITING, InquiryState.IN_HAND)
    response = None if waits else access.standing_response(inquiry)
    return response.determination if response else access.latest_determination(inquiry)


def queue_mark(s: Step, inquiry: Inquiry) -> str:
    """Stop, hold or conflict, were every candidate the person: all that the queue may say before a person looked."""
    return mark_of(s, inquiry, records_of(access.candidates(inquiry)), access.system_replies(inquiry))


def mark_of(s: Step, inquiry: Inquiry, records: Records, replies: Iterable[SystemReply]) -> str:
    """The same for some of its candidates, with their records."""
    file = fact_file(s, inquiry, records, replies, {candidate.pk: "same" for candidate, _ in records})
    if not records and not file["facts"]:
        return ""
    for link in file["links"]:
        link["basis"] = "identifier"
    result = engine.determine(parse(file))
    return "stop" if result.stop else "hold" if result.hold else "conflict" if result.conflicts else ""
