"""A message object in, the wire form out; what was written is read back and compared, so nothing is lost in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from muniment.core.message import Rejected
from muniment.formats.faults import Broken, broken, shown
from muniment.formats.header import Address, Header
from muniment.formats.json_object import message_object
from muniment.formats.nlets.reader import FORMAT, read
from muniment.formats.profile import Field, Profile

#: Kinds that are written here; IAQ and YQ for simulators and tests.
WRITTEN: Final = ("IAR", "YR", "AM", "ER", "IAQ", "YQ")
#: Keys that the wire form does not carry.
NOT_CARRIED: Final = frozenset({"format", "received", "sent", "warnings"})


def write(body: Mapping[str, Any], today: date, profile: Profile) -> bytes | Rejected:
    """The wire form of an accepted object, or the reject that says why there is none. It never repairs or cuts."""
    try:
        wire = _wire(body, profile)
        _require_same(body, wire, today, profile)
    except Broken as fault:
        return _address(body, profile).reject(*fault.faults)
    return wire


def reject_notice(rejected: Mapping[str, Any], today: date, profile: Profile) -> bytes | Rejected:
    """The notice that answers a rejected message: an IAR from the center to its sender, never an ER [S]."""
    try:
        lines = list(_notice_lines(rejected, profile))
    except Broken as fault:
        return _address(rejected, profile).reject(*fault.faults)
    notice = {
        "kind": "IAR",
        "sender": profile.center.ori,
        "destination": [rejected["sender"]],
        "control": rejected.get("control"),
        "text": "\n".join(lines),
    }
    return write(notice, today, profile)


def _notice_lines(rejected: Mapping[str, Any], profile: Profile) -> Iterator[str]:
    if not rejected.get("sender"):
        raise broken("sender", "compose.sender", "The rejected object names no sender, so nobody can be told.")
    yield profile.center.reject_line
    try:
        for fault in rejected["errors"]:
            number = profile.numbers.get(fault["code"], "00")
            yield f".{number}. {fault.get('field') or '-'} {fault['code']}".upper()
    except (AttributeError, KeyError, TypeError):
        raise _mismatch("errors must be a list of objects with field and code") from None


def _mismatch(why: str) -> Broken:
    return broken(None, "compose.mismatch", f"Read back, this would not be the message that was given: {why}.")


def _address(body: Mapping[str, Any], profile: Profile) -> Address:
    """What of an object can address a reject."""
    kind, sender, control, named = (body.get(key) for key in ("kind", "sender", "control", "destination"))
    header = Header(
        kind=kind if isinstance(kind, str) and re.fullmatch("[A-Z]{2,3}", kind) else None,
        sender=sender if isinstance(sender, str) else None,
        destination=tuple(each for each in named if isinstance(each, str)) if isinstance(named, list) else None,
        control=control if isinstance(control, str) else None,
    )
    return Address.of(header, FORMAT, profile)


# Read back


def _require_same(body: Mapping[str, Any], wire: bytes, today: date, profile: Profile) -> None:
    again = message_object(read(wire, today, profile))
    if not again["ok"]:
        raise _mismatch("; ".join(fault["text"].removesuffix(".") for fault in again["errors"]))
    for key, value in body.items():
        if key not in NOT_CARRIED and not (key in again and _holds(value, again[key])):
            raise _mismatch(f"{shown(key)} would be lost or another")


def _holds(given: Any, found: Any) -> bool:
    """Whether everything given was found: objects by the keys given, lists whole, the rest equal and of one type."""
    if isinstance(given, dict) and isinstance(found, dict):
        return all(key in found and _holds(value, found[key]) for key, value in given.items())
    if isinstance(given, list) and isinstance(found, list):
        return len(given) == len(found) and all(map(_holds, given, found))
    return type(given) is type(found) and bool(given == found)


# The wire form


def _wire(body: Mapping[str, Any], profile: Profile) -> bytes:
    if body.get("kind") not in WRITTEN or body["kind"] not in profile.kinds:
        raise broken("header", "compose.kind", f"Only {', '.join(WRITTEN)} are written; kind is none of them.")
    try:
        control = f"*{body['control']}." if body.get("control") is not None else ""
        head = f"{body['kind']}.{body['sender']}.{','.join(body['destination'])}.{control}TXT\r\n"
        return (head + _body(body, profile)).encode("ascii", "backslashreplace")
    except (AttributeError, KeyError, TypeError) as fault:
        raise _mismatch(f"a value is missing or of a wrong type ({type(fault).__name__} {fault})") from None


def _body(body: Mapping[str, Any], profile: Profile) -> str:
    how = profile.kinds[body["kind"]]
    if how == "fields":
        return _lines(_fields(body, profile), profile.limits.columns)
    number = f".{body['number']}. " if how == "numbered" and body.get("number") is not None else ""
    return _text(f"{number}{body['text']}", profile.limits.columns)


def _text(text: str, columns: int) -> str:
    """Free text as it goes out: the lines as they are, no lower case, none longer than `columns`."""
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if len(line) > columns:
            raise _mismatch(f"line {number} of the text has {len(line)} columns, at most {columns} go out")
        if small := re.search("[a-z]", line):
            raise _mismatch(f"line {number} of the text holds the small letter {shown(small[0])}")
    return "\r\n".join(lines)


def _lines(fields: Sequence[str], columns: int) -> str:
    """Fields with a period between, broken before a field that would take its line past `columns`."""
    lines = [""]
    for place, field in enumerate(fields, 1):
        ended = f"{field}." if place < len(fields) else field
        if lines[-1] and len(lines[-1]) + len(ended) > columns:
            lines.append("")
        lines[-1] += ended
    return "\r\n".join(lines)


def _fields(body: Mapping[str, Any], profile: Profile) -> list[str]:
    """Fields in table order, then extra by prefix."""
    table = [f"{about.prefix}/{text}" for about in profile.fields[body["kind"]] for text in _texts(about, body)]
    return table + [f"{prefix}/{text}" for prefix, text in sorted((body.get("extra") or {}).items())]


def _texts(about: Field, body: Mapping[str, Any]) -> list[str]:
    """The values that one field carries, as they are written."""
    if about.to == "subject.names":
        wanted = "alias" if about.repeats else "primary"
        return [_name(name) for name in _at("subject.names", body) or () if name["kind"] == wanted]
    if about.to == "subject.birth_dates":
        return [day.replace("-", "") for day in _at(about.to, body) or ()]
    if about.to.startswith("subject.identifiers."):
        kind = about.to.rpartition(".")[2]
        return [item["value"] for item in _at("subject.identifiers", body) or () if item["kind"] == kind]
    value = _at(about.to, body)
    if about.rule == "custody" and value is not None:
        return ["Y" if value else "N"]
    return [] if value is None else [str(value)]


def _at(to: str, body: Any) -> Any:
    for key in to.split("."):
        body = (body or {}).get(key)
    return body


def _name(name: Mapping[str, Any]) -> str:
    """`FAMILY, GIVEN MIDDLE SUFFIX`; without a given name the family alone, without a family name `LNU,GIVEN`."""
    after = " ".join(str(name[part]) for part in ("given", "middle", "suffix") if name.get(part))
    if name.get("family") is None:
        return f"LNU,{after}"
    return f"{name['family']}, {after}" if name.get("given") else str(name["family"])
