"""For the operator's machines: does the web server live, is the center ready, and numbers as Prometheus reads them.

No person is logged in here and nothing about a person is shown. Only this machine itself may ask, or who shows the
token `MUNIMENT_WATCH_TOKEN`; a request that a proxy passed on is not this machine's own.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import wraps
from importlib.metadata import version
from typing import Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error as DatabaseFault
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from muniment.store import access, room
from muniment.web import errors

TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
PASSED_ON: Final = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
View = Callable[[HttpRequest], HttpResponse]
Sample = tuple[Mapping[str, str], float]


def watched(view: View) -> View:
    """Open to the operator's machines, absent to everybody else."""

    @login_not_required
    @require_GET
    @wraps(view)
    def inner(request: HttpRequest) -> HttpResponse:
        return view(request) if _is_near(request) or _shows_token(request) else errors.absent(request)

    return inner


def _is_near(request: HttpRequest) -> bool:
    if any(header in request.headers for header in PASSED_ON):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _shows_token(request: HttpRequest) -> bool:
    wanted, shown = settings.MUNIMENT_WATCH_TOKEN, request.headers.get("Authorization", "")
    return bool(wanted) and hmac.compare_digest(f"Bearer {wanted}".encode(), shown.encode())


@watched
def health(_: HttpRequest) -> HttpResponse:
    """The web server lives (200); the database is not asked, because starting this process again would not mend it."""
    return JsonResponse({"alive": True, "version": version("muniment")})


@watched
def ready(_: HttpRequest) -> HttpResponse:
    """Whether pages can be served and messages taken (200), or what is in the way (503)."""
    parts = {"database": _database_answers(), "disk": not room.full()}
    return JsonResponse({"ready": all(parts.values()), "parts": parts}, status=200 if all(parts.values()) else 503)


def _database_answers() -> bool:
    try:
        access.installation()
    except DatabaseFault:
        return False
    return True


@watched
def metrics(_: HttpRequest) -> HttpResponse:
    """The numbers; without a database those that this host knows by itself."""
    lines = [*_of_host()]
    try:
        lines += [*_of_center(access.numbers()), *_metric("up", "Whether the database answers.", [({}, 1)])]
    except DatabaseFault:
        lines += _metric("up", "Whether the database answers.", [({}, 0)])
    return HttpResponse("\n".join(lines) + "\n", content_type=TEXT)


def _of_host() -> Iterator[str]:
    yield from _metric("build_info", "The release.", [({"version": version("muniment")}, 1)])
    yield from _metric("disk_free_bytes", "Free on the fullest disk of this host.", [({}, room.free())])
    yield from _metric("disk_floor_bytes", "Below this no message is taken.", [({}, settings.MUNIMENT_DISK_FLOOR)])


def _of_center(numbers: access.Numbers) -> Iterator[str]:
    for noun, states in numbers.states.items():
        samples = [({"state": state}, rows) for state, rows in states.items()]
        yield from _metric(f"{noun}_rows", f"Rows of the table {noun} by state.", samples)
    work = [({"state": state}, rows) for state, rows in numbers.work.items()]
    yield from _metric("work_rows", "Pieces of work that are owed, and those that failed too often.", work)
    states = numbers.states["delivery"]
    owed = states["ready"] + states["sent"]
    yield from _metric("deliveries_owed", "What may leave and is not acknowledged.", [({}, owed)])
    yield from _metric("undelivered", "What has not arrived and waits for a supervisor.", [({}, numbers.undelivered)])
    oldest = [({"what": what}, age) for what, age in numbers.oldest.items()]
    yield from _metric("oldest_seconds", "How long the oldest has waited: work, an inquiry, a delivery.", oldest)
    yield from _metric("inquiries_overdue", "Open inquiries past their deadline.", [({}, numbers.overdue)])
    yield from _metric("ledger_last_entry", "The number of the last entry of the ledger.", [({}, numbers.entries)])
    apart = (datetime.now(UTC) - numbers.now).total_seconds()
    yield from _metric("clock_apart_seconds", "This host's clock less the database's.", [({}, round(apart, 3))])


def _metric(name: str, meaning: str, samples: Iterable[Sample]) -> Iterator[str]:
    """One gauge. Label values are our own words; none needs escaping."""
    yield f"# HELP muniment_{name} {meaning}"
    yield f"# TYPE muniment_{name} gauge"
    for labels, value in samples:
        inside = ",".join(f'{key}="{text}"' for key, text in labels.items())
        yield f"muniment_{name}{{{inside}}} {value:.15g}" if inside else f"muniment_{name} {value:.15g}"
