"""Ledger entries as sentences. What is kept of a step is ids, codes and counts; this turns them into words."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from muniment.core.lanes import SUPERVISED
from muniment.core.ledger import MEANING, Event
from muniment.core.message import without_echo
from muniment.core.record import SYSTEMS
from muniment.core.reopening import WHY
from muniment.core.workflow import MessageState
from muniment.store import access
from muniment.store.models import Inquiry, LedgerEntry, Message, User
from muniment.web.words import count

#: What an entry says; the fields in braces are `who` and what `_said` makes of the entry's detail.
SENTENCES: Final[Mapping[str, str]] = {
    Event.ACCESS_DENIED: "Refused to {who}: {rule}",
    Event.CANDIDATE_JUDGED: "Record judged by {who}: {verdict}",
    Event.CANDIDATE_TAKEN_APART: "Candidate taken apart by {who} into {into} records",
    Event.DELIVERY_ACKNOWLEDGED: "Acknowledged by the line",
    Event.DELIVERY_OVERDUE: "{kind} not acknowledged after {minutes} min: a supervisor was called",
    Event.DELIVERY_REFUSED: "{kind} refused by the switch: a supervisor was called",
    Event.DELIVERY_REPEATED: "To be sent again, because the same message came again",
    Event.DELIVERY_REPLACED: "The earlier answer is sent no more",
    Event.DELIVERY_SENT: "{kind} sent to {to}{again}",
    Event.DELIVERY_TOLD: "The agency was told by telephone, by {who}",
    Event.DELIVERY_TRIED_NOW: "{kind} to be sent now, at the word of {who}",
    Event.DETERMINATION_MADE: "Determined, version {version}{of_class}",
    Event.DRAFT_SAVED: "Draft saved by {who}{of_class}",
    Event.FINDING_CLOSED: "Finding on the {kind} agreed to by {who}: {result}",
    Event.FINDING_DISAGREED: "Finding on the {kind}: {who} does not agree",
    Event.FINDING_LAPSED: "The {kind} is over: the linked records do not show it",
    Event.FINDING_OPENED: "A {kind} was opened by what is on record",
    Event.FINDING_VIEWED: "The stop or hold was looked at by {who}",
    Event.FINDING_WRITTEN: "Finding on the {kind} written by {who}",
    Event.INQUIRY_ANSWERED_LATE: "{system} answered late, after {after} s: {records}",
    Event.INQUIRY_ASKED_AGAIN: "Silent systems asked again, time {times}{silent}",
    Event.INQUIRY_CLAIMED: "US citizenship claimed, entered by {who}",
    Event.INQUIRY_ESCALATED: "{level} % of its time had gone: {called}",
    Event.INQUIRY_EXPEDITED: "Expedited by {who} into lane {lane}",
    Event.INQUIRY_FELL_IDLE: "Back in the queue: its holder did nothing for too long",
    Event.INQUIRY_FREED: "The colleague did not take it: it waits for everybody",
    Event.INQUIRY_HANDED_OVER: "Handed over by {who} to a colleague",
    Event.INQUIRY_KEPT: "Closed by {who}: the answer stands as it was said",
    Event.INQUIRY_PURGED: "Who was asked about was removed, 24 hours after it was closed",
    Event.INQUIRY_PUT_BACK: "Put back by {who}",
    Event.INQUIRY_QUEUED: "Put into the queue",
    Event.INQUIRY_READ: "Read; a receipt was sent",
    Event.INQUIRY_REOPENED: "Reopened by {who}: {why}",
    Event.INQUIRY_SEARCHED: "Searched: {candidates}{silent}",
    Event.INQUIRY_SEARCHED_AGAIN: "Searched again: {new} new, {changed} changed, {lost} found no more{silent}",
    Event.INQUIRY_SUPPLEMENTED: "More was added by {who}: {added}",
    Event.INQUIRY_TAKEN: "Taken in hand by {who}",
    Event.INQUIRY_VIEWED: "Looked at by {who}",
    Event.INQUIRY_WITHDRAWN: "Closed by {who}: the agency needs no answer",
    Event.MESSAGE_NOTED: "{kind} received",
    Event.MESSAGE_RECEIVED: "Received, stored and acknowledged",
    Event.MESSAGE_REPEATED: "The same bytes came again{again}",
    Event.RESPONSE_FELL: "The signed answer fell: more became known before it left",
    Event.RESPONSE_RELEASED: "Released to the line",
    Event.RESPONSE_SECOND_ASKED: "Signed by {who}{of_class}; a second person must look",
    Event.RESPONSE_SECOND_DISAGREED: "Second look by {who}: does not agree",
    Event.RESPONSE_SIGNED: "Signed{of_class}, free to leave",
    Event.RESPONSE_TAKEN_BACK: "Taken back by {who}",
    Event.UNDELIVERED_VIEWED: "Looked at by {who}, among what has not arrived",
    Event.SYSTEM_SWITCHED_OFF: "A record system is asked no more, by {who}",
    Event.SYSTEM_SWITCHED_ON: "A record system is asked again, by {who}",
}
#: Events to which people give a reason in their own words.
REASONED: Final = frozenset(
    {
        Event.DELIVERY_TOLD,
        Event.INQUIRY_CLAIMED,
        Event.INQUIRY_EXPEDITED,
        Event.INQUIRY_HANDED_OVER,
        Event.INQUIRY_KEPT,
        Event.INQUIRY_REOPENED,
        Event.INQUIRY_SUPPLEMENTED,
        Event.INQUIRY_WITHDRAWN,
    }
)
#: Notes that may say too much to somebody who has yet to judge.
TELLING: Final = frozenset({"claimed", "handed over", "kept", "reopened", "supplemented"})
KINDS: Final = {
    "receipt": "Receipt",
    "reject": "Rejection",
    "notice": "Notice",
    "closing": "Notice of withdrawal",
    "response": "Response",
}
VERDICTS: Final = {"same": "same person", "another": "another person", "cannot tell": "cannot tell"}


def _said(detail: Mapping[str, Any]) -> defaultdict[str, str]:
    """The detail in words; what it lacks is empty."""
    said = defaultdict(str, {name: str(value) for name, value in detail.items()})
    said["kind"] = KINDS.get(said["kind"], said["kind"])
    said["verdict"] = VERDICTS.get(said["verdict"], "")
    said["of_class"] = f", class {detail['answer_class']}" if detail.get("answer_class") else ""
    said["again"] = f", time {detail['times']}" if detail.get("times", 1) > 1 else ""
    said["candidates"] = f"{len(SYSTEMS)} systems, {count(detail.get('shown', 0), 'candidate')}"
    said["called"] = "a supervisor was called" if detail.get("level", 0) >= SUPERVISED else "shown in the queue"
    said["why"] = WHY.get(said["why"], said["why"])
    said["records"] = count(detail.get("records", 0), "new record")
    said["added"] = ", ".join(detail.get("fields", ()))
    said["silent"] = f", silent: {', '.join(detail['silent'])}" if detail.get("silent") else ""
    return said


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, in words. `entry` is None where it stands for several; `text` is a message's text."""

    at: datetime
    words: str
    entry: int | None = None
    text: str = ""
    mark: str = ""


def actors(entries: Iterable[LedgerEntry]) -> dict[str, str]:
    """Actor to what people call it, in one query."""
    names = {entry.actor for entry in entries}
    ids = [int(name.removeprefix("user:")) for name in names if name.startswith("user:")]
    people = {f"user:{user.pk}": str(user) for user in access.people(ids)}
    return {name: people.get(name) or _program(name) for name in names}


def _program(name: str) -> str:
    kind, _, rest = name.partition(":")
    return {"program": f"the {rest}", "line": f"line {rest}"}.get(kind, name)


def sentence(entry: LedgerEntry, who: str) -> str:
    """The entry in words; an event without words of its own shows its meaning."""
    said = _said(json.loads(bytes(entry.canonical))["detail"])
    said["who"] = who
    return (SENTENCES.get(entry.event) or MEANING.get(entry.event, entry.event)).format_map(said)


def told(
    entries: Sequence[LedgerEntry], *, viewer: User, blind: bool, texts: Mapping[datetime, str] = MappingProxyType({})
) -> list[Line]:
    """The entries in words, all looks of one person as one line; what biases is left out while `blind`.

    `texts` are reasons that people gave, by the time of the step.
    """
    names = actors(entries) | {f"user:{viewer.pk}": "you"}
    looks = Counter(entry.actor for entry in entries if entry.event == Event.INQUIRY_VIEWED)
    lines: list[Line] = []
    for entry in entries:
        words = sentence(entry, names[entry.actor])
        if entry.event == Event.INQUIRY_VIEWED:
            times = looks.pop(entry.actor, 0)
            words += f", {times} times" if times > 1 else ""
            if not times:
                continue
        if not (blind and access.biases(entry, viewer)):
            lines.append(Line(entry.at, words, entry.pk, texts.get(entry.at, "") if entry.event in REASONED else ""))
    return lines


def replies(inquiry: Inquiry) -> list[Line]:
    """AM, ER, SM and YR that came in about the inquiry, with what they say."""
    return [
        Line(reply.received, f"{reply.kind} received from {reply.sender}", None, _reply_text(reply), reply.mark)
        for reply in access.replies(inquiry)
        if reply.state == MessageState.NOTED
    ]


CONFIRMATIONS: Final = {"Y": "confirmed", "N": "not confirmed", "P": "confirmation in process", "E": "time extended"}


def _reply_text(reply: Message) -> str:
    content = reply.content or {}
    if reply.kind == "YR":
        hours = f", within {content['hours']} hours" if content.get("hours") is not None else ""
        says = CONFIRMATIONS.get(content.get("confirmation") or "", "")
        return "\n".join(part for part in (f"Hit {says}{hours}", content.get("remarks") or "") if part)
    text = str(content.get("text") or "")
    return without_echo(text)[0] if reply.kind == "ER" else text


def reasons(inquiry: Inquiry, *, blind: bool) -> dict[datetime, str]:
    """What people wrote, by its time, without what biases while `blind`."""
    return {note.at: note.text for note in access.notes(inquiry) if not (blind and note.kind in TELLING)}


def _calls(inquiry: Inquiry, entries: Iterable[LedgerEntry]) -> dict[datetime, str]:
    """Whom people told by telephone, by the time they wrote it down."""
    if not any(entry.event == Event.DELIVERY_TOLD for entry in entries):
        return {}
    return {call.written: f"{call.spoke_with}, {call.at:%H:%M}\n{call.word}" for call in access.calls(inquiry.message)}


def so_far(inquiry: Inquiry, viewer: User, *, blind: bool) -> list[Line]:
    """Everything that happened to the inquiry, oldest first, each line with the number of its proof."""
    entries = access.ledger_of(inquiry)
    texts = reasons(inquiry, blind=blind) | _calls(inquiry, entries)
    lines = told(entries, viewer=viewer, blind=blind, texts=texts) + replies(inquiry)
    return sorted(lines, key=lambda line: line.at)
