"""The pages on which two people change something: its steps in words, what differs, and the second person's word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from muniment.actions.context import Actor
from muniment.core.errors import MunimentError
from muniment.store.models import Change
from muniment.web.doors import actor
from muniment.web.forms import DecideForm, valid

#: What people call the fields of an agency and of an account.
LABELS: Final[Mapping[str, str]] = {
    "name": "Name",
    "state": "State",
    "kind": "Kind",
    "purposes": "Purposes",
    "call_back": "Call-back number",
    "lines": "Lines",
    "per_hour": "Ceiling of an hour",
    "per_day": "Ceiling of 24 hours",
    "suspended": "Suspended",
    "title": "Title",
    "roles": "Roles",
    "is_active": "May log in",
    "password": "Password",
}


@dataclass(frozen=True, slots=True)
class Differs:
    """One field of a change, in words."""

    label: str
    before: str
    after: str


def differences(change: Change) -> list[Differs]:
    """What a change changes, in the order of `LABELS`."""
    names = [name for name in LABELS if name in change.after]
    before = change.before or {}
    return [Differs(LABELS[name], _told(before.get(name, "")), _told(change.after[name])) for name in names]


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "default of its kind" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Act:
    """What a page with a form is for, in words."""

    title: str
    says: str
    button: str


def act_page(
    request: HttpRequest, act: Act, form: Any, fault: MunimentError | None, *, back: str, about: str = ""
) -> HttpResponse:
    """The form of a step, with what was typed; `about` says of what, `back` is where the page came from."""
    return render(request, "web/step.html", {"act": act, "form": form, "fault": fault, "about": about, "back": back})


def settle(
    request: HttpRequest,
    change_id: int,
    decide: Callable[[Actor, int, bool, str], object],
    take_back: Callable[[Actor, int], object],
) -> None:
    """Do with a change what the form says: agree to it, turn it down, or take it back."""
    form = valid(DecideForm(request.POST))
    if form["do"] == "take back":
        take_back(actor(request), change_id)
    else:
        decide(actor(request), change_id, form["do"] == "agree", form["note"])
