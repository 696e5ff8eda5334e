"""The written finding on a stop or a hold: an adjudicator writes it and names its documents, a second person agrees.

Only then does it count: what the records establish is determined again with it, at once where somebody has the inquiry
in hand. It can lift a hold; a stop is lifted by nothing but a record that is put right at its source.
"""

from __future__ import annotations

from dataclasses import dataclass

from muniment.actions import determining
from muniment.actions.context import Actor, Step, step
from muniment.core.errors import NotAllowed, SenderFault, Stale, WrongState
from muniment.core.ledger import Event
from muniment.core.permissions import Permission
from muniment.core.workflow import FINDING, FindingState, InquiryState, after
from muniment.store import access
from muniment.store.models import Finding, Inquiry
from muniment.store.models.finding import RESULTS


@dataclass(frozen=True, slots=True)
class Written:
    """What an adjudicator writes: one of the three outcomes, why, and the documents it rests on."""

    result: str
    words: str
    papers: str


def view_list(actor: Actor) -> list[Finding]:
    """Stops and holds that wait, the oldest first."""
    with step(actor, Permission.FINDING_VIEW) as s:
        rows = access.waiting_findings(actor.person())
        s.record(Event.FINDINGS_VIEWED, shown=len(rows))
        return rows


def view(actor: Actor, finding_id: int) -> Finding:
    """One of them, for its page."""
    with step(actor, Permission.FINDING_VIEW) as s:
        row = access.finding(actor.person(), finding_id)
        s.record(Event.FINDING_VIEWED, inquiry=row.inquiry, objects={"finding": row.pk}, state=row.state)
        return row


def write(actor: Actor, finding_id: int, version: int, written: Written) -> None:
    """Write the finding; it counts once a second person agrees."""
    with step(actor, Permission.FINDING_WRITE) as s:
        inquiry, row = _locked(actor, finding_id, version)
        _require_whole(row, written)
        row.state = after(FINDING, row.state, "write")
        row.result, row.words, row.papers = written.result, written.words.strip(), written.papers.strip()
        row.finder, row.written, row.note = actor.person(), s.now, ""
        _save(s, inquiry, row, Event.FINDING_WRITTEN)


def _require_whole(row: Finding, written: Written) -> None:
    if written.result not in RESULTS:
        raise SenderFault(f"A finding is one of: {', '.join(RESULTS)}.", field="result", rule="finding.result")
    if row.kind == "stop" and written.result == "no evidence":
        text = "No finding lifts a stop: the record that proves citizenship must be put right at its source."
        raise SenderFault(text, field="result", rule="finding.stop")
    if not written.words.strip():
        raise SenderFault("Say what you found, and why.", field="words", rule="finding.words")
    if not written.papers.strip():
        raise SenderFault("Name the documents that the finding rests on.", field="papers", rule="finding.papers")


def agree(actor: Actor, finding_id: int, version: int) -> None:
    """The second person agrees: the finding counts, and what the records establish is determined with it."""
    with step(actor, Permission.FINDING_SECOND) as s:
        inquiry, row = _locked(actor, finding_id, version)
        _require_another(actor, row)
        row.state = after(FINDING, row.state, "agree")
        row.second, row.ended = actor.person(), s.now
        _save(s, inquiry, row, Event.FINDING_CLOSED)
        if inquiry.state == InquiryState.IN_HAND and inquiry.holder is not None:
            determining.determine(s, inquiry, inquiry.holder)
        else:
            inquiry.queue_mark = determining.queue_mark(s, inquiry)
            inquiry.save(update_fields=["queue_mark"])


def disagree(actor: Actor, finding_id: int, version: int, note: str) -> None:
    """The second person does not agree and says why: it stays open."""
    if not note.strip():
        raise SenderFault("Say in a few words what you see differently.", field="note", rule="second.note")
    with step(actor, Permission.FINDING_SECOND) as s:
        inquiry, row = _locked(actor, finding_id, version)
        _require_another(actor, row)
        row.state = after(FINDING, row.state, "disagree")
        row.note = note.strip()[:300]
        _save(s, inquiry, row, Event.FINDING_DISAGREED)


def _locked(actor: Actor, finding_id: int, version: int) -> tuple[Inquiry, Finding]:
    """The inquiry is held first, as everywhere."""
    shown = access.finding(actor.person(), finding_id)
    inquiry = access.lock_inquiry(shown.inquiry_id)
    row = next((row for row in access.lock_findings_of(inquiry) if row.pk == finding_id), None)
    if row is None:
        raise WrongState(f"This {shown.kind} does not wait any more; it is “{shown.state}”.", rule="workflow")
    if row.version != version:
        raise Stale
    return inquiry, row


def _require_another(actor: Actor, row: Finding) -> None:
    if row.state == FindingState.WRITTEN and row.finder_id == actor.person().pk:
        raise NotAllowed("Another person than who wrote the finding must agree.", rule="finding.second")


def _save(s: Step, inquiry: Inquiry, row: Finding, event: Event) -> None:
    row.version += 1
    row.save()
    s.record(event, inquiry=inquiry, objects={"finding": row.pk}, kind=row.kind, result=row.result)
