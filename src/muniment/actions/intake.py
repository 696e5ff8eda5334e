"""A message comes in: stored and hashed first, read later, answered in kind when it cannot be read."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from muniment import formats
from muniment.actions import admitting, sending, undelivered
from muniment.actions.context import Actor, Step, step
from muniment.core.errors import OurFault, SenderFault
from muniment.core.lanes import LANES, lane_of
from muniment.core.ledger import Event
from muniment.core.message import Accepted, Fault, HitRequest, Rejected, StatusInquiry, SwitchNotice
from muniment.core.subject import to_json
from muniment.core.workflow import MESSAGE, MessageState, after
from muniment.store import access, room
from muniment.store.models import Agency, Inquiry, LedgerEntry, Line, Message

HIT_LANE: Final = 1
ROUTINE_LANE: Final = 5  # reading order of everything else; the lane of the queue is known only once it was read
#: What reading a message writes down about it.
READ_COLUMNS: Final = ("format", "kind", "sender", "control", "content", "state", "mark", "answers_id")
SWITCH_KINDS: Final = frozenset({"ER", "SM"})  # the switch itself speaks, it has no entry in the directory


class Busy(SenderFault):
    """Too many messages of this line wait to be read; send this one again a little later."""


class Full(OurFault):
    """The center has too little room on its disk to keep messages; nothing was kept, send this one again later."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the line is told after commit."""

    message: int
    sha256: str
    repeat: bool


def receive(actor: Actor, line: Line, raw: bytes) -> Receipt:
    """Store `raw`; the same bytes on the same line within 24 hours are the same message and get the stored reply."""
    if room.full():
        raise Full(rule="center.full")
    sha256 = hashlib.sha256(raw).hexdigest()
    with step(actor) as s:
        access.lock_repeat(line.name, sha256)
        known = access.same_message(line.name, sha256, s.now)
        if known is not None:
            return _repeat(s, known)
        lane = HIT_LANE if _asks_hit(raw) else ROUTINE_LANE
        if lane != HIT_LANE and access.unread_count(line.name) >= line.inbox_limit:
            raise Busy(rule="line.busy")
        message = Message.objects.create(line=line, received=s.now, raw=raw, sha256=sha256)
        s.record(Event.MESSAGE_RECEIVED, message=message, sha256=sha256, size=len(raw))
        s.owe("read", message.pk, lane=lane)
    return Receipt(message.pk, sha256, repeat=False)


def _asks_hit(raw: bytes) -> bool:
    """Whether this looks like a hit confirmation request: those are let in even when the inbox is full."""
    return raw.lstrip()[:3].upper() == b"YQ."


def _repeat(s: Step, message: Message) -> Receipt:
    message.repeats += 1
    message.save(update_fields=["repeats"])
    s.record(Event.MESSAGE_REPEATED, message=message, sha256=message.sha256, times=message.repeats)
    sending.repeat(s, message)
    if message.kind == "ER":
        undelivered.refuse_again(s, message)
    return Receipt(message.pk, message.sha256, repeat=True)


def read(actor: Actor, message_id: int) -> None:
    """Read a stored message: it becomes an inquiry, is noted, rejected in kind, or parked for a supervisor."""
    with step(actor) as s:
        message = access.lock_message(message_id)
        if message.state != MessageState.RECEIVED:
            return
        content = formats.read(bytes(message.raw), today=s.now.date())
        if content.format in formats.WRITERS:
            _sort(s, message, content)
            return
        message.format = content.format
        text = f"{content.format} files are read here but not answered yet; send the inquiry as text, XML or JSON."
        _refuse(s, message, Fault(None, "format.not_served", text))


def _sort(s: Step, message: Message, content: Accepted | Rejected) -> None:
    message.format, message.kind = content.format, content.kind or ""
    message.sender, message.control = content.sender or "", content.control or ""
    message.content = formats.message_object(content)
    if not message.sender:
        entry = park(s, message, "no readable sender")
        if isinstance(content, Rejected):
            sending.notice(s, message, content.errors[0], entry)  # no agency can be told; the line can
        return
    agency = access.agency_on_line(message.sender, message.line_id)
    if agency is None and message.kind not in SWITCH_KINDS:
        _refuse(s, message, _unknown_sender(message))
    elif isinstance(content, Rejected):
        _reject(s, message, content)
    elif isinstance(content, StatusInquiry | HitRequest) and agency is not None:
        _inquire(s, message, content, agency)
    elif isinstance(content, SwitchNotice) and content.kind == "ER":
        _note_error(s, message, content)
    else:
        _note(s, message, agency)


def _unknown_sender(message: Message) -> Fault:
    text = f"{message.sender} is not an agency registered to line {message.line_id}; ask the center to register it."
    return Fault("sender", "sender.unknown", text)


def _move(message: Message, name: str) -> None:
    message.state = after(MESSAGE, message.state, name)
    access.update(message, *READ_COLUMNS)


def park(s: Step, message: Message, why: str) -> LedgerEntry:
    """Keep a message that no agency can be answered for where a supervisor sees it."""
    message.mark = why
    _move(message, "park")
    return s.record(Event.MESSAGE_PARKED, message=message, why=why)


def _refuse(s: Step, message: Message, fault: Fault) -> None:
    """Tell the line, and only the line: whoever claims to have sent it is not known to us."""
    _move(message, "reject")
    entry = s.record(Event.MESSAGE_REJECTED, message=message, codes=[fault.code])
    sending.notice(s, message, fault, entry)


def _reject(s: Step, message: Message, rejected: Rejected) -> None:
    _move(message, "reject")
    entry = s.record(Event.MESSAGE_REJECTED, message=message, codes=[fault.code for fault in rejected.errors])
    sending.reject(s, message, rejected, entry)


def _note_error(s: Step, message: Message, notice: SwitchNotice) -> None:
    """An ER: the switch refused what left here. People see it with what it speaks of; alone if that cannot be told."""
    echoed = re.search(r"\*([^.\s]{1,10})\.", notice.original)
    control = message.control or (echoed[1] if echoed else "")
    delivery = access.lock_refused(message.line_id, control, notice.original)
    answers = access.inquiry_with_control(message.line_id, control, None) if control else None
    if delivery is None and answers is None:
        park(s, message, "the switch refused something that never left over this line")
        return
    message.answers = getattr(delivery.message, "inquiry", None) if delivery else answers
    _move(message, "note")
    s.record(Event.MESSAGE_NOTED, message=message, kind=message.kind, answers=message.answers_id)
    if delivery is not None:
        undelivered.refuse(s, delivery, message)


def _note(s: Step, message: Message, agency: Agency | None) -> None:
    """AM, SM, YR (and an IAR that strayed here): kept, tied to what it answers, shown beside it."""
    ori = agency.ori if agency else None
    if message.control:
        message.answers = access.inquiry_with_control(message.line_id, message.control, ori)
    _move(message, "note")
    s.record(Event.MESSAGE_NOTED, message=message, kind=message.kind, answers=message.answers_id)


def _inquire(s: Step, message: Message, content: StatusInquiry | HitRequest, agency: Agency) -> None:
    agency = access.lock_agency(agency.ori)
    purpose = admitting.purpose_of(content, agency)
    fault = admitting.fault_of(s, message, content, agency)
    if fault is not None:
        message.mark = access.REFUSED.get(fault.code, "")
        _reject(s, message, Rejected.of(content, (fault,)))
        return
    if message.control and access.earlier_with_control(message, message.sender, message.control):
        message.mark = "this control field was used before for another message"
    _move(message, "read")
    inquiry = Inquiry(**_columns(message, content), purpose=purpose, agency=agency)
    access.insert([inquiry])
    entry = s.record(Event.INQUIRY_READ, inquiry=inquiry, purpose=purpose, lane=inquiry.lane, mark=message.mark)
    sending.receipt(s, inquiry, entry)
    s.owe("search", inquiry.pk, lane=inquiry.lane)


def _columns(message: Message, content: StatusInquiry | HitRequest) -> dict[str, Any]:
    if isinstance(content, HitRequest):
        lane, target, custody = HIT_LANE, timedelta(minutes=content.due_minutes), None
    else:
        lane, custody = lane_of(custody=content.custody), content.custody
        target = LANES[lane].target
    primary = content.subject.primary
    return {
        "message": message,
        "kind": content.kind,
        "control": message.control,
        "subject": to_json(content.subject),
        "about": primary.text if primary else "",
        "custody": custody,
        "lane": lane,
        "received": message.received,
        "due": message.received + target,
    }
