"""What goes out: receipts, rejects, notices and responses, each through the outbox and never around it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from muniment import formats
from muniment.actions import determining, falling, stops
from muniment.actions.context import Actor, Step, step
from muniment.core import outgoing
from muniment.core.lanes import URGENT
from muniment.core.ledger import Event
from muniment.core.message import Accepted, Fault, FreeText, Rejected
from muniment.core.workflow import DELIVERY, INQUIRY, DeliveryState, InquiryState, after
from muniment.status.determination import ADVERSE_CLASSES
from muniment.status.drafts import wrapped
from muniment.store import access
from muniment.store.access import FarEnd
from muniment.store.models import Delivery, Inquiry, LedgerEntry, Message, Response

REPLY_LANE: Final = 1  # receipts and rejects are short and somebody waits for them
WITHDRAWN: Final = "INQUIRY WITHDRAWN AS YOU ASKED. NO ANSWER WILL FOLLOW.\nTHIS SAYS NOTHING ABOUT THE PERSON."
RECEIPT: Final = "INQUIRY RECEIVED. A PERSON WILL ANSWER IT.\nTHIS IS NOT AN ANSWER. IT SAYS NOTHING ABOUT THE PERSON."


def _leave(s: Step, message: Message, kind: str, wire: bytes, entry: LedgerEntry, *, ori: str = "") -> Delivery:
    delivery = Delivery(
        message=message,
        line_id=message.line_id,
        kind=kind,
        ori=ori,
        control=message.control,
        wire=wire,
        state=DeliveryState.READY,
        lane=REPLY_LANE,
        leaves=s.now,
        owed=s.now,
        tell=s.now + outgoing.patience(kind, REPLY_LANE),
        entry=entry,
    )
    access.insert([delivery])
    return delivery


def receipt(s: Step, inquiry: Inquiry, entry: LedgerEntry) -> None:
    """An AM with the sender's control field: the message was read and will be answered by a person."""
    _leave(s, inquiry.message, "receipt", _free_text("AM", inquiry, RECEIPT), entry, ori=inquiry.agency_id)


def tell_withdrawn(s: Step, inquiry: Inquiry, entry: LedgerEntry) -> None:
    """An AM with the sender's control field: the center answers this inquiry no more, as the agency wished."""
    _leave(s, inquiry.message, "closing", _free_text("AM", inquiry, WITHDRAWN), entry, ori=inquiry.agency_id)


def reject(s: Step, message: Message, rejected: Rejected, entry: LedgerEntry) -> None:
    """The notice in kind, with the codes of all faults, and in words what is said of the agency itself."""
    wire, said = formats.write(rejected), [each.text for each in rejected.errors if each.code in access.REFUSED]
    if said:
        wire = formats.write(_with_words(formats.read(wire), said))
    _leave(s, message, "reject", wire, entry, ori=message.sender)


def _with_words(notice: Accepted | Rejected, said: Iterable[str]) -> FreeText:
    assert isinstance(notice, FreeText)  # our own notice, read back
    return replace(notice, text="\n".join([notice.text, *(line for text in said for line in wrapped(text))]))


def notice(s: Step, message: Message, fault: Fault, entry: LedgerEntry) -> None:
    """A coded sentence for the line itself, as JSON: there is no agency that it could be addressed to."""
    body = {"message": message.pk, "sha256": message.sha256, "code": fault.code, "text": fault.text}
    _leave(s, message, "notice", json.dumps(body, sort_keys=True).encode("ascii"), entry)


def respond(s: Step, inquiry: Inquiry, response: Response, entry: LedgerEntry) -> Delivery:
    """Put the signed text into the outbox; it is held until `response.leaves`, so that the signer can take it back."""
    kind = "IAR" if inquiry.kind == "IAQ" else "AM"
    wire = _free_text(kind, inquiry, response.text)
    leaves = response.leaves or s.now
    delivery = Delivery.objects.create(
        message=inquiry.message,
        response=response,
        line_id=inquiry.message.line_id,
        kind="response",
        ori=inquiry.agency_id,
        control=inquiry.control,
        wire=wire,
        state=DeliveryState.HELD,
        lane=inquiry.lane,
        leaves=leaves,
        entry=entry,
    )
    s.owe("release", delivery.pk, lane=inquiry.lane if inquiry.lane in URGENT else 1, due=leaves)
    return delivery


def _free_text(kind: str, inquiry: Inquiry, text: str) -> bytes:
    center = access.installation().ori
    message = FreeText(
        kind=kind,
        format=inquiry.message.format or "nlets",
        sender=center,
        destination=(inquiry.agency_id,),
        control=inquiry.control or None,
        text=text,
    )
    return formats.write(message)


def preview(inquiry: Inquiry, text: str) -> str:
    """The response exactly as it would go out, with line ends as the page shows them."""
    kind = "IAR" if inquiry.kind == "IAQ" else "AM"
    return _free_text(kind, inquiry, text).decode("ascii").replace("\r\n", "\n")


def release(actor: Actor, delivery_id: int) -> None:
    """Let a held response go: from now on it cannot be taken back, only corrected."""
    with step(actor) as s:
        delivery, inquiry = access.lock_delivery(delivery_id)
        if inquiry is None or delivery.state != DeliveryState.HELD:
            return
        if delivery.response is not None and _must_not_leave(inquiry, delivery.response):
            falling.let_fall(s, inquiry, delivery.response, "a stop or a hold came before it left")
            return
        _owe(s, delivery)
        _move(delivery, "release")
        inquiry.state = after(INQUIRY, inquiry.state, "release")
        inquiry.version += 1
        inquiry.save(update_fields=["state", "version"])
        s.record(Event.RESPONSE_RELEASED, inquiry=inquiry, objects={"delivery": delivery.pk})
        _send_no_more(s, delivery)


def _must_not_leave(inquiry: Inquiry, response: Response) -> bool:
    """Whether a stop or a hold came between the signature and now, and the answer speaks against the person."""
    if response.determination is None or response.answer_class not in ADVERSE_CLASSES:
        return False
    return not stops.may_be_adverse(inquiry, determining.found(response.determination))


def _send_no_more(s: Step, delivery: Delivery) -> None:
    """The answer that this one replaces is not sent and not repeated any more, whether it has arrived or not."""
    replaced = delivery.response.replaces_id if delivery.response else None
    for row in access.lock_deliveries_of(delivery.message) if replaced else ():
        if row.response_id == replaced:
            _move(row, "replace")
            s.record(Event.DELIVERY_REPLACED, message=delivery.message, objects={"delivery": row.pk})


def _owe(s: Step, delivery: Delivery) -> None:
    """From now on it may leave, and people are told when it does not arrive."""
    delivery.leaves = delivery.owed = s.now
    delivery.tell = s.now + outgoing.patience(delivery.kind, delivery.lane)
    delivery.tries = delivery.overdue = 0


def _move(delivery: Delivery, name: str) -> None:
    delivery.state = after(DELIVERY, delivery.state, name)
    delivery.save(update_fields=["state", "sends", "leaves", "sent", "tries", "owed", "tell", "overdue"])


def hand_over(actor: Actor, to: FarEnd, limit: int) -> list[Delivery]:
    """What may leave now, for this far end alone: each disclosure is written down before it happens, each time."""
    with step(actor) as s:
        rows = access.lock_ready(to, s.now, limit)
        for row in rows:
            came_back = row.sent is not None and row.sent < to.since
            row.tries = 1 if came_back else row.tries + 1
            row.sends += 1
            row.state = after(DELIVERY, row.state, "send")
            row.sent, row.leaves = s.now, s.now + outgoing.wait(row.tries)
        access.keep_handed_over(rows)
        s.record_all([_disclosed(s, row) for row in rows])
    return rows


def _disclosed(s: Step, row: Delivery) -> LedgerEntry:
    ids = {"delivery": row.pk, "message": row.message_id}
    to = row.ori or row.line_id
    return s.entry(Event.DELIVERY_SENT, objects=ids, kind=row.kind, to=to, times=row.sends)


def acknowledge(actor: Actor, line_name: str, *numbers: int) -> None:
    """The far end has them. An unknown number, or one of another line, changes nothing."""
    with step(actor) as s:
        rows = [
            (delivery, inquiry)
            for delivery, inquiry in access.lock_deliveries(numbers)
            if delivery.line_id == line_name and (delivery.state, "acknowledge") in DELIVERY
        ]
        access.keep_acknowledged([row for row, _ in rows])
        s.record_all([_acknowledged(s, row) for row, _ in rows])
        for _, inquiry in rows:
            if inquiry is not None:
                _close(s, inquiry)


def _acknowledged(s: Step, row: Delivery) -> LedgerEntry:
    return s.entry(Event.DELIVERY_ACKNOWLEDGED, objects={"delivery": row.pk, "message": row.message_id})


def _close(s: Step, inquiry: Inquiry) -> None:
    if inquiry.state != InquiryState.RELEASED:  # a repeated reply is acknowledged again; the inquiry is closed already
        return
    inquiry.state = after(INQUIRY, inquiry.state, "acknowledge")
    inquiry.version += 1
    inquiry.closed = s.now
    inquiry.save(update_fields=["state", "version", "closed"])


def repeat(s: Step, message: Message) -> None:
    """The same bytes came again: what has been sent because of them is sent again, with its old number."""
    for delivery in access.lock_deliveries_of(message):
        if (delivery.state, "repeat") in DELIVERY:
            again(s, delivery)
            s.record(Event.DELIVERY_REPEATED, message=message, objects={"delivery": delivery.pk})


def again(s: Step, delivery: Delivery) -> None:
    """Let it leave now, with its old number. What is owed stays owed since when it was; what was not is from now on."""
    if delivery.state == DeliveryState.READY:
        delivery.leaves = s.now
        delivery.save(update_fields=["leaves"])
        return
    if delivery.state == DeliveryState.SENT:
        delivery.leaves, delivery.tries = s.now, 0
    else:
        _owe(s, delivery)
    _move(delivery, "repeat")
