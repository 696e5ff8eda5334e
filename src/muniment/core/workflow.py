"""What may follow what: the transition tables of messages, inquiries and deliveries.

One table each, read by the actions, by the tests and by the diagrams in docs/. A step that is not in its table does
not exist; asking for it is `WrongState`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from muniment.core.errors import WrongState


class MessageState(StrEnum):
    """A message that came in over a line."""

    RECEIVED = "received"  # bytes stored and hashed, acknowledged after commit
    READ = "read"  # became an inquiry
    NOTED = "noted"  # AM, ER, SM or YR: stored, matched to what it answers, shown
    REJECTED = "rejected"  # answered with coded faults, no search was made
    PARKED = "parked"  # cannot be addressed or handled; shown to a supervisor


class InquiryState(StrEnum):
    """A question that a person answers."""

    READ = "read"  # the message was read; nothing was searched yet
    SEARCHED = "searched"  # the record systems were asked, candidates are kept
    WAITING = "waiting"  # in the queue, nobody has it
    IN_HAND = "in hand"  # one person has it
    SECOND_LOOK = "second look"  # signed, another person must look before the answer may leave
    SIGNED = "signed"  # every signature is there, the signer may still take it back
    RELEASED = "released"  # the answer may leave, it cannot be taken back
    ACKNOWLEDGED = "acknowledged"  # the far end of the line has the answer
    WITHDRAWN = "withdrawn"  # the agency needs no answer any more; none will leave
    PURGED = "purged"  # a firearm check, 24 hours after it was closed: who was asked about is removed


class DeliveryState(StrEnum):
    """A message that goes out over a line."""

    HELD = "held"  # signed, may still be taken back
    READY = "ready"  # released, waits for the line
    SENT = "sent"  # handed to the line, not yet acknowledged by it
    ACKNOWLEDGED = "acknowledged"  # the far end of the line has it
    TAKEN_BACK = "taken back"  # never left
    REPLACED = "replaced"  # a later answer to the same inquiry was released; this one is not sent any more
    PURGED = "purged"  # the answer to a firearm check: what it said is removed, that it went out is kept


class FindingState(StrEnum):
    """A stop or a hold that a fact or an indication of citizenship opened."""

    OPEN = "open"  # nothing adverse may be answered
    WRITTEN = "written"  # an adjudicator wrote the finding; a second person must agree before it counts
    CLOSED = "closed"  # the finding counts, and what the records establish was determined with it
    LAPSED = "lapsed"  # the records that are linked now do not show it any more


Table = Mapping[tuple[str, str], str]

MESSAGE: Final[Table] = {
    (MessageState.RECEIVED, "read"): MessageState.READ,
    (MessageState.RECEIVED, "note"): MessageState.NOTED,
    (MessageState.RECEIVED, "reject"): MessageState.REJECTED,
    (MessageState.RECEIVED, "park"): MessageState.PARKED,
}

INQUIRY: Final[Table] = {
    (InquiryState.READ, "search"): InquiryState.SEARCHED,
    (InquiryState.SEARCHED, "queue"): InquiryState.WAITING,
    (InquiryState.WAITING, "take"): InquiryState.IN_HAND,
    (InquiryState.IN_HAND, "put back"): InquiryState.WAITING,
    (InquiryState.IN_HAND, "hand over"): InquiryState.WAITING,  # for the colleague, whom the queue shows it first
    (InquiryState.IN_HAND, "fall idle"): InquiryState.WAITING,  # the holder did nothing for too long
    (InquiryState.WAITING, "free"): InquiryState.WAITING,  # the colleague did not take it: it waits for everybody
    (InquiryState.WAITING, "expedite"): InquiryState.WAITING,
    (InquiryState.IN_HAND, "expedite"): InquiryState.IN_HAND,
    (InquiryState.SECOND_LOOK, "expedite"): InquiryState.SECOND_LOOK,
    (InquiryState.IN_HAND, "supplement"): InquiryState.IN_HAND,
    (InquiryState.WAITING, "claim"): InquiryState.WAITING,  # US citizenship was claimed: a hold stands
    (InquiryState.IN_HAND, "claim"): InquiryState.IN_HAND,
    (InquiryState.SECOND_LOOK, "claim"): InquiryState.SECOND_LOOK,  # then the answer falls
    (InquiryState.SIGNED, "claim"): InquiryState.SIGNED,
    (InquiryState.IN_HAND, "ask second person"): InquiryState.SECOND_LOOK,
    (InquiryState.IN_HAND, "sign"): InquiryState.SIGNED,
    (InquiryState.SECOND_LOOK, "sign"): InquiryState.SIGNED,
    (InquiryState.SECOND_LOOK, "disagree"): InquiryState.WAITING,
    (InquiryState.SECOND_LOOK, "take back"): InquiryState.IN_HAND,
    (InquiryState.SIGNED, "take back"): InquiryState.IN_HAND,
    (InquiryState.SIGNED, "release"): InquiryState.RELEASED,
    (InquiryState.RELEASED, "acknowledge"): InquiryState.ACKNOWLEDGED,
    (InquiryState.WAITING, "withdraw"): InquiryState.WITHDRAWN,
    (InquiryState.IN_HAND, "withdraw"): InquiryState.WITHDRAWN,
    (InquiryState.SECOND_LOOK, "withdraw"): InquiryState.WITHDRAWN,
    (InquiryState.SECOND_LOOK, "fall"): InquiryState.WAITING,  # a record system answered after the signature
    (InquiryState.SIGNED, "fall"): InquiryState.WAITING,
    (InquiryState.RELEASED, "reopen"): InquiryState.WAITING,  # what was said stays said until it is replaced
    (InquiryState.ACKNOWLEDGED, "reopen"): InquiryState.WAITING,
    (InquiryState.IN_HAND, "keep answer"): InquiryState.RELEASED,  # reopened, and the answer stands: nothing is sent
    (InquiryState.ACKNOWLEDGED, "purge"): InquiryState.PURGED,
    (InquiryState.WITHDRAWN, "purge"): InquiryState.PURGED,
}

DELIVERY: Final[Table] = {
    (DeliveryState.HELD, "release"): DeliveryState.READY,
    (DeliveryState.HELD, "take back"): DeliveryState.TAKEN_BACK,
    (DeliveryState.READY, "send"): DeliveryState.SENT,
    (DeliveryState.SENT, "send"): DeliveryState.SENT,
    (DeliveryState.READY, "acknowledge"): DeliveryState.ACKNOWLEDGED,
    (DeliveryState.SENT, "acknowledge"): DeliveryState.ACKNOWLEDGED,
    (DeliveryState.ACKNOWLEDGED, "repeat"): DeliveryState.READY,  # the sender asked the same again, or after an ER
    (DeliveryState.SENT, "repeat"): DeliveryState.READY,
    (DeliveryState.READY, "replace"): DeliveryState.REPLACED,
    (DeliveryState.SENT, "replace"): DeliveryState.REPLACED,
    (DeliveryState.ACKNOWLEDGED, "replace"): DeliveryState.REPLACED,
    (DeliveryState.ACKNOWLEDGED, "purge"): DeliveryState.PURGED,
    (DeliveryState.REPLACED, "purge"): DeliveryState.PURGED,
    (DeliveryState.TAKEN_BACK, "purge"): DeliveryState.PURGED,
}

FINDING: Final[Table] = {
    (FindingState.OPEN, "write"): FindingState.WRITTEN,
    (FindingState.WRITTEN, "write"): FindingState.WRITTEN,  # written anew before anybody agreed
    (FindingState.WRITTEN, "agree"): FindingState.CLOSED,
    (FindingState.WRITTEN, "disagree"): FindingState.OPEN,
    (FindingState.WRITTEN, "change"): FindingState.OPEN,  # other facts hold now: the finding is not on them
    (FindingState.OPEN, "lapse"): FindingState.LAPSED,
    (FindingState.WRITTEN, "lapse"): FindingState.LAPSED,
}


def after(table: Table, state: str, step: str) -> str:
    """The state that `step` leads to from `state`. Raises `WrongState` with a sentence for people."""
    try:
        return table[state, step]
    except KeyError:
        raise WrongState(f"“{step}” is not possible while the state is “{state}”.", rule="workflow") from None
