"""Messages as the JSON object of the contract: every key always there, the unknown null, [] or {}."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from muniment.core.message import Accepted, Rejected
from muniment.core.subject import Subject, to_json


def message_object(message: Accepted | Rejected) -> dict[str, Any]:
    """The object that `muniment parse` prints."""
    if isinstance(message, Rejected):
        return {"ok": False, **_plain(asdict(message))}
    body = _plain(asdict(message))
    subject = getattr(message, "subject", None)
    if isinstance(subject, Subject):
        body["subject"] = to_json(subject)
        del body["subject"]["birth_country"]  # derived from birth_place, so no part of what was sent
    return {"ok": True, **body}


def _plain(body: dict[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in body.items()}
