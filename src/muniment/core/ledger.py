"""The words and the bytes of the ledger: what is written down of every step, view and disclosure.

An entry holds ids and hashes, no names and no search text (AU-3(3)); its canonical bytes are fixed once, when it is
made, and everything else about it is derived from them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

VERSION: Final = 1


class Event(StrEnum):
    """Everything the ledger can say. Named `noun.past`, in alphabetical order; `MEANING` has a sentence for each."""

    ACCESS_DENIED = "access.denied"
    ACCOUNTS_VIEWED = "accounts.viewed"
    ACCOUNT_ADDED = "account.added"
    ACCOUNT_CHANGED = "account.changed"
    ACCOUNT_DISABLED = "account.disabled"
    ACCOUNT_LOGGED_IN = "account.logged_in"
    ACCOUNT_LOGGED_OUT = "account.logged_out"
    ACCOUNT_LOGIN_FAILED = "account.login_failed"
    ACCOUNT_PASSWORD_CHOSEN = "account.password_chosen"  # noqa: S105  the name of an event
    ACCOUNT_PASSWORD_GIVEN = "account.password_given"  # noqa: S105  the name of an event
    ACCOUNT_PROPOSED = "account.proposed"
    ACCOUNT_TAKEN_BACK = "account.taken_back"
    ACCOUNT_TURNED_DOWN = "account.turned_down"
    AGENCIES_VIEWED = "agencies.viewed"
    AGENCY_ADDED = "agency.added"
    AGENCY_CEILING_RAISED = "agency.ceiling_raised"
    AGENCY_CHANGED = "agency.changed"
    AGENCY_PROPOSED = "agency.proposed"
    AGENCY_SUSPENDED = "agency.suspended"
    AGENCY_TAKEN_BACK = "agency.taken_back"
    AGENCY_TURNED_DOWN = "agency.turned_down"
    CANDIDATE_JUDGED = "candidate.judged"
    CANDIDATE_TAKEN_APART = "candidate.taken_apart"
    DELIVERY_ACKNOWLEDGED = "delivery.acknowledged"
    DELIVERY_OVERDUE = "delivery.overdue"
    DELIVERY_REFUSED = "delivery.refused"
    DELIVERY_REPEATED = "delivery.repeated"
    DELIVERY_REPLACED = "delivery.replaced"
    DELIVERY_SENT = "delivery.sent"
    DELIVERY_TOLD = "delivery.told"
    DELIVERY_TRIED_NOW = "delivery.tried_now"
    DETERMINATION_MADE = "determination.made"
    DRAFT_SAVED = "draft.saved"
    FINDINGS_VIEWED = "findings.viewed"
    FINDING_CLOSED = "finding.closed"
    FINDING_DISAGREED = "finding.disagreed"
    FINDING_LAPSED = "finding.lapsed"
    FINDING_OPENED = "finding.opened"
    FINDING_VIEWED = "finding.viewed"
    FINDING_WRITTEN = "finding.written"
    INQUIRY_ANSWERED_LATE = "inquiry.answered_late"
    INQUIRY_ASKED_AGAIN = "inquiry.asked_again"
    INQUIRY_CLAIMED = "inquiry.claimed"
    INQUIRY_ESCALATED = "inquiry.escalated"
    INQUIRY_EXPEDITED = "inquiry.expedited"
    INQUIRY_FELL_IDLE = "inquiry.fell_idle"
    INQUIRY_FREED = "inquiry.freed"
    INQUIRY_HANDED_OVER = "inquiry.handed_over"
    INQUIRY_KEPT = "inquiry.kept"
    INQUIRY_PURGED = "inquiry.purged"
    INQUIRY_PUT_BACK = "inquiry.put_back"
    INQUIRY_QUEUED = "inquiry.queued"
    INQUIRY_READ = "inquiry.read"
    INQUIRY_REOPENED = "inquiry.reopened"
    INQUIRY_SEARCHED = "inquiry.searched"
    INQUIRY_SEARCHED_AGAIN = "inquiry.searched_again"
    INQUIRY_SUPPLEMENTED = "inquiry.supplemented"
    INQUIRY_TAKEN = "inquiry.taken"
    INQUIRY_VIEWED = "inquiry.viewed"
    INQUIRY_WITHDRAWN = "inquiry.withdrawn"
    INSTALLATION_MARKED = "installation.marked"
    LEDGER_EXPORTED = "ledger.exported"
    LEDGER_SEARCHED = "ledger.searched"
    LINE_CHANGED = "line.changed"
    MESSAGE_NOTED = "message.noted"
    MESSAGE_PARKED = "message.parked"
    MESSAGE_PURGED = "message.purged"
    MESSAGE_RECEIVED = "message.received"
    MESSAGE_REJECTED = "message.rejected"
    MESSAGE_REPEATED = "message.repeated"
    MESSAGE_TRIED = "message.tried"
    PARKED_VIEWED = "parked.viewed"
    PROTECTED_SHOWN = "protected.shown"
    QUEUE_VIEWED = "queue.viewed"
    RESPONSE_FELL = "response.fell"
    RESPONSE_RELEASED = "response.released"
    RESPONSE_SECOND_ASKED = "response.second_asked"
    RESPONSE_SECOND_DISAGREED = "response.second_disagreed"
    RESPONSE_SIGNED = "response.signed"
    RESPONSE_TAKEN_BACK = "response.taken_back"
    SYSTEMS_VIEWED = "systems.viewed"
    SYSTEM_SWITCHED_OFF = "system.switched_off"
    SYSTEM_SWITCHED_ON = "system.switched_on"
    UNDELIVERED_VIEWED = "undelivered.viewed"
    WORK_FAILED = "work.failed"


#: What each event says, for auditors and for docs/reference/events.md.
MEANING: Final[Mapping[str, str]] = {
    Event.ACCESS_DENIED: "A person asked for a step or a page that a right or a rule forbids; nothing was done.",
    Event.ACCOUNTS_VIEWED: "A person looked at the accounts.",
    Event.ACCOUNT_ADDED: "An account was made: two people agreed, or by command while a center is set up.",
    Event.ACCOUNT_CHANGED: "A second person agreed, and an account was changed; the entry names the fields, no values.",
    Event.ACCOUNT_DISABLED: "An account cannot log in any more; its sessions ended.",
    Event.ACCOUNT_LOGGED_IN: "A person logged in.",
    Event.ACCOUNT_LOGGED_OUT: "A person logged out.",
    Event.ACCOUNT_LOGIN_FAILED: "Somebody tried to log in with a wrong name or password.",
    Event.ACCOUNT_PASSWORD_CHOSEN: "A person chose a password of the own account.",
    Event.ACCOUNT_PASSWORD_GIVEN: "A first password was made and shown once; its owner must choose another.",
    Event.ACCOUNT_PROPOSED: "A person proposed a new account or a change of one; another must agree first.",
    Event.ACCOUNT_TAKEN_BACK: "A person took back what that person had proposed about an account.",
    Event.ACCOUNT_TURNED_DOWN: "A second person turned down what was proposed about an account.",
    Event.AGENCIES_VIEWED: "A person looked at the directory of agencies.",
    Event.AGENCY_ADDED: "An agency came into the directory: two people agreed, or by command while a center is set up.",
    Event.AGENCY_CEILING_RAISED: "A person let an agency make more inquiries for 24 hours.",
    Event.AGENCY_CHANGED: "A second person agreed, and an agency was changed; the entry names the fields, no values.",
    Event.AGENCY_PROPOSED: "A person proposed a new agency or a change of one; nothing is done before another agrees.",
    Event.AGENCY_SUSPENDED: "A person suspended an agency: it may not ask; what it is owed still goes to it.",
    Event.AGENCY_TAKEN_BACK: "A person took back what that person had proposed about an agency.",
    Event.AGENCY_TURNED_DOWN: "A second person turned down what was proposed about an agency.",
    Event.CANDIDATE_JUDGED: "A person said whether a candidate is the person asked about.",
    Event.CANDIDATE_TAKEN_APART: "A person made one candidate of each record of a candidate; its verdicts fell.",
    Event.DELIVERY_ACKNOWLEDGED: "The far end of the line said that it has what was sent.",
    Event.DELIVERY_OVERDUE: "So long was a message owed to a line without its acknowledgement that people were told.",
    Event.DELIVERY_REFUSED: "The switch refused what was sent (ER). Nothing was reopened; people were told.",
    Event.DELIVERY_REPEATED: "A reply that was sent before goes out again, because the same message came again.",
    Event.DELIVERY_REPLACED: "A later answer to the same inquiry was released; this one is not sent any more.",
    Event.DELIVERY_SENT: "A message was handed to the line; written down before a byte of it leaves.",
    Event.DELIVERY_TOLD: "A person wrote down that the agency was told by telephone; whom is kept with the delivery.",
    Event.DELIVERY_TRIED_NOW: "A person had what has not arrived tried at once, under its old number.",
    Event.DETERMINATION_MADE: "What the linked records establish was determined, and differs from the version before.",
    Event.DRAFT_SAVED: "A person saved the text of an answer that is not signed yet.",
    Event.FINDINGS_VIEWED: "A person looked at the stops and holds that wait for a finding.",
    Event.FINDING_CLOSED: "A second person agreed to the finding on a stop or a hold: it counts from now on.",
    Event.FINDING_DISAGREED: "A second person did not agree to the finding on a stop or a hold; it stays open.",
    Event.FINDING_LAPSED: "The records that are linked now show no citizenship any more: the stop or hold is over.",
    Event.FINDING_OPENED: "A fact of citizenship opened a stop, or an indication of it a hold; nobody asked for that.",
    Event.FINDING_VIEWED: "A person looked at a stop or a hold, and at the facts that opened it.",
    Event.FINDING_WRITTEN: "An adjudicator wrote the finding on a stop or a hold; another person must agree.",
    Event.INQUIRY_ANSWERED_LATE: "A record system answered after the search had given it up; its records were kept.",
    Event.INQUIRY_ASKED_AGAIN: "Record systems that had not answered were asked once more.",
    Event.INQUIRY_CLAIMED: "A person entered that US citizenship was claimed; a hold opened at once.",
    Event.INQUIRY_ESCALATED: "So much of the time of an open inquiry has gone that people were told; nothing was sent.",
    Event.INQUIRY_EXPEDITED: "A person moved an inquiry into an urgent lane; the reason is kept with the inquiry.",
    Event.INQUIRY_FELL_IDLE: "The holder did nothing for too long; the inquiry went back to the queue.",
    Event.INQUIRY_FREED: "The colleague it was handed over to did not take an inquiry; it waits for everybody.",
    Event.INQUIRY_HANDED_OVER: "A person handed an inquiry over to a colleague, named by number in the entry.",
    Event.INQUIRY_KEPT: "A person closed a reopened inquiry: the answer stands as it was said, nothing was sent.",
    Event.INQUIRY_PURGED: "24 hours after a firearm check was closed, who was asked about was removed; hashes stay.",
    Event.INQUIRY_PUT_BACK: "A person gave an inquiry back to the queue.",
    Event.INQUIRY_QUEUED: "An inquiry was put into the queue, where it waits for a person.",
    Event.INQUIRY_READ: "A message was read and became an inquiry.",
    Event.INQUIRY_REOPENED: "An answered inquiry waits for a person again; the answer stays as said until replaced.",
    Event.INQUIRY_SEARCHED: "The record systems were asked; the entry names those that did not answer.",
    Event.INQUIRY_SEARCHED_AGAIN: "All record systems were asked again, after a supplement or a reopening.",
    Event.INQUIRY_SUPPLEMENTED: "A person added what was learnt since about who is asked for; fields, no values.",
    Event.INQUIRY_TAKEN: "A person took an inquiry in hand.",
    Event.INQUIRY_VIEWED: "A person looked at an inquiry.",
    Event.INQUIRY_WITHDRAWN: "The agency needs no answer: a person closed the inquiry, and the agency was told.",
    Event.INSTALLATION_MARKED: "The database was marked as holding nothing of real people.",
    Event.LEDGER_EXPORTED: "A person took entries along as a file; the entry says how many and up to which.",
    Event.LEDGER_SEARCHED: "A person searched the ledger.",
    Event.LINE_CHANGED: "A line was made, or its key or certificate was changed.",
    Event.MESSAGE_NOTED: "A message that asks nothing was kept and tied to what it answers.",
    Event.MESSAGE_PARKED: "A message that nobody can answer was kept for a supervisor.",
    Event.MESSAGE_PURGED: "24 hours after a firearm check was rejected, what its message said was removed.",
    Event.MESSAGE_RECEIVED: "The bytes of a message were stored and hashed.",
    Event.MESSAGE_REJECTED: "A message broke a rule; the sender or the line was told which. No search was made.",
    Event.MESSAGE_REPEATED: "The same bytes came again over the same line and were not stored twice.",
    Event.MESSAGE_TRIED: "A person looked at what the center reads in a message; it was not sent and not kept.",
    Event.PARKED_VIEWED: "A person looked at the messages that nobody can answer.",
    Event.PROTECTED_SHOWN: "A person who is cleared saw protected facts; the entry has the reason and their ids.",
    Event.QUEUE_VIEWED: "A person looked at a list of inquiries; the entry says how many were shown.",
    Event.RESPONSE_FELL: "After the signature more became known; the answer fell before it could leave.",
    Event.RESPONSE_RELEASED: "The time for taking a signed answer back ended; it may leave.",
    Event.RESPONSE_SECOND_ASKED: "A person signed an answer that another person must look at before it may leave.",
    Event.RESPONSE_SECOND_DISAGREED: "The second person disagreed; the signature fell and the inquiry waits again.",
    Event.RESPONSE_SIGNED: "An answer has every signature it needs.",
    Event.RESPONSE_TAKEN_BACK: "The signer took an answer back before it left.",
    Event.SYSTEMS_VIEWED: "A person looked at what the record systems do, and at who had one asked no more.",
    Event.SYSTEM_SWITCHED_OFF: "A person had a record system asked no more; answers name it as silent meanwhile.",
    Event.SYSTEM_SWITCHED_ON: "A person had a record system asked again.",
    Event.UNDELIVERED_VIEWED: "A person looked at what has not arrived; the entry says how much was shown.",
    Event.WORK_FAILED: "A piece of the program's own work failed and was counted; it is tried again or parked.",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. AU-3: what, when, where, who, on what, with what outcome; all but ids are mandatory.

    `at` is the database's clock, UTC. `where` is the component (`web`, `worker`, `line DEMO`). `actor` is `user:ID`,
    `program:NAME` or `line:NAME`. `objects` maps a noun to an id; `detail` holds codes, counts and hashes only.
    """

    event: Event
    at: datetime
    where: str
    actor: str
    outcome: str = "done"
    objects: Mapping[str, str | int] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)

    def canonical(self) -> bytes:
        """The bytes that are hashed and kept: JSON, keys sorted, no blanks, ASCII."""
        body = {
            "v": VERSION,
            "event": self.event,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "where": self.where,
            "actor": self.actor,
            "outcome": self.outcome,
            "objects": dict(self.objects),
            "detail": dict(self.detail),
        }
        return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def shown(entry_id: int, canonical: bytes) -> dict[str, Any]:
    """An entry as people and programs outside get it. `tree` is null until the entry stands in a signed tree."""
    return {
        "id": entry_id,
        "entry": json.loads(canonical),
        "canonical": canonical.decode("ascii"),
        "sha256": hashlib.sha256(canonical).hexdigest(),
        "tree": None,
    }
