"""The frames of a line: four bytes of length (big-endian), one byte of kind, the payload; length counts kind + payload.

kind  direction      payload
H     to the center  hello: JSON {"line", "key"[, "own": true]}; the first frame, answered by A or N
M     to the center  a message, raw bytes; answered by A (after commit) or N, in the order sent
A     to the line    JSON {"message": id, "sha256": hex, "repeat": bool}; {} for a hello
N     to the line    JSON {"code", "text"[, "retry_after": seconds]}: nothing was stored
D     to the line    eight bytes of delivery number (big-endian), then the message, raw bytes
R     to the line    eight bytes of delivery number, then a notice for the line itself, JSON
K     to the center  eight bytes of delivery number: the far end has it
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from muniment.core.errors import SenderFault

LENGTH: Final = struct.Struct(">I")
NUMBER: Final = struct.Struct(">Q")
#: The largest message of any format (EBTS, messages-contract.md) and one byte of kind.
LARGEST: Final = 20_971_520 + 1
TO_CENTER: Final = frozenset(b"HMK")


class FrameFault(SenderFault):
    """The bytes are no frame of this line."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; `kind` is its ASCII letter."""

    kind: str
    payload: bytes

    def to_bytes(self) -> bytes:
        """The frame as it goes over the wire."""
        return LENGTH.pack(len(self.payload) + 1) + self.kind.encode("ascii") + self.payload


def json_frame(kind: str, body: dict[str, Any]) -> Frame:
    """A frame whose payload is JSON."""
    return Frame(kind, json.dumps(body, sort_keys=True).encode("ascii"))


def numbered(kind: str, number: int, payload: bytes = b"") -> Frame:
    """A frame that begins with a delivery number."""
    return Frame(kind, NUMBER.pack(number) + payload)


def split_number(payload: bytes) -> tuple[int, bytes]:
    """The delivery number and what follows it."""
    if len(payload) < NUMBER.size:
        raise FrameFault("A delivery number is eight bytes.", rule="frame.number")
    return NUMBER.unpack_from(payload)[0], payload[NUMBER.size :]


def read_frame(receive: Callable[[int], bytes], kinds: frozenset[int] | None = None) -> Frame | None:
    """The next frame, or None at a clean end. `receive(n)` gives at most n bytes, b"" at the end.

    Raises `FrameFault` for a length that is zero or too large, a kind not in `kinds`, or an end inside a frame.
    """
    head = _exactly(receive, LENGTH.size, clean_end=True)
    if head is None:
        return None
    size = LENGTH.unpack(head)[0]
    if size == 0:
        raise FrameFault("A frame has at least its kind; this one has length 0.", rule="frame.length")
    if size > LARGEST:
        raise FrameFault(f"A frame holds at most {LARGEST} bytes; this one says {size}.", rule="size.exceeded")
    body = _exactly(receive, size)
    assert body is not None
    if kinds is not None and body[0] not in kinds:
        raise FrameFault(f"Frames to the center are H, M or K; this one is 0x{body[0]:02X}.", rule="frame.kind")
    return Frame(chr(body[0]), body[1:])


def _exactly(receive: Callable[[int], bytes], count: int, *, clean_end: bool = False) -> bytes | None:
    parts: list[bytes] = []
    missing = count
    while missing:
        part = receive(min(missing, 65536))
        if not part:
            if clean_end and not parts:
                return None
            raise FrameFault("The connection ended inside a frame; nothing of it was stored.", rule="frame.truncated")
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
