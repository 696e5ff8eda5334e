"""What people see when something is absent, refused or broken; never a trace, always a next step."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from muniment.core.errors import MunimentError, NotAllowed, Refused, SenderFault, Stale, WrongState
from muniment.store.access import Absent

log = logging.getLogger(__name__)

#: What an error is in HTTP; one that is not here is our own fault and ends in `broken`.
STATUS: Final[Mapping[type[MunimentError], int]] = {
    NotAllowed: 403,
    Stale: 409,
    WrongState: 409,
    Refused: 422,
    SenderFault: 422,
}

Page = Callable[..., HttpResponse]


def absent(request: HttpRequest, *_: Exception, **__: Exception) -> HttpResponse:
    """The page for "there is none" and "not yours", word for word the same (404)."""
    return render(request, "web/absent.html", status=404)


def forged(request: HttpRequest, **_: str) -> HttpResponse:
    """A form that did not come from our page, or came too late (403)."""
    return render(request, "web/forged.html", status=403)


def broken(_: HttpRequest) -> HttpResponse:
    """Our own fault, with a reference that is also in the log (500). Renders without database, session or request."""
    reference = uuid.uuid4().hex[:12]
    log.error("page failed, reference %s", reference)
    return HttpResponse(render_to_string("web/broken.html", {"reference": reference}), status=500)


def again(page: Page) -> Callable[[Page], Page]:
    """After a fault of a step, show `page` again with the message on top and what was typed kept."""

    def wrap(view: Page) -> Page:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except tuple(STATUS) as fault:
                response = page(request, *args, fault=fault, **kwargs)
                response.status_code = next(code for kind, code in STATUS.items() if isinstance(fault, kind))
                return response

        return inner

    return wrap


class Absences:
    """Middleware that turns `Absent`, raised anywhere below a view, into the page for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """None leaves every other exception to Django."""
        return absent(request) if isinstance(exception, Absent) else None
