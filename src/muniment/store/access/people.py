"""Accounts."""

from __future__ import annotations

from collections.abc import Collection

from muniment.store.models import User


def people(ids: Collection[int]) -> list[User]:
    """The accounts with these ids."""
    return list(User.objects.filter(id__in=ids))


def user_by_name(username: str) -> User | None:
    """An account, whether it may log in or not."""
    return User.objects.filter(username=username).first()


def demo_users() -> list[User]:
    """The accounts of the demo."""
    return list(User.objects.filter(demo=True).order_by("id"))
