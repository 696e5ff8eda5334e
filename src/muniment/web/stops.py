"""The pages of stops and holds: what waits for a finding, and the finding itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from muniment.actions import determining, findings
from muniment.actions.findings import Written
from muniment.core.errors import MunimentError
from muniment.core.permissions import Permission, allowed
from muniment.core.workflow import FindingState
from muniment.status.rules import rule_book
from muniment.store import access
from muniment.store.models import Finding, Inquiry, User
from muniment.web import record
from muniment.web.doors import actor, door, person
from muniment.web.errors import again
from muniment.web.forms import valid
from muniment.web.stopping import FindingForm, SecondFindingForm
from muniment.web.words import ago

#: Each outcome of domain.md 4.1 and what follows from it.
RESULTS: Final[Mapping[str, str]] = {
    "citizen": "evidence of US citizenship or nationality: nothing adverse may follow",
    "some evidence": "some evidence: it stays as it is until counsel was asked",
    "no evidence": "no evidence: what opened the hold is answered",
}
STATES: Final[Mapping[str, str]] = {
    FindingState.OPEN: "waits for a finding",
    FindingState.WRITTEN: "found, waits for a second person",
    FindingState.CLOSED: "found, and agreed to by a second person",
    FindingState.LAPSED: "over: the records that are linked do not show it",
}
#: Its shape says it too, so that colour is not needed.
SHAPES: Final[Mapping[str, str]] = {"stop": "■", "hold": "▲"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A stop or a hold in words, and with which rules and facts it began."""

    row: Finding
    shape: str
    state: str
    result: str
    since: str
    rules: Sequence[tuple[str, str, Sequence[str]]]


def shown(row: Finding, now: datetime) -> Shown:
    """One stop or hold as people read it."""
    facts = _facts_of(row.inquiry)
    book = rule_book()
    rules = [
        (rule.says[:1].upper() + rule.says[1:], rule.cite, [facts.get(fact, fact) for fact in of])
        for name, of in row.because.items()
        for rule in [book.on(name, now.date())]
    ]
    result = RESULTS.get(row.result, "")
    return Shown(row, SHAPES[row.kind], STATES[FindingState(row.state)], result, ago(row.opened, now), rules)


def _facts_of(inquiry: Inquiry) -> dict[str, str]:
    made = access.latest_determination(inquiry)
    facts: Iterable[Mapping[str, Any]] = made.fact_file["facts"] if made else ()
    hidden = determining.masked(made) if made else frozenset()
    return {
        fact["id"]: MASKED if fact["id"] in hidden else f"{fact['date']} {record.told(fact)} ({fact['record']})"
        for fact in facts
    }


#: What stands for a fact that is protected.
MASKED: Final = "a protected record, masked"


@door(Permission.FINDING_VIEW)
@require_GET
def stops(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first, and how many findings counted in the last 24 hours."""
    now = access.db_now()
    rows = [shown(row, now) for row in findings.view_list(actor(request))]
    return render(request, "web/stops.html", {"rows": rows, "now": now, "counted": access.finding_count(now)})


def finding_page(request: HttpRequest, finding_id: int, *, fault: MunimentError | None = None) -> HttpResponse:
    """What opened it, what was found, and what this person may do now."""
    now = access.db_now()
    row = findings.view(actor(request), finding_id)
    context = {
        "shown": shown(row, now),
        "now": now,
        "fault": fault,
        "form": FindingForm(_typed(request) or _written(row), kind=row.kind)
        if _may_write(row, person(request))
        else None,
        "second": SecondFindingForm() if _may_agree(row, person(request)) else None,
    }
    return render(request, "web/finding.html", context)


def _typed(request: HttpRequest) -> Mapping[str, Any] | None:
    return request.POST if "words" in request.POST else None


def _written(row: Finding) -> dict[str, str] | None:
    return {"result": row.result, "words": row.words, "papers": row.papers} if row.result else None


def _may_write(row: Finding, user: User) -> bool:
    waits = row.state in (FindingState.OPEN, FindingState.WRITTEN)
    return waits and allowed(user.roles, Permission.FINDING_WRITE)


def _may_agree(row: Finding, user: User) -> bool:
    may = allowed(user.roles, Permission.FINDING_SECOND)
    return may and row.state == FindingState.WRITTEN and row.finder_id != user.pk


@door(Permission.FINDING_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
@again(finding_page)
def finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Look at it, or write the finding."""
    if request.method != "POST":
        return finding_page(request, finding_id)
    row = access.finding(person(request), finding_id)
    form = valid(FindingForm(request.POST, kind=row.kind))
    findings.write(actor(request), finding_id, form["version"], Written(form["result"], form["words"], form["papers"]))
    return redirect("finding", finding_id)


@door(Permission.FINDING_SECOND)
@require_http_methods(["GET", "HEAD", "POST"])
@again(finding_page)
def finding_agree(request: HttpRequest, finding_id: int) -> HttpResponse:
    """The second person agrees, or does not."""
    if request.method != "POST":
        return finding_page(request, finding_id)
    form = valid(SecondFindingForm(request.POST))
    if form["do"] == "agree":
        findings.agree(actor(request), finding_id, form["version"])
    else:
        findings.disagree(actor(request), finding_id, form["version"], form["note"])
    return redirect("stops")


def of_inquiry(inquiry: Inquiry, now: datetime) -> list[Shown]:
    """The stops and holds of an inquiry, for its page."""
    return [shown(row, now) for row in access.findings_of(inquiry)]
