"""Messages between the center and agencies, as values: what was read from bytes, and what is to be written as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from muniment.core.subject import Subject


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field of a message. Code and field are stable, the text is for people."""

    field: str | None
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about an accepted message that its reader should know."""

    field: str | None
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time line of the switch: `at` is `YYYY-MM-DDTHH:MM` on its clock, `number` its five digits."""

    at: str
    number: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask back."""

    name: str | None = None
    agency: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What every accepted message has."""

    kind: str
    sender: str
    destination: tuple[str, ...] = ()
    control: str | None = None
    format: str = "nlets"
    received: Stamp | None = None
    sent: Stamp | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusInquiry(Message):
    """IAQ: who is this, what is on record?"""

    subject: Subject
    basis: str = "name"
    purpose: str | None = None
    attention: str | None = None
    phone: str | None = None
    custody: bool | None = None
    offense: str | None = None
    remarks: str | None = None


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """A record of a file with fingerprints that is never interpreted: its Type, IDC, length and hash (hex)."""

    type: int
    idc: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintInquiry(StatusInquiry):
    """IAQ by print, from an EBTS file: `tcn` and `tcr` are its own and the answered transaction's control number.

    `tot` is the type of transaction, `ori` who made the file; `date` is `YYYY-MM-DD`.
    """

    tcn: str
    tot: str
    ori: str
    version: str
    date: str
    priority: int
    tcr: str | None = None
    oca: str | None = None
    records: tuple[ImageRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HitRequest(Message):
    """YQ: is this entry of yours still valid, and is this the person?"""

    subject: Subject
    record_type: str
    request_number: int
    priority: str
    due_minutes: int
    oca: str | None = None
    nic: str | None = None
    requester: Contact = Contact()
    remarks: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HitReply(Message):
    """YR: the answer to a YQ."""

    subject: Subject
    record_type: str
    confirmation: str
    hours: int | None = None
    oca: str | None = None
    nic: str | None = None
    confirmer: Contact = Contact()
    remarks: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeText(Message):
    """IAR or AM: lines of text, joined by LF."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchNotice(Message):
    """ER or SM: the switch itself speaks; `number` is its two digits."""

    text: str
    number: str | None = None

    @property
    def original(self) -> str:
        """What an ER repeats of the message that the switch refused: at most its first 100 characters."""
        return without_echo(self.text)[1]


def without_echo(text: str) -> tuple[str, str]:
    """The words of an ER, and what it repeats of the message that it speaks of."""
    words, _, original = text.partition("ORIGINAL MESSAGE")
    return words.strip(), original.strip()


Accepted = StatusInquiry | HitRequest | HitReply | FreeText | SwitchNotice


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A message that cannot be taken; what was well formed is filled in, so that the reject can be addressed."""

    errors: tuple[Fault, ...]
    format: str
    kind: str | None = None
    sender: str | None = None
    destination: tuple[str, ...] = ()
    control: str | None = None

    @classmethod
    def of(cls, message: Message, errors: tuple[Fault, ...]) -> Self:
        """The reject of a message that is well formed but may not be asked."""
        return cls(
            errors=errors,
            format=message.format,
            kind=message.kind,
            sender=message.sender,
            destination=message.destination,
            control=message.control,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedPrint(Rejected):
    """A file with fingerprints that cannot be taken."""

    tcn: str | None = None
