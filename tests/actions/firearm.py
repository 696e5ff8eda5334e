"""Firearm checks that were answered some hours ago, and whether anything still says who was asked about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from muniment.actions import sending, steering
from muniment.actions.context import Actor
from muniment.core.workflow import InquiryState
from muniment.store import access
from muniment.store.models import Delivery, Inquiry
from tests.actions import desk
from tests.cast import Cast, acting
from tests.messages import iaq
from tests.web.scene import A_NUMBER, WORKER, Waiting, resident, stranger

CLOCK = Actor.program("clock")
#: What could say who was asked about: the name, the birth date in each form, the number, the buyer's own record.
TELLING = ("TESTPERSON", "19850314", "1985-03-14", A_NUMBER, "ALFONS", "BUYER")


def check(control: str = "FIREARM", purpose: str = "F") -> bytes:
    """A firearm check."""
    return iaq(control, purpose=purpose, custody="N", ARN=A_NUMBER)


def deliver(inquiry: Inquiry) -> Delivery:
    """Release the signed answer, hand it over, and let the line acknowledge it."""
    delivery = Delivery.objects.get(response__inquiry=inquiry, response__withdrawn=False)
    Delivery.objects.filter(pk=delivery.pk).update(leaves=access.db_now())
    sending.release(WORKER, delivery.pk)
    assert desk.handed_over(delivery)
    sending.acknowledge(Actor.line("demo"), "demo", delivery.pk)
    delivery.refresh_from_db()
    return delivery


@pytest.fixture
def answered(waiting: Waiting, cast: Cast) -> Callable[..., Inquiry]:
    """An inquiry that was answered, with everything that can come of one; closed as many hours ago."""

    def made(hours: float, purpose: str = "F", control: str = "FIREARM") -> Inquiry:
        inquiry = waiting(check(control, purpose), resident(), stranger(), silent=["EOIR"])
        desk.take(cast.sam, inquiry)
        desk.judge(cast.sam, inquiry)
        steering.expedite(acting(cast.sam), inquiry.pk, inquiry.version, 3, "THE BUYER WAITS")
        inquiry.refresh_from_db()
        desk.draft(cast.sam, inquiry)
        desk.sign(cast.sam, inquiry)
        if access.lock_inquiry(inquiry.pk).state == InquiryState.SECOND_LOOK:
            desk.agree(cast.selma, inquiry)
        deliver(inquiry)
        return aged(inquiry, hours)

    return made


def aged(inquiry: Inquiry, hours: float) -> Inquiry:
    """Closed so many hours ago."""
    Inquiry.objects.filter(pk=inquiry.pk).update(closed=access.db_now() - timedelta(hours=hours))
    inquiry.refresh_from_db()
    return inquiry


def told() -> dict[str, list[str]]:
    """What could say who was asked about, by table: in every column of every row, also in bytes."""
    found: dict[str, list[str]] = {}
    words = [*TELLING, *(word.encode().hex() for word in TELLING)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t")
            rows = "\n".join(row for (row,) in cursor.fetchall())
            if hits := [word for word in words if word in rows]:
                found[table] = hits
    return found
