"""Bytes to messages and back, by format. No I/O; nothing that a message names is opened or fetched.

Each format is one folder with its grammar, reader and writer. Fields and code lists (profile), rules of values
(values), the last stage (judging) and the messages (building) are shared. `READERS` is the one place that knows which
formats are served.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from muniment.core.errors import OurFault
from muniment.core.message import Accepted, Fault, Rejected, RejectedPrint
from muniment.formats import writing
from muniment.formats.ebts import reader as ebts_reader
from muniment.formats.faults import Broken
from muniment.formats.json_object import message_object
from muniment.formats.niem_json import reader as json_reader
from muniment.formats.niem_json import writer as json_writer
from muniment.formats.nlets import reader, writer
from muniment.formats.nlets_xml import reader as xml_reader
from muniment.formats.nlets_xml import writer as xml_writer
from muniment.formats.profile import DEFAULT, Profile

FORMATS: Final = ("nlets", "nlets-xml", "niem-json", "ebts")
READERS: Final[Mapping[str, Callable[[bytes, date, Profile], Accepted | Rejected]]] = {
    "nlets": reader.read,
    "nlets-xml": xml_reader.read,
    "niem-json": json_reader.read,
    "ebts": ebts_reader.read,
}
Writer = Callable[[Mapping[str, Any], Profile], bytes]
#: How each format is written, and which kinds.
WRITERS: Final[Mapping[str, tuple[Writer, Callable[[Profile], tuple[str, ...]]]]] = {
    "nlets": (writer.wire, lambda _profile: writer.WRITTEN),
    "nlets-xml": (xml_writer.wire, xml_writer.written),
    "niem-json": (json_writer.wire, json_writer.written),
}

_BOM: Final = b"\xef\xbb\xbf"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


def detect(raw: bytes) -> str:
    """The format by the first bytes (messages-contract.md, "Detection")."""
    if raw.startswith((b"1.01:", b"1.001:")):
        return "ebts"
    if raw.startswith(_UTF16):
        return "nlets-xml"
    first = raw.removeprefix(_BOM).lstrip(b" \t\r\n")[:1]
    if first == b"<":
        return "nlets-xml"
    return "niem-json" if first in (b"{", b"[") else "nlets"


def largest(profile: Profile = DEFAULT) -> int:
    """The most bytes that a message of any format may have; whoever reads a stream need take only one more."""
    return max(profile.limits.message, profile.limits.ebts)


def read(
    raw: bytes, *, format: str = "auto", today: date | None = None, profile: Profile = DEFAULT
) -> Accepted | Rejected:
    """Read one message. Total: any bytes give a message or a reject.

    `today` (default: the UTC date) is the day after which nobody can have been born.
    """
    chosen = detect(raw) if format == "auto" else format
    most = profile.limits.ebts if chosen == "ebts" else profile.limits.message
    if len(raw) > most:
        says = f"A message of this format holds at most {most:,} bytes; this one holds more. Nothing of it was read."
        kind = RejectedPrint if chosen == "ebts" else Rejected
        return kind(errors=(Fault(None, "size.exceeded", says),), format=chosen)
    return READERS[chosen](raw, today or _today(), profile)


def _today() -> date:
    return datetime.now(UTC).date()


def compose(
    body: Mapping[str, Any], *, format: str = "nlets", today: date | None = None, profile: Profile = DEFAULT
) -> bytes | Rejected:
    """The wire form of a message object, of a rejected one the notice that answers it; or the reject of what cannot be.

    What is written is read back first, so that nothing leaves that would be read as something else. It never repairs
    or cuts.
    """
    write_it, kinds = WRITERS[format]
    day = today or _today()
    try:
        given = writing.notice(body, profile) if body.get("ok") is False else body
        writing.require_kind(given, kinds(profile), profile)
        wire = _wire(write_it, given, profile)
        writing.require_same(given, wire, lambda raw: READERS[format](raw, day, profile))
    except Broken as fault:
        return writing.address(body, format, profile).reject(*fault.faults)
    return wire


def _wire(write_it: Writer, body: Mapping[str, Any], profile: Profile) -> bytes:
    try:
        return write_it(body, profile)
    except (AttributeError, KeyError, TypeError) as fault:
        raise writing.mismatch(f"a value is missing or of a wrong type ({type(fault).__name__} {fault})") from None


def write(message: Accepted | Rejected) -> bytes:
    """The wire form of a message of ours, or the notice that answers a rejected one, in the format that it names.

    Raises `OurFault` where it would not be read back as it is.
    """
    format = message.format if message.format in WRITERS else "nlets"
    wire = compose(message_object(message), format=format)
    if isinstance(wire, Rejected):
        raise OurFault(wire.errors[0].text, rule=wire.errors[0].code)
    return wire


__all__ = ["FORMATS", "WRITERS", "compose", "detect", "largest", "message_object", "read", "write"]
