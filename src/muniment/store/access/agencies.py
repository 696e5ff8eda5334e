"""The directory of agencies: who may ask, what is proposed about them, and how much they asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Q, QuerySet

from muniment.core.ceilings import Ceiling, kinds
from muniment.core.permissions import Permission, allowed
from muniment.core.workflow import MessageState
from muniment.store import sql
from muniment.store.access import changes
from muniment.store.access.center import Absent
from muniment.store.access.rows import one
from muniment.store.models import Agency, AgencyChange, Asked, CeilingRaise, Line, Message, User

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(hours=24)
#: The most agencies that one page lists; a search finds the others.
SHOWN: Final = 200
#: What is marked on a message that was refused for its agency, not for its form: code of the fault to mark.
REFUSED: Final[Mapping[str, str]] = {
    "agency.ceiling": "above its ceiling",
    "agency.suspended": "while suspended",
}


# For intake


def lock_agency(ori: str) -> Agency:
    """An agency of the directory, held: no other inquiry of it is let in until the transaction ends."""
    row = one(Agency, "WHERE ori = %s FOR NO KEY UPDATE", ori)
    if row is None:
        raise Absent
    return row


def let_in(ori: str, at: datetime, ceiling: Ceiling) -> bool:
    """Count one more inquiry of an agency that is held; False, and not counted, where it would be above the ceiling."""
    values: dict[str, Any] = {"ori": ori, "at": at, "per_hour": ceiling.per_hour, "per_day": ceiling.per_day}
    with connection.cursor() as cursor:
        cursor.execute(sql.text("asked.sql"), values)
        return cursor.fetchone() is not None


def ceiling_of(agency: Agency, now: datetime) -> Ceiling:
    """What the agency may ask without anybody's word: its own ceilings, else the defaults of its kind."""
    default = kinds()[agency.kind].on(now.date())
    return Ceiling(agency.per_hour or default.per_hour, agency.per_day or default.per_day)


def raise_of(ori: str, now: datetime) -> CeilingRaise | None:
    """The latest raise of its ceiling that has not ended."""
    rows = CeilingRaise.objects.filter(agency_id=ori, until__gt=now).select_related("user")
    return rows.order_by("-id").first()


def counted(oris: Collection[str], now: datetime) -> dict[str, tuple[int, int]]:
    """How many inquiries of each were let in, in the last hour and in the last 24; none at all is left out."""
    rows = Asked.objects.filter(agency_id__in=oris, at__gt=now - DAY).order_by().values("agency_id")
    found = rows.annotate(day=Count("id"), hour=Count("id", filter=Q(at__gt=now - HOUR)))
    return {row["agency_id"]: (row["hour"], row["day"]) for row in found}


# For people


@dataclass(frozen=True, slots=True)
class Listed:
    """One agency of the directory with what it did in the last 24 hours. `raised` is a raise that stands."""

    agency: Agency
    ceiling: Ceiling
    hour: int
    day: int
    refused: Mapping[str, int]
    raised: CeilingRaise | None
    waits: bool


def require_view(user: User) -> None:
    """Raise `Absent` unless the person may see the directory."""
    if not allowed(user.roles, Permission.AGENCY_VIEW):
        raise Absent


def directory(user: User, text: str, which: str, now: datetime) -> list[Listed]:
    """Agencies whose ORI, name or call-back number contains `text`, by name; at most `SHOWN`.

    `which` is `suspended`, `refused` (in the last 24 hours), `waiting` (for a second person), or empty for all.
    """
    require_view(user)
    rows = Agency.objects.prefetch_related("lines").order_by("name", "ori")
    if text:
        rows = rows.filter(Q(ori__icontains=text) | Q(name__icontains=text) | Q(call_back__contains=text))
    return _listed(list(_which(rows, which, now)[:SHOWN]), now)


def _which(rows: QuerySet[Agency], which: str, now: datetime) -> QuerySet[Agency]:
    if which == "suspended":
        return rows.filter(suspended=True)
    if which == "refused":
        return rows.filter(ori__in=_refusals(now).values("sender"))
    if which == "waiting":
        return rows.filter(ori__in=AgencyChange.objects.filter(outcome="open").values("ori"))
    return rows


def _refusals(now: datetime) -> QuerySet[Message]:
    marks = list(REFUSED.values())
    return Message.objects.filter(state=MessageState.REJECTED, mark__in=marks, received__gt=now - DAY)


def _listed(agencies: Sequence[Agency], now: datetime) -> list[Listed]:
    oris = [agency.ori for agency in agencies]
    asked, refused = counted(oris, now), refusals_of(oris, now)
    raises = {row.agency_id: row for row in CeilingRaise.objects.filter(agency_id__in=oris, until__gt=now)}
    waiting = set(AgencyChange.objects.filter(ori__in=oris, outcome="open").values_list("ori", flat=True))
    return [
        Listed(
            agency,
            ceiling_of(agency, now),
            *asked.get(agency.ori, (0, 0)),
            refused.get(agency.ori, {}),
            raises.get(agency.ori),
            agency.ori in waiting,
        )
        for agency in agencies
    ]


def refusals_of(oris: Collection[str], now: datetime) -> dict[str, dict[str, int]]:
    """How many messages of each agency were refused in the last 24 hours, by mark (`REFUSED`)."""
    rows = _refusals(now).filter(sender__in=oris).order_by().values_list("sender", "mark").annotate(rows=Count("id"))
    found: dict[str, dict[str, int]] = {}
    for ori, mark, number in rows:
        found.setdefault(ori, {})[mark] = number
    return found


def refused_agencies(user: User, now: datetime) -> tuple[int, int]:
    """How many messages of how many agencies were refused in the last 24 hours for their agency."""
    require_view(user)
    found = _refusals(now).aggregate(messages=Count("id"), agencies=Count("sender", distinct=True))
    return found["messages"], found["agencies"]


def agency(user: User, ori: str, now: datetime) -> Listed:
    """One agency of the directory."""
    require_view(user)
    rows = Agency.objects.filter(ori=ori).prefetch_related("lines")
    if not rows:
        raise Absent
    return _listed(list(rows), now)[0]


def find_agency(ori: str) -> Agency | None:
    """The agency, if it is in the directory."""
    return Agency.objects.filter(ori=ori).first()


def agencies() -> list[Agency]:
    """The whole directory, by ORI, for the command line."""
    return list(Agency.objects.prefetch_related("lines").order_by("ori"))


def lock_agency_whole(ori: str) -> Agency | None:
    """The agency, held against everybody else, to be changed."""
    return Agency.objects.select_for_update().filter(ori=ori).first()


def line_names() -> list[str]:
    """Every line of the center."""
    return list(Line.objects.order_by("name").values_list("name", flat=True))


def agency_changes(user: User, ori: str) -> list[AgencyChange]:
    """What was proposed and decided about an agency, newest first."""
    require_view(user)
    return changes.history(AgencyChange.objects.filter(ori=ori))


def open_agency_changes(user: User) -> list[AgencyChange]:
    """What waits for a second person, oldest first."""
    require_view(user)
    return changes.undecided(AgencyChange.objects.all())


def agency_change(user: User, change_id: int) -> AgencyChange:
    """One change."""
    require_view(user)
    return changes.known(AgencyChange.objects.all(), change_id)


def lock_agency_change(change_id: int) -> AgencyChange:
    """One change, held."""
    return changes.held(AgencyChange.objects.all(), change_id)
