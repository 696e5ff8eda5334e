"""The HTTPS endpoint over real TLS sockets and a real database: the same promises as the TCP line."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from muniment import worker
from muniment.actions import installing
from muniment.actions.context import Actor
from muniment.core import outgoing
from muniment.core.errors import OurFault
from muniment.core.workflow import DeliveryState
from muniment.gateway import https
from muniment.gateway import line as tcp
from muniment.store import access
from muniment.store.models import Delivery, LedgerEntry, Line, Message
from tests.messages import iaq

pytestmark = [pytest.mark.django_db(transaction=True)]

CASES = Path(__file__).parents[1] / "cases" / "gateway"
KEY = "key of the tests"


@dataclass
class Answer:
    """What the endpoint answered."""

    status: int
    headers: http.client.HTTPMessage
    body: Any


@dataclass
class Caller:
    """A far end that speaks HTTPS, each request over a connection of its own."""

    port: int
    key: str = KEY
    certificate: str = ""

    def context(self) -> ssl.SSLContext:
        """Trusts the center's certificate, shows its own."""
        context = ssl.create_default_context(cafile=str(CASES / "server.crt"))
        if self.certificate:
            context.load_cert_chain(CASES / f"{self.certificate}.crt", CASES / f"{self.certificate}.key")
        return context

    def connect(self) -> http.client.HTTPSConnection:
        """A connection."""
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=10, context=self.context())

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request."""
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        with contextlib.closing(self.connect()) as opened:
            opened.request(method, path, body, headers)
            return answer(opened)

    def send(self, raw: bytes) -> Answer:
        """One message."""
        return self.ask("POST", "/v1/messages", raw)

    def take(self, query: str = "wait=3") -> list[dict[str, Any]]:
        """What may leave."""
        deliveries: list[dict[str, Any]] = self.ask("GET", f"/v1/deliveries?{query}").body["deliveries"]
        return deliveries


def answer(opened: http.client.HTTPSConnection) -> Answer:
    """The answer that comes over the connection; every body is JSON of the media type it says."""
    came = opened.getresponse()
    media = "application/json" if came.status < 400 else "application/problem+json"
    assert came.headers["Content-Type"] == media
    return Answer(came.status, came.headers, json.loads(came.read()))


@pytest.fixture
def server(transactional_center: Line) -> Iterator[https.Server]:
    """An endpoint on a port of its own."""
    server = https.serve("127.0.0.1", 0, str(CASES / "server.crt"), str(CASES / "server.key"))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server
    server.stop()
    thread.join()


@pytest.fixture
def caller(server: https.Server) -> Caller:
    """The far end of the line `demo`, by key."""
    return Caller(int(server.server_address[1]))


def pem(name: str) -> str:
    """A certificate of the tests."""
    return (CASES / f"{name}.crt").read_text()


def work() -> None:
    """Do all work that is due."""
    while worker.run_one(Actor.program("worker")):
        pass


def work_elsewhere() -> None:
    """The same in a thread, which has a database connection of its own."""
    try:
        work()
    finally:
        connection.close()


def test_a_message_is_acknowledged_when_it_is_stored(caller: Caller) -> None:
    came = caller.send(iaq())
    message = Message.objects.get()
    assert (came.status, came.headers["Cache-Control"]) == (201, "no-store")
    assert came.body == {"message": message.pk, "sha256": message.sha256, "repeat": False}
    assert (bytes(message.raw), message.line_id) == (iaq(), "demo")
    assert caller.send(iaq()).body == {"message": message.pk, "sha256": message.sha256, "repeat": True}


def test_what_is_ready_is_taken_and_closed_by_number(caller: Caller) -> None:
    caller.send(iaq(SEX="Q"))
    work()
    [delivery] = caller.take()
    assert b"SEX SEX.INVALID" in base64.b64decode(delivery["content"])
    row = Delivery.objects.get(pk=delivery["delivery"])
    assert (row.state, row.sends, delivery["kind"]) == (DeliveryState.SENT, 1, "message")
    for _ in range(2):  # saying it twice changes nothing
        closed = caller.ask("POST", f"/v1/deliveries/{row.pk}/acknowledge")
        assert (closed.status, closed.body) == (200, {"delivery": row.pk})
    row.refresh_from_db()
    assert row.state == DeliveryState.ACKNOWLEDGED
    events = list(LedgerEntry.objects.filter(message_id=row.message_id).order_by("id").values_list("event", flat=True))
    assert events[-2:] == ["delivery.sent", "delivery.acknowledged"]
    assert caller.take("wait=0") == []


def test_waiting_ends_as_soon_as_something_may_leave(caller: Caller) -> None:
    caller.send(iaq(SEX="Q"))
    later = threading.Timer(0.6, work_elsewhere)
    later.start()
    began = time.monotonic()
    assert len(caller.take("wait=20")) == 1
    assert 0.5 < time.monotonic() - began < 10
    later.join()


def test_a_notice_for_the_line_is_marked_as_one(caller: Caller) -> None:
    caller.send(iaq(ori="ZZ9999999"))
    work()
    [delivery] = caller.take()
    assert delivery["kind"] == "notice"
    assert json.loads(base64.b64decode(delivery["content"]))["code"] == "sender.unknown"


def test_two_programs_on_one_line_take_what_is_theirs(caller: Caller) -> None:
    one, other = (caller.send(iaq(control, SEX="Q")).body["message"] for control in ("ONE", "OTHER"))
    work()
    assert [each["message"] for each in caller.take(f"message={other}")] == [other]
    assert [each["message"] for each in caller.take(f"message={one}&wait=1")] == [one]


def test_what_is_not_acknowledged_is_given_again_after_growing_pauses(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "RESEND", timedelta(seconds=0.5))
    caller.send(iaq(SEX="Q"))
    work()
    [first], [second], [third] = (caller.take("wait=5") for _ in range(3))
    assert first == second == third
    assert caller.take("wait=1") == []  # the next pause is two seconds
    assert Delivery.objects.get().tries == 3


def test_a_far_end_that_was_away_is_given_what_is_owed_at_once(caller: Caller) -> None:
    caller.send(iaq(SEX="Q"))
    work()
    [first] = caller.take()
    assert caller.take("wait=0") == []
    long_ago = access.db_now() - timedelta(hours=3)
    Delivery.objects.update(sent=long_ago, leaves=access.db_now() + timedelta(minutes=5), tries=9)
    Line.objects.update(back=long_ago - timedelta(hours=1))
    assert caller.take("wait=0") == []  # it was there all the while, so it waits its pause out
    Line.objects.update(seen=long_ago)
    assert caller.take("wait=0") == [first]
    row = Delivery.objects.get()
    assert (row.sends, row.tries) == (2, 1)


def test_several_requests_share_a_connection(caller: Caller) -> None:
    opened = caller.connect()
    for control in ("ONE", "TWO", "THREE"):
        opened.request("POST", "/v1/messages", iaq(control), {"Authorization": f"Bearer {KEY}"})
        assert answer(opened).status == 201
    opened.close()
    assert Message.objects.count() == 3


# Who may


def test_without_a_key_or_with_a_wrong_one_nothing_opens(caller: Caller) -> None:
    for key in ("", "guess", "k\u00e9y"):
        for method, path in (
            ("POST", "/v1/messages"),
            ("GET", "/v1/deliveries"),
            ("POST", "/v1/deliveries/1/acknowledge"),
        ):
            came = Caller(caller.port, key).ask(method, path, iaq() if path.endswith("messages") else None)
            assert (came.status, came.body["code"]) == (401, "line.unknown")
            assert came.headers["WWW-Authenticate"].startswith("Bearer")
    assert not Message.objects.exists()


def test_the_certificate_of_a_line_opens_it(caller: Caller) -> None:
    installing.add_line(Actor.program("test"), "north", "north's key", certificate=pem("north"))
    assert Caller(caller.port, "", "north").send(iaq()).status == 201
    assert Message.objects.get().line_id == "north"
    assert Caller(caller.port, "north's key", "north").send(iaq("TWO")).status == 201


def test_the_certificate_of_another_line_is_refused_beside_a_key(caller: Caller) -> None:
    installing.add_line(Actor.program("test"), "north", "north's key", certificate=pem("north"))
    came = Caller(caller.port, KEY, "north").send(iaq())
    assert (came.status, came.body["code"]) == (403, "certificate.other_line")
    assert not Message.objects.exists()


def test_an_agency_of_another_line_is_not_served(caller: Caller) -> None:
    """A switch may not speak for an agency that is registered elsewhere, whatever certificate it shows."""
    installing.add_line(Actor.program("test"), "south", "south's key", certificate=pem("south"))
    south = Caller(caller.port, "", "south")
    assert south.send(iaq()).status == 201
    work()
    [delivery] = south.take()
    assert json.loads(base64.b64decode(delivery["content"]))["code"] == "sender.unknown"
    assert caller.take("wait=0") == []


def test_a_certificate_that_nobody_registered_ends_the_handshake(caller: Caller) -> None:
    with pytest.raises((ssl.SSLError, OSError)):
        Caller(caller.port, KEY, "stranger").send(iaq())
    assert not Message.objects.exists()


def test_a_certificate_is_trusted_from_when_it_is_registered_until_it_is_removed(caller: Caller) -> None:
    north = Caller(caller.port, "", "north")
    with pytest.raises((ssl.SSLError, OSError)):
        north.send(iaq())
    installing.add_line(Actor.program("test"), "north", "north's key", certificate=pem("north"))
    opened = north.connect()
    opened.request("POST", "/v1/messages", iaq())
    assert answer(opened).status == 201
    installing.add_line(Actor.program("test"), "north", "north's key", certificate="")
    opened.request("POST", "/v1/messages", iaq("TWO"))
    came = answer(opened)
    assert (came.status, came.body["code"]) == (403, "certificate.unknown")
    with pytest.raises((ssl.SSLError, OSError)):
        north.send(iaq("THREE"))


def test_a_key_that_two_lines_share_names_neither(caller: Caller) -> None:
    installing.add_line(Actor.program("test"), "north", KEY)
    assert caller.send(iaq()).status == 401


def test_a_delivery_of_another_line_is_absent(caller: Caller) -> None:
    installing.add_line(Actor.program("test"), "north", "north's key")
    caller.send(iaq(SEX="Q"))
    work()
    number = caller.take()[0]["delivery"]
    for key, which in (("north's key", number), (KEY, number + 1), (KEY, "9" * 30)):
        came = Caller(caller.port, key).ask("POST", f"/v1/deliveries/{which}/acknowledge")
        assert (came.status, came.body["code"]) == (404, "delivery.unknown")
    assert Delivery.objects.get(pk=number).state == DeliveryState.SENT


# What is not taken


def test_a_busy_line_is_told_when_to_come_again(caller: Caller) -> None:
    Line.objects.update(inbox_limit=1)
    caller.send(iaq("ONE"))
    came = caller.send(iaq("TWO"))
    assert (came.status, came.body["code"], came.headers["Retry-After"]) == (429, "line.busy", "5")
    assert Message.objects.count() == 1


def test_too_much_is_refused_before_it_is_read(caller: Caller) -> None:
    came = caller.send(b"Z" * (https.MOST_BYTES + 1))
    assert (came.status, came.body["code"]) == (413, "size.exceeded")
    assert not Message.objects.exists()


def test_the_largest_message_is_taken(caller: Caller) -> None:
    assert caller.send(b"Z" * https.MOST_BYTES).status == 201
    assert len(bytes(Message.objects.get().raw)) == https.MOST_BYTES


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "code"),
    [
        pytest.param("POST", "/v1/messages", {"Transfer-Encoding": "chunked"}, 411, "length.missing", id="chunks"),
        pytest.param("POST", "/v1/messages", {"Content-Length": "-1"}, 411, "length.missing", id="no length"),
        pytest.param("GET", "/v1/messages", {}, 405, "method.unknown", id="wrong method"),
        pytest.param("DELETE", "/v1/deliveries/7/acknowledge", {}, 405, "method.unknown", id="delete"),
        pytest.param("GET", "/v2/messages", {}, 404, "path.unknown", id="wrong path"),
        pytest.param("GET", "/v1/deliveries?wait=soon", {}, 400, "query.malformed", id="no number"),
        pytest.param("GET", "/v1/deliveries?wait=nan", {}, 400, "query.malformed", id="not a number"),
        pytest.param("GET", "/v1/deliveries?wait=61", {}, 400, "query.malformed", id="too long"),
        pytest.param("GET", "/v1/deliveries?message=-1", {}, 400, "query.malformed", id="no message"),
        pytest.param("BREW", "/v1/messages", {}, 501, "request.malformed", id="no method of ours"),
    ],
)
def test_what_makes_no_sense_is_named(
    method: str, path: str, headers: dict[str, str], status: int, code: str, caller: Caller
) -> None:
    came = caller.ask(method, path, None, **headers)
    assert (came.status, came.body["status"], came.body["code"]) == (status, status, code)
    assert came.body["detail"].endswith((".", ")"))


def raw_exchange(caller: Caller, request: bytes) -> bytes:
    """Everything that comes back for these bytes."""
    plain = socket.create_connection(("127.0.0.1", caller.port), timeout=10)
    with plain, caller.context().wrap_socket(plain, server_hostname="localhost") as far:
        far.sendall(request)
        parts = []
        while part := far.recv(65536):
            parts.append(part)
        return b"".join(parts)


HEAD = f"POST /v1/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nContent-Length: 500\r\n".encode()


def test_a_slow_message_is_given_up(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "FRAME_SECONDS", 0.5)
    assert b'"frame.slow"' in raw_exchange(caller, HEAD + b"\r\nIAQ.")
    assert not Message.objects.exists()


def test_a_slow_head_ends_the_connection(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "FRAME_SECONDS", 0.5)
    assert raw_exchange(caller, HEAD) == b""  # it ends from over there, not by a timeout here


def test_two_lengths_are_none(caller: Caller) -> None:
    """Two readings of where a message ends would let one far end hide a message inside another."""
    assert b'"length.missing"' in raw_exchange(caller, HEAD + b"Content-Length: 5\r\n\r\nIAQ.Z")
    assert not Message.objects.exists()


def test_bytes_that_are_no_http_are_named(caller: Caller) -> None:
    assert b'"request.malformed"' in raw_exchange(caller, b"IAQ.ZZ0010100 x y z\r\n\r\n")


def test_plain_http_is_no_way_in(caller: Caller) -> None:
    came = b""
    with (
        contextlib.suppress(ConnectionError),
        socket.create_connection(("127.0.0.1", caller.port), timeout=10) as plain,
    ):
        plain.sendall(b"GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n")
        came = plain.recv(65536)
    assert b"HTTP" not in came


def test_a_full_line_says_when_to_come_again(server: https.Server, caller: Caller) -> None:
    taken = [server.places.acquire(blocking=False) for _ in range(tcp.MOST_CONNECTIONS)]
    assert all(taken)
    came = caller.send(iaq())
    for _ in taken:
        server.places.release()
    assert (came.status, came.body["code"], came.headers["Retry-After"]) == (503, "line.full", "5")


def test_a_certificate_that_cannot_be_read_is_our_own_fault(tmp_path: Path) -> None:
    with pytest.raises(OurFault, match="cannot be used"):
        https.serve("127.0.0.1", 0, str(tmp_path / "none.crt"), str(tmp_path / "none.key"))


# The description


def test_the_description_names_every_path_and_method(caller: Caller) -> None:
    described = caller.ask("GET", "/v1/openapi.json").body
    named = {(method.upper(), path) for path, item in described["paths"].items() for method in item}
    fits = {
        key
        for key in https.ROUTES
        for method, path in named
        if method == key[0] and key[1].fullmatch(path.replace("{delivery}", "7"))
    }
    assert fits == set(https.ROUTES)
    assert len(named) == len(https.ROUTES)


def test_every_reference_of_the_description_leads_somewhere() -> None:
    described = json.loads(https.SPECIFICATION)

    def references(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            yield from ([node["$ref"]] if "$ref" in node else [])
            node = list(node.values())
        for each in node if isinstance(node, list) else []:
            yield from references(each)

    for reference in set(references(described)):
        found = described
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        assert found


def test_health_needs_no_key(caller: Caller) -> None:
    came = Caller(caller.port, "").ask("GET", "/v1/health")
    assert (came.status, came.body) == (200, {"status": "ok"})
