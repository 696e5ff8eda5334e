"""The cast of the tests: one person of each role, and a stranger; who they are says what they may do."""

from __future__ import annotations

from dataclasses import dataclass

from muniment.actions.context import Actor
from muniment.core.permissions import Role
from muniment.store.models import User

PASSWORD = "muster-specimen-24"


@dataclass(frozen=True)
class Cast:
    """People by the names the tests call them."""

    sam: User  # specialist
    sofia: User  # another specialist
    selma: User  # senior
    sven: User  # supervisor
    ida: User  # adjudicator
    aldo: User  # auditor
    ada: User  # administrator
    nobody: User  # an account without a role
    robot: User  # a scripted specialist

    def everybody(self) -> dict[str, User]:
        """Name to account."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def assemble() -> Cast:
    """Create the cast in the test's database."""
    return Cast(
        sam=person("sam", Role.SPECIALIST),
        sofia=person("sofia", Role.SPECIALIST),
        selma=person("selma", Role.SENIOR),
        sven=person("sven", Role.SUPERVISOR),
        ida=person("ida", Role.ADJUDICATOR),
        aldo=person("aldo", Role.AUDITOR),
        ada=person("ada", Role.ADMINISTRATOR),
        nobody=person("nobody"),
        robot=person("robot", Role.SPECIALIST, scripted=True),
    )


def person(username: str, *roles: Role, scripted: bool = False) -> User:
    """An account with a known password."""
    user = User(username=username, title=f"{username} of the tests", roles=[role.value for role in roles])
    user.scripted = scripted
    user.set_password(PASSWORD)
    user.save()
    return user


def acting(user: User) -> Actor:
    """The person at the workbench."""
    return Actor.of(user)
