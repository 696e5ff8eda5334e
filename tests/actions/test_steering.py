"""Into an urgent lane, to a colleague, back from somebody who went away, and out of the queue unanswered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from muniment import worker
from muniment.actions import adjudication, responding, steering
from muniment.actions.context import Actor
from muniment.core.errors import NotAllowed, SenderFault, Stale, WrongState
from muniment.core.lanes import LANES
from muniment.core.ledger import Event
from muniment.store import access
from muniment.store.models import Delivery, Draft, Inquiry, LedgerEntry, Note, User, Verdict
from tests.cast import Cast, acting
from tests.messages import iaq, yq
from tests.web.scene import Waiting, resident

pytestmark = pytest.mark.django_db

CLOCK = Actor.program("clock")


@pytest.fixture
def inquiry(waiting: Waiting) -> Inquiry:
    """One that is due in 24 hours."""
    return waiting(iaq(custody="N", ARN="900000123"), resident())


@pytest.fixture
def in_hand(inquiry: Inquiry, cast: Cast) -> Inquiry:
    """The same, in the hand of Sam, judged and with a draft."""
    adjudication.take(acting(cast.sam), inquiry.pk, inquiry.version)
    adjudication.judge(acting(cast.sam), inquiry.pk, access.candidates(inquiry)[0].pk, "same")
    responding.save_draft(acting(cast.sam), inquiry.pk, "R4", "A DRAFT")
    inquiry.refresh_from_db()
    return inquiry


def entry(event: Event) -> LedgerEntry:
    return LedgerEntry.objects.get(event=event)


def grow_idle(inquiry: Inquiry, minutes: float) -> None:
    """The holder was last seen so long ago."""
    Inquiry.objects.filter(pk=inquiry.pk).update(active=access.db_now() - timedelta(minutes=minutes))


# Expedite


def test_expedited_it_is_due_within_the_target_of_its_new_lane_from_now(inquiry: Inquiry, cast: Cast) -> None:
    before = access.db_now()
    steering.expedite(acting(cast.sam), inquiry.pk, inquiry.version, 2, "OFFICER CALLED, STANDS AT THE ROADSIDE")
    inquiry.refresh_from_db()
    assert inquiry.lane == 2
    assert timedelta() <= inquiry.due - before - LANES[2].target < timedelta(seconds=30)
    note = Note.objects.get(inquiry=inquiry)
    assert (note.kind, note.user, note.purpose) == ("expedited", cast.sam, "C")
    assert note.at == entry(Event.INQUIRY_EXPEDITED).at
    assert b"ROADSIDE" not in bytes(entry(Event.INQUIRY_EXPEDITED).canonical)


def test_expediting_never_makes_a_deadline_later(inquiry: Inquiry, cast: Cast) -> None:
    soon = access.db_now() + timedelta(minutes=3)
    Inquiry.objects.filter(pk=inquiry.pk).update(due=soon)
    steering.expedite(acting(cast.sven), inquiry.pk, inquiry.version, 3, "RELEASE TONIGHT")
    inquiry.refresh_from_db()
    assert (inquiry.lane, inquiry.due) == (3, soon)


@pytest.mark.parametrize("lane", [0, 1, 6, 7])
def test_only_the_two_urgent_lanes_can_be_asked_for(lane: int, inquiry: Inquiry, cast: Cast) -> None:
    with pytest.raises(WrongState, match="not more urgent"):
        steering.expedite(acting(cast.sam), inquiry.pk, inquiry.version, lane, "WHY")


def test_a_hit_confirmation_cannot_become_less_urgent(
    waiting: Waiting,
    cast: Cast,
) -> None:
    hit = waiting(yq())
    with pytest.raises(WrongState):
        steering.expedite(acting(cast.sam), hit.pk, hit.version, 2, "WHY")


@pytest.mark.parametrize("reason", ["", "  \n ", "X" * 301])
def test_a_reason_is_said_and_fits(reason: str, inquiry: Inquiry, cast: Cast) -> None:
    with pytest.raises(SenderFault) as fault:
        steering.expedite(acting(cast.sam), inquiry.pk, inquiry.version, 2, reason)
    assert fault.value.field == "reason"
    assert not Note.objects.exists()


@pytest.mark.parametrize("who", ["aldo", "ada", "nobody"])
def test_who_neither_answers_nor_supervises_may_not_expedite_or_withdraw(
    who: str, inquiry: Inquiry, cast: Cast
) -> None:
    user: User = getattr(cast, who)
    for act in (
        lambda: steering.expedite(acting(user), inquiry.pk, inquiry.version, 2, "WHY"),
        lambda: steering.withdraw(acting(user), inquiry.pk, inquiry.version, "WHY"),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert LedgerEntry.objects.filter(event=Event.ACCESS_DENIED).count() == 2


def test_whoever_signs_knows_that_it_was_expedited_meanwhile(in_hand: Inquiry, cast: Cast) -> None:
    """In an urgent lane a signed answer leaves at once: a page that promised ten seconds is out of date."""
    steering.expedite(acting(cast.sven), in_hand.pk, in_hand.version, 2, "WHY")
    with pytest.raises(Stale):
        responding.sign(acting(cast.sam), in_hand.pk, responding.Signing(in_hand.version, "0" * 64, 1, "x"))
    in_hand.refresh_from_db()
    assert (in_hand.state, in_hand.holder) == ("in hand", cast.sam)


# Hand over


def test_handed_over_it_waits_for_the_colleague_with_everything_that_was_done(in_hand: Inquiry, cast: Cast) -> None:
    steering.hand_over(acting(cast.sam), in_hand.pk, in_hand.version, cast.sofia.pk, " CALL BACK AT NOON ")
    in_hand.refresh_from_db()
    assert (in_hand.state, in_hand.holder, in_hand.handed_to) == ("waiting", None, cast.sofia)
    assert [row.pk for row in access.handed_to(cast.sofia)] == [in_hand.pk]
    assert [row.pk for row in access.waiting(cast.sofia)] == [in_hand.pk]
    assert not access.waiting(cast.selma).exists()
    assert Note.objects.get().text == "CALL BACK AT NOON"
    assert Verdict.objects.filter(withdrawn=False).exists()
    assert Draft.objects.get().text == "A DRAFT"


def test_taking_it_accepts_it_and_anybody_who_answers_may(in_hand: Inquiry, cast: Cast) -> None:
    steering.hand_over(acting(cast.sam), in_hand.pk, in_hand.version, cast.sofia.pk, "")
    adjudication.take(acting(cast.selma), in_hand.pk, in_hand.version + 1)
    in_hand.refresh_from_db()
    assert (in_hand.holder, in_hand.handed_to) == (cast.selma, None)


@pytest.mark.parametrize("who", ["sam", "sven", "aldo", "robot"])
def test_only_a_colleague_who_answers_can_be_given_it(who: str, in_hand: Inquiry, cast: Cast) -> None:
    user: User = getattr(cast, who)
    with pytest.raises(SenderFault, match="Choose a colleague"):
        steering.hand_over(acting(cast.sam), in_hand.pk, in_hand.version, user.pk, "")


def test_only_who_has_it_can_hand_it_over(in_hand: Inquiry, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        steering.hand_over(acting(cast.selma), in_hand.pk, in_hand.version, cast.sofia.pk, "")


# Take back what is idle


def test_what_is_idle_goes_back_with_verdicts_and_draft(in_hand: Inquiry, cast: Cast) -> None:
    grow_idle(in_hand, 15)
    assert steering.take_back_idle(CLOCK) == 1
    in_hand.refresh_from_db()
    assert (in_hand.state, in_hand.holder, in_hand.taken) == ("waiting", None, None)
    assert (Note.objects.get().kind, Note.objects.get().user) == ("fell idle", cast.sam)
    assert entry(Event.INQUIRY_FELL_IDLE).actor == "program:clock"
    assert Verdict.objects.filter(withdrawn=False).exists()
    assert Draft.objects.exists()
    assert steering.take_back_idle(CLOCK) == 0


def test_a_sign_of_the_holder_a_moment_ago_keeps_it(in_hand: Inquiry, cast: Cast) -> None:
    grow_idle(in_hand, 14.9)
    assert steering.take_back_idle(CLOCK) == 0
    grow_idle(in_hand, 20)
    steering.stay(acting(cast.sam), in_hand.pk)
    assert steering.take_back_idle(CLOCK) == 0


def test_a_look_of_somebody_else_does_not_keep_it(in_hand: Inquiry, cast: Cast) -> None:
    grow_idle(in_hand, 20)
    steering.stay(acting(cast.sofia), in_hand.pk)
    assert steering.take_back_idle(CLOCK) == 1


def test_one_that_was_in_hand_before_looks_were_counted_goes_by_when_it_was_taken(in_hand: Inquiry) -> None:
    Inquiry.objects.filter(pk=in_hand.pk).update(active=None, taken=access.db_now() - timedelta(hours=1))
    assert steering.take_back_idle(CLOCK) == 1


def test_the_time_is_a_setting(in_hand: Inquiry, settings: Any) -> None:
    settings.MUNIMENT_IDLE_MINUTES = 60
    grow_idle(in_hand, 20)
    assert steering.take_back_idle(CLOCK) == 0


def test_the_worker_takes_it_back_by_the_clock() -> None:
    assert steering.take_back_idle in {action for _, _, action in worker.PERIODIC}


# Free what no colleague took


def handed_over(inquiry: Inquiry, cast: Cast, minutes: float) -> None:
    """Sam handed it over to Sofia so long ago."""
    steering.hand_over(acting(cast.sam), inquiry.pk, inquiry.version, cast.sofia.pk, "CALL BACK AT NOON")
    Note.objects.filter(kind="handed over").update(at=access.db_now() - timedelta(minutes=minutes))
    inquiry.refresh_from_db()


def test_what_no_colleague_took_waits_for_everybody_with_everything_that_was_done(in_hand: Inquiry, cast: Cast) -> None:
    handed_over(in_hand, cast, 15)
    assert not access.waiting(cast.selma).exists()
    assert steering.free_untaken(CLOCK) == 1
    in_hand.refresh_from_db()
    assert (in_hand.state, in_hand.handed_to, in_hand.holder) == ("waiting", None, None)
    assert [row.pk for row in access.waiting(cast.selma)] == [in_hand.pk]
    note = Note.objects.get(kind="not taken")
    assert (note.user, note.at) == (cast.sofia, entry(Event.INQUIRY_FREED).at)
    assert entry(Event.INQUIRY_FREED).actor == "program:clock"
    assert Draft.objects.exists()
    assert steering.free_untaken(CLOCK) == 0


def test_a_colleague_has_the_same_time_as_a_holder(in_hand: Inquiry, cast: Cast, settings: Any) -> None:
    handed_over(in_hand, cast, 14.9)
    assert steering.free_untaken(CLOCK) == 0
    settings.MUNIMENT_IDLE_MINUTES = 14
    assert steering.free_untaken(CLOCK) == 1


def test_what_the_colleague_took_is_not_freed_and_a_second_hand_over_counts_anew(in_hand: Inquiry, cast: Cast) -> None:
    handed_over(in_hand, cast, 20)
    adjudication.take(acting(cast.sofia), in_hand.pk, in_hand.version)
    assert steering.free_untaken(CLOCK) == 0
    in_hand.refresh_from_db()
    steering.hand_over(acting(cast.sofia), in_hand.pk, in_hand.version, cast.sam.pk, "")
    assert steering.free_untaken(CLOCK) == 0


def test_the_worker_frees_by_the_clock() -> None:
    assert steering.free_untaken in {action for _, _, action in worker.PERIODIC}


# Withdraw


def test_withdrawn_it_is_closed_and_the_agency_is_told_so(in_hand: Inquiry, cast: Cast) -> None:
    steering.withdraw(acting(cast.sam), in_hand.pk, in_hand.version, "AGENCY CALLED: RELEASED, NOT NEEDED")
    in_hand.refresh_from_db()
    assert (in_hand.state, in_hand.holder) == ("withdrawn", None)
    assert in_hand.closed is not None
    told = Delivery.objects.get(kind="closing")
    assert told.entry == entry(Event.INQUIRY_WITHDRAWN)
    wire = bytes(told.wire).decode()
    assert wire.startswith("AM.")
    assert "*SYN0000001" in wire
    assert "NO ANSWER WILL FOLLOW" in wire
    assert "RELEASED" not in wire


def test_nothing_can_happen_to_what_was_withdrawn(in_hand: Inquiry, cast: Cast) -> None:
    steering.withdraw(acting(cast.sam), in_hand.pk, in_hand.version, "WHY")
    in_hand.refresh_from_db()
    with pytest.raises(WrongState):
        adjudication.take(acting(cast.sam), in_hand.pk, in_hand.version)
    with pytest.raises(WrongState):
        steering.withdraw(acting(cast.sven), in_hand.pk, in_hand.version, "WHY")


def test_a_specialist_closes_only_what_is_in_hand_a_supervisor_anything_open(inquiry: Inquiry, cast: Cast) -> None:
    with pytest.raises(WrongState, match="not in hand"):
        steering.withdraw(acting(cast.sam), inquiry.pk, inquiry.version, "WHY")
    steering.withdraw(acting(cast.sven), inquiry.pk, inquiry.version, "WHY")
    inquiry.refresh_from_db()
    assert inquiry.state == "withdrawn"
