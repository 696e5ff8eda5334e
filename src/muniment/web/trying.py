"""The page on which a message is tried."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from muniment.actions import trying
from muniment.core.errors import MunimentError
from muniment.core.permissions import Permission
from muniment.web.doors import actor, door
from muniment.web.errors import again
from muniment.web.forms import TryForm


def try_page(request: HttpRequest, *, fault: MunimentError | None = None) -> HttpResponse:
    """The form, with what was typed when a step failed."""
    return render(request, "web/try_message.html", {"form": TryForm(request.POST or None), "fault": fault})


@door(Permission.MESSAGE_TRY)
@require_http_methods(["GET", "HEAD", "POST"])
@again(try_page)
def try_message(request: HttpRequest) -> HttpResponse:
    """Read what was pasted or chosen and show it field by field. Nothing is kept, so the page stays where it is."""
    if request.method != "POST":
        return try_page(request)
    form = TryForm(request.POST, request.FILES)
    found = trying.try_message(actor(request), form.raw)
    return render(request, "web/try_message.html", {"form": form, "found": found})
