"""What is protected moves nothing that police could see: bytes, length, who signs, steps, and when it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muniment.actions import sending
from muniment.actions.context import Actor
from muniment.store import access
from muniment.store.access import FarEnd
from muniment.store.models import Delivery, Inquiry, LedgerEntry, Response, Work
from tests.actions import desk
from tests.cast import Cast
from tests.messages import iaq
from tests.web.scene import A_NUMBER, WORKER, Waiting, record

pytestmark = pytest.mark.django_db

ENDED = {"kind": "admission", "date": "2024-03-01", "class": "B2", "admit_until": "2024-08-31"}
STAY = {"kind": "admission", "date": "2024-03-01", "class": "H1B", "admit_until": "2040-03-01"}
ASYLUM = {"kind": "asylum_application", "date": "2025-01-01", "filed": "2025-01-01", "state": "pending"}
DENIED = {"kind": "asylum_application", "date": "2025-03-01", "filed": "2025-01-01", "state": "denied"}
VICTIM = {"kind": "protected_filing", "date": "2025-02-02", "what": "U", "state": "pending"}
YOUNG = {"kind": "sij_approval", "date": "2024-12-01"}
DISPUTED = {"kind": "tps_grant", "date": "2025-02-02", "until": "2039-01-01", "litigation": True}
GRANTED = {"kind": "asylum_grant", "date": "2025-05-05"}
PROGRAMME = {"kind": "tps_grant", "date": "2025-02-02", "until": "2039-01-01", "litigation": False}
#: Facts of one person each; within a row nothing may differ. The first of the R5 and the R4 is an ordinary person.
SAME: Final[Mapping[str, list[list[dict[str, Any]]]]] = {
    "R5": [[ENDED], [ENDED, ASYLUM], [ENDED, VICTIM], [ENDED, YOUNG, VICTIM], [ENDED, DISPUTED], [ENDED, DENIED]],
    "R4L": [[ENDED, GRANTED], [ENDED, PROGRAMME], [ENDED, PROGRAMME, VICTIM]],
    "R4": [[STAY], [STAY, ASYLUM], [STAY, DISPUTED], [STAY, VICTIM, ASYLUM]],
}


def answered(cast: Cast, waiting: Waiting, answer_class: str, facts: list[dict[str, Any]]) -> Inquiry:
    """An inquiry answered in this class by as many people as the rules ask."""
    number = Inquiry.objects.count()
    found = record("CIS", f"A{A_NUMBER}", *facts, a_number=A_NUMBER)
    inquiry = waiting(iaq(f"SAME{number:06}", ARN=A_NUMBER), found)
    desk.take(cast.sam, inquiry)
    desk.judge(cast.sam, inquiry)
    desk.draft(cast.sam, inquiry, answer_class)
    if desk.sign(cast.sam, inquiry).second_reason:
        desk.agree(cast.selma, inquiry)
    return inquiry


def seen(inquiry: Inquiry) -> dict[str, Any]:
    """All that an answer shows on its way: reasons, people, steps, waits, work, and the statements that let it go."""
    response = Response.objects.get(inquiry=inquiry)
    delivery = Delivery.objects.get(response=response)
    last = response.second_signed or response.signed
    work = Work.objects.get(task="release", target=delivery.pk)
    with CaptureQueriesContext(connection) as release:
        sending.release(WORKER, delivery.pk)
    with CaptureQueriesContext(connection) as handed:
        sending.hand_over(Actor.line("demo"), FarEnd("demo", access.db_now(), among=[delivery.pk]), 1)
    entries = LedgerEntry.objects.filter(inquiry_id=inquiry.pk).order_by("pk")
    return {
        "reason": response.second_reason,
        "people": [response.signer_id, response.second_id],
        "waits": [response.leaves - last if response.leaves else None, delivery.leaves - last, work.due - last],
        "lanes": [delivery.lane, work.lane],
        "steps": [entry.event for entry in entries],
        "statements": [len(release), len(handed)],
        "length": [len(bytes(delivery.wire)), len(response.text)],
    }


@pytest.mark.parametrize("answer_class", SAME)
def test_another_protected_fact_or_none_changes_nothing_on_the_way_of_an_answer(
    answer_class: str, cast: Cast, waiting: Waiting
) -> None:
    ways = [seen(answered(cast, waiting, answer_class, facts)) for facts in SAME[answer_class]]
    for way in ways[1:]:
        assert way == ways[0]
    assert ways[0]["people"][1] == (None if answer_class == "R4" else cast.selma.pk)
