"""People come and go: each login, failed or not, and each logout is written down (AU-2)."""

from __future__ import annotations

from muniment.actions.context import Actor, step
from muniment.core.ledger import Event
from muniment.store import access
from muniment.store.models import User


def logged_in(user: User) -> None:
    """This person has just logged in."""
    _write(Actor.of(user), Event.ACCOUNT_LOGGED_IN, user)


def logged_out(user: User) -> None:
    """This person is about to log out."""
    _write(Actor.of(user), Event.ACCOUNT_LOGGED_OUT, user)


def login_failed(username: str) -> None:
    """Somebody gave a wrong name or password. A name that no account has is not kept: it may be a password."""
    _write(Actor.program("web"), Event.ACCOUNT_LOGIN_FAILED, access.user_by_name(username), outcome="refused")


def _write(actor: Actor, event: Event, user: User | None, *, outcome: str = "done") -> None:
    with step(actor) as s:
        s.record(event, outcome=outcome, objects={"user": user.pk} if user else {})
