"""The record systems: which are asked, and what they did lately. Counts and times, nothing about a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from muniment.core.permissions import Permission, allowed
from muniment.store import sql
from muniment.store.access.center import Absent
from muniment.store.models import SystemSwitch, User


@dataclass(frozen=True, slots=True)
class SystemPace:
    """What one system did since a moment. `half` and `most` are seconds: the median and the 95th percentile.

    `silent` counts questions that it did not answer in time, `held` those among them that were not put because too
    many were unanswered (`sources.federate.LIMIT`). `freshness` is when its copy was read, as it said last.
    """

    system: str
    asked: int = 0
    silent: int = 0
    held: int = 0
    half: float | None = None
    most: float | None = None
    answered: datetime | None = None
    freshness: datetime | None = None


def system_pace(user: User, since: datetime, now: datetime) -> Mapping[str, SystemPace]:
    """By code; a system that was not asked since is left out."""
    if not allowed(user.roles, Permission.SYSTEM_VIEW):
        raise Absent
    with connection.cursor() as cursor:
        cursor.execute(sql.text("systems.sql"), {"since": since, "now": now})
        return {row[0]: SystemPace(*row) for row in cursor.fetchall()}


def standing_switches() -> Mapping[str, SystemSwitch]:
    """The last switch of each system that has one, by code, with who set it."""
    rows = SystemSwitch.objects.select_related("user").order_by("system", "-version").distinct("system")
    return {row.system: row for row in rows}


def switched_off() -> Mapping[str, str]:
    """The systems that are not asked: code to reason."""
    with connection.cursor() as cursor:
        cursor.execute(sql.text("switched_off.sql"))
        return dict(cursor.fetchall())


def switches(system: str) -> list[SystemSwitch]:
    """Every switch of one system, newest first."""
    return list(SystemSwitch.objects.filter(system=system).select_related("user").order_by("-version")[:20])
