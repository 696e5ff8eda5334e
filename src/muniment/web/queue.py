"""The queue: what next, and how long have I?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from muniment.actions import adjudication, disclosing
from muniment.core.errors import Stale, WrongState
from muniment.core.lanes import LANES, URGENT
from muniment.core.permissions import Permission
from muniment.core.record import SYSTEMS
from muniment.core.reopening import WHY
from muniment.core.workflow import InquiryState
from muniment.store import access
from muniment.store.models import Inquiry, User
from muniment.web.doors import actor, door, person
from muniment.web.forms import FindForm, LaneForm
from muniment.web.words import count, left, span

#: Share of the time that has gone when the bar changes its look; words say the same.
SOON: Final = 0.8
LATE: Final = 0.95

MARKS: Final[Mapping[str, str]] = {
    "stop": "citizenship on record: stop",
    "hold": "citizenship indicated: hold",
    "conflict": "records contradict",
}


#: Per cent of the time gone when people were told, as shape and words.
ESCALATED: Final[Mapping[int, str]] = {
    50: "◑ half of the time gone",
    80: "◕ 80 % gone, supervisor called",
    95: "● 95 % gone, supervisor called",
    100: "▲ deadline missed, supervisor called",
}


@dataclass(frozen=True, slots=True)
class Due:
    """The time an inquiry has left, in words and as a share of its target that has gone."""

    words: str
    target: str
    gone: float
    look: str

    @property
    def width(self) -> int:
        """Per cent of the bar."""
        return round(100 * min(1.0, max(0.0, self.gone)))


def due(inquiry: Inquiry, now: datetime) -> Due:
    """How the inquiry stands against its deadline."""
    target = inquiry.due - inquiry.clock
    gone = (now - inquiry.clock) / target if target else 1.0
    look = "late" if gone >= LATE else "soon" if gone >= SOON else ""
    return Due(left(inquiry.due, now), span(target), gone, look)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue, in words."""

    inquiry: Inquiry
    due: Due
    asks: str
    asks_more: str
    found: str
    answered: str
    mark: str
    state: str
    escalated: str
    slow: bool
    mine: bool
    reopened: str


def row(inquiry: Inquiry, user: User, now: datetime) -> Row:
    """The inquiry as the queue shows it: no score, no determination, only stops, holds and contradictions."""
    content = inquiry.message.content or {}
    return Row(
        inquiry=inquiry,
        due=due(inquiry, now),
        asks=asks(inquiry, content),
        asks_more=_asks_more(inquiry, content),
        found=count(inquiry.candidate_count, "candidate"),
        answered=f"{len(SYSTEMS) - len(inquiry.silent)} of {len(SYSTEMS)} systems answered",
        mark=MARKS.get(inquiry.queue_mark, ""),
        state=state(inquiry, user, now),
        escalated=ESCALATED.get(inquiry.escalated, "") if inquiry.open else "",
        slow=inquiry.open and inquiry.lane not in URGENT,
        mine=user.pk in (inquiry.holder_id, inquiry.handed_to_id) and inquiry.state in HERE,
        reopened=reopened(inquiry),
    )


def asks(inquiry: Inquiry, content: Mapping[str, Any]) -> str:
    """What is asked, in a few words."""
    if inquiry.kind == "YQ":
        return f"Hit confirmation, {'urgent' if content.get('priority') == 'U' else 'routine'}"
    return "Status, by fingerprints" if content.get("basis") == "biometric" else "Status, by name"


def reopened(inquiry: Inquiry) -> str:
    """`reopened: the agency called back`, or nothing."""
    why = WHY.get(inquiry.reopened_for, "")
    return f"reopened: {why}" if why and inquiry.open else ""


#: States in which an inquiry is somebody's own to go on with.
HERE: Final = (InquiryState.IN_HAND, InquiryState.WAITING)
REQUESTS: Final = {1: "first request", 2: "second request", 3: "third request"}


def _asks_more(inquiry: Inquiry, content: Mapping[str, Any]) -> str:
    if inquiry.kind == "YQ":
        parts = [REQUESTS.get(content.get("request_number") or 1, ""), content.get("nic") or ""]
    else:
        parts = [custody(inquiry), "firearm check" if inquiry.purpose == "F" else ""]
    return " · ".join(part for part in parts if part)


def custody(inquiry: Inquiry) -> str:
    """Whether the person is held, as the sender said."""
    return {True: "in custody", False: "not in custody", None: "custody not said"}[inquiry.custody]


def state(inquiry: Inquiry, user: User, now: datetime) -> str:
    """Where the inquiry stands and who has it."""
    who = "you" if inquiry.holder_id == user.pk else str(inquiry.holder or "")
    if inquiry.state == InquiryState.IN_HAND and inquiry.taken:
        return f"in hand: {who}, {span(now - inquiry.taken)}"
    if inquiry.state == InquiryState.SECOND_LOOK:
        return f"second look asked by {who}"
    if inquiry.state == InquiryState.WAITING and inquiry.handed_to_id is not None:
        return f"handed to {'you' if inquiry.handed_to_id == user.pk else inquiry.handed_to}"
    return inquiry.state


@dataclass(frozen=True, slots=True)
class LaneBox:
    """One box above the queue."""

    key: str
    number: int
    label: str
    more: str
    current: bool


def _boxes(user: User, chosen: str, now: datetime) -> list[LaneBox]:
    lanes = access.lanes(user)
    boxes = [LaneBox("", sum(n for _, n, _ in lanes), "all", "by deadline", chosen == "")]
    for number, waiting, first in lanes:
        more = f"next due in {span(first - now)}" if first > now else f"first is {left(first, now)}"
        boxes.append(LaneBox(str(number), waiting, LANES[number].label, more, chosen == str(number)))
    seconds = access.second_looks(user).count()
    if seconds or chosen == LaneForm.SECOND:
        boxes.append(LaneBox(LaneForm.SECOND, seconds, "second look", "for another person", chosen == LaneForm.SECOND))
    return boxes


def _today(user: User, now: datetime) -> str:
    """`answered today 312 · half within 9 min, 95 of 100 within 38 min · none late`."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    pace = access.pace(user, midnight)
    if not pace.answered:
        return "none answered yet today"
    within = f"half within {span(pace.half)}, 95 of 100 within {span(pace.most)}"
    return f"answered today {pace.answered:,} · {within} · {pace.late or 'none'} late"


@door(Permission.QUEUE_VIEW)
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Open inquiries by deadline; the board alone when the page refreshes itself."""
    user, now = person(request), access.db_now()
    lane = LaneForm(request.GET).chosen()
    rows = disclosing.view_queue(actor(request), **lane.filter)
    boxes = _boxes(user, lane.key, now)
    oldest = access.oldest_open(user)
    return render(
        request,
        "web/queue.html#board" if request.headers.get("HX-Request") else "web/queue.html",
        {
            "rows": [row(inquiry, user, now) for inquiry in rows],
            "boxes": boxes,
            "waiting": boxes[0].number,
            "shown": next((box.number for box in boxes if box.current), 0),
            "oldest": span(now - oldest) if oldest else "",
            "today": _today(user, now),
            "lane": lane.key,
            "now": now,
        },
    )


@door(Permission.INQUIRY_VIEW)
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """Inquiries by control field, ORI or call-back number; a single one is opened at once."""
    user, now = person(request), access.db_now()
    form = FindForm(request.GET)
    found = disclosing.find_inquiries(actor(request), form.cleaned_data["q"]) if form.is_valid() else []
    if len(found) == 1:
        return redirect("inquiry", found[0].pk)
    rows = [row(inquiry, user, now) for inquiry in found]
    return render(request, "web/find.html", {"rows": rows, "find": form, "now": now})


@door(Permission.INQUIRY_ANSWER)
@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Take what was handed to this person, else what is due first; when somebody was quicker, the one after it."""
    user = person(request)
    for inquiry in [*access.handed_to(user)[:5], *access.waiting(user)[:5]]:
        try:
            adjudication.take(actor(request), inquiry.pk, inquiry.version)
        except (WrongState, Stale):
            continue
        return redirect("inquiry", inquiry.pk)
    return redirect(f"{reverse('queue')}?none")
