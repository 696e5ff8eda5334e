"""Where the records of a file with fingerprints begin and end, and the fields of the two that describe the person.

Records are cut by their length alone, because images hold any byte, separators too. Nothing is copied but the two
records that are text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from muniment.formats.faults import Broken, broken, shown
from muniment.formats.profile import Limits

FS, GS, RS, US = b"\x1c", b"\x1d", b"\x1e", b"\x1f"
#: Types whose records are binary: four bytes of length, one of IDC, data.
BINARY: Final = range(3, 9)
LONGEST_HEAD: Final = len("99.0001:") + 10 + 1
_HEAD: Final = re.compile(rb"([0-9]{1,2})\.([0-9]{2,4}):([0-9]*)")
_BEGUN: Final = re.compile(rb"[0-9]{1,2}(?:\.[0-9]{0,4})?")
_TAG: Final = re.compile(rb"([0-9]{1,2})\.([0-9]{2,4}):")
_IDC: Final = re.compile(rb"([0-9]{1,2})\.([0-9]{2,4}):([0-9]{1,2})[\x1c\x1d]")
_LISTED: Final = re.compile(rb"([0-9]{1,2})\x1f([0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the file: bytes `start` to `end`."""

    type: int
    idc: int
    start: int
    end: int


def tag(kind: int, number: int) -> str:
    """A tag as it is reported: `2.018`."""
    return f"{kind}.{number:03d}"


def _length(kind: int, says: str) -> Broken:
    return broken(tag(kind, 1), "ebts.length", f"The length of the Type-{kind} record is wrong: {says}.")


def _truncated(kind: int) -> Broken:
    return broken(tag(kind, 1), "ebts.truncated", f"The file ends inside the Type-{kind} record.")


def count(says: str) -> Broken:
    """The list of records is no list, or not of these records."""
    return broken("1.003", "ebts.count", f"1.003 must list the records that follow, each as type and IDC; {says}.")


def first(raw: bytes) -> int:
    """Where the Type-1 record ends."""
    head = _HEAD.match(raw)
    if (head is not None and (int(head[1]), int(head[2])) != (1, 1)) or (head is None and not _BEGUN.fullmatch(raw)):
        raise broken("1.001", "ebts.field", "A file begins with its Type-1 record, 1.001: and its length.")
    return _text_end(raw, 0, 1)


def _text_end(raw: bytes, at: int, kind: int) -> int:
    """Where a record that begins with its tag and length ends."""
    head = _HEAD.match(raw, at)
    if head is None or int(head[2]) != 1:
        if head is None and _BEGUN.fullmatch(raw, at):
            raise _truncated(kind)
        raise _length(kind, f"here stands no {tag(kind, 1)}:")
    if int(head[1]) != kind:
        raise count(f"it lists a Type-{kind} record, there stands one of Type-{int(head[1])}")
    if head.end() == len(raw):
        raise _truncated(kind)
    if not 1 <= len(head[3]) <= 10 or raw[head.end() : head.end() + 1] not in (GS, FS):
        raise _length(kind, "it must have 1 to 10 digits")
    end = at + int(head[3])
    if end <= head.end():
        raise _length(kind, f"{int(head[3])} bytes are less than tag and length have")
    if end > len(raw):
        raise _truncated(kind)
    if raw[end - 1 : end] != FS:
        next_one = raw.find(FS, at) + 1 - at if kind <= 2 else 0  # in images an FS may be anything
        but = f"; the next FS is byte {next_one}" if next_one > 0 else ""
        raise _length(kind, f"it says {int(head[3])}, and that byte must be the FS (hex 1C) that ends the record{but}")
    if kind <= 2 and (early := raw.find(FS, at, end - 1)) >= 0:
        raise _length(
            kind, f"it says {int(head[3])}, but an FS (hex 1C), which ends a record, is byte {early + 1 - at}"
        )
    return end


def rest(raw: bytes, at: int, listed: Sequence[tuple[int, int]], limits: Limits) -> tuple[list[Record], Fields]:
    """The records behind Type-1, and the fields of the Type-2 one."""
    records: list[Record] = []
    described: Fields = {}
    for kind, idc in listed:
        if at == len(raw):
            raise count(f"it lists a Type-{kind} record with IDC {idc:02d} that is not there")
        end, found = _binary(raw, at, kind) if kind in BINARY else (_text_end(raw, at, kind), None)
        if kind == 2:
            described = fields(raw, at, end, 2, limits)
        found = found if kind in BINARY else _idc(raw, at, end, kind, described)
        if found is not None and found != idc:
            raise count(f"it lists a Type-{kind} record with IDC {idc:02d}, there stands one with {found:02d}")
        records.append(Record(kind, idc, at, end))
        at = end
    if at != len(raw):
        raise count(f"{len(raw) - at} bytes stand behind the last record that it lists")
    return records, described


def _binary(raw: bytes, at: int, kind: int) -> tuple[int, int]:
    """End and IDC of a binary record."""
    if at + 4 > len(raw):
        raise _truncated(kind)
    length = int.from_bytes(raw[at : at + 4], "big")
    if length < 5:
        raise _length(kind, f"{length} bytes are less than length and IDC have")
    if at + length > len(raw):
        raise _truncated(kind)
    return at + length, raw[at + 4]


def _idc(raw: bytes, at: int, end: int, kind: int, described: Fields) -> int | None:
    """The IDC that a record with tags gives itself; None where that is judged later."""
    if kind == 2:
        value = described.get("2.002", b"")
        return int(value) if re.fullmatch(rb"[0-9]{1,2}", value) else None
    behind = raw.find(GS, at, min(at + LONGEST_HEAD, end))
    second = _IDC.match(raw, behind + 1, end) if behind >= 0 else None
    if second is None or (int(second[1]), int(second[2])) != (kind, 2):
        raise broken(tag(kind, 2), "ebts.field", f"The second field of a record is its IDC, {tag(kind, 2)}:01.")
    return int(second[3])


# Fields

#: Values as sent, by tag, in the order sent, without that of the length.
Fields = dict[str, bytes]


def fields(raw: bytes, start: int, end: int, kind: int, limits: Limits, *, into: Fields | None = None) -> Fields:
    """The fields of a record that is text. What is there is put into `into` before a fault stops."""
    found: Fields = {} if into is None else into
    if end - start > limits.described:
        says = f"A Type-{kind} record has at most {limits.described} bytes; this one has {end - start}."
        raise broken(tag(kind, 1), "size.exceeded", says)
    if raw.count(GS, start, end) > limits.tags:
        raise broken(
            None, "field.too_many", f"A Type-{kind} record has at most {limits.tags} fields; this one has more."
        )
    pieces = [(_TAG.match(piece), piece) for piece in raw[start : end - 1].split(GS)]
    tags = [tag(int(head[1]), int(head[2])) if head else None for head, _ in pieces]
    once = Counter(tags)
    for name, (head, piece) in zip(tags, pieces, strict=True):
        if name and head and once[name] == 1:
            found[name] = piece[head.end() :]
    _require_fields(tags, pieces, kind, limits)
    return found


def _require_fields(
    tags: Sequence[str | None], pieces: Sequence[tuple[re.Match[bytes] | None, bytes]], kind: int, limits: Limits
) -> None:
    """The first piece that is no field of the record, comes twice, or holds too much."""
    seen: set[str] = set()
    for place, (name, (head, piece)) in enumerate(zip(tags, pieces, strict=True)):
        if name is None or head is None:
            text = shown(piece[:41].decode("latin-1"), 30)
            raise broken(
                None, "ebts.field", f"Between two separators stands a field such as 2.018:; there stands {text}."
            )
        if int(head[1]) != kind:
            raise broken(name, "ebts.field", f"{name} is no field of a Type-{kind} record.")
        if name in seen:
            raise broken(name, "field.duplicate", f"{name} stands twice; which of the two holds cannot be known.")
        if piece.count(RS) + piece.count(US) > limits.subfields:
            raise broken(name, "field.too_many", f"{name} has more than {limits.subfields} subfields and items.")
        if place == 1 and name != tag(kind, 2) and tag(kind, 2) in tags:
            raise broken(tag(kind, 2), "ebts.field", f"{tag(kind, 2)} must be the second field of its record.")
        seen.add(name)


def listed(value: bytes | None) -> list[tuple[int, int]]:
    """Type and IDC of each record behind Type-1, from 1.003."""
    first, *others = (value or b"").split(RS)
    records = [_LISTED.fullmatch(other) for other in others]
    if not re.fullmatch(rb"0*1\x1f[0-9]{1,3}", first) or int(first.split(US)[1]) != len(others):
        raise count("it must begin with 1, US and their number")
    pairs = [(int(each[1]), int(each[2])) for each in records if each]
    if len(pairs) < len(others) or any(kind < 2 for kind, _ in pairs):
        raise count("an entry is not a type above 1, US and an IDC")
    if [kind for kind, _ in pairs].count(2) != 1:
        raise count("exactly one of them must be of Type 2")
    return pairs
