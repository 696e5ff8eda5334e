"""The TCP line over real sockets and a real database: acknowledged after commit, delivered until the far end has it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from muniment import worker
from muniment.actions.context import Actor
from muniment.core import outgoing
from muniment.core.workflow import DeliveryState
from muniment.gateway import line as gateway
from muniment.gateway.client import LineClient, LineDown, Refusal
from muniment.gateway.frames import Frame, json_frame, read_frame
from muniment.store.models import Delivery, LedgerEntry, Line, Message
from tests.messages import iaq

pytestmark = [pytest.mark.django_db(transaction=True)]

KEY = "key of the tests"


@pytest.fixture
def server(transactional_center: object) -> Iterator[gateway.Server]:
    """A gateway on a port of its own."""
    server = gateway.serve("127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server
    server.stop()
    thread.join()


@pytest.fixture
def client(server: gateway.Server) -> Callable[..., LineClient]:
    """Makes far ends of the line."""
    host, port = server.server_address[:2]
    return lambda key=KEY, own=False: LineClient(str(host), int(port), "demo", key, own=own)


def work() -> None:
    """Do all work that is due."""
    while worker.run_one(Actor.program("worker")):
        pass


def test_the_acknowledgement_names_a_message_that_is_stored(client: Callable[..., LineClient]) -> None:
    with client() as line:
        receipt = line.send(iaq())
    message = Message.objects.get(pk=receipt["message"])
    assert (message.sha256, receipt["repeat"]) == (receipt["sha256"], False)


def test_what_is_ready_is_delivered_and_closed_by_the_far_end(client: Callable[..., LineClient]) -> None:
    with client() as line:
        line.send(iaq(SEX="Q"))
        work()
        [delivery] = line.deliveries(1.5)
    assert b"SEX SEX.INVALID" in delivery.content
    row = Delivery.objects.get(pk=delivery.number)
    assert (row.state, row.sends) == (DeliveryState.ACKNOWLEDGED, 1)
    events = list(LedgerEntry.objects.filter(message_id=row.message_id).order_by("id").values_list("event", flat=True))
    assert events[-2:] == ["delivery.sent", "delivery.acknowledged"]


def test_a_far_end_that_died_before_acknowledging_gets_it_again_with_the_same_number(
    client: Callable[..., LineClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "RESEND", timedelta(0))
    with client() as line:
        line.send(iaq(SEX="Q"))
        work()
        first = next(line.deliveries(2))
    with client() as line:
        second = next(line.deliveries(2))
    assert (first.number, first.content) == (second.number, second.content)


def test_two_programs_on_one_line_get_their_own_answers(client: Callable[..., LineClient]) -> None:
    with client(own=True) as one, client(own=True) as other:
        one.send(iaq("ONE", SEX="Q"))
        other.send(iaq("OTHER", SEX="Q"))
        work()
        assert [b"*ONE." in each.content for each in one.deliveries(1.2)] == [True]
        assert [b"*OTHER." in each.content for each in other.deliveries(1.2)] == [True]


def test_an_unknown_agency_is_told_to_the_line(client: Callable[..., LineClient]) -> None:
    with client() as line:
        line.send(iaq(ori="ZZ9999999"))
        work()
        [notice] = line.deliveries(1.5)
    assert notice.notice
    assert json.loads(notice.content)["code"] == "sender.unknown"


def test_a_wrong_key_opens_nothing(client: Callable[..., LineClient]) -> None:
    with pytest.raises(Refusal, match="not its key"), client(key="guess"):
        pass


@pytest.mark.parametrize(
    ("hello", "code"),
    [
        pytest.param(b"no json", "line.unknown", id="no JSON"),
        pytest.param(b"[1]", "line.unknown", id="no object"),
        pytest.param(b'{"line": "other", "key": "x"}', "line.unknown", id="no such line"),
    ],
)
def test_a_hello_that_is_none_is_refused(server: gateway.Server, hello: bytes, code: str) -> None:
    with socket.create_connection(server.server_address[:2], timeout=5) as far:
        far.sendall(Frame("H", hello).to_bytes())
        answer = read_frame(far.recv)
        assert answer is not None
        assert json.loads(answer.payload)["code"] == code
        assert read_frame(far.recv) is None


def test_bytes_that_are_no_frame_are_named_and_end_the_connection(server: gateway.Server) -> None:
    with socket.create_connection(server.server_address[:2], timeout=5) as far:
        far.sendall(b"GET / HTTP/1.1\r\n\r\n")
        answer = read_frame(far.recv)
        assert answer is not None
        assert json.loads(answer.payload)["code"] == "size.exceeded"


def test_a_message_cut_off_in_the_middle_is_not_stored(server: gateway.Server) -> None:
    with socket.create_connection(server.server_address[:2], timeout=5) as far:
        far.sendall(json_frame("H", {"line": "demo", "key": KEY}).to_bytes())
        assert read_frame(far.recv) == json_frame("A", {})
        far.sendall(Frame("M", iaq()).to_bytes()[:-10])
        far.shutdown(socket.SHUT_WR)
        answer = read_frame(far.recv)
    assert answer is not None
    assert json.loads(answer.payload)["code"] == "frame.truncated"
    assert not Message.objects.exists()


def test_a_slow_message_is_given_up(server: gateway.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "FRAME_SECONDS", 0.5)
    with socket.create_connection(server.server_address[:2], timeout=5) as far:
        far.sendall(json_frame("H", {"line": "demo", "key": KEY}).to_bytes())
        assert read_frame(far.recv) == json_frame("A", {})
        far.sendall(Frame("M", iaq()).to_bytes()[:-10])
        answer = read_frame(far.recv)
    assert answer is not None
    assert json.loads(answer.payload)["code"] == "frame.slow"


def test_a_full_line_says_when_to_come_again(server: gateway.Server, client: Callable[..., LineClient]) -> None:
    taken = [server.places.acquire(blocking=False) for _ in range(gateway.MOST_CONNECTIONS)]
    assert all(taken)
    with pytest.raises((Refusal, LineDown)), client():
        pass
    for _ in taken:
        server.places.release()


def test_a_busy_inbox_is_said_and_nothing_is_stored(client: Callable[..., LineClient]) -> None:
    Line.objects.update(inbox_limit=1)
    with client() as line:
        line.send(iaq("ONE"))
        with pytest.raises(Refusal) as busy:
            line.send(iaq("TWO"))
    assert busy.value.rule == "line.busy"
    assert Message.objects.count() == 1


def test_a_full_disk_is_said_before_it_is_full_and_the_line_may_come_again(
    client: Callable[..., LineClient], settings: Any
) -> None:
    with client() as line:
        settings.MUNIMENT_DISK_FLOOR = 10**18
        with pytest.raises(Refusal, match="too little room") as full:
            line.send(iaq("ONE"))
        settings.MUNIMENT_DISK_FLOOR = 0
        line.send(iaq("ONE"))
    assert full.value.rule == "center.full"
    assert Message.objects.count() == 1
