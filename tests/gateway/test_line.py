"""The TCP line over real sockets and a real database: acknowledged after commit, delivered until the far end has it."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from muniment import worker
from muniment.actions.context import Actor
from muniment.core import outgoing
from muniment.core.workflow import DeliveryState
from muniment.gateway import line as gateway
from muniment.gateway.client import LineClient, LineDown, Refusal
from muniment.gateway.frames import Frame, json_frame, numbered, read_frame, split_number
from muniment.store import access
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


def silent(server: gateway.Server, seconds: float, acknowledged: int = 0) -> list[tuple[int, float]]:
    """What a far end is given that acknowledges only so many: number and time since its hello."""
    given: list[tuple[int, float]] = []
    with socket.create_connection(server.server_address[:2], timeout=seconds) as far:
        far.sendall(json_frame("H", {"line": "demo", "key": KEY}).to_bytes())
        assert read_frame(far.recv) == json_frame("A", {})
        began = time.monotonic()
        while (left := began + seconds - time.monotonic()) > 0:
            far.settimeout(left)
            with contextlib.suppress(TimeoutError):
                frame = read_frame(far.recv)
                assert frame is not None
                number, _ = split_number(frame.payload)
                given.append((number, time.monotonic() - began))
                if len(given) <= acknowledged:
                    far.sendall(numbered("K", number).to_bytes())
    return given


def rejected(client: Callable[..., LineClient], *controls: str) -> list[int]:
    """Messages with a fault come in; the numbers of what answers them."""
    with client(own=True) as line:
        for control in controls:
            line.send(iaq(control, SEX="Q"))
    work()
    return list(Delivery.objects.order_by("id").values_list("id", flat=True))


def test_a_far_end_that_stays_silent_is_given_it_again_after_growing_pauses(
    server: gateway.Server, client: Callable[..., LineClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "RESEND", timedelta(seconds=0.5))
    [number] = rejected(client, "ONE")
    given = silent(server, 4.0)
    times = list(LedgerEntry.objects.filter(event="delivery.sent").order_by("id").values_list("at", flat=True))
    assert {each for each, _ in given} == {number}
    assert len(times) == Delivery.objects.get().sends >= len(given) >= 3
    for doubled, (sooner, later) in enumerate(pairwise(times)):  # after 0.5 s, a further second, a further two
        assert later - sooner >= outgoing.RESEND * 2**doubled


def test_a_line_that_comes_back_is_given_what_is_owed_at_once_in_order(
    server: gateway.Server, client: Callable[..., LineClient]
) -> None:
    one, two, three = rejected(client, "ONE", "TWO", "THREE")
    long_ago, later = access.db_now() - timedelta(hours=3), access.db_now() + timedelta(minutes=5)
    Delivery.objects.update(state=DeliveryState.SENT, sent=long_ago, leaves=later, sends=40, tries=40)
    Delivery.objects.filter(pk=three).update(lane=0)
    given = silent(server, 1.5, acknowledged=3)
    assert [number for number, _ in given] == [three, one, two]
    assert set(Delivery.objects.values_list("state", "sends", "tries")) == {(DeliveryState.ACKNOWLEDGED, 41, 1)}


def test_what_was_handed_over_a_moment_ago_is_not_given_to_the_next_connection_too(
    server: gateway.Server, client: Callable[..., LineClient]
) -> None:
    rejected(client, "ONE")
    assert len(silent(server, 2.0)) == 1
    assert silent(server, 0.7) == []


def test_a_full_window_is_tried_again_and_lets_nothing_new_out(
    server: gateway.Server, client: Callable[..., LineClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "WINDOW", 1)
    monkeypatch.setattr(outgoing, "RESEND", timedelta(seconds=0.2))
    first, _ = rejected(client, "ONE", "TWO")
    assert {number for number, _ in silent(server, 1.5)} == {first}


def test_the_center_remembers_since_when_a_line_is_there(client: Callable[..., LineClient]) -> None:
    before = access.db_now()
    for _ in range(2):
        with client() as line:
            list(line.deliveries(0.4))
    demo = Line.objects.get()
    assert demo.back is not None
    assert demo.seen is not None
    assert before < demo.back < demo.seen
    Line.objects.update(seen=demo.seen - outgoing.QUIET - timedelta(minutes=1))
    with client() as line:
        list(line.deliveries(0.4))
    again = Line.objects.get()
    assert again.back is not None
    assert again.back > demo.seen


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


def test_a_fault_of_ours_ends_the_connection_and_its_text_is_not_printed(
    client: Callable[..., LineClient], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("SPECIMEN, MARIA")

    monkeypatch.setattr(gateway, "take", broken)
    with pytest.raises((LineDown, OSError)), client() as line:
        line.send(iaq())
    with client():  # the others go on
        pass
    [record] = [each for each in caplog.records if each.getMessage() == "connection ended by a fault"]
    assert record.exc_info is not None
    assert record.exc_info[0] is ValueError
    assert "SPECIMEN" not in capfd.readouterr().err
