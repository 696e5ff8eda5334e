"""The text form of a message object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from muniment.formats.profile import Field, Profile
from muniment.formats.writing import Body, by_place, free_text, texts

#: Kinds that are written; IAQ and YQ for simulators and tests.
WRITTEN: Final = ("IAR", "YR", "AM", "ER", "IAQ", "YQ")


def wire(body: Body, profile: Profile) -> bytes:
    """The bytes of an object of one of these kinds."""
    control = f"*{body['control']}." if body.get("control") is not None else ""
    head = f"{body['kind']}.{body['sender']}.{','.join(body['destination'])}.{control}TXT\r\n"
    return (head + _body(body, profile)).encode("ascii", "backslashreplace")


def _body(body: Body, profile: Profile) -> str:
    how = profile.kinds[body["kind"]]
    if how == "fields":
        return _lines(_fields(body, profile), profile.limits.columns)
    number = f".{body['number']}. " if how == "numbered" and body.get("number") is not None else ""
    return "\r\n".join(free_text(f"{number}{body['text']}", profile.limits.columns))


def _lines(fields: Sequence[str], columns: int) -> str:
    """Fields with a period between, broken before a field that would take its line past `columns`."""
    lines = [""]
    for place, field in enumerate(fields, 1):
        ended = f"{field}." if place < len(fields) else field
        if lines[-1] and len(lines[-1]) + len(ended) > columns:
            lines.append("")
        lines[-1] += ended
    return "\r\n".join(lines)


def _fields(body: Body, profile: Profile) -> list[str]:
    """Fields in table order, then extra by prefix."""
    found = by_place(body)
    table = [f"{about.prefix}/{text}" for about in profile.fields[body["kind"]] for text in _texts(about, found)]
    return table + [f"{prefix}/{text}" for prefix, text in sorted((body.get("extra") or {}).items())]


def _texts(about: Field, found: Body) -> list[str]:
    """The values of a field, dates as eight digits."""
    if about.to == "subject.birth_dates":
        return [day.replace("-", "") for day in texts(about, found)]
    return texts(about, found)
