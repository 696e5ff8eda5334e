"""The shape that every message object has, whatever was read."""

from __future__ import annotations

import json
import re
from typing import Any

from muniment import formats
from muniment.formats.profile import DEFAULT
from tests.formats.generated import TODAY

COMMON = {"ok", "kind", "format", "sender", "destination", "control", "received", "sent", "extra", "warnings"}
HIT = {"record_type", "oca", "nic", "subject", "remarks"}
KEYS = {
    "IAQ": {"basis", "purpose", "attention", "phone", "custody", "offense", "remarks", "subject"},
    "YQ": HIT | {"request_number", "priority", "due_minutes", "requester"},
    "YR": HIT | {"confirmation", "hours", "confirmer"},
    "IAR": {"text"},
    "AM": {"text"},
    "ER": {"number", "text"},
    "SM": {"number", "text"},
}
WARNINGS = {
    "field.unknown", "field.empty", "field.wrapped", "name.no_given", "name.placeholder", "dob.century",
    "pob.ambiguous", "destination.absent", "field.absent", "name.non_ascii", "dob.unknown", "sex.mapped",
    "identifier.unknown",
}  # fmt: skip
PRINT = {"tcn", "tcr", "tot", "ori", "version", "date", "priority", "oca", "records"}


def require_shape(raw: bytes, form: str = "nlets") -> dict[str, Any]:
    """Exactly one object of the contract's shape, in ASCII, whose sentences show no foreign byte."""
    body = formats.message_object(formats.read(raw, format=form, today=TODAY))
    assert body["format"] == form
    assert json.loads(json.dumps(body)) == json.loads(json.dumps(body, allow_nan=False))
    if body["ok"]:
        assert body.keys() == COMMON | KEYS[body["kind"]] | (PRINT if form == "ebts" else set())
        assert {each["code"] for each in body["warnings"]} <= WARNINGS
    else:
        tcn = {"tcn"} if form == "ebts" else set()
        assert body.keys() == {"ok", "kind", "format", "sender", "destination", "control", "errors"} | tcn
        assert body["errors"]
        assert {each["code"] for each in body["errors"]} <= DEFAULT.numbers.keys()
        fields = [each["field"] for each in body["errors"]]
        assert len(set(fields)) == len(fields)
    for each in body["warnings" if body["ok"] else "errors"]:
        assert each.keys() == {"field", "code", "text"}
        assert re.fullmatch(r"[ -~]+\.", each["text"]), each["text"]
    return body


def faults(raw: bytes | str, form: str) -> list[tuple[str | None, str]]:
    """Field and code of what is wrong with a message that is refused."""
    body = require_shape(_bytes(raw), form)
    assert not body["ok"], body
    return [(each["field"], each["code"]) for each in body["errors"]]


def good(raw: bytes | str, form: str) -> dict[str, Any]:
    """The object of a message that is right."""
    body = require_shape(_bytes(raw), form)
    assert body["ok"], body
    return body


def _bytes(raw: bytes | str) -> bytes:
    return raw.encode() if isinstance(raw, str) else raw
