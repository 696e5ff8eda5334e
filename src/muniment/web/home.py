"""The first page of a role, and the page about keys."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from muniment.core.permissions import allowed
from muniment.web.doors import door, person
from muniment.web.frame import KEYS_COOKIE, PAGES

YEAR = 365 * 24 * 3600


@door(None)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Go to the first page that the person's role opens."""
    opened = (name for name, _, needs in PAGES if allowed(person(request).roles, needs))
    return redirect(next(opened, "keys"))


@door(None)
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """The keys of every page; single keys can be switched off (WCAG 2.1.4)."""
    if request.method != "POST":
        return render(request, "web/keys.html")
    response = redirect("keys")
    chosen = "off" if request.POST.get("keys") == "off" else "on"
    response.set_cookie(KEYS_COOKIE, chosen, max_age=YEAR, httponly=True, samesite="Strict", secure=request.is_secure())
    return response
