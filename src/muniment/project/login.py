"""How people come in: accounts are made by administrators, never by those who want one, and each entry is kept."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest

from muniment.actions import entering
from muniment.store.models import User


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Where allauth asks us."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  # the signature is the library's
        """Never."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """No session without its entry."""
        with transaction.atomic():
            super().login(request, user)
            entering.logged_in(user)

    def logout(self, request: HttpRequest) -> None:
        """The entry names who it was, so it is written first."""
        with transaction.atomic():
            if isinstance(request.user, User):
                entering.logged_out(request.user)
            super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong name or password."""
        super().authentication_failed(request, **credentials)
        entering.login_failed(str(credentials.get("username", "")))
