"""Coming in and going out, written down. Who may come in is decided by the login library and the account."""

from __future__ import annotations

from typing import Final

from django.utils.crypto import salted_hmac

from muniment.actions.context import Actor, step
from muniment.core.ledger import Event
from muniment.store.models import User

#: Who acts while it is not known who it is.
STRANGER: Final = Actor("stranger", "web")


def logged_in(user: User) -> None:
    """The person has a session now."""
    with step(Actor.of(user)) as s:
        s.record(Event.ACCOUNT_LOGGED_IN)


def logged_out(user: User) -> None:
    """The person's session has ended."""
    with step(Actor.of(user)) as s:
        s.record(Event.ACCOUNT_LOGGED_OUT)


def login_failed(name: str) -> None:
    """Somebody gave a wrong name or password. The name is kept as a keyed hash: people type passwords there too."""
    with step(STRANGER) as s:
        tried = salted_hmac("login", name.casefold(), algorithm="sha256").hexdigest()
        s.record(Event.ACCOUNT_LOGIN_FAILED, outcome="refused", tried=tried)
