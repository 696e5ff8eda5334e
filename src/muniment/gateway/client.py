"""The far end of a line, for agencies' engineers, the demo and tests: sends messages and takes deliveries.

A delivery whose number was seen before is acknowledged again and dropped: at least once on the wire, once in effect.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

from muniment.core.errors import MunimentError
from muniment.gateway.frames import Frame, json_frame, numbered, read_frame, split_number


class LineDown(MunimentError):
    """The line cannot be reached; is the gateway running?"""


class Refusal(MunimentError):
    """The center did not take the message."""


@dataclass(slots=True)
class Received:
    """A delivery: `notice` for the line itself (JSON), else a message."""

    number: int
    content: bytes
    notice: bool


@dataclass(slots=True)
class LineClient:
    """A connection to a center's line."""

    host: str
    port: int
    line: str
    key: str
    own: bool = False
    seen: set[int] = field(default_factory=set)
    _socket: socket.socket | None = None
    _waiting: list[Frame] = field(default_factory=list)

    def __enter__(self) -> Self:
        try:
            self._socket = socket.create_connection((self.host, self.port), timeout=10)
        except OSError as fault:
            raise LineDown(f"{self.host}:{self.port} does not answer ({fault}); is the gateway running?") from fault
        self._waiting.clear()  # what an earlier connection left unacknowledged comes again
        try:
            self._write(json_frame("H", {"line": self.line, "key": self.key, "own": self.own}))
            self._reply()
        except BaseException:
            self._socket.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket is not None:
            self._socket.close()

    def send(self, raw: bytes) -> dict[str, Any]:
        """Send one message; returns the acknowledgement, raises `Refusal` when nothing was stored."""
        self._write(Frame("M", raw))
        return self._reply()

    def deliveries(self, seconds: float) -> Iterator[Received]:
        """What comes within `seconds`; each is acknowledged when the caller asks for the next."""
        end = time.monotonic() + seconds
        while (frame := self._delivery(end)) is not None:
            number, content = split_number(frame.payload)
            if number not in self.seen:
                yield Received(number, content, notice=frame.kind == "R")
                self.seen.add(number)
            self._write(numbered("K", number))

    def _delivery(self, end: float) -> Frame | None:
        if self._waiting:
            return self._waiting.pop(0)
        left = end - time.monotonic()
        if left <= 0:
            return None
        try:
            return self._read(left)
        except TimeoutError:
            return None

    def _reply(self) -> dict[str, Any]:
        while True:
            frame = self._read(30)
            if frame.kind in "DR":
                self._waiting.append(frame)
                continue
            body: dict[str, Any] = json.loads(frame.payload)
            if frame.kind == "N":
                raise Refusal(body["text"], rule=body["code"])
            return body

    def _read(self, seconds: float) -> Frame:
        assert self._socket is not None
        self._socket.settimeout(seconds)
        frame = read_frame(self._socket.recv)
        if frame is None:
            raise LineDown("The center closed the line.")
        return frame

    def _write(self, frame: Frame) -> None:
        assert self._socket is not None
        try:
            self._socket.sendall(frame.to_bytes())
        except OSError as fault:
            raise LineDown(f"The line broke ({fault}).") from fault
