"""One inquiry on one page: who is it, what is on record, what do I say, check and sign."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from muniment.actions import adjudication, disclosing
from muniment.core.errors import MunimentError
from muniment.core.permissions import Permission
from muniment.core.workflow import InquiryState
from muniment.web import purged, workbench
from muniment.web.doors import actor, door, person
from muniment.web.errors import again
from muniment.web.forms import ApartForm, JudgeForm, NeedForm, VersionForm, valid


def page(
    request: HttpRequest,
    inquiry_id: int,
    *,
    fault: MunimentError | None = None,
    typed: dict[str, Any] | None = None,
    need: str = "",
) -> HttpResponse:
    """The inquiry as it is now, for this person; `typed` is what a refused form held, `need` why it is unmasked."""
    inquiry = disclosing.view_inquiry(actor(request), inquiry_id)
    if inquiry.state == InquiryState.PURGED:
        shown = {"bench": purged.left_of(inquiry, person(request)), "inquiry": inquiry, "fault": fault}
        return render(request, "web/purged.html", shown)
    bench = workbench.workbench(inquiry, person(request), typed or {}, need=need)
    return render(request, "web/inquiry.html", {"bench": bench, "inquiry": inquiry, "now": bench.now, "fault": fault})


@door(Permission.INQUIRY_VIEW)
@require_GET
def inquiry(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """Look at it."""
    return page(request, inquiry_id)


@door(Permission.INQUIRY_ANSWER)
@require_POST
@again(page)
def take(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """Take it in hand."""
    adjudication.take(actor(request), inquiry_id, valid(VersionForm(request.POST))["version"])
    return redirect("inquiry", inquiry_id)


@door(Permission.INQUIRY_ANSWER)
@require_POST
@again(page)
def put_back(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """Give it back to the queue."""
    adjudication.put_back(actor(request), inquiry_id, valid(VersionForm(request.POST))["version"])
    return redirect("queue")


@door(Permission.INQUIRY_VIEW)
@require_POST
@again(page)
def judge(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """Say whether a candidate is the person; whether this person may is for the action to say."""
    form = valid(JudgeForm(request.POST))
    adjudication.judge(actor(request), inquiry_id, form["candidate"], form["verdict"])
    return redirect("inquiry", inquiry_id)


@door(Permission.PROTECTED_SEE)
@require_POST
@again(page)
def protected(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """The page once with what is protected; the next look is masked again."""
    need = valid(NeedForm(request.POST))["need"]
    disclosing.unmask(actor(request), inquiry_id, need)
    return page(request, inquiry_id, need=need)


@door(Permission.INQUIRY_ANSWER)
@require_POST
@again(page)
def take_apart(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """Make one candidate of each record."""
    adjudication.take_apart(actor(request), inquiry_id, valid(ApartForm(request.POST))["candidate"])
    return redirect("inquiry", inquiry_id)
