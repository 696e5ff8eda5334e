"""The text form of Nlets messages: where the parts of a header lie, and how a body is cut into fields.

[S], [L] and [P] of the contract stand in the profile; here is only what the form itself says. Everything is one pass
over the text: no pattern can be made to try again and again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from muniment.core.message import Fault, Stamp

BAD_BYTE: Final = re.compile(rb"[^\x20-\x7E\r\n\x7F]|(?<![\r\n\x7F])\x7F|^\x7F")
_LINE_END: Final = re.compile(r"(?:\r\n|\n|\r)\x7F*")
_KEY: Final = re.compile(r"[A-Za-z]{2,3}")
_TIME_LINE: Final = re.compile(r"([0-9]{2}:[0-9]{2}) ([0-9]{2}/[0-9]{2}/[0-9]{4}) ([0-9]{5})")
_PREFIX: Final = re.compile(r"([A-Za-z]{3})/")


def decode(raw: bytes) -> str:
    """The text of bytes that hold no bad one, with every line end (and its DELs) as one LF."""
    return _LINE_END.sub("\n", raw.decode("ascii"))


def bad_byte(raw: bytes) -> int | None:
    """Where the first byte stands that no message may hold."""
    found = BAD_BYTE.search(raw)
    return found.start() if found else None


class HeaderFault(Exception):
    """The header cannot be located; `header` holds the parts that were."""

    def __init__(self, header: Header, code: str, text: str) -> None:
        super().__init__(text)
        self.header = header
        self.fault = Fault("header", code, text)


@dataclass(slots=True)
class Header:
    """The parts of a header as sent. `whole` once TXT was found; `body` is all that follows it."""

    kind: str | None = None
    sender: str | None = None
    destination: str | None = None
    control: str | None = None
    received: Stamp | None = None
    sent: Stamp | None = None
    delivered: bool = False
    whole: bool = False
    body: str = ""


@dataclass(slots=True)
class _Cursor:
    text: str
    at: int = 0

    def upto(self, stops: str) -> str | None:
        """What stands before the nearest of `stops` (then passed), or None where a line ends or the text does first."""
        end = self.at
        while end < len(self.text) and self.text[end] not in stops and self.text[end] != "\n":
            end += 1
        if end == len(self.text) or self.text[end] not in stops:
            return None
        found, self.at = self.text[self.at : end], end + 1
        return found

    def skip(self, what: str) -> None:
        while self.at < len(self.text) and self.text[self.at] in what:
            self.at += 1

    def follows(self, text: str) -> bool:
        return self.text[self.at : self.at + len(text)].upper() == text


def header(text: str) -> Header:
    """Locate the parts of a header. Raises `HeaderFault` with the parts found so far."""
    cursor, found = _Cursor(text), Header()
    cursor.skip(" \n")
    key = cursor.upto(".")
    if key is None or not _KEY.fullmatch(key):
        raise HeaderFault(found, "header.bad", "The message does not begin with a key and its period, such as IAQ.")
    found.kind = key.upper()
    sender = cursor.upto(".\n")
    if sender is None:
        raise HeaderFault(found, "header.bad", f"Behind {found.kind} the ORI of the sender and its period are missing.")
    found.sender = sender
    if text[cursor.at - 1] == "\n" or cursor.follows("\n"):
        _delivered(cursor, found)
    else:
        _destination(cursor, found)
    _control(cursor, found)
    return found


def _destination(cursor: _Cursor, found: Header) -> None:
    found.destination = cursor.upto(".")
    if found.destination is None:
        raise HeaderFault(found, "header.bad", "Behind the sender the destination and its period are missing.")


def _delivered(cursor: _Cursor, found: Header) -> None:
    found.delivered = True
    cursor.skip("\n")
    found.received, rest = _time_line(cursor, found)
    if rest:
        raise HeaderFault(found, "header.bad", "The first time line holds more than time, date and number.")
    found.sent, rest = _time_line(cursor, found)
    if rest and not rest.startswith(" "):
        raise HeaderFault(found, "header.bad", "The second time line holds more than time, date, number, destination.")
    cursor.skip("\n")
    found.destination = rest[1:] or None
    if not cursor.follows("*") and not cursor.follows("TXT"):
        _second_destination(cursor, found)


def _time_line(cursor: _Cursor, found: Header) -> tuple[Stamp, str]:
    line = cursor.upto("\n") or ""
    match = _TIME_LINE.match(line)
    try:
        if match is None:
            raise ValueError
        at = datetime.strptime(f"{match[1]} {match[2]}", "%H:%M %m/%d/%Y")  # noqa: DTZ007  the switch's clock, kept as sent
    except ValueError:
        text = "A delivered header has two lines such as 14:05 01/02/2025 00017 behind the sender."
        raise HeaderFault(found, "header.bad", text) from None
    return Stamp(at.isoformat(timespec="minutes"), match[3]), line[match.end() :]


def _second_destination(cursor: _Cursor, found: Header) -> None:
    named = cursor.upto(".")
    if named is None:
        return  # then TXT is missing, which says more
    if found.destination is not None and named.upper() != found.destination.upper():
        raise HeaderFault(found, "header.bad", "The two places of the destination name different ones.")
    found.destination = named
    cursor.skip("\n")


def _control(cursor: _Cursor, found: Header) -> None:
    if cursor.follows("*"):
        start = cursor.at
        cursor.at += 1
        control = cursor.upto(".\n" if found.delivered else ".")
        if control is None:
            cursor.at = start
        else:
            found.control = control
            if found.delivered:
                cursor.skip("\n")
    if not cursor.follows("TXT"):
        text = "Behind the destination only *CONTROL. and TXT may stand, and TXT must."
        raise HeaderFault(found, "txt.missing", text)
    found.whole, found.body = True, cursor.text[cursor.at + 3 :]


@dataclass(frozen=True, slots=True)
class Piece:
    """One field of a body as sent: its prefix upshifted, its value trimmed."""

    prefix: str
    value: str


class BodyFault(Exception):
    """The body cannot be cut into fields."""

    def __init__(self, field: str | None, code: str, text: str) -> None:
        super().__init__(text)
        self.fault = Fault(field, code, text)


def pieces(body: str, repeating: frozenset[str], most: int) -> list[Piece]:
    """Cut a body into its fields. Raises `BodyFault` for the first piece that is none, comes twice, or is too many."""
    found: list[Piece] = []
    seen: set[str] = set()
    for text in _cut(body):
        match = _PREFIX.match(text)
        if match is None:
            _continue_remarks(found, text)
            continue
        prefix = match[1].upper()
        if prefix in seen and prefix not in repeating:
            raise BodyFault(
                prefix, "field.duplicate", f"{prefix} stands twice; which of the two holds cannot be known."
            )
        seen.add(prefix)
        found.append(Piece(prefix, text[4:].strip(" \n")))
        if len(found) > most:
            raise BodyFault(None, "field.too_many", f"A message holds at most {most} fields.")
    return [Piece(piece.prefix, piece.value) for piece in found]


def _cut(body: str) -> Iterator[str]:
    for piece in body.split("."):
        if trimmed := piece.strip(" \n"):
            yield trimmed


def _continue_remarks(found: list[Piece], text: str) -> None:
    if not found or found[-1].prefix != "REM":
        says = f"A piece between two periods is no field (three letters and a slash): it begins {text[:20]!r}."
        raise BodyFault(None, "field.bad", says)
    found[-1] = Piece("REM", f"{found[-1].value}. {text}" if found[-1].value else text)


def free_text(body: str) -> str:
    """All after TXT and one line end, without blanks and line ends at its end."""
    return body.removeprefix("\n").rstrip(" \n")
