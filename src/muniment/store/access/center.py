"""The center itself, its lines and agencies."""

from __future__ import annotations

from datetime import datetime

from muniment.core.errors import MunimentError
from muniment.store.access.rows import first, one
from muniment.store.models import Agency, Installation, Line, Message, User


class Absent(MunimentError):
    """There is no such page, or it is not yours to see."""


def db_now() -> datetime:
    """The database's clock (AU-8): the only clock that deadlines and entries know."""
    now: datetime = first("SELECT clock_timestamp()")
    return now


def installation() -> Installation:
    """The row that says what this database is; an unmarked one when nothing was set up yet."""
    return one(Installation, "WHERE id = 1") or Installation(id=1)


def line(name: str) -> Line | None:
    """The line of that name."""
    return Line.objects.filter(name=name).first()


def line_with_key(key_hash: str) -> Line | None:
    """The line whose key has that hash; None also where two lines share a key, which then names neither."""
    rows = Line.objects.filter(key_hash=key_hash)[:2]
    return rows[0] if len(rows) == 1 else None


def line_with_certificate(fingerprint: str) -> Line | None:
    """The line that may show the certificate with that fingerprint."""
    return Line.objects.filter(fingerprint=fingerprint).first()


def line_certificates() -> list[str]:
    """The certificates of all lines, PEM."""
    return list(Line.objects.exclude(certificate="").order_by("name").values_list("certificate", flat=True))


def agency_on_line(ori: str, name: str) -> Agency | None:
    """The agency, if it is in the directory and registered to that line."""
    return one(Agency, "JOIN store_agency_lines ON agency_id = ori WHERE ori = %s AND line_id = %s", ori, name)


def holds_anything() -> bool:
    """Whether accounts, agencies or messages exist."""
    return User.objects.exists() or Agency.objects.exists() or Message.objects.exists()
