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
    """Everything the ledger can say. Named `noun.past`, in alphabetical order; docs/reference/events.md explains each."""

    ACCESS_DENIED = "access.denied"
    ACCOUNT_LOGGED_IN = "account.logged_in"
    ACCOUNT_LOGGED_OUT = "account.logged_out"
    ACCOUNT_LOGIN_FAILED = "account.login_failed"
    CANDIDATE_JUDGED = "candidate.judged"
    CANDIDATE_TAKEN_APART = "candidate.taken_apart"
    DELIVERY_ACKNOWLEDGED = "delivery.acknowledged"
    DELIVERY_REPEATED = "delivery.repeated"
    DELIVERY_SENT = "delivery.sent"
    DETERMINATION_MADE = "determination.made"
    DRAFT_SAVED = "draft.saved"
    INQUIRY_PUT_BACK = "inquiry.put_back"
    INQUIRY_QUEUED = "inquiry.queued"
    INQUIRY_READ = "inquiry.read"
    INQUIRY_SEARCHED = "inquiry.searched"
    INQUIRY_TAKEN = "inquiry.taken"
    INQUIRY_VIEWED = "inquiry.viewed"
    INSTALLATION_MARKED = "installation.marked"
    LEDGER_SEARCHED = "ledger.searched"
    MESSAGE_NOTED = "message.noted"
    MESSAGE_PARKED = "message.parked"
    MESSAGE_RECEIVED = "message.received"
    MESSAGE_REJECTED = "message.rejected"
    MESSAGE_REPEATED = "message.repeated"
    PARKED_VIEWED = "parked.viewed"
    QUEUE_VIEWED = "queue.viewed"
    RESPONSE_RELEASED = "response.released"
    RESPONSE_SECOND_ASKED = "response.second_asked"
    RESPONSE_SECOND_DISAGREED = "response.second_disagreed"
    RESPONSE_SIGNED = "response.signed"
    RESPONSE_TAKEN_BACK = "response.taken_back"
    WORK_FAILED = "work.failed"


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
