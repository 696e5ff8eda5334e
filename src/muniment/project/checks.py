"""Numbered checks of the installation: `muniment doctor` and every start run them; each has a hint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import Error as DatabaseFault

from muniment.core.errors import OurFault
from muniment.project import database
from muniment.store.models import Installation, User


@register(Tags.security)
def pages_are_sealed(**_: Any) -> list[CheckMessage]:
    """muniment.E001: no debugging pages; E002: secure cookies wherever pages are for more than this machine."""
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(Error("DEBUG is on: error pages would show records.", "Remove DEBUG.", id="muniment.E001"))
    if not settings.HTTPS and not _local(settings.ALLOWED_HOSTS):
        hint = "Set MUNIMENT_HTTPS=on (behind a proxy) or MUNIMENT_TLS_CERTIFICATE and MUNIMENT_TLS_KEY."
        text = "MUNIMENT_HOSTS names other machines, but pages and cookies would travel unencrypted."
        found.append(Error(text, hint, id="muniment.E002"))
    return found


def _local(hosts: Sequence[str]) -> bool:
    return all(host in {"127.0.0.1", "localhost", "[::1]", "testserver"} for host in hosts)


@register(Tags.database)
def database_is_safe(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """muniment.E003: the database must keep what it commits."""
    if not databases:
        return []
    try:
        database.verify()
    except OurFault as fault:
        return [Error(str(fault), "See docs/how-to/database.md.", id="muniment.E003")]
    return []


@register(Tags.database)
def demo_stays_in_the_demo(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """muniment.E004: accounts whose password is printed exist only where no record is of a real person."""
    if not databases:
        return []
    try:
        synthetic = Installation.objects.filter(synthetic=True).exists()
        demo = User.objects.filter(demo=True, is_active=True).count()
    except DatabaseFault:
        return [Warning("The tables are missing.", "Run `muniment demo` or migrate.", id="muniment.W001")]
    if demo and not synthetic:
        text = f"{demo} demo accounts are active in a database that is not marked synthetic."
        return [Error(text, "Disable them: anybody can read their password.", id="muniment.E004")]
    return []
