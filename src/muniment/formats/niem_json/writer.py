"""The JSON form of a message object: an IAQ, or the text of an answer with its header."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from muniment.formats.niem_json.reader import KIND
from muniment.formats.profile import Profile
from muniment.formats.writing import Body, by_place, free_text, mismatch, names, texts

_JSON: Final = json.JSONEncoder(allow_nan=False)


def written(profile: Profile) -> tuple[str, ...]:
    """Kinds that are written; IAQ for simulators and tests."""
    return (KIND, *profile.json.answers)


def wire(body: Body, profile: Profile) -> bytes:
    """The bytes of an object of one of these kinds."""
    form, inside = profile.json, _header(body, profile)
    if body["kind"] == KIND:
        _inquiry(body, profile, inside)
        around = {form.inquiry: inside}
    else:
        inside[form.text] = "\n".join(free_text(body["text"], profile.limits.columns))
        around = {form.response: inside}
    try:
        return _JSON.encode({"@context": dict(form.context), **around}).encode("ascii")
    except ValueError as fault:
        raise mismatch(f"extra is no JSON ({fault})") from None


def _header(body: Body, profile: Profile) -> dict[str, Any]:
    inside: dict[str, Any] = {}
    for part in profile.json.parts.__slots__:
        if body.get(part) is not None:
            _put(inside, getattr(profile.json.parts, part), body[part])
    return inside


def _inquiry(body: Body, profile: Profile, inside: dict[str, Any]) -> None:
    found = by_place(body)
    for about in profile.fields[KIND]:
        if about.rule == "name":
            for name in names(about, found):
                _put(inside, about.json, [_name(name, profile)])
        elif about.rule == "custody":
            _put(inside, about.json, found.get(about.to))
        else:
            for text in texts(about, found):
                _put(inside, about.json, text)
    for name, value in (body.get("extra") or {}).items():
        if name in inside:
            raise mismatch("extra has a name that the form itself has")
        inside[name] = value


def _put(inside: dict[str, Any], path: str, value: Any) -> None:
    """Add a value at a path; values of a list are added to those there, another value twice is one too many."""
    *way, last = path.split("/")
    for name in way:
        inside = inside.setdefault(name, {})
    if isinstance(value, list):
        inside[last] = [*inside.get(last, ()), *value]
    elif last in inside:
        raise mismatch("a field has two values where one is carried")
    else:
        inside[last] = value


def _name(name: Mapping[str, Any], profile: Profile) -> dict[str, Any]:
    parts = profile.json.name
    family = name.get("family") or profile.values.no_family[0]
    sent = {part: family if part == "family" else name.get(part) for part in parts.__slots__}
    return {getattr(parts, part): text for part, text in sent.items() if text is not None}
