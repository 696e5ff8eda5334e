"""The center itself, its lines and agencies."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from muniment.core.errors import MunimentError
from muniment.store.models import Agency, Installation, Line, Message, User


class Absent(MunimentError):
    """There is no such page, or it is not yours to see."""


def db_now() -> datetime:
    """The database's clock (AU-8): the only clock that deadlines and entries know."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


def installation() -> Installation:
    """The row that says what this database is; an unmarked one when nothing was set up yet."""
    return Installation.objects.filter(id=1).first() or Installation(id=1)


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
    return Agency.objects.filter(ori=ori, lines__name=name).first()


def holds_anything() -> bool:
    """Whether accounts, agencies or messages exist."""
    return User.objects.exists() or Agency.objects.exists() or Message.objects.exists()
