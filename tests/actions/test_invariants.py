"""Whatever comes in whatever order: nothing leaves that rests on less than what is stored when it leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muniment.actions import responding, searching, sending, supplementing
from muniment.actions.reopening import reopen
from muniment.actions.responding import Signing
from muniment.core.errors import MunimentError
from muniment.core.record import Record
from muniment.core.subject import subject_from_json
from muniment.sources.protocol import SystemAnswer
from muniment.store import access
from muniment.store.models import CandidateRecord, Delivery, Inquiry, Response, Work
from tests.actions import desk
from tests.cast import Cast, acting
from tests.messages import iaq
from tests.web.scene import A_NUMBER, WORKER, Waiting, record, resident

pytestmark = pytest.mark.django_db

CITIZEN = {"kind": "us_passport", "kind_of": "citizen", "date": "2020-01-01"}
SILENT = ("CLAIMS", "EOIR", "VISAS")


def _records() -> Mapping[str, Record]:
    """What the silent systems will say: a tie and a citizen, a namesake, nothing of note."""
    return {
        "CLAIMS": record("CLAIMS", "C-1", CITIZEN, a_number=A_NUMBER),
        "EOIR": record("EOIR", "E-1", given="ALFONS"),
        "VISAS": record("VISAS", "V-1"),
    }


class Impossible(Exception):
    """Nothing is on the page that this step could press."""


@dataclass
class Play:
    """One inquiry and what a person has before them, which may be out of date."""

    waiting: Waiting
    cast: Cast
    inquiry: Inquiry
    shown: Signing | None = None
    left: list[int] = field(default_factory=list)

    def late(self, system: str) -> None:
        """The system answers after all."""
        said = SystemAnswer(system, "answered", 9.0, access.db_now(), (_records()[system],))
        self.inquiry.refresh_from_db()
        searching.late(WORKER, self.inquiry.pk, subject_from_json(self.inquiry.subject), said)

    def look(self) -> None:
        """What the page shows now, to be signed whenever."""
        if access.latest_determination(self.inquiry) is None:
            raise Impossible
        desk.draft(self.cast.sam, self.inquiry)
        self.shown = desk.signing(self.inquiry)

    def sign(self) -> None:
        """Sign what was shown at the last look."""
        if self.shown is not None:
            responding.sign(acting(self.cast.sam), self.inquiry.pk, self.shown)

    def look_twice(self) -> None:
        """The second person, with what is there now."""
        if access.standing_response(self.inquiry) is None:
            raise Impossible
        desk.agree(self.cast.selma, self.inquiry)

    def release(self) -> None:
        """The time for taking it back ends; what leaves is looked at."""
        delivery = Delivery.objects.get(message=self.inquiry.message, state="held")
        sending.release(WORKER, delivery.pk)
        self.left.append(delivery.pk)
        check(Response.objects.get(delivery=delivery))

    def search(self) -> None:
        """What the worker owes."""
        for work in Work.objects.filter(task="search again"):
            searching.search_again(WORKER, work.target)
            work.delete()

    def add(self) -> None:
        """A number is learnt."""
        self.inquiry.refresh_from_db()
        values = {"PPN": f"SYN{self.inquiry.version}"}
        supplementing.supplement(
            acting(self.cast.sam), self.inquiry.pk, self.inquiry.version, values, "MUSTER", "CALLED"
        )

    def reopen(self) -> None:
        """The agency calls back."""
        self.inquiry.refresh_from_db()
        reopen(acting(self.cast.sven), self.inquiry.pk, self.inquiry.version, "called", "CALLED")


def check(response: Response) -> None:
    """The determination knows every record and every reply that is stored now, and the text says who was silent."""
    inquiry, made = response.inquiry, response.determination
    assert made is not None
    stored = {f"{row.system}:{row.record_id}" for row in CandidateRecord.objects.filter(inquiry=inquiry)}
    assert {link["record"] for link in made.fact_file["links"]} == stored
    facts = {fact["id"] for row in CandidateRecord.objects.filter(inquiry=inquiry) for fact in row.facts}
    assert {fact["id"] for fact in made.fact_file["facts"]} == facts
    unreachable = sorted(source["system"] for source in made.fact_file["sources"] if source["state"] == "unreachable")
    assert unreachable == sorted(inquiry.silent)
    said = " ".join(response.text.split())
    assert f"SILENT {len(inquiry.silent)}" in said
    assert not access.search_owed(inquiry)
    assert not (made.result["stop"] and response.answer_class in ("R7", "R8", "R9"))


STEPS: Mapping[str, Callable[[Play], Any]] = {
    **{f"{system} answers": lambda play, system=system: play.late(system) for system in SILENT},
    "take": lambda play: desk.take(play.cast.sam, play.inquiry),
    "judge": lambda play: desk.judge(play.cast.sam, play.inquiry),
    "look": Play.look,
    "sign": Play.sign,
    "second": Play.look_twice,
    "release": Play.release,
    "search": Play.search,
    "add": Play.add,
    "reopen": Play.reopen,
}
#: The way of an answer, into which anything may fall.
WAY = ("take", "judge", "look", "sign", "second", "release")


@st.composite
def plays(draw: st.DrawFn) -> list[str]:
    """The way of an answer twice, with other steps in between, some of its own missing."""
    steps: list[str] = []
    for step in (*WAY, "reopen", "search", *WAY):
        steps += draw(st.lists(st.sampled_from(sorted(STEPS)), max_size=2))
        steps += [step] if draw(st.integers(0, 9)) else []
    return steps


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=plays())
def test_nothing_leaves_that_rests_on_less_than_what_is_stored(steps: list[str], waiting: Waiting, cast: Cast) -> None:
    with transaction.atomic():
        waiting.say(resident())
        inquiry = waiting(iaq("PLAY", custody="N", ARN=A_NUMBER), resident(), silent=SILENT)
        waiting.say(resident(), *_records().values())
        play = Play(waiting, cast, inquiry)
        for step in steps:
            with suppress(MunimentError, Delivery.DoesNotExist, Impossible), transaction.atomic():
                STEPS[step](play)
        standing = list(Response.objects.filter(withdrawn=False).order_by("id"))
        assert [each.replaces for each in standing] == [None, *standing[:-1]][: len(standing)]
        sent = Delivery.objects.filter(kind="response", state__in=("ready", "sent", "acknowledged"))
        assert sent.count() <= 1
        transaction.set_rollback(True)


def test_the_plays_do_answer(waiting: Waiting, cast: Cast) -> None:
    """The property above would hold of plays in which nothing ever leaves."""
    inquiry = waiting(iaq("PLAY", custody="N", ARN=A_NUMBER), resident(), silent=SILENT)
    waiting.say(resident(), *_records().values())
    play = Play(waiting, cast, inquiry)
    for step in (*WAY, "EOIR answers", "search", *WAY):
        with suppress(MunimentError, Delivery.DoesNotExist, Impossible):
            STEPS[step](play)
    assert len(play.left) == 2
