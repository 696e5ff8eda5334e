"""The TCP line: takes messages in, acknowledges them after commit, hands deliveries out until the far end has them."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import select
import socket
import socketserver
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import InterfaceError, OperationalError, connection

from muniment.actions import sending
from muniment.actions.context import Actor
from muniment.gateway.frames import TO_CENTER, Frame, FrameFault, json_frame, numbered, read_frame, split_number
from muniment.gateway.taking import RETRY_AFTER, NotTaken, take
from muniment.store import access
from muniment.store.access import FarEnd
from muniment.store.models import Delivery, Line

log = logging.getLogger(__name__)

#: Seconds in which a frame that has begun must be whole; between frames the far end may be silent for ever.
FRAME_SECONDS: Final = 30.0
#: The same once the gateway is told to end, and then for what is in hand to be answered.
LAST_SECONDS: Final = 5.0
GRACE: Final = 10.0
#: Deliveries handed over and not yet acknowledged, per connection.
WINDOW: Final = 32
MOST_CONNECTIONS: Final = 64
POLL: Final = 0.25
#: Seconds in which acknowledgements come together.
TOGETHER: Final = 0.02
#: Seconds after which it is written down again that a far end is there.
BEAT: Final = 10.0


@dataclass(slots=True)
class Session:
    """One connection of a line after its hello.

    A far end that asks for `own` gets only deliveries about the messages it sent over this connection: several
    programs may then share a line without taking each other's answers. `since` is when it said hello, by the database's
    clock: what was handed over before that need not wait to be handed over again.
    """

    line: Line
    actor: Actor
    since: datetime
    own: bool = False
    messages: set[int] = field(default_factory=set)
    unacknowledged: set[int] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Server(socketserver.ThreadingTCPServer):
    """The listening side; connections beyond `MOST_CONNECTIONS` are told so and closed."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[socketserver.BaseRequestHandler]) -> None:
        super().__init__(address, handler)
        self.stopping = threading.Event()
        self.places = threading.BoundedSemaphore(MOST_CONNECTIONS)

    def handle_error(self, *_: object) -> None:
        """A fault of ours ended a connection; the library would print the text of the exception, names and all."""
        log.exception("connection ended by a fault")

    def stop(self) -> None:
        """Stop taking connections; those that are open end once what is in hand is answered, in `GRACE` seconds."""
        self.stopping.set()
        self.shutdown()
        self.server_close()
        limit = time.monotonic() + GRACE
        if not all(self.places.acquire(timeout=max(0.0, limit - time.monotonic())) for _ in range(MOST_CONNECTIONS)):
            log.warning("connections are given up that did not end in %.0f s", GRACE)


class Connection(socketserver.BaseRequestHandler):
    """One connection: a thread reads frames, another hands deliveries out."""

    request: socket.socket
    server: Server

    def handle(self) -> None:
        """Serve the connection until either side ends it."""
        if not self.server.places.acquire(blocking=False):
            self._send(_nak("line.full", "All places of this line are taken; connect again later.", RETRY_AFTER))
            return
        try:
            self._serve()
        except FrameFault as fault:
            self._send(_nak(fault.rule or "frame", str(fault)))
        except (OSError, InterfaceError, OperationalError) as fault:
            log.warning("connection ended: %s", type(fault).__name__)
        finally:
            self.server.places.release()
            connection.close()

    def setup(self) -> None:
        """What the two threads of the connection share."""
        self.writing = threading.Lock()
        self.ended = threading.Event()

    def _serve(self) -> None:
        session = self._hello()
        if session is None:
            return
        outgoing = threading.Thread(target=self._deliver, args=(session,), daemon=True)
        outgoing.start()
        try:
            self._take_in(session)
        finally:
            self.ended.set()
            outgoing.join(timeout=5)

    # Coming in

    def _hello(self) -> Session | None:
        frame = self._next(frozenset(b"H"))
        session = _session(frame.payload) if frame else None
        if session is None:
            self._send(_nak("line.unknown", "No such line, or not its key."))
        else:
            self._send(json_frame("A", {}))
        return session

    def _take_in(self, session: Session) -> None:
        arrived: list[int] = []
        try:
            while (frame := self._next(TO_CENTER)) is not None:
                if frame.kind == "M":
                    self._send(_receive(session, frame.payload))
                elif frame.kind == "K":
                    arrived.append(split_number(frame.payload)[0])
                if len(arrived) >= WINDOW or (arrived and not self._more()):
                    _acknowledge(session, arrived)
        finally:
            _acknowledge(session, arrived)

    def _more(self) -> bool:
        """Whether something else comes at once: acknowledgements that come together are written down together."""
        ear = select.poll()
        ear.register(self.request, select.POLLIN)
        return bool(ear.poll(TOGETHER * 1000))

    def _next(self, kinds: frozenset[int]) -> Frame | None:
        """The next frame. A frame that is none ends the connection with a reason, because its end is unknown."""
        return read_frame(_patient(self.request, self.server.stopping), kinds)

    # Going out

    def _deliver(self, session: Session) -> None:
        try:
            beat = 0.0
            while not self.ended.is_set() and not self.server.stopping.is_set():
                if time.monotonic() >= beat:
                    beat = time.monotonic() + BEAT
                    access.line_asks(session.line.name)
                if not self._hand_over(session):
                    self.ended.wait(POLL)
        except (OSError, InterfaceError, OperationalError) as fault:
            log.warning("delivery stopped: %s", type(fault).__name__)
            self.request.close()
        finally:
            connection.close()

    def _hand_over(self, session: Session) -> bool:
        """Hand over what may leave now; whether there may be more. It is written down before a byte of it leaves."""
        with session.lock:
            waiting, own = set(session.unacknowledged), set(session.messages) if session.own else None
        limit, among = (room, None) if (room := WINDOW - len(waiting)) > 0 else (WINDOW, waiting)
        rows = sending.hand_over(session.actor, FarEnd(session.line.name, session.since, own, among), limit)
        with session.lock:
            session.unacknowledged.update(row.pk for row in rows)
        for row in rows:
            self._send(_frame(row))
        return len(rows) >= limit

    def _send(self, frame: Frame) -> None:
        with self.writing:
            self.request.sendall(frame.to_bytes())


def _frame(row: Delivery) -> Frame:
    return numbered("R" if row.kind == "notice" else "D", row.pk, bytes(row.wire))


def _nak(code: str, text: str, retry_after: int | None = None) -> Frame:
    body: dict[str, Any] = {"code": code, "text": text}
    return json_frame("N", body if retry_after is None else body | {"retry_after": retry_after})


def _session(payload: bytes) -> Session | None:
    try:
        hello = json.loads(payload)
        name, key = str(hello["line"]), str(hello["key"])
        own = hello.get("own") is True
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    line = access.line(name)
    shown = hashlib.sha256(key.encode()).hexdigest()
    if line is None or not hmac.compare_digest(line.key_hash, shown):
        return None
    return Session(line, Actor.line(line.name), access.db_now(), own)


def _receive(session: Session, raw: bytes) -> Frame:
    """Store the message; the frame says what came of it."""
    receipt = take(session.actor, session.line, raw)
    if isinstance(receipt, NotTaken):
        return _nak(receipt.code, receipt.text, RETRY_AFTER)
    with session.lock:
        session.messages.add(receipt.message)
    return json_frame("A", {"message": receipt.message, "sha256": receipt.sha256, "repeat": receipt.repeat})


def _acknowledge(session: Session, arrived: list[int]) -> None:
    """The far end has these; numbers that were not handed over here mean nothing."""
    numbers = session.unacknowledged.intersection(arrived)
    arrived.clear()
    if numbers:
        sending.acknowledge(session.actor, session.line.name, *numbers)
        with session.lock:
            session.unacknowledged -= numbers


def _patient(sock: socket.socket, stopping: threading.Event) -> Callable[[int], bytes]:
    """Reading that waits for a frame to begin until the server stops, but `FRAME_SECONDS` for it to end."""
    began: list[float] = []

    def receive(count: int) -> bytes:
        while began or not stopping.is_set():
            sock.settimeout(0.5)
            try:
                part = sock.recv(count)
            except TimeoutError:
                limit = LAST_SECONDS if stopping.is_set() else FRAME_SECONDS
                if began and time.monotonic() - began[0] > limit:
                    text = f"The frame was not whole after {limit:.0f} s; nothing of it was stored."
                    raise FrameFault(text, rule="frame.slow") from None
                continue
            if not began:
                began.append(time.monotonic())
            return part
        return b""

    return receive


def serve(host: str, port: int) -> Server:
    """Listen; the caller runs `serve_forever` and `stop`."""
    return Server((host, port), Connection)
