"""What every form of writing shares: the texts of the fields of an object, and the proof that nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from muniment.core.message import Accepted, Rejected
from muniment.formats.faults import Broken, broken, shown
from muniment.formats.header import Address, Header
from muniment.formats.json_object import DERIVED
from muniment.formats.profile import Field, Profile

#: Keys that no wire form carries.
NOT_CARRIED: Final = frozenset({"format", "received", "sent", "warnings"})
Body = Mapping[str, Any]


def mismatch(why: str) -> Broken:
    """What was given cannot be written so that it is read back the same."""
    return broken(None, "compose.mismatch", f"Read back, this would not be the message that was given: {why}.")


def address(body: Body, format: str, profile: Profile) -> Address:
    """What of an object can address a reject."""
    kind, sender, control, named = (body.get(key) for key in ("kind", "sender", "control", "destination"))
    header = Header(
        kind=kind if isinstance(kind, str) and re.fullmatch("[A-Z]{2,3}", kind) else None,
        sender=sender if isinstance(sender, str) else None,
        destination=tuple(each for each in named if isinstance(each, str)) if isinstance(named, list) else None,
        control=control if isinstance(control, str) else None,
    )
    return Address.of(header, format, profile)


def require_kind(body: Body, written: tuple[str, ...], profile: Profile) -> None:
    """Raise `Broken` for a kind that is not written in this form."""
    if body.get("kind") not in written or body["kind"] not in profile.kinds:
        raise broken("header", "compose.kind", f"Only {', '.join(written)} are written; kind is none of them.")


def require_same(body: Body, wire: bytes, read: Callable[[bytes], Accepted | Rejected]) -> None:
    """Raise `Broken` unless the wire form is read back as the object that was given."""
    again = read(wire)
    if isinstance(again, Rejected):
        raise mismatch("; ".join(fault.text.removesuffix(".") for fault in again.errors))
    for key, value in body.items():
        if key not in NOT_CARRIED and not (value is True if key == "ok" else _found(key, value, again)):
            raise mismatch(f"{shown(key)} would be lost or another")


def _found(key: str, given: Any, value: Any) -> bool:
    """Whether a value of the message, or of a part of it, has under `key` what was given."""
    return key in value.__dataclass_fields__ and key not in DERIVED and _holds(given, getattr(value, key))


def _holds(given: Any, found: Any) -> bool:
    """Whether everything given was found: objects by the keys given, lists whole, the rest equal and of one type."""
    if given is None or isinstance(given, str):
        return bool(given == found)
    if isinstance(found, tuple):
        return isinstance(given, list) and len(given) == len(found) and all(map(_holds, given, found))
    if hasattr(found, "__dataclass_fields__"):
        return isinstance(given, dict) and all(_found(key, part, found) for key, part in given.items())
    if isinstance(found, dict):
        return isinstance(given, dict) and all(key in found and _holds(given[key], found[key]) for key in given)
    if isinstance(found, list):
        return isinstance(given, list) and len(given) == len(found) and all(map(_holds, given, found))
    return type(given) is type(found) and bool(given == found)


def notice(rejected: Body, profile: Profile) -> dict[str, Any]:
    """The notice that answers a rejected message: an IAR from the center to its sender, never an ER [S]."""
    return {
        "kind": "IAR",
        "sender": profile.center.ori,
        "control": rejected.get("control"),
        "text": "\n".join(_notice_lines(rejected, profile)),
        "destination": [rejected["sender"]],
    }


def _notice_lines(rejected: Body, profile: Profile) -> Iterator[str]:
    if not rejected.get("sender"):
        raise broken("sender", "compose.sender", "The rejected object names no sender, so nobody can be told.")
    yield profile.center.reject_line
    try:
        for fault in rejected["errors"]:
            number = profile.numbers.get(fault["code"], "00")
            yield f".{number}. {fault.get('field') or '-'} {fault['code']}".upper()
    except (AttributeError, KeyError, TypeError):
        raise mismatch("errors must be a list of objects with field and code") from None


def free_text(text: str, columns: int) -> list[str]:
    """The lines of free text as they go out: as they are, no lower case, none longer than `columns`."""
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if len(line) > columns:
            raise mismatch(f"line {number} of the text has {len(line)} columns, at most {columns} go out")
        if small := re.search("[a-z]", line):
            raise mismatch(f"line {number} of the text holds the small letter {shown(small[0])}")
    return lines


# Values


def by_place(body: Body) -> dict[str, Any]:
    """The values of an object by their place, as fields name it; identifiers by their kind."""
    found = dict(body)
    for part in ("subject", "requester", "confirmer"):
        for key, value in (body.get(part) or {}).items():
            found[f"{part}.{key}"] = value
    for item in found.get("subject.identifiers") or ():
        found.setdefault(f"subject.identifiers.{item['kind']}", []).append(item["value"])
    return found


def texts(about: Field, found: Body) -> list[str]:
    """The values by place that one field carries, as texts; dates as `CCYY-MM-DD`."""
    value = found.get(about.to)
    if value is None:
        return []
    if about.to == "subject.names":
        return [name_text(name) for name in names(about, found)]
    if isinstance(value, list):
        return value
    if about.rule == "custody":
        return ["Y" if value else "N"]
    return [str(value)]


def names(about: Field, found: Body) -> list[Mapping[str, Any]]:
    """The names that one field carries."""
    wanted = "alias" if about.repeats else "primary"
    return [name for name in found.get(about.to) or () if name["kind"] == wanted]


def at(to: str, body: Any) -> Any:
    """The value at a place of the object, or None."""
    for key in to.split("."):
        body = (body or {}).get(key)
    return body


def name_text(name: Mapping[str, Any]) -> str:
    """`FAMILY, GIVEN MIDDLE SUFFIX`; without a given name the family alone, without a family name `LNU,GIVEN`."""
    after = " ".join(str(name[part]) for part in ("given", "middle", "suffix") if name.get(part))
    if name.get("family") is None:
        return f"LNU,{after}"
    return f"{name['family']}, {after}" if name.get("given") else str(name["family"])
