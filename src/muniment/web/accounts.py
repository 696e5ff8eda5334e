"""The accounts of the center: proposed by an administrator, agreed to by somebody else; each chooses its password."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from muniment.actions import accounts as actions
from muniment.core.errors import MunimentError
from muniment.core.permissions import Permission, allowed
from muniment.store.models import User
from muniment.web.changing import Act, act_page, differences, settle
from muniment.web.doors import actor, door, person
from muniment.web.errors import again
from muniment.web.forms import AccountForm, ChooseForm, DecideForm, WhyForm, valid


@door(Permission.USER_DECIDE)
@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    """Every account: who it is, what it may, and whether it may log in."""
    seen = actions.view(actor(request))
    may_propose = allowed(person(request).roles, Permission.USER_MANAGE)
    return render(request, "web/accounts.html", {"seen": seen, "may_propose": may_propose})


@door(Permission.USER_DECIDE)
@require_GET
def account(request: HttpRequest, username: str) -> HttpResponse:
    """One account and its history."""
    found, changes = actions.view_one(actor(request), username)
    may = allowed(person(request).roles, Permission.USER_MANAGE) and found != person(request)
    rows = [(change, differences(change)) for change in changes]
    return render(request, "web/account.html", {"account": found, "changes": rows, "may": may})


# Steps

NEW: Final = Act(
    "Propose a new account",
    "It is made once another person, an administrator or a supervisor, has agreed. Then you make its first password, "
    "which opens nothing but the page on which its owner chooses another.",
    "Propose it",
)
CHANGE: Final = Act(
    "Propose a change",
    "The account stays as it is until another person, an administrator or a supervisor, has agreed.",
    "Propose it",
)
DISABLE: Final = Act(
    "Disable the account",
    "At once: it cannot log in, and its sessions end now. What it has in hand goes back to the queue by itself. It "
    "takes two people to let it log in again.",
    "Disable it",
)
RESET: Final = Act(
    "Propose a first password again",
    "For somebody who lost the password. Once another person has agreed, the one of now holds no more and its sessions "
    "end; then you make a first one.",
    "Propose it",
)


def _form_page(
    request: HttpRequest, act: Act, form: Any, fault: MunimentError | None, about: User | None = None
) -> HttpResponse:
    if about is None:
        return act_page(request, act, form, fault, back=reverse("accounts"))
    words = f"{about.username} · {about}"
    return act_page(request, act, form, fault, back=reverse("account", args=[about.username]), about=words)


def new_page(request: HttpRequest, *, fault: MunimentError | None = None) -> HttpResponse:
    """Everything about an account that is not there yet."""
    return _form_page(request, NEW, AccountForm(request.POST or None, new=True), fault)


@door(Permission.USER_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
@again(new_page)
def account_new(request: HttpRequest) -> HttpResponse:
    """Propose a new account."""
    if request.method != "POST":
        return new_page(request)
    form = valid(AccountForm(request.POST, new=True))
    change = actions.propose_new(actor(request), form["username"], form["title"], form["roles"], form["reason"])
    return redirect("account_change", change.pk)


def change_page(request: HttpRequest, username: str, *, fault: MunimentError | None = None) -> HttpResponse:
    """The account as it is, to be changed."""
    found, _ = actions.view_one(actor(request), username)
    form = AccountForm(request.POST or None, initial=actions.current(found), enable=not found.is_active)
    return _form_page(request, CHANGE, form, fault, found)


@door(Permission.USER_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
@again(change_page)
def account_propose(request: HttpRequest, username: str) -> HttpResponse:
    """Propose another title, other roles, or that it may log in again."""
    if request.method != "POST":
        return change_page(request, username)
    found, _ = actions.view_one(actor(request), username)
    form = valid(AccountForm(request.POST, enable=not found.is_active))
    change = actions.propose(actor(request), username, {"is_active": True} | form, form["reason"])
    return redirect("account_change", change.pk)


def disable_page(request: HttpRequest, username: str, *, fault: MunimentError | None = None) -> HttpResponse:
    """Why it may log in no more."""
    found, _ = actions.view_one(actor(request), username)
    return _form_page(request, DISABLE, WhyForm(request.POST or None), fault, found)


@door(Permission.USER_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
@again(disable_page)
def account_disable(request: HttpRequest, username: str) -> HttpResponse:
    """Disable it at once."""
    if request.method != "POST":
        return disable_page(request, username)
    actions.disable(actor(request), username, valid(WhyForm(request.POST))["reason"])
    return redirect("account", username)


def reset_page(request: HttpRequest, username: str, *, fault: MunimentError | None = None) -> HttpResponse:
    """Why it gets a first password again."""
    found, _ = actions.view_one(actor(request), username)
    return _form_page(request, RESET, WhyForm(request.POST or None), fault, found)


@door(Permission.USER_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
@again(reset_page)
def account_reset(request: HttpRequest, username: str) -> HttpResponse:
    """Propose a first password again."""
    if request.method != "POST":
        return reset_page(request, username)
    change = actions.propose_reset(actor(request), username, valid(WhyForm(request.POST))["reason"])
    return redirect("account_change", change.pk)


def decide_page(
    request: HttpRequest, change_id: int, *, fault: MunimentError | None = None, given: str = ""
) -> HttpResponse:
    """What was proposed, by whom and why; `given` is a first password, shown this once."""
    user, change = person(request), actions.view_change(actor(request), change_id)
    context = {
        "change": change,
        "rows": differences(change),
        "mine": change.proposer_id == user.pk,
        "may_decide": change.username != user.username,
        "form": DecideForm(request.POST or None),
        "owed": actions.owed_password(change, user),
        "given": given,
        "fault": fault,
    }
    return render(request, "web/account_change.html", context)


@door(Permission.USER_DECIDE)
@require_http_methods(["GET", "HEAD", "POST"])
@again(decide_page)
def account_change(request: HttpRequest, change_id: int) -> HttpResponse:
    """Agree to it, turn it down, or take it back."""
    if request.method != "POST":
        return decide_page(request, change_id)
    settle(request, change_id, actions.decide, actions.take_back)
    return redirect("account_change", change_id)


@door(Permission.USER_MANAGE)
@require_POST
@again(decide_page)
def account_password(request: HttpRequest, change_id: int) -> HttpResponse:
    """Make the first password and show it once; the page is never kept, so there is nothing to go back to."""
    given = actions.give_password(actor(request), change_id)
    return decide_page(request, change_id, given=given)


def choose_page(request: HttpRequest, *, fault: MunimentError | None = None) -> HttpResponse:
    """The own password; nothing that was typed comes back."""
    return render(request, "web/password.html", {"form": ChooseForm(), "fault": fault})


@door(None)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@again(choose_page)
def password(request: HttpRequest) -> HttpResponse:
    """Choose a password of one's own."""
    if request.method != "POST":
        return choose_page(request)
    form = valid(ChooseForm(request.POST))
    update_session_auth_hash(request, actions.choose_password(actor(request), form["old"], form["new"]))
    return redirect("home")
