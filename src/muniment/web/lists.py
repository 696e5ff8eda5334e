"""Pages that list: answered inquiries, parked messages; and one entry of the ledger."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from muniment.actions import disclosing
from muniment.core import ledger as ledger_words
from muniment.core.permissions import Permission
from muniment.store import access
from muniment.store.models import Inquiry, Message
from muniment.web import story, undelivered
from muniment.web.doors import actor, door, person
from muniment.web.words import span

SHOWN_BYTES = 2000


@door(Permission.INQUIRY_VIEW)
@require_GET
def answered(request: HttpRequest) -> HttpResponse:
    """What left the center, newest first."""
    rows = [{"inquiry": inquiry, **_answer(inquiry)} for inquiry in disclosing.view_answered(actor(request))]
    return render(request, "web/answered.html", {"rows": rows, "now": access.db_now()})


def _answer(inquiry: Inquiry) -> dict[str, object]:
    """The latest answer, and how many it has replaced."""
    standing = sorted((row for row in inquiry.responses.all() if not row.withdrawn), key=lambda row: row.pk)
    response = standing[-1] if standing else None
    said: dict[str, object] = {"response": response, "took": "", "late": False, "replaced": len(standing[:-1])}
    if response is None or response.leaves is None:
        return said
    took = span(response.leaves - (response.clock or inquiry.received))
    trouble = undelivered.short(response.delivery) if hasattr(response, "delivery") else ""
    return said | {"took": took, "late": response.leaves > (response.due or inquiry.due), "trouble": trouble}


@door(Permission.MESSAGE_PARKED)
@require_GET
def parked(request: HttpRequest) -> HttpResponse:
    """Messages that nobody could be told about, with their bytes as text."""
    rows = [{"message": message, "text": _readable(message)} for message in disclosing.view_parked(actor(request))]
    return render(request, "web/parked.html", {"rows": rows, "now": access.db_now()})


def _readable(message: Message) -> str:
    """The bytes; what is not printable ASCII shows as a code."""
    raw = bytes(message.raw)
    shown = raw[:SHOWN_BYTES].decode("ascii", "backslashreplace").replace("\r\n", "\n")
    text = "".join(char if char.isprintable() or char == "\n" else f"\\x{ord(char):02x}" for char in shown)
    return f"{text}\n… {len(raw):,} bytes in all" if len(raw) > SHOWN_BYTES else text


@door(None)
@require_GET
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One entry with its bytes and their hash, so that anybody can check it."""
    row = access.ledger_entry(person(request), entry_id)
    shown = ledger_words.shown(row.pk, bytes(row.canonical))
    who = story.actors([row])[row.actor]
    body = shown["entry"]
    return render(
        request,
        "web/entry.html",
        {
            "row": row,
            "who": who,
            "sentence": story.sentence(row, who),
            "shown": shown,
            "objects": sorted(body["objects"].items()),
            "detail": [(name, json.dumps(value)) for name, value in sorted(body["detail"].items())],
        },
    )
