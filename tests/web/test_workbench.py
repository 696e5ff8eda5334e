"""The same person asked about again: the earlier answer shows beside, once it can bias nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from muniment.store import access
from muniment.store.models import Inquiry, Response
from tests.messages import iaq
from tests.web.scene import A_NUMBER, Waiting, resident
from tests.web.walk import address, check, judge, look, sign, take

pytestmark = pytest.mark.django_db

At = Callable[[str], Client]
BEFORE = "Answered before"


@pytest.fixture
def answered(at: At, waiting: Waiting) -> Inquiry:
    """An inquiry of purpose C that Sam answered; its answer left a moment ago."""
    inquiry = waiting(iaq(ARN=A_NUMBER), resident())
    sam = at("sam")
    take(sam, inquiry)
    judge(sam, inquiry, "same")
    check(sam, inquiry)
    sign(sam, inquiry)
    left(timedelta(minutes=5))
    return inquiry


def left(ago: timedelta) -> None:
    """Let the answer have left so long ago."""
    Response.objects.update(leaves=access.db_now() - ago)


def again(waiting: Waiting, control: str = "SYN0000002", **more: str) -> Inquiry:
    """The same person, asked about by another agency."""
    return waiting(iaq(control, **{"ori": "ZZ0020200", "ARN": A_NUMBER, **more}), resident())


def test_an_earlier_answer_shows_with_its_age_after_the_own_verdict(
    answered: Inquiry, at: At, waiting: Waiting
) -> None:
    inquiry = again(waiting)
    sofia = at("sofia")
    assert BEFORE not in take(sofia, inquiry).text
    page = judge(sofia, inquiry, "same")
    assert BEFORE in page.text
    assert "R3 to Example County Sheriff, TX, 5 min ago" in page.text
    assert address(answered) in page.links


@pytest.mark.parametrize("verdict", ["another", "cannot tell"])
def test_a_record_that_was_not_judged_the_same_person_here_brings_none(
    verdict: str, answered: Inquiry, at: At, waiting: Waiting
) -> None:
    inquiry = again(waiting)
    take(at("sofia"), inquiry)
    assert BEFORE not in judge(at("sofia"), inquiry, verdict).text


@pytest.mark.parametrize("hours", [24.1, -0.1])
def test_only_answers_that_left_within_a_day_are_shown(
    hours: float, answered: Inquiry, at: At, waiting: Waiting
) -> None:
    inquiry = again(waiting)
    left(timedelta(hours=hours))
    take(at("sofia"), inquiry)
    assert BEFORE not in judge(at("sofia"), inquiry, "same").text


def test_the_same_agency_and_control_field_are_enough(answered: Inquiry, at: At, waiting: Waiting) -> None:
    inquiry = waiting(iaq(REM="SECOND REQUEST", ARN=A_NUMBER), resident())
    take(at("sofia"), inquiry)
    assert BEFORE in judge(at("sofia"), inquiry, "another").text


def test_a_firearm_check_sees_no_earlier_answer(answered: Inquiry, at: At, waiting: Waiting) -> None:
    inquiry = waiting(iaq("SYN0000001", purpose="F", ARN=A_NUMBER), resident())
    assert inquiry.purpose == "F"
    take(at("sofia"), inquiry)
    assert BEFORE not in judge(at("sofia"), inquiry, "same").text


def test_no_inquiry_sees_the_answer_to_a_firearm_check(at: At, waiting: Waiting) -> None:
    check_of_arms = waiting(iaq(purpose="F", ARN=A_NUMBER), resident())
    sam = at("sam")
    take(sam, check_of_arms)
    judge(sam, check_of_arms, "same")
    check(sam, check_of_arms)
    sign(sam, check_of_arms)
    assert Response.objects.filter(inquiry=check_of_arms).exists()
    left(timedelta(minutes=5))
    for inquiry in (again(waiting), waiting(iaq(REM="AGAIN", ARN=A_NUMBER), resident())):
        take(at("sofia"), inquiry)
        assert BEFORE not in judge(at("sofia"), inquiry, "same").text


def test_nobody_is_shown_it_who_owes_a_verdict(answered: Inquiry, at: At, waiting: Waiting) -> None:
    inquiry = again(waiting)
    take(at("sofia"), inquiry)
    judge(at("sofia"), inquiry, "same")
    assert BEFORE not in look(at("selma"), address(inquiry)).text
