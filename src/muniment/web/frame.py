"""What every page shows around its content: where one is, who one is, which pages one's role opens."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest

from muniment.core.permissions import Permission, allowed
from muniment.store import access
from muniment.store.models import User
from muniment.web.forms import FindForm

#: Pages of the top line: name of the URL, label, what it takes.
PAGES: Final = (
    ("queue", "Queue", Permission.QUEUE_VIEW),
    ("board", "Board", Permission.BOARD_VIEW),
    ("answered", "Answered", Permission.INQUIRY_VIEW),
    ("stops", "Stops", Permission.FINDING_VIEW),
    ("undelivered", "Undelivered", Permission.DELIVERY_SETTLE),
    ("parked", "Parked", Permission.MESSAGE_PARKED),
    ("agencies", "Agencies", Permission.AGENCY_VIEW),
    ("accounts", "Accounts", Permission.USER_DECIDE),
    ("systems", "Systems", Permission.SYSTEM_VIEW),
    ("try_message", "Try a message", Permission.MESSAGE_TRY),
    ("ledger", "Ledger", Permission.LEDGER_SEARCH),
)
KEYS_COOKIE: Final = "muniment_keys"


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    installation = access.installation()
    user = getattr(request, "user", None)
    known = isinstance(user, User)
    roles = user.roles if isinstance(user, User) else []
    at = request.resolver_match.url_name if request.resolver_match else None
    return {
        "synthetic": installation.synthetic,
        "person": user if known else None,
        "pages": [(name, _label(name, label), name == at) for name, label, needs in PAGES if allowed(roles, needs)],
        "find": FindForm(request.GET if at == "find" else None),
        "may_view": allowed(roles, Permission.INQUIRY_VIEW),
        "may_expedite": allowed(roles, Permission.INQUIRY_EXPEDITE),
        "may_answer": allowed(roles, Permission.INQUIRY_ANSWER),
        "may_settle": allowed(roles, Permission.DELIVERY_SETTLE),
        "keys_on": request.COOKIES.get(KEYS_COOKIE) != "off",
    }


def _label(name: str, label: str) -> str:
    """What has not arrived is counted wherever the person is."""
    waiting = access.undelivered_count() if name == "undelivered" else 0
    return f"{label} ({waiting})" if waiting else label
