"""The supervisor's board: eight numbers, each with its list, and the plots behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from muniment.actions import supervising
from muniment.actions.context import Actor
from muniment.core.lanes import LANES
from muniment.core.ledger import Event
from muniment.core.permissions import Permission, allowed
from muniment.status.answers import ANSWER_CLASSES
from muniment.store import access
from muniment.store.access import Absent, Board, LanePace
from muniment.store.models import Inquiry, LedgerEntry, User
from muniment.web import charts, queue, story
from muniment.web.charts import Plot
from muniment.web.doors import actor, door, person
from muniment.web.words import ago, count, span


@dataclass(frozen=True, slots=True)
class Number:
    """One of the eight: what it counts, what it is now, where its list is. `look` is `stop` when it needs a person."""

    key: str
    value: str
    label: str
    more: str
    url: str
    look: str = ""


def _list(what: str) -> str:
    return reverse("board_list", args=[what])


def _numbers(board: Board, now: datetime) -> list[Number]:
    """The eight numbers of docs/design/trust-and-ux.md 5.2, in its order."""
    return [
        _open(board),
        _oldest(board, now),
        _answered(board.all_lanes),
        _late(board),
        _disagreed(board),
        Number("overrides", "0", "overrides", "none possible: no role passes a rule", _list("overrides")),
        _refused(board),
        _audit(board, now),
    ]


def _open(board: Board) -> Number:
    lanes = [f"{lane.open:,} {LANES[lane.lane].label}" for lane in board.open]
    reopened = sum(lane.reopened for lane in board.open)
    by_lane = " · ".join([*lanes, *([f"{reopened:,} reopened"] if reopened else [])])
    return Number("open", f"{sum(lane.open for lane in board.open):,}", "open", by_lane, reverse("queue"))


def _oldest(board: Board, now: datetime) -> Number:
    if not board.open:
        return Number("oldest", "none", "oldest open", "nothing waits", reverse("queue"))
    oldest = min(board.open, key=lambda lane: lane.oldest)
    return Number("oldest", span(now - oldest.oldest), "oldest open", LANES[oldest.lane].label, reverse("queue"))


def _answered(pace: LanePace) -> Number:
    if pace.half is None or pace.most is None:
        return Number("pace", "none", "answer time", "none answered in 24 h", reverse("answered"))
    more = f"95 of 100 within {span(pace.most)}, {count(pace.answered, 'answer')}"
    return Number("pace", span(pace.half), "half answered within", more, reverse("answered"))


def _late(board: Board) -> Number:
    waiting, left = sum(lane.late for lane in board.open), board.all_lanes.late
    more = f"{waiting:,} still open, {left:,} answered late"
    return Number("late", f"{waiting + left:,}", "deadlines missed", more, _list("late"), "stop" if waiting else "")


def _disagreed(board: Board) -> Number:
    """A second look ends with a second signature or with a disagreement."""
    no = board.events.get(Event.RESPONSE_SECOND_DISAGREED, 0)
    looks = no + board.all_lanes.seconded
    share = f"{100 * no / looks:.0f} %" if looks else "none"
    return Number(
        "disagreed", share, "second person disagrees", f"{no:,} of {looks:,} second looks", _list("disagreed")
    )


def _refused(board: Board) -> Number:
    logins, steps = (board.events.get(event, 0) for event in (Event.ACCOUNT_LOGIN_FAILED, Event.ACCESS_DENIED))
    return Number("refused", f"{logins:,}", "refused logins", f"and {count(steps, 'refused step')}", _list("refused"))


def _audit(board: Board, now: datetime) -> Number:
    if board.newest is None:
        return Number("audit", "empty", "ledger", "nothing was written down", _list("ledger"), "stop")
    return Number(
        "audit", ago(board.newest.at, now), "newest ledger entry", f"number {board.newest.pk:,}", _list("ledger")
    )


def _plots(board: Board) -> list[Plot]:
    return [_hours(board), _pace(board), _late_plot(board), _classes(board), _seconds(board)]


def _hours(board: Board) -> Plot:
    bars, most = charts.standing([(hour.came, hour.answered) for hour in board.hours])
    names = [f"{hour.begins:%H:%M}" for hour in board.hours]
    return Plot(
        key="hours",
        title="Arrivals and answers by hour",
        height=charts.TALL + 30,
        bars=bars,
        heads=("Hour (UTC)", "Came in", "Answered"),
        rows=[(name, f"{hour.came:,}", f"{hour.answered:,}") for name, hour in zip(names, board.hours, strict=True)],
        columns=True,
        scale=most,
        labels=[(charts.under(place, len(names)), name) for place, name in enumerate(names) if place % 4 == 0],
    )


def _lying(key: str, title: str, values: Sequence[tuple[str, float, str, bool]], **table: Any) -> Plot:
    bars = charts.lying(values)
    return Plot(key=key, title=title, height=charts.height(bars), bars=bars, **table)


def _label(pace: LanePace) -> str:
    return LANES[pace.lane].label if pace.lane is not None else "all lanes"


def _pace(board: Board) -> Plot:
    known = [(_label(each), each.half, each.most, each.answered) for each in board.pace if each.half and each.most]
    values = []
    for label, half, most, _ in known:
        values.append((label, half.total_seconds(), f"half within {span(half)}", False))
        values.append(("", most.total_seconds(), f"95 of 100 within {span(most)}", True))
    return _lying(
        "pace",
        "Answer time by lane",
        values,
        heads=("Lane", "Half within", "95 of 100 within", "Answers"),
        rows=[(label, span(half), span(most), f"{answered:,}") for label, half, most, answered in known],
        empty="Nothing was answered in the last 24 hours.",
    )


def _late_plot(board: Board) -> Plot:
    still = {lane.lane: lane.late for lane in board.open}
    left = {pace.lane: pace.late for pace in board.pace if pace.lane is not None}
    lanes = [lane for lane in LANES if still.get(lane) or left.get(lane)]
    values = []
    for lane in lanes:
        values.append((LANES[lane].label, float(left.get(lane, 0)), f"{left.get(lane, 0):,} answered late", False))
        values.append(("", float(still.get(lane, 0)), f"{still.get(lane, 0):,} still open", True))
    return _lying(
        "late",
        "Deadlines missed by lane",
        values,
        heads=("Lane", "Answered late", "Still open"),
        rows=[(LANES[lane].label, f"{left.get(lane, 0):,}", f"{still.get(lane, 0):,}") for lane in lanes],
        empty="No deadline was missed in the last 24 hours.",
    )


def _classes(board: Board) -> Plot:
    named = [
        (name or "by hand", ANSWER_CLASSES[name].title if name in ANSWER_CLASSES else "", n)
        for name, n in board.classes
    ]
    return _lying(
        "classes",
        "Answers by class",
        [(name, float(n), f"{n:,}", False) for name, _, n in named],
        heads=("Class", "What it says", "Answers"),
        rows=[(name, label, f"{n:,}") for name, label, n in named],
        empty="Nothing was answered in the last 24 hours.",
    )


def _seconds(board: Board) -> Plot:
    agreed, no = board.all_lanes.seconded, board.events.get(Event.RESPONSE_SECOND_DISAGREED, 0)
    both = [("agreed", agreed), ("disagreed", no)] if agreed or no else []
    return _lying(
        "seconds",
        "Second looks",
        [(name, float(n), f"{n:,}", name == "disagreed") for name, n in both],
        heads=("Second person", "Looks"),
        rows=[(name, f"{n:,}") for name, n in both],
        empty="Nobody looked a second time in the last 24 hours.",
    )


@door(Permission.BOARD_VIEW)
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The numbers, what runs out of time, and the plots."""
    user, now = person(request), access.db_now()
    counted = access.board(user, now)
    called = [queue.row(inquiry, user, now) for inquiry in supervising.view_called_for(actor(request))]
    shown = {"numbers": _numbers(counted, now), "plots": _plots(counted), "lanes": counted.open}
    shown["undelivered"] = access.undelivered_count() if allowed(user.roles, Permission.DELIVERY_SETTLE) else 0
    shown |= {"refused": access.refused_agencies(user, now), "off": access.switched_off()}
    shown["stopped"] = access.finding_count(now)
    return render(request, "web/board.html", {**shown, "rows": called, "now": now})


@dataclass(frozen=True, slots=True)
class Behind:
    """The list behind one number: its title, and what it says when there is nothing."""

    title: str
    nothing: str
    inquiries: Callable[[Actor], Sequence[Inquiry]] | None = None
    entries: Callable[[User, datetime], Sequence[LedgerEntry]] | None = None


LISTS: Final[Mapping[str, Behind]] = {
    "late": Behind("Deadlines missed", "No deadline was missed in the last 24 hours.", inquiries=supervising.view_late),
    "disagreed": Behind(
        "Second person disagreed", "Nobody disagreed in the last 24 hours.", supervising.view_disagreed
    ),
    "overrides": Behind(
        "Overrides",
        "There is none, and none is possible: no role passes over a rule, a signature, a second person or the ledger.",
    ),
    "refused": Behind("Refused", "No login and no step was refused in the last 24 hours.", entries=access.refusals),
    "ledger": Behind("The end of the ledger", "Nothing was written down yet.", entries=access.newest_entries),
}


@door(Permission.BOARD_VIEW)
@require_GET
def board_list(request: HttpRequest, what: str) -> HttpResponse:
    """The list behind a number of the board."""
    user, now = person(request), access.db_now()
    behind = LISTS.get(what)
    if behind is None:
        raise Absent
    found = behind.inquiries(actor(request)) if behind.inquiries else []
    entries = behind.entries(user, now) if behind.entries else []
    names = story.actors(entries)
    shown = {
        "behind": behind,
        "rows": [queue.row(inquiry, user, now) for inquiry in found],
        "entries": [(entry, names[entry.actor], bytes(entry.sha256).hex()) for entry in entries],
    }
    return render(request, "web/board_list.html", {**shown, "now": now})
