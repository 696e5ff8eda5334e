"""The page of the record systems, and the switch by which one is asked no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from muniment.actions import systems as systems_actions
from muniment.actions.systems import Systems
from muniment.core.errors import MunimentError
from muniment.core.permissions import Permission, allowed
from muniment.core.record import SYSTEMS
from muniment.sources.federate import FRESH_FOR
from muniment.sources.registry import record_systems
from muniment.store.access import SystemPace
from muniment.store.models import SystemSwitch
from muniment.web.doors import actor, door, person
from muniment.web.errors import again
from muniment.web.forms import SwitchForm, valid
from muniment.web.words import ago

#: From this share of its questions unanswered in the last hour on, a system counts as silent.
SILENT_FROM: Final = 0.5
#: From this share of its time on, at its 95th percentile, a system counts as slow.
SLOW_FROM: Final = 0.5


@dataclass(frozen=True, slots=True)
class Line:
    """One system: its state in a word, with a look, and what it did in the last hour and the last 24."""

    code: str
    name: str
    state: str
    look: str
    copy: str
    old: bool
    answered: str
    hour: Mapping[str, str]
    day: Mapping[str, str]
    switch: SystemSwitch | None


def seconds_of(code: str) -> float:
    """How long the system may take; the search waits no longer for anybody."""
    return float(min(record_systems()[code].timeout, settings.MUNIMENT_SEARCH_SECONDS))


def _state(pace: SystemPace, switch: SystemSwitch | None, seconds: float) -> tuple[str, str]:
    if switch is not None and not switch.asked:
        return "switched off", "stop"
    if not pace.asked:
        return "not asked in the last hour", ""
    if pace.silent / pace.asked >= SILENT_FROM:
        return "silent", "stop"
    if pace.most is not None and pace.most > SLOW_FROM * seconds:
        return "slow", "warn"
    return "answers", "good"


def _line(code: str, found: Systems) -> Line:
    hour, day = (each.get(code, SystemPace(code)) for each in (found.hour, found.day))
    switch = found.switches.get(code)
    state, look = _state(hour, switch, seconds_of(code))
    return Line(
        code,
        SYSTEMS[code],
        state,
        look,
        f"read {ago(day.freshness, found.now)}" if day.freshness else "not known",
        day.freshness is not None and found.now - day.freshness > FRESH_FOR,
        ago(day.answered, found.now) if day.answered else "none in 24 h",
        _told(hour),
        _told(day),
        switch,
    )


def _told(pace: SystemPace) -> dict[str, str]:
    half, most = (f"{seconds:.2f} s" if seconds is not None else "" for seconds in (pace.half, pace.most))
    share = f"{100 * pace.silent / pace.asked:.1f} % silent" if pace.silent else "all answered"
    return {
        "asked": f"{pace.asked:,}",
        "silent": share if pace.asked else "",
        "held": f"{pace.held:,}" if pace.held else "",
        "half": half,
        "most": most,
    }


@door(Permission.SYSTEM_VIEW)
@require_GET
def systems(request: HttpRequest) -> HttpResponse:
    """Every record system: whether it answers, how fast, how old its copy is."""
    found = systems_actions.view(actor(request))
    lines = [_line(code, found) for code in SYSTEMS]
    may_switch = allowed(person(request).roles, Permission.SYSTEM_SWITCH)
    return render(request, "web/systems.html", {"lines": lines, "now": found.now, "may_switch": may_switch})


def switch_page(request: HttpRequest, code: str, *, fault: MunimentError | None = None) -> HttpResponse:
    """Why it is asked no more, or again, and who did so before."""
    rows = systems_actions.view_switches(actor(request), code)
    last = rows[0] if rows else None
    context = {"code": code, "name": SYSTEMS[code], "asked": last is None or last.asked}
    form = SwitchForm(request.POST or None)
    return render(
        request,
        "web/system_switch.html",
        context | {"rows": rows, "version": last.version if last else 0, "form": form, "fault": fault},
    )


@door(Permission.SYSTEM_SWITCH)
@require_http_methods(["GET", "HEAD", "POST"])
@again(switch_page)
def system_switch(request: HttpRequest, code: str) -> HttpResponse:
    """Stop asking it, or ask it again."""
    if request.method != "POST":
        return switch_page(request, code)
    form = valid(SwitchForm(request.POST))
    systems_actions.switch(actor(request), code, form["version"], form["asked"], form["reason"])
    return redirect("systems")
