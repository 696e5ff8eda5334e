"""Who may do what, and that nobody may by default."""

from itertools import product

import pytest

from muniment.core.errors import NotAllowed
from muniment.core.permissions import ROLES, Permission, Role, allowed, require

RECORDS = {Permission.INQUIRY_VIEW, Permission.QUEUE_VIEW, Permission.INQUIRY_ANSWER}
ACTING = {
    Permission.USER_DECIDE,
    Permission.AGENCY_DECIDE,
    Permission.AGENCY_PROPOSE,
    Permission.AGENCY_RAISE,
    Permission.AGENCY_SUSPEND,
    Permission.INQUIRY_ANSWER,
    Permission.INQUIRY_EXPEDITE,
    Permission.INQUIRY_WITHDRAW,
    Permission.RESPONSE_SIGN,
    Permission.RESPONSE_SECOND,
    Permission.SYSTEM_SWITCH,
}


def test_nobody_without_a_role_may_do_anything() -> None:
    assert not any(allowed((), permission) for permission in Permission)
    assert not any(allowed(("owner", ""), permission) for permission in Permission)


@pytest.mark.parametrize(("role", "permission"), list(product(Role, Permission)))
def test_a_role_holds_exactly_what_the_table_says(role: Role, permission: Permission) -> None:
    assert allowed([role.value], permission) == (permission in ROLES[role])


def test_an_administrator_sees_no_record() -> None:
    assert not ROLES[Role.ADMINISTRATOR] & RECORDS


def test_an_auditor_acts_on_nothing() -> None:
    assert not ROLES[Role.AUDITOR] & (ACTING | {Permission.USER_MANAGE})


def test_a_refusal_names_the_permission() -> None:
    with pytest.raises(NotAllowed) as refusal:
        require([Role.AUDITOR], Permission.RESPONSE_SIGN)
    assert refusal.value.rule == "center:response:sign"


def test_permissions_are_named_scope_resource_action_in_alphabetical_order() -> None:
    names = [permission.value for permission in Permission]
    assert all(len(name.split(":")) == 3 for name in names)
    assert names == sorted(names)
