"""What has not arrived: people are told of it, stage by stage, and it is theirs until one of them has settled it.

Nothing here changes, reopens or takes back an answer. What is owed goes on being tried, whatever people do meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from muniment.actions import sending
from muniment.actions.context import Actor, Step, step
from muniment.core import outgoing
from muniment.core.errors import SenderFault, WrongState
from muniment.core.ledger import Event
from muniment.core.permissions import Permission
from muniment.core.workflow import DeliveryState
from muniment.store import access
from muniment.store.models import Call, Delivery, Message

ROUND: Final = 500  # deliveries in one transaction
LONGEST: Final = 300  # characters of a word about a call
MINUTE: Final = timedelta(minutes=1)  # what a form says of a time is not more exact


def tell_overdue(actor: Actor) -> int:
    """Tell of every delivery that has been owed for a further stage of its patience; how many there were.

    After a time in which nobody looked, the highest stage reached is told and those below it are passed over.
    """
    told = 0
    while True:
        with step(actor) as s:
            rows = access.lock_overdue(s.now, ROUND)
            for delivery in rows:
                _tell(s, delivery)
        told += len(rows)
        if len(rows) < ROUND:
            return told


def _tell(s: Step, delivery: Delivery) -> None:
    owed, first = delivery.owed or s.now, outgoing.patience(delivery.kind, delivery.lane)
    delivery.overdue = max(outgoing.stage(owed, first, s.now), delivery.overdue + 1)
    delivery.tell = outgoing.tell(owed, first, delivery.overdue)
    delivery.save(update_fields=["overdue", "tell"])
    s.record(
        Event.DELIVERY_OVERDUE,
        message=delivery.message,
        objects={"delivery": delivery.pk},
        kind=delivery.kind,
        stage=delivery.overdue,
        minutes=(s.now - owed) // MINUTE,
        times=delivery.sends,
        seen=delivery.line.seen.isoformat() if delivery.line.seen else None,
    )


# The switch refuses


def refuse(s: Step, delivery: Delivery, refusal: Message) -> None:
    """The switch said by an ER that it did not pass this on; people are told at once."""
    delivery.refusal, delivery.refused = refusal, s.now
    delivery.save(update_fields=["refusal", "refused"])
    ids = {"delivery": delivery.pk, "refusal": refusal.pk}
    number = (refusal.content or {}).get("number")
    s.record(Event.DELIVERY_REFUSED, message=delivery.message, objects=ids, kind=delivery.kind, number=number)


def refuse_again(s: Step, refusal: Message) -> None:
    """The same ER came again: it refuses anew only what was handed over since it came first."""
    for delivery in access.lock_refused_by(refusal):
        if delivery.sent is not None and delivery.refused is not None and delivery.sent > delivery.refused:
            refuse(s, delivery, refusal)


# What people do


def view(actor: Actor) -> list[Delivery]:
    """What has not arrived and nobody has settled."""
    with step(actor, Permission.DELIVERY_SETTLE) as s:
        rows = access.undelivered(actor.person())
        s.record(Event.UNDELIVERED_VIEWED, shown=len(rows))
        return rows


def view_one(actor: Actor, delivery_id: int) -> Delivery:
    """One of them with what it says, to be read out on the telephone."""
    with step(actor, Permission.DELIVERY_SETTLE) as s:
        delivery = access.undelivered_one(actor.person(), delivery_id)
        s.record(Event.UNDELIVERED_VIEWED, message=delivery.message, objects={"delivery": delivery.pk}, shown=1)
        return delivery


def try_now(actor: Actor, delivery_id: int) -> None:
    """Let it leave at once instead of after its pause, or once more after an ER, always under its old number."""
    with step(actor, Permission.DELIVERY_SETTLE) as s:
        delivery = _lock_unsettled(actor, delivery_id)
        sending.again(s, delivery)
        ids = {"delivery": delivery.pk}
        s.record(Event.DELIVERY_TRIED_NOW, message=delivery.message, objects=ids, kind=delivery.kind)


def _lock_unsettled(actor: Actor, delivery_id: int) -> Delivery:
    """The delivery, held, unless the far end has it and the switch did not refuse it."""
    access.undelivered_one(actor.person(), delivery_id)
    delivery, _ = access.lock_delivery(delivery_id)
    if delivery.state in access.OWED or (delivery.state == DeliveryState.ACKNOWLEDGED and delivery.refusal_id):
        return delivery
    raise WrongState(f"There is nothing to do: the state of this delivery is “{delivery.state}”.", rule="workflow")


@dataclass(frozen=True, slots=True)
class Told:
    """Whom a person told by telephone, and when; `word` is what else should be known."""

    spoke_with: str
    at: datetime
    word: str = ""


def tell_by_telephone(actor: Actor, delivery_id: int, told: Told) -> Call:
    """Write down that the agency was told by telephone; of two people who try, the second reads who was first.

    It goes on being tried: what was signed is the text, and only that can be shown later.
    """
    with step(actor, Permission.DELIVERY_SETTLE) as s:
        delivery = _lock_unsettled(actor, delivery_id)
        before = access.call_of(delivery)
        if before is not None:
            text = f"{before.user} wrote down at {before.written:%H:%M} that {before.spoke_with} was told."
            raise WrongState(text, rule="call.once")
        call = Call.objects.create(
            delivery=delivery, user=actor.person(), written=s.now, **_checked(told, delivery, s.now)
        )
        delivery.tell = None
        delivery.save(update_fields=["tell"])
        s.record(Event.DELIVERY_TOLD, message=delivery.message, objects={"delivery": delivery.pk}, kind=delivery.kind)
        return call


def _checked(told: Told, delivery: Delivery, now: datetime) -> dict[str, str | datetime]:
    spoke_with, word = told.spoke_with.strip(), told.word.strip()
    if not 0 < len(spoke_with) <= 80:
        text = "Name the person who was told, in at most 80 characters."
        raise SenderFault(text, field="spoke_with", rule="call.spoke_with")
    if len(word) > LONGEST:
        raise SenderFault(f"A word about it has at most {LONGEST} characters.", field="word", rule="call.word")
    if told.at > now or told.at + MINUTE <= delivery.entry.at:
        text = "The call was after what it told was ready to leave, and is over now; times are UTC."
        raise SenderFault(text, field="at", rule="call.at")
    return {"spoke_with": spoke_with, "at": told.at, "word": word}
