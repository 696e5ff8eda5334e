"""The auditor's pages: who saw what about whom and why, on the screen and as a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from muniment.actions import auditing
from muniment.core import ledger as ledger_words
from muniment.core.permissions import Permission
from muniment.store import access
from muniment.store.access import Wanted
from muniment.store.models import Inquiry, LedgerEntry
from muniment.web import story
from muniment.web.doors import actor, door
from muniment.web.forms import LedgerForm
from muniment.web.workbench import PURPOSES

HEADS: Final = ("id", "at", "event", "actor", "outcome", "inquiry", "agency", "purpose", "got", "canonical", "sha256")


@dataclass(frozen=True, slots=True)
class Seen:
    """One entry for an auditor: who did what, in which inquiry of whom, for what purpose, and what they got."""

    entry: LedgerEntry
    who: str
    words: str
    inquiry: Inquiry | None
    purpose: str
    got: str


def _seen(entries: Sequence[LedgerEntry]) -> list[Seen]:
    names, asked = story.actors(entries), access.asked_in(entries)
    rows = []
    for entry in entries:
        inquiry, who = asked.get(entry.pk), names[entry.actor]
        purpose = PURPOSES.get(inquiry.purpose, inquiry.purpose) if inquiry else ""
        rows.append(Seen(entry, who, story.sentence(entry, who), inquiry, purpose, got(inquiry) if inquiry else ""))
    return rows


def got(inquiry: Inquiry) -> str:
    """What the agency got: the class of the answer and how far it has come."""
    response = next((row for row in inquiry.responses.all() if not row.withdrawn), None)
    if response is None:
        return "no answer yet"
    delivery = getattr(response, "delivery", None)
    return f"{response.answer_class or 'by hand'}, {delivery.state if delivery else 'not to leave yet'}"


@door(Permission.LEDGER_SEARCH)
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """What the ledger says, newest first, for an auditor."""
    form = LedgerForm(request.GET)
    entries = auditing.search(actor(request), Wanted(**form.cleaned_data)) if form.is_valid() else []
    return render(request, "web/ledger.html", {"form": form, "lines": _seen(entries)})


@door(Permission.LEDGER_SEARCH)
@require_GET
def export(request: HttpRequest) -> HttpResponseBase:
    """The same as a file: CSV or JSON lines, each entry with its canonical bytes and their SHA-256."""
    form, written = LedgerForm(request.GET), "csv" if request.GET.get("as") == "csv" else "jsonl"
    if not form.is_valid():
        return render(request, "web/ledger.html", {"form": form, "lines": []})
    chunks = auditing.export(actor(request), Wanted(**form.cleaned_data), written)
    kind, lines = FORMS[written]
    headers = {"Content-Disposition": f'attachment; filename="ledger.{written}"'}
    return StreamingHttpResponse(lines(chunks), content_type=kind, headers=headers)


def _row(entry: LedgerEntry, inquiry: Inquiry | None) -> dict[str, object]:
    shown = ledger_words.shown(entry.pk, bytes(entry.canonical))
    return {
        "id": entry.pk,
        "at": shown["entry"]["at"],
        "event": entry.event,
        "actor": entry.actor,
        "outcome": entry.outcome,
        "inquiry": inquiry.pk if inquiry else None,
        "agency": inquiry.agency_id if inquiry else None,
        "purpose": inquiry.purpose if inquiry else None,
        "got": got(inquiry) if inquiry else None,
        "canonical": shown["canonical"],
        "sha256": shown["sha256"],
    }


def _rows(chunks: Iterable[list[LedgerEntry]]) -> Iterator[dict[str, object]]:
    for entries in chunks:
        asked = access.asked_in(entries)
        yield from (_row(entry, asked.get(entry.pk)) for entry in entries)


def _csv(chunks: Iterable[list[LedgerEntry]]) -> Iterator[str]:
    yield _line(HEADS)
    yield from (_line(row.values()) for row in _rows(chunks))


def _line(values: Iterable[object]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(values)
    return text.getvalue()


def _jsonl(chunks: Iterable[list[LedgerEntry]]) -> Iterator[str]:
    yield from (json.dumps(row, separators=(",", ":")) + "\n" for row in _rows(chunks))


Lines = Callable[[Iterable[list[LedgerEntry]]], Iterator[str]]
FORMS: Final[Mapping[str, tuple[str, Lines]]] = {
    "csv": ("text/csv; charset=utf-8", _csv),
    "jsonl": ("application/jsonl; charset=utf-8", _jsonl),
}
