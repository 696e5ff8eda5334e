"""Accounts: two people add and change them, one disables, nobody touches his own, and each person chooses the password.

A first password is made only after another person has agreed, is shown once to who proposed, and opens nothing but the
page on which its owner chooses another (AC-2, AC-5, IA-5).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from muniment.actions import changing
from muniment.actions.context import Actor, Step, step
from muniment.actions.noting import reason_in
from muniment.core.errors import NotAllowed, Refused, SenderFault, Stale, WrongState
from muniment.core.ledger import Event
from muniment.core.permissions import Permission, Role
from muniment.store import access
from muniment.store.access import Absent
from muniment.store.models import AccountChange, User

USERNAME: Final = re.compile(r"(?!(new|changes)$)[a-z][a-z0-9._-]{1,29}")  # those two are addresses of pages
#: Roles that stand alone: an administrator sees no record, an auditor acts on nothing (AC-5).
ALONE: Final[frozenset[str]] = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
LONGEST_TITLE: Final = 60


# What an account may be


def checked(title: str, roles: Collection[str]) -> dict[str, Any]:
    """Title and roles by the rules; `SenderFault` names the one that is broken."""
    title = " ".join(title.split())
    if not title or len(title) > LONGEST_TITLE or not title.isprintable():
        text = f"A title has 1 to {LONGEST_TITLE} letters, such as “specialist 14”."
        raise SenderFault(text, field="title", rule="account.field")
    if not roles or set(roles) - {role.value for role in Role}:
        text = f"An account has one or more of the roles {', '.join(Role)}."
        raise SenderFault(text, field="roles", rule="account.field")
    if len(set(roles)) > 1 and ALONE & set(roles):
        text = "An administrator sees no record and an auditor acts on nothing: neither role goes with another."
        raise SenderFault(text, field="roles", rule="account.roles_apart")
    return {"title": title, "roles": sorted(set(roles))}


def _new_name(username: str) -> str:
    name = username.strip().lower()
    if not USERNAME.fullmatch(name):
        text = "A user name has 2 to 30 small letters, digits, periods, hyphens and underscores, a letter first."
        raise SenderFault(text, field="username", rule="account.field")
    if access.user_by_name(name) is not None:
        raise SenderFault(f"There is an account {name} already.", field="username", rule="account.known")
    return name


def require_good_password(password: str, user: User) -> None:
    """Raise `SenderFault` with every rule that the password breaks (IA-5(1))."""
    try:
        validate_password(password, user)
    except ValidationError as fault:
        raise SenderFault(" ".join(fault.messages), field="password", rule="account.password") from None


def current(account: User) -> dict[str, Any]:
    """The account as a change describes it."""
    return {"title": account.title, "roles": sorted(account.roles), "is_active": account.is_active}


# Looked at


@dataclass(frozen=True, slots=True)
class Seen:
    """The accounts as they are at `now`, with what waits for a second person."""

    now: datetime
    rows: Sequence[User]
    waiting: Sequence[AccountChange]


def view(actor: Actor) -> Seen:
    """Every account for their page."""
    with step(actor, Permission.USER_DECIDE) as s:
        rows = access.accounts(actor.person())
        s.record(Event.ACCOUNTS_VIEWED, which="all", shown=len(rows))
        return Seen(s.now, rows, access.open_account_changes(actor.person()))


def view_one(actor: Actor, username: str) -> tuple[User, list[AccountChange]]:
    """One account, and what was proposed and decided about it."""
    with step(actor, Permission.USER_DECIDE) as s:
        account = _known(username)
        s.record(Event.ACCOUNTS_VIEWED, which="one", objects={"user": account.pk})
        return account, access.account_changes(actor.person(), username)


def view_change(actor: Actor, change_id: int) -> AccountChange:
    """One change for the page on which it is decided."""
    with step(actor, Permission.USER_DECIDE) as s:
        change = access.account_change(actor.person(), change_id)
        s.record(Event.ACCOUNTS_VIEWED, which="change", objects={"change": change.pk})
        return change


def _known(username: str) -> User:
    account = access.user_by_name(username)
    if account is None:
        raise Absent
    return account


# Proposed and decided


def propose_new(actor: Actor, username: str, title: str, roles: Collection[str], reason: str) -> AccountChange:
    """Propose an account; it is made once another person has agreed."""
    with step(actor, Permission.USER_MANAGE) as s:
        return _propose(s, _new_name(username), None, checked(title, roles), reason)


def propose(actor: Actor, username: str, wanted: Mapping[str, Any], reason: str) -> AccountChange:
    """Propose another title, other roles, or that a disabled account may log in again: `title roles is_active`."""
    with step(actor, Permission.USER_MANAGE) as s:
        account = _another(s, username)
        if account.is_active and not wanted["is_active"]:
            raise WrongState("An account is disabled at once, by a step of its own.", rule="account.disable")
        fields = checked(wanted["title"], wanted["roles"]) | {"is_active": wanted["is_active"]}
        return _propose(s, username, *changing.differing(current(account), fields), reason)


def propose_reset(actor: Actor, username: str, reason: str) -> AccountChange:
    """Propose that the person gets a first password again."""
    with step(actor, Permission.USER_MANAGE) as s:
        _another(s, username)
        return _propose(s, username, {"password": "as it is"}, {"password": "a first one again"}, reason)


def _another(s: Step, username: str) -> User:
    account = _known(username)
    _require_another(s, username)
    return account


def _require_another(s: Step, username: str) -> None:
    if s.actor.person().username == username:
        raise NotAllowed("Nobody changes, agrees to or disables an account of his own.", rule="account.own")


def _propose(
    s: Step, username: str, before: dict[str, Any] | None, after: dict[str, Any], reason: str
) -> AccountChange:
    user = s.actor.person()
    try:
        change = AccountChange.objects.create(
            username=username, before=before, after=after, reason=reason_in(reason), proposer=user, proposed=s.now
        )
    except IntegrityError:
        text = f"A change of {username} waits for a second person already; let it be decided, or taken back, first."
        raise Stale(text, rule="account.waits") from None
    s.record(Event.ACCOUNT_PROPOSED, objects={"change": change.pk}, fields=sorted(after))
    return change


def decide(actor: Actor, change_id: int, agreed: bool, note: str) -> AccountChange:
    """Agree to what another person proposed, which is done at once, or turn it down with a note that says why."""
    try:
        with step(actor, Permission.USER_DECIDE) as s:
            change = access.lock_account_change(change_id)
            _require_another(s, change.username)
            changing.decide(s, change, agreed, note)
            if agreed:
                _apply(s, change)
            else:
                s.record(Event.ACCOUNT_TURNED_DOWN, objects={"change": change.pk})
            return change
    except Refused as fault:
        raise changing.refused(actor, fault) from None


def _apply(s: Step, change: AccountChange) -> None:
    account = access.lock_account(change.username)
    if change.before is None:
        if account is not None:
            raise WrongState(f"There is an account {change.username} by now; turn this down.", rule="change.moved")
        account = User(username=change.username, password=make_password(None))
    elif account is None:
        raise Absent
    elif "password" in change.after:
        account.password = make_password(None)
        access.end_sessions(account)
    else:
        changing.require_as_before(change, current(account))
    for name in {"title", "roles", "is_active"} & change.after.keys():
        setattr(account, name, change.after[name])
    account.save()
    event = Event.ACCOUNT_ADDED if change.before is None else Event.ACCOUNT_CHANGED
    s.record(event, objects={"user": account.pk, "change": change.pk}, fields=sorted(change.after))


def take_back(actor: Actor, change_id: int) -> AccountChange:
    """The proposer takes a change back before anybody has decided."""
    with step(actor, Permission.USER_MANAGE) as s:
        change = access.lock_account_change(change_id)
        changing.take_back(s, change)
        s.record(Event.ACCOUNT_TAKEN_BACK, objects={"change": change.pk})
        return change


# Passwords


def owed_password(change: AccountChange, user: User) -> bool:
    """Whether this person may make the first password that the change allows: who proposed it, and once."""
    allows = change.before is None or "password" in change.after
    if change.outcome != "agreed" or change.proposer_id != user.pk or not allows:
        return False
    account = access.user_by_name(change.username)
    return account is not None and not account.has_usable_password()


def give_password(actor: Actor, change_id: int) -> str:
    """Make the first password of an account, to be told its owner; it is shown this once and kept nowhere."""
    with step(actor, Permission.USER_MANAGE) as s:
        change = access.lock_account_change(change_id)
        account = access.lock_account(change.username)
        if account is None or not owed_password(change, actor.person()):
            raise WrongState("No first password is owed for this, or it was made already.", rule="account.given")
        password = secrets.token_urlsafe(12)
        account.password, account.password_given = make_password(password), True
        account.save(update_fields=["password", "password_given"])
        s.record(Event.ACCOUNT_PASSWORD_GIVEN, objects={"user": account.pk, "change": change.pk})
        return password


def choose_password(actor: Actor, old: str, new: str) -> User:
    """The owner chooses a password; other sessions of the account end."""
    with step(actor) as s:
        account = access.lock_account(actor.person().username)
        assert account is not None
        if not account.check_password(old):
            raise SenderFault("That is not your password of now.", field="old", rule="account.old_password")
        if old == new:
            raise SenderFault("Choose another password than that of now.", field="new", rule="account.password")
        require_good_password(new, account)
        account.password, account.password_given = make_password(new), False
        account.save(update_fields=["password", "password_given"])
        s.record(Event.ACCOUNT_PASSWORD_CHOSEN, objects={"user": account.pk})
        return account


# At once


def disable(actor: Actor, username: str, reason: str) -> None:
    """The account cannot log in any more, and its sessions end now. One person suffices."""
    with step(actor, Permission.USER_MANAGE) as s:
        reason = reason_in(reason)
        _require_another(s, username)
        account = _disable(username)
        AccountChange.objects.create(
            username=username,
            before={"is_active": True},
            after={"is_active": False},
            reason=reason,
            proposer=actor.person(),
            proposed=s.now,
            outcome="at once",
            decided=s.now,
        )
        s.record(Event.ACCOUNT_DISABLED, objects={"user": account.pk})


def _disable(username: str) -> User:
    account = access.lock_account(username)
    if account is None:
        raise Absent
    if not account.is_active:
        raise WrongState(f"{username} is disabled already.", rule="account.disabled")
    account.is_active = False
    account.save(update_fields=["is_active"])
    access.end_sessions(account)
    return account


# By command, while a center is set up


def require_setting_up(what: str) -> None:
    """Raise `Refused` once two people can do by page what takes two."""
    if access.two_can_manage():
        raise Refused(f"{what} are added on the pages: two people here can do it, and it takes two.", rule="set_up")


def add_by_command(actor: Actor, username: str, title: str, roles: Collection[str], password: str) -> User:
    """Make an account; only as long as there are not two people who can do it by page."""
    require_setting_up("Accounts")
    with step(actor) as s:
        account = User(username=_new_name(username), password_given=True, **checked(title, roles))
        require_good_password(password, account)
        account.password = make_password(password)
        account.save()
        s.record(Event.ACCOUNT_ADDED, objects={"user": account.pk}, fields=["roles", "title"])
        return account


def disable_by_command(actor: Actor, username: str) -> None:
    """Disable an account; its sessions end now. Where too few are left to manage, accounts may be added again."""
    with step(actor) as s:
        if access.user_by_name(username) is None:
            raise SenderFault(f"There is no account {username}.", field="name", rule="account.unknown")
        account = _disable(username)
        s.record(Event.ACCOUNT_DISABLED, objects={"user": account.pk})
