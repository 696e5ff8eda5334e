"""The page of the record systems and its switch, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from muniment.actions import systems
from muniment.core.record import SYSTEMS
from muniment.store.models import SystemReply, SystemSwitch
from tests.cast import Cast, acting
from tests.messages import iaq
from tests.web.scene import Waiting
from tests.web.walk import address, look, send

pytestmark = pytest.mark.django_db

At = Callable[[str], Client]


def test_every_system_shows_its_state_copy_and_speed(at: At, waiting: Waiting) -> None:
    waiting(iaq("SYN1"), silent=["EOIR"])
    SystemReply.objects.filter(system="ADIS").update(seconds=2.9)
    text = look(at("sven"), "/systems/").text
    assert all(code in text for code in SYSTEMS)
    assert "1 asked, 100.0 % silent" in text
    assert "half within 0.20 s, 95 of 100 within 0.20 s" in text
    assert "silent" in text.split("EOIR")[1].split("VISAS")[0]
    assert "slow" in text.split("ADIS")[1].split("SEVIS")[0]


def test_questions_that_were_not_put_because_too_many_hung_are_counted(at: At, waiting: Waiting) -> None:
    waiting(iaq("SYN1"), silent=["EOIR"])
    fault = "EOIR: not asked: 16 earlier questions are still unanswered"
    SystemReply.objects.filter(system="EOIR").update(fault=fault)
    assert "1 passed over: too many unanswered at once" in look(at("sven"), "/systems/").text


def test_a_system_nobody_asked_is_not_said_to_be_silent(at: At) -> None:
    text = look(at("ada"), "/systems/").text
    assert text.count("not asked in the last hour") == len(SYSTEMS)
    assert "stop asking" not in text  # an administrator only looks


def test_a_supervisor_switches_it_off_and_on_and_everybody_reads_why(at: At, waiting: Waiting) -> None:
    sven = at("sven")
    page = look(sven, "/systems/EOIR/")
    page = send(sven, page.form("/systems/EOIR/"), reason="Their copy is of last year.")
    assert page.address == "/systems/"
    assert page.text.count("stop asking") == 8
    assert "sven of the tests: Their copy is of last year." in page.text
    page = look(sven, "/systems/EOIR/")
    assert "Ask EOIR again" in page.text
    page = send(sven, page.form("/systems/EOIR/"), reason="Mended.")
    assert page.text.count("stop asking") == 9
    assert [row.asked for row in SystemSwitch.objects.order_by("version")] == [False, True]


def test_the_board_leads_to_what_is_not_asked(at: At, cast: Cast) -> None:
    sven = at("sven")
    assert "is not asked" not in look(sven, "/board/").text
    systems.switch(acting(cast.sven), "EOIR", 0, False, "Their copy is of last year.")
    page = look(sven, "/board/")
    assert "EOIR is not asked" in page.text
    assert "Their copy is of last year." in page.text
    assert "/systems/EOIR/" in page.links


def test_the_inquiry_shows_that_it_was_not_asked_and_why(at: At, cast: Cast, waiting: Waiting) -> None:
    inquiry = waiting(iaq("SYN1"), silent=["EOIR"])
    SystemReply.objects.filter(inquiry=inquiry, system="EOIR").update(
        state="not asked", fault="EOIR: not asked: Their copy is of last year."
    )
    page = look(at("sam"), address(inquiry))
    assert "EOIR not asked: Their copy is of last year." in " ".join(page.text.split())
    assert "8 of 9 systems answered" in look(at("sam"), "/queue/").text


def test_the_second_of_two_supervisors_is_told_and_keeps_the_reason(at: At, cast: Cast) -> None:
    sven = at("sven")
    page = look(sven, "/systems/CIS/")
    systems.switch(acting(cast.sven), "CIS", 0, False, "Slow since noon.")
    page = send(sven, page.form("/systems/CIS/"), reason="I see it too.")
    assert page.status == 409
    assert "Somebody was first with CIS" in page.text
    assert "Slow since noon." in page.text
    assert "I see it too." in page.html


def test_without_a_reason_nothing_is_switched(at: At) -> None:
    sven = at("sven")
    page = send(sven, look(sven, "/systems/CIS/").form("/systems/CIS/"), reason=" ")
    assert page.status == 422
    assert "Say in a few words why." in page.text
    assert not SystemSwitch.objects.exists()


def test_a_system_that_does_not_exist_has_no_page(at: At) -> None:
    look(at("sven"), "/systems/NOWHERE/", 404)
