"""A line is down for long, then comes back; the switch refuses an answer; the same over HTTPS. Nothing expires in
silence, and nothing is said twice: each answer has one number, however often it is handed over.
"""

from __future__ import annotations

import base64
import json
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.request import Request, urlopen

import pytest

from muniment.actions.installing import DEMO_PASSWORD
from muniment.gateway.client import LineClient
from tests.journeys.peers import Specialist
from tests.journeys.running import CERTIFICATES, RunningCenter, running_center
from tests.journeys.visitor import Page, Visitor
from tests.messages import error, iaq

KEY = "demo-line-key"
#: Ten minutes of life are ten seconds here.
HURRY = "60"


@pytest.fixture(scope="module")
def center() -> Iterator[RunningCenter]:
    """A center in which time is short."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JOURNEY_HURRY", HURRY)
        with running_center() as center:
            yield center


@pytest.fixture(scope="module")
def staff(center: RunningCenter) -> Iterator[None]:
    """Somebody answers whatever comes, and somebody looks a second time where that is owed."""
    done = threading.Event()
    people = [Specialist(center, "specialist14", done), Specialist(center, "senior3", done, seconds=True)]
    crew = [threading.Thread(target=person.run, daemon=True) for person in people]
    for member in crew:
        member.start()
    yield
    done.set()
    for member in crew:
        member.join(30)


@pytest.fixture
def supervisor(center: RunningCenter) -> Visitor:
    """Somebody who looks at what has not arrived."""
    visitor = Visitor(center.web)
    visitor.log_in("supervisor1", DEMO_PASSWORD)
    return visitor


def until(look: Callable[[], Page], part: str, seconds: float = 90) -> Page:
    """The page, once it says that."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        page = look()
        if re.search(part, page.text):
            return page
        time.sleep(0.5)
    raise AssertionError(f"never “{part}” but: {page.text[:2000]}")


def taken(center: RunningCenter, seconds: float, *raw: bytes) -> dict[int, bytes]:
    """Connect, send, take and acknowledge what comes: number to content; no number comes twice under another."""
    with LineClient("127.0.0.1", center.line_port, "demo", KEY) as line:
        for each in raw:
            line.send(each)
        return {delivery.number: delivery.content for delivery in line.deliveries(seconds)}


def answers(deliveries: dict[int, bytes]) -> dict[int, str]:
    """Of those, the answers: number to control field."""
    return {
        number: content.split(b"*", 1)[1].split(b".", 1)[0].decode()
        for number, content in deliveries.items()
        if content.startswith(b"IAR.")
    }


def settle(supervisor: Visitor, page: Page, name: str) -> Page:
    """Write down that somebody was told what stands first on the list."""
    told = next(link for link in page.links if link.endswith("/told/"))
    form = supervisor.get(told)
    return supervisor.submit(form, form.form("/told/"), spoke_with=name)


def test_a_line_that_is_down_for_long_hides_nothing_and_gets_each_answer_once(
    center: RunningCenter, staff: None, supervisor: Visitor
) -> None:
    def listed() -> Page:
        return supervisor.get("/undelivered/")

    receipts = taken(center, 3, *(iaq(control, custody="N") for control in ("DOWN1", "DOWN2")))
    assert not answers(receipts)
    page = until(listed, "2 messages have not arrived")
    assert page.text.count("line demo is not connected since") == 2
    page = settle(supervisor, page, "SGT EXAMPLE")
    assert "1 message has not arrived" in page.text
    assert "supervisor 1 told SGT EXAMPLE by telephone" in page.text
    came = taken(center, 3)
    assert sorted(answers(came).values()) == ["DOWN1", "DOWN2"]
    until(listed, "Everything has arrived")
    assert answers(taken(center, 3)) == {}

    refused, control = max(answers(came).items())
    taken(center, 1, error(came[refused], text="DESTINATION OUT OF SERVICE"))
    page = until(listed, "DESTINATION OUT OF SERVICE")
    supervisor.submit(page, page.form("/try-now/"))
    assert answers(taken(center, 3)) == {refused: control}
    page = until(listed, "no refusal since: ask whether they have it")
    assert "Everything has arrived" in settle(supervisor, page, "CPL MUSTER").text


def ask(center: RunningCenter, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
    """One request of a far end that speaks HTTPS."""
    headers = {"Authorization": f"Bearer {KEY}"}
    request = Request(f"https://127.0.0.1:{center.https_port}/v1/{path}", body, headers, method=method)
    trust = ssl.create_default_context(cafile=str(CERTIFICATES / "server.crt"))
    with urlopen(request, timeout=30, context=trust) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def test_over_https_too_each_answer_has_one_number_until_it_is_acknowledged(
    center: RunningCenter, staff: None, supervisor: Visitor
) -> None:
    message = ask(center, "POST", "messages", iaq("DOWN3", custody="N"))["message"]
    [receipt] = ask(center, "GET", f"deliveries?wait=20&message={message}")["deliveries"]
    ask(center, "POST", f"deliveries/{receipt['delivery']}/acknowledge", b"")
    until(lambda: supervisor.get("/undelivered/"), "1 message has not arrived")
    given = [ask(center, "GET", "deliveries?wait=20")["deliveries"] for _ in range(3)]
    assert [[each["delivery"] for each in deliveries] for deliveries in given] == [[given[0][0]["delivery"]]] * 3
    assert base64.b64decode(given[0][0]["content"]).startswith(b"IAR.")
    ask(center, "POST", f"deliveries/{given[0][0]['delivery']}/acknowledge", b"")
    assert ask(center, "GET", "deliveries?wait=3")["deliveries"] == []
    assert "Everything has arrived" in supervisor.get("/undelivered/").text
