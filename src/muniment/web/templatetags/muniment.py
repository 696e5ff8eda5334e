"""What templates need beyond Django's own tags."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template

from muniment.actions import installing
from muniment.store import access
from muniment.web import words

register = template.Library()


@register.simple_tag
def demo_logins() -> dict[str, Any]:
    """The accounts that a person can log in with in a synthetic database, and their common password."""
    users = [user for user in access.demo_users() if not user.scripted] if access.installation().synthetic else []
    return {"users": users, "password": installing.DEMO_PASSWORD if users else ""}


@register.filter
def since(then: datetime, now: datetime) -> str:
    """How long ago, in words."""
    return words.ago(then, now)
