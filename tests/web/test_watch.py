"""What the operator's machines may ask: open to this machine and to the token, absent to all others."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from muniment.actions import undelivered
from muniment.core.workflow import InquiryState
from muniment.store import access
from muniment.store.models import Delivery, Inquiry
from tests.web.scene import WORKER, Waiting

pytestmark = pytest.mark.django_db

PAGES = ["health", "ready", "metrics"]
FAR: dict[str, Any] = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.mark.parametrize("page", PAGES)
def test_this_machine_may_ask_without_a_login(page: str, client: Client) -> None:
    assert client.get(f"/watch/{page}/").status_code == 200


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "where", [FAR, {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}, {"REMOTE_ADDR": ""}], ids=["far", "passed on", "nowhere"]
)
def test_to_another_machine_the_page_is_absent(page: str, where: dict[str, Any], client: Client) -> None:
    assert client.get(f"/watch/{page}/", **where).status_code == 404


def test_the_token_opens_from_afar_and_another_does_not(client: Client, settings: Any) -> None:
    settings.MUNIMENT_WATCH_TOKEN = "token of the tests"
    right, wrong = {"Authorization": "Bearer token of the tests"}, {"Authorization": "Bearer guess"}
    assert client.get("/watch/metrics/", headers=right, **FAR).status_code == 200
    assert client.get("/watch/metrics/", headers=wrong, **FAR).status_code == 404


def test_an_empty_token_opens_nothing(client: Client) -> None:
    assert client.get("/watch/metrics/", headers={"Authorization": "Bearer "}, **FAR).status_code == 404


def numbers(client: Client) -> dict[str, float]:
    """The samples by name and labels; every line has the form that Prometheus reads."""
    answer = client.get("/watch/metrics/")
    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.content.decode().splitlines()
    shape = r'# (HELP|TYPE) muniment_\w+ .+|muniment_\w+(\{\w+="[^"\\]*"(,\w+="[^"\\]*")*\})? -?[\d.e+-]+'
    assert [line for line in lines if not re.fullmatch(shape, line)] == []
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}


def test_the_numbers_say_what_waits_and_name_nobody(client: Client, waiting: Waiting) -> None:
    before = numbers(client)
    about = waiting().about
    after = numbers(client)
    assert after['muniment_inquiry_rows{state="waiting"}'] == before['muniment_inquiry_rows{state="waiting"}'] + 1
    assert after['muniment_oldest_seconds{what="inquiry"}'] >= 0
    assert after["muniment_ledger_last_entry"] > before["muniment_ledger_last_entry"]
    assert after["muniment_up"] == 1
    assert abs(after["muniment_clock_apart_seconds"]) < 60
    assert after["muniment_disk_free_bytes"] > 0
    assert about.split(",")[0] not in client.get("/watch/metrics/").content.decode()


def test_an_inquiry_past_its_deadline_is_counted(client: Client, waiting: Waiting) -> None:
    inquiry = waiting()
    Inquiry.objects.filter(pk=inquiry.pk).update(due=inquiry.received.replace(year=2000))
    assert numbers(client)["muniment_inquiries_overdue"] == 1
    Inquiry.objects.filter(pk=inquiry.pk).update(state=InquiryState.ACKNOWLEDGED)
    assert numbers(client)["muniment_inquiries_overdue"] == 0


def test_a_full_disk_is_not_ready_but_alive(client: Client, settings: Any) -> None:
    settings.MUNIMENT_DISK_FLOOR = 10**18
    answer = client.get("/watch/ready/")
    assert (answer.status_code, answer.json()["parts"]) == (503, {"database": True, "disk": False})
    assert client.get("/watch/health/").status_code == 200


def test_watching_leaves_no_session_and_no_entry(client: Client, at: Callable[[str], Client]) -> None:
    before = numbers(client)["muniment_ledger_last_entry"]
    assert client.get("/watch/metrics/").cookies.keys() == set()
    assert numbers(client)["muniment_ledger_last_entry"] == before


def test_what_has_not_arrived_is_counted_by_how_long_it_is_owed(client: Client, waiting: Waiting) -> None:
    waiting()  # its receipt waits for the line
    owed, later = access.db_now() - timedelta(minutes=20), access.db_now() + timedelta(minutes=5)
    Delivery.objects.update(owed=owed, tell=owed, leaves=later)
    undelivered.tell_overdue(WORKER)
    shown = numbers(client)
    assert shown["muniment_undelivered"] == 1
    assert 1200 <= shown['muniment_oldest_seconds{what="delivery"}'] < 1260
