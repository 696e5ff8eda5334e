"""A part that is told to end finishes what it has in hand, takes nothing new and ends with exit status 0.

Told twice, it ends at once, and nothing that was committed is lost.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen

import pytest

from muniment.gateway.client import LineClient
from muniment.gateway.frames import Frame, json_frame, read_frame
from muniment.project import database
from tests.journeys.running import RunningCenter, free_port
from tests.messages import iaq
from tests.project import servers

SOON = 15.0  # seconds in which a part has ended that finishes short work; a busy machine needs some
AT_ONCE = 10.0  # less than the time for which each waits for what never ends
TOLD_TWICE = (130, -signal.SIGTERM)  # a third signal finds the interpreter at its end


@pytest.fixture(scope="module")
def center() -> Iterator[RunningCenter]:
    """A database with a center in it; each test starts the part that it stops. One record system never answers."""
    with servers.folder() as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("JOURNEY_SILENT", "EOIR")
        made = RunningCenter(home)
        patch.setenv("MUNIMENT_HOME", str(home))
        patch.setenv("MUNIMENT_DATABASE_URL", "")
        made._start("database")
        made.run("-m", "tests.journeys.setting_up", "0")
        made._start("gateway")
        made.wait_for(made.line_port)
        yield made
        made.stop()


def ask(query: str) -> object:
    """What the database says."""
    with database.connect() as connection:
        row = connection.execute(query).fetchone()
    return row and row[0]


def until(query: str, value: object, seconds: float = 30) -> None:
    """Wait until the database says so."""
    end = time.monotonic() + seconds
    while ask(query) != value:
        assert time.monotonic() < end, f"{query} is still {ask(query)}"
        time.sleep(0.02)


@contextmanager
def part(center: RunningCenter, name: str, port: int = 0) -> Iterator[subprocess.Popen[bytes]]:
    """A part of the center, up once it listens on `port`."""
    center._start(name)
    if port:
        center.wait_for(port)
    process = center.children.pop(name)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def tell(process: subprocess.Popen[bytes], number: int = 0, *, insist: bool = False) -> float:
    """A signal, or who insists one after the other; the seconds until the process has ended."""
    began = time.monotonic()
    if number:
        process.send_signal(number)
    while insist and process.poll() is None:
        time.sleep(0.3)
        process.send_signal(number)
    process.wait(40)
    return time.monotonic() - began


def send(center: RunningCenter, control: str) -> None:
    """A message over a line that goes on."""
    with LineClient("127.0.0.1", center.line_port, "demo", "demo-line-key") as line:
        line.send(iaq(control))


def wait_for_a_search() -> None:
    """Until a worker has a search in hand: its row is held."""
    held = """SELECT (SELECT count(*) FROM store_work WHERE task = 'search') -
        (SELECT count(*) FROM (SELECT 1 FROM store_work WHERE task = 'search' FOR UPDATE SKIP LOCKED) free)"""
    until(held, 1)


def finish(center: RunningCenter) -> None:
    """Let a worker do what the test before left."""
    owed = "SELECT count(*) FROM store_work WHERE task IN ('read', 'search')"
    if ask(owed):
        with part(center, "worker"):
            until(owed, 0)


def test_a_worker_ends_the_search_in_hand_and_takes_nothing_new(center: RunningCenter) -> None:
    finish(center)
    send(center, "STOP1")
    with part(center, "worker") as worker:
        wait_for_a_search()
        worker.terminate()
        send(center, "STOP2")
        assert tell(worker) < SOON
        assert worker.returncode == 0
    states = (
        "SELECT string_agg(control || ' ' || state, ', ' ORDER BY id) FROM store_inquiry WHERE control LIKE 'STOP_'"
    )
    assert ask(states) == "STOP1 waiting"
    assert ask("SELECT count(*) FROM store_work WHERE task = 'read'") == 1
    with part(center, "worker") as worker:
        until(states, "STOP1 waiting, STOP2 waiting")
        assert tell(worker, signal.SIGTERM) < SOON


def test_a_worker_told_twice_ends_at_once_and_another_does_its_work(center: RunningCenter) -> None:
    finish(center)
    send(center, "TWICE")
    with part(center, "worker") as worker:
        wait_for_a_search()
        assert tell(worker, signal.SIGTERM, insist=True) < AT_ONCE
        assert worker.returncode in TOLD_TWICE
    owed = "SELECT count(*) FROM store_work w JOIN store_inquiry i ON i.id = w.target WHERE task = 'search'"
    assert ask(f"{owed} AND control = 'TWICE'") == 1
    with part(center, "worker") as worker:
        until("SELECT state FROM store_inquiry WHERE control = 'TWICE'", "waiting")
        assert tell(worker, signal.SIGINT) < SOON
        assert worker.returncode == 0


@contextmanager
def gateway(center: RunningCenter) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A second gateway, and its port."""
    port = free_port()
    other = RunningCenter(center.home, line_port=port)
    with part(other, "gateway", port) as process:
        yield process, port


def halfway(port: int, raw: bytes) -> tuple[socket.socket, bytes]:
    """A line on which half a message was sent, and the other half."""
    far = socket.create_connection(("127.0.0.1", port), timeout=10)
    far.sendall(json_frame("H", {"line": "demo", "key": "demo-line-key"}).to_bytes())
    hello = read_frame(far.recv)
    assert hello is not None
    assert hello.kind == "A"
    whole = Frame("M", raw).to_bytes()
    far.sendall(whole[:40])
    time.sleep(0.2)
    return far, whole[40:]


def said(far: socket.socket) -> Frame:
    """What the gateway says to the message; deliveries come between."""
    while (frame := read_frame(far.recv)) is not None:
        if frame.kind in "AN":
            return frame
    raise AssertionError("the line ended without a word")


def test_a_gateway_acknowledges_the_message_that_is_coming_in_and_takes_no_other(center: RunningCenter) -> None:
    with gateway(center) as (process, port), socket.create_connection(("127.0.0.1", port)):
        far, rest = halfway(port, iaq("HALF"))
        with far:
            process.terminate()
            time.sleep(1)
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port))
            far.sendall(rest + Frame("M", iaq("NEXT")).to_bytes())
            assert said(far).kind == "A"
            assert tell(process) < SOON
        assert process.returncode == 0
    assert ask("SELECT count(*) FROM store_message WHERE encode(raw, 'escape') ~ 'HALF|NEXT'") == 1


def test_a_gateway_gives_up_half_a_message_that_never_ends(center: RunningCenter) -> None:
    with gateway(center) as (process, port):
        far, _ = halfway(port, iaq("NEVER"))
        with far:
            assert tell(process, signal.SIGTERM) < SOON
            assert b"frame.slow" in said(far).payload
        assert process.returncode == 0


def test_a_gateway_told_twice_ends_at_once(center: RunningCenter) -> None:
    with gateway(center) as (process, port):
        far, _ = halfway(port, iaq("NEVER"))
        with far:
            assert tell(process, signal.SIGTERM, insist=True) < AT_ONCE
        assert process.returncode in TOLD_TWICE


@contextmanager
def slow_page(center: RunningCenter) -> Iterator[list[int]]:
    """A request in hand that waits for the database; the statuses that it gets."""
    got: list[int] = []

    def fetch() -> None:
        try:
            with urlopen(f"{center.web}/watch/ready/", timeout=30) as answer:
                got.append(answer.status)
        except OSError:
            got.append(0)

    with database.connect() as held:
        held.execute("BEGIN")
        held.execute("LOCK TABLE store_installation IN ACCESS EXCLUSIVE MODE")
        asking = threading.Thread(target=fetch)
        asking.start()
        blocked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'store_installation'::regclass"
        until(blocked, 1)
        yield got
        held.execute("ROLLBACK")
    asking.join()


def test_the_web_server_answers_the_request_in_hand_and_takes_no_other(center: RunningCenter) -> None:
    with part(center, "web", center.web_port) as web:
        with slow_page(center) as got:
            web.terminate()
            time.sleep(1)
            with pytest.raises(OSError, match=r"refused|timed out"):  # nobody takes the connection any more
                urlopen(f"{center.web}/watch/health/", timeout=1)
        assert tell(web) < SOON
        assert (web.returncode, got) == (0, [200])


def test_the_web_server_told_twice_ends_at_once_and_leaves_nobody_behind(center: RunningCenter) -> None:
    with part(center, "web", center.web_port) as web, slow_page(center) as got:
        assert tell(web, signal.SIGTERM, insist=True) < AT_ONCE
        assert web.returncode in TOLD_TWICE
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", center.web_port))
    assert got == [0]


def test_the_keeper_of_the_database_stops_it_and_starts_it_where_it_was(center: RunningCenter) -> None:
    before = ask("SELECT count(*) FROM store_ledgerentry")
    keeper = center.children["database"]
    assert tell(keeper, signal.SIGTERM) < SOON
    assert keeper.returncode == 0
    assert center.postmaster() is None
    center._start("database")
    database.wait()
    assert ask("SELECT count(*) FROM store_ledgerentry") == before
