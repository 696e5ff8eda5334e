"""How people come in: accounts are made by administrators, never by those who want one."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Signing up is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  # the signature is the library's
        """Never."""
        return False
