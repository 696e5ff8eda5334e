"""A message object in, the wire form out; what was written is read back and compared, so nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from muniment.core.message import Fault, Rejected
from muniment.formats.json_object import message_object
from muniment.formats.nlets.reader import FORMAT, read
from muniment.formats.profile import Field, Profile
from muniment.formats.subjects import IDENTIFIERS

#: Kinds that are written here; IAQ and YQ for simulators and tests.
WRITTEN: Final = ("IAR", "YR", "AM", "ER", "IAQ", "YQ")
#: Keys that the wire form does not carry.
NOT_CARRIED: Final = frozenset({"ok", "format", "received", "sent", "warnings"})


def write(body: Mapping[str, Any], today: date, profile: Profile) -> bytes | Rejected:
    """The wire form of an accepted object, or the reject that says why there is none. It never repairs or cuts."""
    if body.get("kind") not in WRITTEN:
        says = f"Only {', '.join(WRITTEN)} are written here."
        return _refused(body, Fault("kind", "compose.kind", says))
    try:
        wire = _wire(body, profile).encode("ascii")
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, UnicodeEncodeError):
        return _refused(body, _mismatch("the object has not the form that the contract gives"))
    lost = _lost(body, wire, today, profile)
    return wire if lost is None else _refused(body, _mismatch(lost))


def _mismatch(why: str) -> Fault:
    return Fault(None, "compose.mismatch", f"Written and read back, the message would not be the same: {why}.")


def _refused(body: Mapping[str, Any], fault: Fault) -> Rejected:
    def text(key: str) -> str | None:
        found = body.get(key)
        return found if isinstance(found, str) else None

    named = body.get("destination")
    destination = tuple(named) if isinstance(named, list) and all(isinstance(each, str) for each in named) else ()
    return Rejected(
        errors=(fault,),
        format=FORMAT,
        kind=text("kind"),
        sender=text("sender"),
        destination=destination,
        control=text("control"),
    )


def _lost(body: Mapping[str, Any], wire: bytes, today: date, profile: Profile) -> str | None:
    """What would be lost, or None."""
    again = message_object(read(wire, today, profile))
    if not again["ok"]:
        fault = again["errors"][0]
        return f"{fault['field'] or 'the message'} would be rejected with {fault['code']}"
    if any(len(line) > profile.limit("columns") for line in wire.decode("ascii").split("\r\n")[1:]):
        return f"a line would be longer than {profile.limit('columns')} columns"
    wanted = {key: value for key, value in body.items() if key not in NOT_CARRIED}
    return next(
        (f"“{key}” would change" for key, value in wanted.items() if not _holds(value, again.get(key, _Absent))), None
    )


class _Absent:
    """Equal to nothing that JSON can say."""


def _holds(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(key in found and _holds(value, found[key]) for key, value in wanted.items())
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(_holds, wanted, found))
    return type(wanted) is type(found) and bool(wanted == found)


# The wire form


def _wire(body: Mapping[str, Any], profile: Profile) -> str:
    control = f"*{body['control']}." if body.get("control") is not None else ""
    head = f"{body['kind']}.{body['sender']}.{','.join(body['destination'])}.{control}TXT"
    how = profile.kinds[body["kind"]]
    if how == "fields":
        return f"{head}\r\n{_lines(_fields(body, profile), profile.limit('columns'))}"
    number = f".{body['number']}. " if how == "numbered" and body.get("number") is not None else ""
    text: str = body["text"]
    return f"{head}\r\n{number}" + text.replace("\n", "\r\n")


def _lines(fields: Sequence[str], columns: int) -> str:
    written, line = "", ""
    for place, field in enumerate(fields):
        ended = field if place == len(fields) - 1 else f"{field}."
        if line and len(line) + len(ended) > columns:
            written, line = f"{written}{line}\r\n", ""
        line += ended
    return written + line


def _fields(body: Mapping[str, Any], profile: Profile) -> list[str]:
    """Fields in table order, then extra by prefix."""
    table = [f"{about.prefix}/{text}" for about in profile.fields[body["kind"]] for text in _texts(about, body)]
    return table + [f"{prefix}/{text}" for prefix, text in sorted((body.get("extra") or {}).items())]


def _texts(about: Field, body: Mapping[str, Any]) -> list[str]:
    if about.to.startswith("subject."):
        return _subject_texts(about, body.get("subject") or {})
    place: Any = body
    for key in about.to.split("."):
        place = (place or {}).get(key)
    if place is None:
        return []
    return [{True: "Y", False: "N"}[place] if about.rule == "custody" else str(place)]


def _subject_texts(about: Field, subject: Mapping[str, Any]) -> list[str]:
    key = about.to.split(".")[1]
    if key == "names":
        wanted = "alias" if about.repeats else "primary"
        return [_name(name) for name in subject.get("names") or () if name["kind"] == wanted]
    if key == "birth_dates":
        return [day.replace("-", "") for day in subject.get("birth_dates") or ()]
    if key == "identifiers":
        kind = IDENTIFIERS[about.prefix]
        return [item["value"] for item in subject.get("identifiers") or () if item["kind"] == kind]
    text = subject.get(key)
    return [] if text is None else [str(text)]


def _name(name: Mapping[str, Any]) -> str:
    family = name["family"]
    after = " ".join(name[part] for part in ("given", "middle", "suffix") if name.get(part))
    if family is None:
        return f"LNU,{after}"
    return f"{family}, {after}" if name.get("given") else f"{family}"


# The reject notice


def reject_notice(rejected: Mapping[str, Any], today: date, profile: Profile) -> bytes | Rejected:
    """The notice that answers a rejected message: an IAR from the center to its sender, never an ER."""
    if not rejected.get("sender"):
        return _refused(rejected, Fault("sender", "compose.sender", "The rejected message names no sender to answer."))
    try:
        lines = [_notice_line(fault, profile) for fault in rejected["errors"]]
    except (AttributeError, KeyError, TypeError):
        return _refused(rejected, _mismatch("errors are a list of objects with field and code"))
    body = {
        "kind": "IAR",
        "sender": profile.center("ori"),
        "destination": [rejected["sender"]],
        "control": rejected.get("control"),
        "text": "\n".join(["MESSAGE REJECTED - NO SEARCH WAS MADE", *lines]),
    }
    return write(body, today, profile)


def _notice_line(fault: Mapping[str, Any], profile: Profile) -> str:
    number = profile.numbers.get(fault["code"], "00")
    return f".{number}. {(fault['field'] or '-').upper()} {fault['code'].upper()}"
