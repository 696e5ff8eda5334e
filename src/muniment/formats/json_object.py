"""Messages as the JSON object of the contract: every key always there, the unknown null, [] or {}."""

from __future__ import annotations

from typing import Any, Final

from muniment.core.message import Accepted, Rejected

#: Parts of a subject that are worked out of others, so no part of what was sent: the country of the birth place.
DERIVED: Final = frozenset({"birth_country"})


def message_object(message: Accepted | Rejected) -> dict[str, Any]:
    """The object that `muniment parse` prints."""
    body = {"ok": not isinstance(message, Rejected), **_members(message)}
    if "subject" in body:
        for name in DERIVED:
            del body["subject"][name]
    return body


def _members(value: Any) -> dict[str, Any]:
    return {
        name: part if (part := getattr(value, name)) is None or isinstance(part, str) else _plain(part)
        for name in value.__dataclass_fields__
    }


def _plain(value: Any) -> Any:
    """Values as JSON has them; what a sender sent as JSON is that already."""
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return _members(value) if hasattr(value, "__dataclass_fields__") else value
