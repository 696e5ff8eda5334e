"""The text form of Nlets messages: where the parts of a header lie, and how a body is cut into fields.

Code lists and lengths stand in the profile; here is only what the form itself says (messages-contract.md, "Nlets
text"). Everything is one pass over the text: no pattern can be made to try again and again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Final

from muniment.core.message import Fault, Stamp
from muniment.formats import header as shared
from muniment.formats.directory import ORI
from muniment.formats.faults import Broken, broken, shown
from muniment.formats.header import Header

_BAD_BYTE: Final = re.compile(rb"[^\x20-\x7E\r\n\x7F]|(?<![\r\n\x7F])\x7F")
_LINE_END: Final = re.compile(r"(?:\r\n|\n|\r)\x7F*")


def bad_byte(raw: bytes) -> int | None:
    """Where the first byte stands that no message may hold."""
    found = _BAD_BYTE.search(raw)
    return found.start() if found else None


def decode(raw: bytes) -> str:
    """The text of bytes that hold no bad one, with every line end (and its DELs) as one LF."""
    return _LINE_END.sub("\n", raw.decode("ascii"))


# Header

_KEY: Final = re.compile(r"([A-Za-z]{2,3})\.")
_PART: Final = re.compile(r"([^.\n]+)\.")
_SENDER_LINE: Final = re.compile(r"([^.\n]+)\.?\n")
_TIME: Final = "([0-9]{2}):([0-9]{2}) ([0-9]{2})/([0-9]{2})/([0-9]{4}) ([0-9]{5})"
_RECEIVED: Final = re.compile(rf"{_TIME}\n")
_SENT: Final = re.compile(rf"{_TIME}(?: ([^\n]+))?(?:\n|\Z)")
_BEFORE_TEXT: Final = re.compile(r"(?=\*|TXT)", re.IGNORECASE)
_CONTROL: Final = re.compile(r"\*([^.\n]*)\.")
_CONTROL_LINE: Final = re.compile(r"\*([^.\n]*)[.\n]\n*")
_TXT: Final = re.compile("TXT", re.IGNORECASE)
_LINE_ENDS: Final = re.compile(r"\n*")


@dataclass(slots=True)
class _Cursor:
    text: str
    at: int = 0

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self.text, self.at)
        if match is not None:
            self.at = match.end()
        return match

    def need(self, pattern: re.Pattern[str], code: str, says: str) -> re.Match[str]:
        match = self.take(pattern)
        if match is None:
            raise broken("header", code, f"{says}; there stands {self.ahead}.")
        return match

    @property
    def ahead(self) -> str:
        line = self.text[self.at : self.at + 41].split("\n")[0]
        end = "the end of the line" if self.at < len(self.text) else "the end of the message"
        return shown(line, 30) if line else end


def header(text: str) -> tuple[Header, str, Fault | None]:
    """Locate the parts of a header: those that were found, all that follows TXT, what stopped the search before it."""
    found = Header()
    try:
        return found, _locate(_Cursor(text.lstrip(" \n")), found), None
    except Broken as fault:
        return found, "", fault.faults[0]


def _locate(cursor: _Cursor, found: Header) -> str:
    key = cursor.need(_KEY, "header.bad", 'A message begins with its key and a period, such as "IAQ."')
    found.kind = key[1].upper()
    if line := cursor.take(_SENDER_LINE):
        found.sender = line[1]
        first, second = _delivered(cursor, found)
        control = cursor.take(_CONTROL_LINE)
    else:
        found.sender = cursor.need(_PART, "header.bad", "Behind the key comes the sender's ORI and a period")[1]
        first = cursor.need(_PART, "header.bad", "Behind the sender comes a destination and a period")[1]
        second, control = first, cursor.take(_CONTROL)
    found.destination = tuple(first.split(",")) if first else None
    found.control = control[1] if control else None
    cursor.need(_TXT, "txt.missing", "Behind the destination comes *CONTROL. or nothing, and then TXT")
    if second.upper() != first.upper():
        found.destination = None
        says = f"The time line names the destination {shown(first)}, the next line {shown(second)}."
        raise broken("header", "header.bad", says)
    return cursor.text[cursor.at :]


def _delivered(cursor: _Cursor, found: Header) -> tuple[str, str]:
    """The time lines; the destination in them or else behind them, and the one behind them or else in them."""
    form = "a time line such as 14:05 01/02/2025 00017"
    found.received = _stamp(cursor.need(_RECEIVED, "header.bad", f"Behind the sender comes {form}"))
    line = cursor.need(_SENT, "header.bad", f"Behind the first time line comes {form}")
    found.sent = _stamp(line)
    cursor.take(_LINE_ENDS)
    behind = None if cursor.take(_BEFORE_TEXT) else cursor.take(_PART)
    cursor.take(_LINE_ENDS)
    first = line[7] or (behind[1] if behind else "")
    return first, behind[1] if behind else first


def _stamp(line: re.Match[str]) -> Stamp:
    at = shared.stamp(line.group(3, 4, 5), line.group(1, 2), line[6])
    if at is None:
        raise broken("header", "header.bad", f"The time line {shown(line[0].rstrip())} is no time.")
    return at


# Body

_FIELD: Final = re.compile(r"([A-Za-z]{3})/")


def cut(body: str, remarks: str | None, repeating: Set[str], most: int) -> list[tuple[str, str]]:
    """The fields of a body, as prefix and trimmed value in the order sent.

    `remarks` is the prefix that pieces without a prefix continue, `repeating` those that may come again. Raises
    `Broken` for the first piece that is no field, comes twice, or is one too many.
    """
    found: list[tuple[str, list[str]]] = []
    seen: set[str] = set()
    for piece in _pieces(body):
        match = _FIELD.match(piece)
        if match is None:
            if not found or found[-1][0] != remarks:
                raise _no_field(piece, found[-1] if found else None)
            found[-1][1].append(piece)
            continue
        prefix = match[1].upper()
        if prefix in seen and prefix not in repeating:
            raise broken(prefix, "field.duplicate", f"{prefix} stands twice; which of the two holds cannot be known.")
        if len(found) == most:
            raise broken(None, "field.too_many", f"A message holds at most {most} fields; this one holds more.")
        seen.add(prefix)
        found.append((prefix, [piece[4:].strip(" \n")]))
    return [(prefix, ". ".join(filter(None, values))) for prefix, values in found]


def _pieces(body: str) -> Iterator[str]:
    return filter(None, (piece.strip(" \n") for piece in body.split(".")))


_KEY_AT_END: Final = re.compile(r"\s[A-Za-z]{2,3}\Z")


def _no_field(piece: str, before: tuple[str, list[str]] | None) -> Broken:
    there = shown(" ".join(piece[:41].split()), 30)
    if before and _KEY_AT_END.search(before[1][-1]) and ORI.fullmatch(piece.upper()):
        says = f"Behind the last field a second message begins, with a key and {there}; each message is sent alone."
        return broken(None, "field.bad", says)
    says = "Between two periods stands a field, three letters and a slash such as NAM/, and no value holds a period"
    where = f"behind {before[0]}" if before else "there"
    return broken(None, "field.bad", f"{says}; {where} stands {there}.")
