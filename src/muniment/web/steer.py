"""The pages on which a person says where an inquiry goes and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from muniment.actions import claiming, disclosing, steering
from muniment.core.errors import MunimentError
from muniment.core.permissions import Permission
from muniment.core.workflow import INQUIRY
from muniment.store import access
from muniment.web import queue
from muniment.web.doors import actor, door, person
from muniment.web.errors import again
from muniment.web.forms import ClaimForm, ExpediteForm, HandOverForm, ReasonForm, point_at, valid
from muniment.web.idle import idle_of


@dataclass(frozen=True, slots=True)
class Act:
    """What a page is for, in words. `name` is that of its URL, `step` that of the table of inquiries."""

    name: str
    step: str
    title: str
    says: str
    button: str


EXPEDITE: Final = Act(
    "expedite",
    "expedite",
    "Expedite",
    "The inquiry moves into an urgent lane and is due within that lane's time from now, never later than before. "
    "A signed answer of an urgent lane leaves at once. Everybody who opens the inquiry reads the reason.",
    "Expedite it",
)
HAND_OVER: Final = Act(
    "hand_over",
    "hand over",
    "Hand over",
    "The inquiry waits for your colleague, at the top of the queue, with your verdicts and the draft. Do not write who "
    "you think it is: your colleague judges alone.",
    "Hand it over",
)
WITHDRAW: Final = Act(
    "withdraw",
    "withdraw",
    "Withdraw",
    "Only when the agency says that it needs no answer any more. The agency is told that none will follow. This "
    "cannot be undone: to ask again, the agency sends a new inquiry.",
    "Close it unanswered",
)

CLAIM: Final = Act(
    "claim",
    "claim",
    "Enter a claim of citizenship",
    "Somebody told you that the person is a US citizen or national. From now on nothing that speaks against the person "
    "can be answered: a hold opens, an answer that is signed and has not left falls, and an adjudicator looks. Whether "
    "it is true is not yours to judge.",
    "Enter it and hold",
)


def page(
    request: HttpRequest, inquiry_id: int, act: Act, form: forms.Form, fault: MunimentError | None
) -> HttpResponse:
    """The form of a step, with what was typed; the inquiry's own page where the step is not possible now."""
    inquiry = disclosing.view_inquiry(actor(request), inquiry_id)
    if (inquiry.state, act.step) not in INQUIRY and fault is None:
        return redirect("inquiry", inquiry_id)
    point_at(form, fault.field if fault else None)
    now = access.db_now()
    context = {"act": act, "form": form, "fault": fault, "inquiry": inquiry, "now": now}
    about = {"due": queue.due(inquiry, now), "state": queue.state(inquiry, person(request), now)}
    return render(request, "web/act.html", context | about)


def expedite_page(request: HttpRequest, inquiry_id: int, *, fault: MunimentError | None = None) -> HttpResponse:
    """Into which lane, and why."""
    return page(request, inquiry_id, EXPEDITE, ExpediteForm(request.POST or None), fault)


@door(Permission.INQUIRY_EXPEDITE)
@require_http_methods(["GET", "HEAD", "POST"])
@again(expedite_page)
def expedite(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """Move it into an urgent lane."""
    if request.method != "POST":
        return expedite_page(request, inquiry_id)
    form = valid(ExpediteForm(request.POST))
    steering.expedite(actor(request), inquiry_id, form["version"], form["lane"], form["reason"])
    return redirect("inquiry", inquiry_id)


def _hand_over_form(request: HttpRequest) -> HandOverForm:
    return HandOverForm(request.POST or None, colleagues=access.colleagues(person(request)))


def hand_over_page(request: HttpRequest, inquiry_id: int, *, fault: MunimentError | None = None) -> HttpResponse:
    """To whom, and a word about it."""
    return page(request, inquiry_id, HAND_OVER, _hand_over_form(request), fault)


@door(Permission.INQUIRY_ANSWER)
@require_http_methods(["GET", "HEAD", "POST"])
@again(hand_over_page)
def hand_over(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """Give it to a colleague."""
    if request.method != "POST":
        return hand_over_page(request, inquiry_id)
    form = valid(_hand_over_form(request))
    steering.hand_over(actor(request), inquiry_id, form["version"], form["colleague"], form["word"])
    return redirect("queue")


def withdraw_page(request: HttpRequest, inquiry_id: int, *, fault: MunimentError | None = None) -> HttpResponse:
    """Why the agency needs no answer."""
    return page(request, inquiry_id, WITHDRAW, ReasonForm(request.POST or None), fault)


@door(Permission.INQUIRY_WITHDRAW)
@require_http_methods(["GET", "HEAD", "POST"])
@again(withdraw_page)
def withdraw(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """Close it unanswered."""
    if request.method != "POST":
        return withdraw_page(request, inquiry_id)
    form = valid(ReasonForm(request.POST))
    steering.withdraw(actor(request), inquiry_id, form["version"], form["reason"])
    return redirect("inquiry", inquiry_id)


def claim_page(request: HttpRequest, inquiry_id: int, *, fault: MunimentError | None = None) -> HttpResponse:
    """Who claims it, and what was said."""
    return page(request, inquiry_id, CLAIM, ClaimForm(request.POST or None), fault)


@door(Permission.INQUIRY_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
@again(claim_page)
def claim(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """Enter it; a hold opens at once."""
    if request.method != "POST":
        return claim_page(request, inquiry_id)
    form = valid(ClaimForm(request.POST))
    claiming.claim(actor(request), inquiry_id, form["version"], form["by"], form["reason"])
    return redirect("inquiry", inquiry_id)


@door(Permission.INQUIRY_VIEW)
@require_GET
def idle(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """How near the inquiry is to going back to the queue; asking for this is no sign that anybody is there."""
    inquiry = access.viewable_inquiry(person(request), inquiry_id)
    told = idle_of(inquiry, person(request), access.db_now())
    return render(request, "web/idle.html", {"idle": told, "inquiry": inquiry})
