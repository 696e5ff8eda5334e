"""The directory of agencies: who may ask and how much, what is proposed, and what was decided by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from muniment.actions import agencies as actions
from muniment.core.ceilings import Ceiling
from muniment.core.errors import MunimentError
from muniment.core.permissions import Permission, allowed
from muniment.store import access
from muniment.store.models import Agency, AgencyChange
from muniment.web.changing import Act, act_page, differences, settle
from muniment.web.doors import actor, door, person
from muniment.web.errors import again
from muniment.web.forms import AgencyForm, DecideForm, DirectoryForm, RaiseForm, WhyForm, valid

# The directory


@door(Permission.AGENCY_VIEW)
@require_GET
def agencies(request: HttpRequest) -> HttpResponse:
    """The directory, searched by ORI, name or number, or what needs a look of it."""
    form = DirectoryForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"q": "", "which": ""}
    seen = actions.view(actor(request), asked["q"].strip(), asked["which"])
    may_propose = allowed(person(request).roles, Permission.AGENCY_PROPOSE)
    shown = {"form": form, "seen": seen, "may_propose": may_propose, "narrowed": any(asked.values())}
    return render(request, "web/agencies.html", shown)


@door(Permission.AGENCY_VIEW)
@require_GET
def agency(request: HttpRequest, ori: str) -> HttpResponse:
    """One agency, what it asks, and its history."""
    seen, roles = actions.view_one(actor(request), ori), person(request).roles
    return render(
        request,
        "web/agency.html",
        {
            "seen": seen,
            "agency": seen.listed.agency,
            "changes": [(change, differences(change)) for change in seen.changes],
            "may": {
                "propose": allowed(roles, Permission.AGENCY_PROPOSE),
                "suspend": allowed(roles, Permission.AGENCY_SUSPEND),
                "raise": allowed(roles, Permission.AGENCY_RAISE),
            },
        },
    )


# Steps


NEW: Final = Act(
    "Propose a new agency",
    "It may ask once another person, an administrator or a supervisor, has agreed.",
    "Propose it",
)
CHANGE: Final = Act(
    "Propose a change",
    "The agency stays as it is until another person, an administrator or a supervisor, has agreed.",
    "Propose it",
)
SUSPEND: Final = Act(
    "Suspend the agency",
    "At once: its inquiries and hit confirmation requests are refused in kind, with this center's number. What it is "
    "owed still goes to it. It takes two people to let it ask again.",
    "Suspend it",
)
LIFT: Final = Act(
    "Propose that the agency may ask again",
    "It stays suspended until another person, an administrator or a supervisor, has agreed.",
    "Propose it",
)
RAISE: Final = Act(
    "Raise the ceiling for 24 hours",
    "At once, and for 24 hours from now. What was refused before is not read again: the agency sends new inquiries.",
    "Raise it",
)


def _form_page(
    request: HttpRequest, act: Act, form: Any, fault: MunimentError | None, about: Agency | None = None
) -> HttpResponse:
    if about is None:
        return act_page(request, act, form, fault, back=reverse("agencies"))
    words = f"{about} · {about.ori}"
    return act_page(request, act, form, fault, back=reverse("agency", args=[about.ori]), about=words)


def _new_form(request: HttpRequest) -> AgencyForm:
    return AgencyForm(request.POST or None, lines=access.line_names(), new=True)


def new_page(request: HttpRequest, *, fault: MunimentError | None = None) -> HttpResponse:
    """Everything about an agency that is not in the directory yet."""
    return _form_page(request, NEW, _new_form(request), fault)


@door(Permission.AGENCY_PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
@again(new_page)
def agency_new(request: HttpRequest) -> HttpResponse:
    """Propose a new agency."""
    if request.method != "POST":
        return new_page(request)
    form = valid(_new_form(request))
    change = actions.propose_new(actor(request), form["ori"], form, form["reason"])
    return redirect("agency_change", change.pk)


def _change_form(request: HttpRequest, current: Mapping[str, Any]) -> AgencyForm:
    return AgencyForm(request.POST or None, initial=current, lines=access.line_names())


def change_page(request: HttpRequest, ori: str, *, fault: MunimentError | None = None) -> HttpResponse:
    """The agency as it is, to be changed."""
    agency = actions.view_one(actor(request), ori).listed.agency
    return _form_page(request, CHANGE, _change_form(request, actions.current(agency)), fault, agency)


@door(Permission.AGENCY_PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
@again(change_page)
def agency_propose(request: HttpRequest, ori: str) -> HttpResponse:
    """Propose a change of it."""
    if request.method != "POST":
        return change_page(request, ori)
    form = valid(_change_form(request, {}))
    change = actions.propose(actor(request), ori, form, form["reason"])
    return redirect("agency_change", change.pk)


def suspend_page(request: HttpRequest, ori: str, *, fault: MunimentError | None = None) -> HttpResponse:
    """Why it may ask no more, or again."""
    agency = actions.view_one(actor(request), ori).listed.agency
    act = LIFT if agency.suspended else SUSPEND
    return _form_page(request, act, WhyForm(request.POST or None), fault, agency)


@door(Permission.AGENCY_SUSPEND)
@require_http_methods(["GET", "HEAD", "POST"])
@again(suspend_page)
def agency_suspend(request: HttpRequest, ori: str) -> HttpResponse:
    """Suspend it at once; or, where it is suspended, propose to lift that."""
    if request.method != "POST":
        return suspend_page(request, ori)
    reason = valid(WhyForm(request.POST))["reason"]
    if request.POST.get("act") == LIFT.title:
        return redirect("agency_change", actions.propose_to_lift(actor(request), ori, reason).pk)
    actions.suspend(actor(request), ori, reason)
    return redirect("agency", ori)


def raise_page(request: HttpRequest, ori: str, *, fault: MunimentError | None = None) -> HttpResponse:
    """To how many, and why."""
    listed = actions.view_one(actor(request), ori).listed
    initial = {"per_hour": 2 * listed.ceiling.per_hour, "per_day": 2 * listed.ceiling.per_day}
    form = RaiseForm(request.POST or None, initial=initial)
    return _form_page(request, RAISE, form, fault, listed.agency)


@door(Permission.AGENCY_RAISE)
@require_http_methods(["GET", "HEAD", "POST"])
@again(raise_page)
def agency_raise(request: HttpRequest, ori: str) -> HttpResponse:
    """Let it make more inquiries for 24 hours."""
    if request.method != "POST":
        return raise_page(request, ori)
    form = valid(RaiseForm(request.POST))
    actions.raise_ceiling(actor(request), ori, Ceiling(form["per_hour"], form["per_day"]), form["reason"])
    return redirect("agency", ori)


def decide_page(request: HttpRequest, change_id: int, *, fault: MunimentError | None = None) -> HttpResponse:
    """What was proposed, by whom and why."""
    change = actions.view_change(actor(request), change_id)
    return render(request, "web/agency_change.html", _to_decide(request, change) | {"fault": fault})


def _to_decide(request: HttpRequest, change: AgencyChange) -> dict[str, Any]:
    user = person(request)
    known: Sequence[str] = [] if change.before is None and change.outcome != "agreed" else [change.ori]
    return {
        "change": change,
        "rows": differences(change),
        "known": known,
        "mine": change.proposer_id == user.pk,
        "may_decide": allowed(user.roles, Permission.AGENCY_DECIDE),
        "form": DecideForm(request.POST or None),
    }


@door(Permission.AGENCY_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
@again(decide_page)
def agency_change(request: HttpRequest, change_id: int) -> HttpResponse:
    """Agree to it, turn it down, or take it back."""
    if request.method != "POST":
        return decide_page(request, change_id)
    settle(request, change_id, actions.decide, actions.take_back)
    return redirect("agency_change", change_id)
