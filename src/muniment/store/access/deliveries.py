"""What goes out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Case, F, Q, QuerySet, Value, When

from muniment.core import outgoing
from muniment.core.permissions import Permission, allowed
from muniment.core.workflow import DeliveryState
from muniment.store.access.center import Absent, db_now
from muniment.store.access.inquiries import lock_inquiry
from muniment.store.models import Agency, Call, Delivery, Inquiry, Line, Message, Response, User

OWED: Final = (DeliveryState.READY, DeliveryState.SENT)
#: What has not arrived and nobody has told the agency of: people were told of it, or the switch refused it.
TROUBLE: Final = Q(call=None) & (
    Q(state__in=OWED, overdue__gt=0) | Q(refusal__isnull=False, state__in=(*OWED, DeliveryState.ACKNOWLEDGED))
)


def delivery_of(response: Response) -> Delivery | None:
    """The outbox row of the answer; none while a second person is owed."""
    return _shown(Delivery.objects.filter(response=response)).first()


def delivered_on(name: str, delivery_id: int) -> bool:
    """Whether that number was handed over on that line."""
    return Delivery.objects.filter(line_id=name, id=delivery_id, sends__gt=0).exists()


def lock_delivery(delivery_id: int) -> tuple[Delivery, Inquiry | None]:
    """The delivery, held, and the inquiry it answers, held before it: the order in which all steps lock them."""
    answered = Inquiry.objects.filter(responses__delivery__id=delivery_id).values_list("id", flat=True).first()
    inquiry = lock_inquiry(answered) if answered is not None else None
    return Delivery.objects.select_for_update(of=("self",)).select_related("message").get(id=delivery_id), inquiry


def lock_deliveries(ids: Collection[int]) -> list[tuple[Delivery, Inquiry | None]]:
    """The same for several; numbers that are none are left out."""
    answers = Delivery.objects.filter(id__in=ids, response__isnull=False).values_list("id", "response__inquiry_id")
    of = dict(answers)
    answered = {row.pk: row for row in Inquiry.objects.select_for_update().filter(id__in=of.values()).order_by("id")}
    rows = Delivery.objects.select_for_update(of=("self",)).filter(id__in=ids).order_by("id")
    return [(row, answered.get(of.get(row.pk, 0))) for row in rows]


def lock_deliveries_of(message: Message) -> list[Delivery]:
    """What was or will be sent because of the message, held."""
    rows = Delivery.objects.select_for_update().filter(message=message)
    return list(rows.exclude(state=DeliveryState.TAKEN_BACK).order_by("id"))


@dataclass(frozen=True, slots=True)
class FarEnd:
    """Who takes deliveries: over which line, and since when it is there, by the database's clock.

    `own` narrows what it takes to what was sent because of these messages, `among` to these numbers.
    """

    line: str
    since: datetime
    own: Collection[int] | None = None
    among: Collection[int] | None = None


def lock_ready(to: FarEnd, now: datetime, limit: int) -> list[Delivery]:
    """What may leave to a far end now, urgent first, held, without what another connection is just handing over.

    What was handed over and not acknowledged is due again after a pause (`leaves`), and at once to a far end that
    came back.
    """
    came_back = Q(state=DeliveryState.SENT, sent__lt=to.since, sent__lte=now - outgoing.RESEND)
    rows = Delivery.objects.select_for_update(skip_locked=True)
    rows = rows.filter(Q(leaves__lte=now) | came_back, line_id=to.line, state__in=OWED)
    if to.own is not None:
        rows = rows.filter(message_id__in=to.own)
    if to.among is not None:
        rows = rows.filter(id__in=to.among)
    return list(rows.order_by("lane", "id")[:limit])


def keep_handed_over(rows: Collection[Delivery]) -> None:
    """Keep what changed when they were handed over, all at one moment: one statement for those tried equally often."""
    for tries in {row.tries for row in rows}:
        alike = [row for row in rows if row.tries == tries]
        what = {name: getattr(alike[0], name) for name in ("state", "tries", "sent", "leaves")}
        Delivery.objects.filter(id__in=[row.pk for row in alike]).update(**what, sends=F("sends") + 1)


def keep_acknowledged(rows: Collection[Delivery]) -> None:
    """Keep that the far end has them."""
    Delivery.objects.filter(id__in=[row.pk for row in rows]).update(state=DeliveryState.ACKNOWLEDGED)


def line_asks(name: str) -> datetime:
    """Remember that the far end is there to take deliveries; since when it is, with no pause longer than `QUIET`."""
    now = db_now()
    away = Q(seen=None) | Q(seen__lt=now - outgoing.QUIET)
    Line.objects.filter(name=name).update(back=Case(When(away, then=Value(now)), default=F("back")), seen=now)
    return Line.objects.values_list("back", flat=True).get(name=name) or now


# What has not arrived


def lock_overdue(now: datetime, limit: int) -> list[Delivery]:
    """Deliveries of which people should be told (again) that they have not arrived, held."""
    rows = Delivery.objects.select_for_update(of=("self",), skip_locked=True).select_related("message", "line")
    return list(rows.filter(state__in=OWED, tell__lte=now).order_by("tell")[:limit])


def undelivered(user: User) -> list[Delivery]:
    """What has not arrived and nobody has told the agency of: answers by lane, then the rest, the oldest first."""
    _require(user)
    rows = _shown(Delivery.objects.filter(TROUBLE)).order_by("owed", "id")[:500]
    return sorted(rows, key=lambda row: (row.kind != "response", row.lane if row.kind == "response" else 0))


def undelivered_count() -> int:
    """How many those are."""
    return Delivery.objects.filter(TROUBLE).count()


def told_lately(user: User, now: datetime) -> list[Delivery]:
    """What an agency was told by telephone: in the last 24 hours, and what is still being tried."""
    _require(user)
    recent = Q(call__written__gte=now - timedelta(hours=24)) | Q(call__isnull=False, state__in=OWED)
    return list(_shown(Delivery.objects.filter(recent)).order_by("-call__written")[:100])


def undelivered_one(user: User, delivery_id: int) -> Delivery:
    """One delivery, for who may see what has not arrived."""
    _require(user)
    row = _shown(Delivery.objects.filter(id=delivery_id)).first()
    if row is None:
        raise Absent
    return row


def _require(user: User) -> None:
    if not allowed(user.roles, Permission.DELIVERY_SETTLE):
        raise Absent


def _shown(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """With what a list shows, and without the bytes that came in."""
    related = ("line", "response", "refusal", "message__inquiry", "call__user")
    return rows.select_related(*related).defer("message__raw", "refusal__raw")


def agencies_by_ori(oris: Collection[str]) -> dict[str, Agency]:
    """The agencies with these ORIs."""
    return {agency.ori: agency for agency in Agency.objects.filter(ori__in=oris)}


def call_of(delivery: Delivery) -> Call | None:
    """Who told the agency by telephone, where somebody did."""
    return Call.objects.select_related("user").filter(delivery=delivery).first()


def calls(message: Message) -> list[Call]:
    """The calls about what was sent because of the message."""
    return list(Call.objects.filter(delivery__message=message).order_by("written"))


def lock_refused(name: str, control: str, original: str) -> Delivery | None:
    """What an ER on that line speaks of, held: what was handed over under the control field and begins like `original`.

    Without a beginning that fits it is the answer, else the latest that went out under the control field. Without
    either there is none.
    """
    rows = Delivery.objects.filter(line_id=name, control=control, sends__gt=0).order_by("-id")[:200]
    like = [row for row in rows if original and _begins_like(bytes(row.wire).decode(errors="replace"), original)]
    found = max(like or (rows if control else []), key=lambda row: (row.kind == "response", row.pk), default=None)
    if found is None:
        return None
    return Delivery.objects.select_for_update(of=("self",)).select_related("message__inquiry").get(id=found.pk)


def _begins_like(text: str, original: str) -> bool:
    """Blanks and line ends do not count: an ER repeats them in its own way."""
    return "".join(text.split()).startswith("".join(original.split()))


def lock_refused_by(message: Message) -> list[Delivery]:
    """What that ER refused, held."""
    return list(Delivery.objects.select_for_update(of=("self",)).select_related("message").filter(refusal=message))
