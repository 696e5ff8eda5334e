"""Who may open which page: every view names the permission it needs, and one that names none stays closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from muniment.actions import context
from muniment.actions.context import Actor
from muniment.core.permissions import Permission, allowed
from muniment.store.models import User
from muniment.web import errors

View = Callable[..., HttpResponseBase]

#: Pages of the login library that are open; all its others (sign-up, e-mail, reset) are closed here.
OPEN: Final = frozenset({"account_inactive", "account_login", "account_logout"})
#: The one page that a password opens which somebody else gave: on it the person chooses another.
CHOOSING: Final = "password"
#: Numbers for the operator's machines, without personal data; `web/watch.py` asks for this machine or the token.
WATCHED: Final = frozenset({"health", "ready", "metrics"})


def door(permission: Permission | None) -> Callable[[View], View]:
    """Say which permission a view needs; None lets everybody in who is logged in."""

    def mark(view: View) -> View:
        view.door = permission  # type: ignore[attr-defined]  # a mark on the function, read below
        return view

    return mark


def person(request: HttpRequest) -> User:
    """Who is logged in; pages behind a door have somebody."""
    assert isinstance(request.user, User)
    return request.user


def actor(request: HttpRequest) -> Actor:
    """The person as the actions know an actor."""
    return Actor.of(person(request))


class Doors:
    """Middleware: a page opens only to who holds its permission; to others it is absent, and that is written down."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, _: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """None lets the request through to its view."""
        assert request.resolver_match is not None  # there is a view
        if request.resolver_match.url_name in OPEN | WATCHED:
            return None
        permission = getattr(view, "door", ...)
        if permission is ... or not request.user.is_authenticated:
            return errors.absent(request)
        if person(request).password_given and request.resolver_match.url_name != CHOOSING:
            return redirect(CHOOSING)
        if permission is None or allowed(person(request).roles, permission):
            return None
        context.refuse(actor(request), permission, kwargs.get("inquiry_id"))
        return errors.absent(request)
