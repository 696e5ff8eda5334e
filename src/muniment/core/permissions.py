"""Every permission, and the roles that hold it. A name is `scope:resource:action`; pages and actions deny by default.

An administrator sees no record, an auditor acts on nothing (trust-and-ux.md 1.2, AC-5 and AC-6).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

from muniment.core.errors import NotAllowed


class Permission(StrEnum):
    """What somebody may be allowed to do."""

    AGENCY_DECIDE = "center:agency:decide"  # agree to what another person proposed about an agency, or turn it down
    AGENCY_PROPOSE = "center:agency:propose"  # propose a new agency, or a change of one
    AGENCY_RAISE = "center:agency:raise"  # let an agency make more inquiries for 24 hours
    AGENCY_SUSPEND = "center:agency:suspend"  # suspend an agency at once, propose that it may ask again
    AGENCY_VIEW = "center:agency:view"  # see the directory of agencies and how much they ask
    BOARD_VIEW = "center:board:view"  # see the numbers of the center and what is late
    DELIVERY_SETTLE = "center:delivery:settle"  # see what has not arrived, try it now, say who was told by telephone
    FINDING_SECOND = "center:finding:second"  # agree to a finding of another person on a stop or hold, or not
    FINDING_VIEW = "center:finding:view"  # see stops and holds, what opened them and what was found
    FINDING_WRITE = "center:finding:write"  # write the finding on a stop or hold, with its documents
    INQUIRY_ANSWER = "center:inquiry:answer"  # take, judge, draft, put back
    INQUIRY_EXPEDITE = "center:inquiry:expedite"  # move an inquiry into an urgent lane, with a reason
    INQUIRY_REOPEN = "center:inquiry:reopen"  # let an answered inquiry wait for a person again, with a reason
    INQUIRY_VIEW = "center:inquiry:view"  # see an inquiry, its candidates and what left
    INQUIRY_WITHDRAW = "center:inquiry:withdraw"  # close an inquiry that the agency needs no more; own or any
    LEDGER_SEARCH = "center:ledger:search"  # search the ledger
    MESSAGE_PARKED = "center:message:parked"  # see messages that nobody can answer
    MESSAGE_TRY = "center:message:try"  # see what the center reads in a message, without sending or keeping it
    PROTECTED_SEE = "center:protected:see"  # see protected facts unmasked, at each look with a reason
    QUEUE_VIEW = "center:queue:view"  # see the queue
    RESPONSE_SECOND = "center:response:second"  # look a second time, agree or disagree
    RESPONSE_SIGN = "center:response:sign"  # sign an answer, take it back
    SYSTEM_SWITCH = "center:system:switch"  # have a record system asked no more, or again, with a reason
    SYSTEM_VIEW = "center:system:view"  # see what the record systems do
    USER_DECIDE = "center:user:decide"  # see accounts, agree to what another person proposed about one
    USER_MANAGE = "center:user:manage"  # propose accounts and their changes, disable one


class Role(StrEnum):
    """What a person is at the center; somebody may have several."""

    SPECIALIST = "specialist"
    SENIOR = "senior"
    SUPERVISOR = "supervisor"
    ADJUDICATOR = "adjudicator"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


_ANSWERING: Final = frozenset(
    {
        Permission.QUEUE_VIEW,
        Permission.INQUIRY_VIEW,
        Permission.INQUIRY_ANSWER,
        Permission.INQUIRY_EXPEDITE,
        Permission.INQUIRY_REOPEN,
        Permission.INQUIRY_WITHDRAW,
        Permission.RESPONSE_SIGN,
    }
)

ROLES: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.SPECIALIST: _ANSWERING,
    Role.SENIOR: _ANSWERING | {Permission.PROTECTED_SEE, Permission.RESPONSE_SECOND},
    Role.SUPERVISOR: frozenset(
        {
            Permission.AGENCY_DECIDE,
            Permission.AGENCY_RAISE,
            Permission.AGENCY_SUSPEND,
            Permission.AGENCY_VIEW,
            Permission.BOARD_VIEW,
            Permission.DELIVERY_SETTLE,
            Permission.FINDING_SECOND,
            Permission.FINDING_VIEW,
            Permission.QUEUE_VIEW,
            Permission.INQUIRY_VIEW,
            Permission.INQUIRY_EXPEDITE,
            Permission.INQUIRY_REOPEN,
            Permission.INQUIRY_WITHDRAW,
            Permission.PROTECTED_SEE,
            Permission.RESPONSE_SECOND,
            Permission.MESSAGE_PARKED,
            Permission.MESSAGE_TRY,
            Permission.SYSTEM_SWITCH,
            Permission.SYSTEM_VIEW,
            Permission.USER_DECIDE,
        }
    ),
    Role.ADJUDICATOR: frozenset({Permission.FINDING_SECOND, Permission.FINDING_VIEW, Permission.FINDING_WRITE}),
    Role.AUDITOR: frozenset({Permission.LEDGER_SEARCH}),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.AGENCY_DECIDE,
            Permission.AGENCY_PROPOSE,
            Permission.AGENCY_SUSPEND,
            Permission.AGENCY_VIEW,
            Permission.MESSAGE_TRY,
            Permission.SYSTEM_VIEW,
            Permission.USER_DECIDE,
            Permission.USER_MANAGE,
        }
    ),
}


def allowed(roles: Collection[str], permission: Permission) -> bool:
    """Whether one of `roles` holds `permission`; an unknown role holds nothing."""
    return any(permission in ROLES[Role(role)] for role in roles if role in ROLES)


def require(roles: Collection[str], permission: Permission) -> None:
    """Raise `NotAllowed` unless one of `roles` holds `permission`."""
    if not allowed(roles, permission):
        raise NotAllowed(rule=permission)
