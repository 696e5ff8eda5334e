"""What has not arrived: the page of those who see to it that the agency gets to know, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from muniment.actions import undelivered as actions
from muniment.actions.undelivered import Told
from muniment.core import outgoing
from muniment.core.errors import MunimentError
from muniment.core.message import without_echo
from muniment.core.permissions import Permission
from muniment.core.workflow import DeliveryState
from muniment.store import access
from muniment.store.models import Agency, Call, Delivery, Inquiry
from muniment.web.doors import actor, door, person
from muniment.web.errors import again
from muniment.web.forms import ToldForm, valid
from muniment.web.story import KINDS
from muniment.web.words import ago, count, moment, span


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery in words. `look` is `warn` once the agency was told by telephone."""

    delivery: Delivery
    inquiry: Inquiry | None
    agency: Agency | None
    what: str
    short: str
    since: str
    tried: str
    next_try: str
    why: str
    refusal: str
    told: str
    again: str


def row(delivery: Delivery, agencies: Mapping[str, Agency], now: datetime) -> Row:
    """The delivery as the list shows it."""
    call = call_in(delivery)
    return Row(
        delivery=delivery,
        inquiry=getattr(delivery.message, "inquiry", None),
        agency=agencies.get(delivery.ori),
        what=_what(delivery),
        short=short(delivery),
        since=since(delivery, now),
        tried=_tried(delivery, now),
        next_try=_next_try(delivery, now),
        why=why(delivery, now),
        refusal=refusal(delivery),
        told=told_words(call, now) if call else "",
        again="Try now" if delivery.state in access.OWED else "Send it again",
    )


def rows(deliveries: Sequence[Delivery], now: datetime) -> list[Row]:
    """All of them, with their agencies in one query."""
    agencies = access.agencies_by_ori({delivery.ori for delivery in deliveries})
    return [row(delivery, agencies, now) for delivery in deliveries]


def call_in(delivery: Delivery) -> Call | None:
    """The call that was fetched with it."""
    found: Call | None = getattr(delivery, "call", None)
    return found


def in_trouble(delivery: Delivery) -> bool:
    """Whether people were told of it: it is overdue, or the switch refused it, and no later answer took its place."""
    overdue = delivery.state in access.OWED and delivery.overdue > 0
    refused = delivery.refusal_id is not None and delivery.state in (*access.OWED, DeliveryState.ACKNOWLEDGED)
    return overdue or refused


def short(delivery: Delivery) -> str:
    """Two or three words for a list."""
    if not in_trouble(delivery):
        return ""
    if call_in(delivery) is not None:
        return "told by telephone"
    return "refused by the switch" if delivery.refusal_id else "not delivered"


def _what(delivery: Delivery) -> str:
    response = delivery.response
    named = f" {response.answer_class}" if response is not None and response.answer_class else ""
    return f"{KINDS.get(delivery.kind, delivery.kind)}{named}"


def since(delivery: Delivery, now: datetime) -> str:
    """Since when it should have arrived, or was refused."""
    began = delivery.refused or delivery.owed or delivery.leaves
    return f"{moment(began, now)}, {span(now - began)}"


def _tried(delivery: Delivery, now: datetime) -> str:
    if delivery.sent is None:
        return "not handed over yet"
    return f"{count(delivery.sends, 'time')}, last {ago(delivery.sent, now)}"


def connected(delivery: Delivery, now: datetime) -> bool:
    """Whether its line is there."""
    return delivery.line.seen is not None and now - delivery.line.seen <= outgoing.QUIET


def _next_try(delivery: Delivery, now: datetime) -> str:
    if delivery.state not in access.OWED:
        return "none: the line acknowledged it"
    if not connected(delivery, now):
        return "as soon as the line is connected"
    return f"in {span(delivery.leaves - now)}" if delivery.leaves > now else "now"


def why(delivery: Delivery, now: datetime) -> str:
    """What is known of the reason, as the end of a sentence."""
    if delivery.refused is None:
        return _line(delivery, now)
    refused = f"the switch refused it at {moment(delivery.refused, now)}"
    if delivery.state in access.OWED:
        return f"{refused}, and it is still owed: {_line(delivery, now)}"
    if delivery.sent is not None and delivery.sent > delivery.refused:
        return f"{refused}; sent again at {moment(delivery.sent, now)}, no refusal since: ask whether they have it"
    return refused


def _line(delivery: Delivery, now: datetime) -> str:
    line = delivery.line
    if line.seen is None:
        return f"line {line.name} was never connected"
    if not connected(delivery, now):
        return f"line {line.name} is not connected since {moment(line.seen, now)}"
    if delivery.state == DeliveryState.READY:
        return f"line {line.name} is connected, but nobody on it takes this"
    return f"line {line.name} is connected, but does not acknowledge"


def refusal(delivery: Delivery) -> str:
    """The words of the ER, without what it repeats."""
    content = (delivery.refusal.content or {}) if delivery.refusal else {}
    number = f".{content['number']}. " if content.get("number") else ""
    return f"{number}{without_echo(str(content.get('text') or ''))[0]}" if content else ""


def told_words(call: Call, now: datetime) -> str:
    """Who told whom, and when."""
    word = f": {call.word}" if call.word else ""
    return f"{call.user} told {call.spoke_with} by telephone at {moment(call.at, now)}{word}"


def page(request: HttpRequest, delivery_id: int = 0, *, fault: MunimentError | None = None) -> HttpResponse:
    """All that has not arrived; after a step that was refused, with the reason on top."""
    now = access.db_now()
    waiting = rows(actions.view(actor(request)), now)
    told = rows(access.told_lately(person(request), now), now)
    shown = {"rows": waiting, "told": told, "fault": fault, "now": now, "delivery_id": delivery_id}
    return render(request, "web/undelivered.html", shown)


@door(Permission.DELIVERY_SETTLE)
@require_GET
def undelivered(request: HttpRequest) -> HttpResponse:
    """What has not arrived, and what agencies were told by telephone instead."""
    return page(request)


@door(Permission.DELIVERY_SETTLE)
@require_POST
@again(page)
def try_now(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Let it leave at once."""
    actions.try_now(actor(request), delivery_id)
    return redirect("undelivered")


def told_page(request: HttpRequest, delivery_id: int, *, fault: MunimentError | None = None) -> HttpResponse:
    """What it says and whom to call, and the form for whom was told."""
    delivery, now = actions.view_one(actor(request), delivery_id), access.db_now()
    form = ToldForm(request.POST or None, initial={"at": now})
    [shown] = rows([delivery], now)
    text = delivery.response.text if delivery.response else bytes(delivery.wire).decode(errors="replace")
    return render(request, "web/told.html", {"row": shown, "text": text, "form": form, "fault": fault, "now": now})


@door(Permission.DELIVERY_SETTLE)
@require_http_methods(["GET", "HEAD", "POST"])
@again(told_page)
def told(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Write down who was told by telephone."""
    if request.method != "POST":
        return told_page(request, delivery_id)
    actions.tell_by_telephone(actor(request), delivery_id, Told(**valid(ToldForm(request.POST))))
    return redirect("undelivered")
