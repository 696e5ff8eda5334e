"""Accounts as administrators manage them, and what is proposed about them."""

from __future__ import annotations

from django.contrib.sessions.models import Session

from muniment.core.permissions import ROLES, Permission, allowed
from muniment.store.access import changes
from muniment.store.access.center import Absent, db_now
from muniment.store.models import AccountChange, User


def _holding(permission: Permission) -> list[str]:
    return [role.value for role, held in ROLES.items() if permission in held]


def two_can_manage() -> bool:
    """Whether there are two people who can do by page what takes two: one who proposes, another who agrees."""
    people = User.objects.filter(is_active=True, scripted=False)
    propose = set(people.filter(roles__overlap=_holding(Permission.USER_MANAGE)).values_list("id", flat=True))
    decide = set(people.filter(roles__overlap=_holding(Permission.USER_DECIDE)).values_list("id", flat=True))
    return bool(propose) and len(propose | decide) > 1


def accounts(user: User) -> list[User]:
    """Every account, those that may log in first, for those who manage or decide."""
    _require(user)
    return list(User.objects.order_by("-is_active", "username"))


def _require(user: User) -> None:
    if not allowed(user.roles, Permission.USER_DECIDE):
        raise Absent


def all_accounts() -> list[User]:
    """Every account, for the command line."""
    return list(User.objects.order_by("username"))


def lock_account(username: str) -> User | None:
    """The account, held."""
    return User.objects.select_for_update().filter(username=username).first()


def account_changes(user: User, username: str) -> list[AccountChange]:
    """What was proposed and decided about an account, newest first."""
    _require(user)
    return changes.history(AccountChange.objects.filter(username=username))


def open_account_changes(user: User) -> list[AccountChange]:
    """What waits for a second person, oldest first."""
    _require(user)
    return changes.undecided(AccountChange.objects.all())


def account_change(user: User, change_id: int) -> AccountChange:
    """One change."""
    _require(user)
    return changes.known(AccountChange.objects.all(), change_id)


def lock_account_change(change_id: int) -> AccountChange:
    """One change, held."""
    return changes.held(AccountChange.objects.all(), change_id)


def end_sessions(user: User) -> int:
    """End every session of the account, so that none comes back to life with it; how many."""
    running = Session.objects.filter(expire_date__gt=db_now())
    own = [row.pk for row in running if row.get_decoded().get("_auth_user_id") == str(user.pk)]
    Session.objects.filter(pk__in=own).delete()
    return len(own)
