"""The numbers of the center, for a supervisor: what is open, how fast answers leave, what is late or refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from muniment.core.lanes import SUPERVISED
from muniment.core.ledger import Event
from muniment.core.permissions import Permission, allowed
from muniment.store import sql
from muniment.store.access.center import Absent
from muniment.store.access.inquiries import OPEN_STATES, listed
from muniment.store.models import Inquiry, LedgerEntry, User

DAY: Final = timedelta(hours=24)
REFUSALS: Final = (Event.ACCOUNT_LOGIN_FAILED, Event.ACCESS_DENIED)
COUNTED: Final = (*REFUSALS, Event.RESPONSE_SECOND_DISAGREED)


@dataclass(frozen=True, slots=True)
class OpenLane:
    """What is open in one lane."""

    lane: int
    open: int
    oldest: datetime
    late: int
    reopened: int


@dataclass(frozen=True, slots=True)
class LanePace:
    """How answers left in one lane, or in all of them (`lane` None); `seconded` by a second person too."""

    lane: int | None
    answered: int
    half: timedelta | None
    most: timedelta | None
    late: int
    seconded: int


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour that begins at `begins`; the newest has not ended."""

    begins: datetime
    came: int
    answered: int


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the supervisor's board counts; without words about time, the last 24 hours."""

    open: Sequence[OpenLane]
    pace: Sequence[LanePace]
    hours: Sequence[Hour]
    classes: Sequence[tuple[str, int]]
    events: Mapping[str, int]
    newest: LedgerEntry | None

    @property
    def all_lanes(self) -> LanePace:
        """The pace of all lanes together."""
        return self.pace[-1]


def board(user: User, now: datetime) -> Board:
    """The board as it is at `now`."""
    _require(user)
    moment = {"now": now, "since": now - DAY}
    return Board(
        open=[OpenLane(*row) for row in _rows("board_open.sql", moment)],
        pace=[LanePace(*row) for row in _rows("board_pace.sql", moment)],
        hours=[Hour(*row) for row in _rows("board_hours.sql", moment)],
        classes=[(name, n) for name, n in _rows("board_classes.sql", moment)],
        events=dict(_rows("board_events.sql", {**moment, "events": [str(event) for event in COUNTED]})),
        newest=LedgerEntry.objects.order_by("-id").first(),
    )


def _require(user: User) -> None:
    if not allowed(user.roles, Permission.BOARD_VIEW):
        raise Absent


def _rows(name: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.text(name), values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def called_for(user: User) -> QuerySet[Inquiry]:
    """Open inquiries whose time is so far gone that a supervisor was called, by deadline."""
    _require(user)
    return listed(Inquiry.objects.filter(state__in=OPEN_STATES, escalated__gte=SUPERVISED)).order_by("due", "id")


def late(user: User, now: datetime) -> list[Inquiry]:
    """Open inquiries past their deadline, then answers that left after it in the last 24 hours."""
    _require(user)
    waiting = Inquiry.objects.filter(state__in=OPEN_STATES, due__lt=now)
    left = {"responses__withdrawn": False, "responses__leaves__gte": now - DAY, "responses__leaves__lte": now}
    answered = Inquiry.objects.filter(**left, responses__leaves__gt=Coalesce("responses__due", F("due")))
    return [*listed(waiting).order_by("due", "id")[:100], *listed(answered).order_by("-responses__leaves")[:100]]


def disagreed(user: User, now: datetime) -> QuerySet[Inquiry]:
    """Inquiries on which a second person disagreed in the last 24 hours, newest first."""
    _require(user)
    events = LedgerEntry.objects.filter(event=Event.RESPONSE_SECOND_DISAGREED, at__gte=now - DAY)
    return listed(Inquiry.objects.filter(id__in=events.values("inquiry_id"))).order_by("-received")[:100]


def refusals(user: User, now: datetime) -> list[LedgerEntry]:
    """Logins and steps that were refused in the last 24 hours, newest first."""
    _require(user)
    return list(LedgerEntry.objects.filter(event__in=REFUSALS, at__gte=now - DAY).order_by("-id")[:200])


def newest_entries(user: User, now: datetime) -> list[LedgerEntry]:
    """The end of the ledger as it is at `now`, newest first."""
    _require(user)
    return list(LedgerEntry.objects.filter(at__lte=now).order_by("-id")[:20])
