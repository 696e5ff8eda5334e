"""Accounts."""

from __future__ import annotations

from collections.abc import Collection

from muniment.core.permissions import ROLES, Permission
from muniment.store.models import User

ANSWERING = [role.value for role, held in ROLES.items() if Permission.INQUIRY_ANSWER in held]


def people(ids: Collection[int]) -> list[User]:
    """The accounts with these ids."""
    return list(User.objects.filter(id__in=ids))


def colleagues(user: User) -> list[User]:
    """Everybody else who may answer inquiries, by the name others see; no account that a program plays."""
    rows = User.objects.filter(is_active=True, scripted=False, roles__overlap=ANSWERING).exclude(id=user.pk)
    return list(rows.order_by("title", "username"))


def user_by_name(username: str) -> User | None:
    """An account, whether it may log in or not."""
    return User.objects.filter(username=username).first()


def demo_users() -> list[User]:
    """The accounts of the demo."""
    return list(User.objects.filter(demo=True).order_by("id"))
