"""Broken messages without end: real ones cut, spliced, swollen and filled with words of their grammar.

`hunt` reads them and tells the slowest; it raises for one that gives no object of the contract's shape. The same dice
give the same messages.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from muniment import formats
from tests.formats.prints import file, image, large_image
from tests.formats.shape import require_shape
from tests.messages import free, iaq, iaq_in, yq

CASES: Final = Path(__file__).parents[1] / "cases" / "messages"
LARGEST: Final = 262_144
WORDS: Final = [
    b".", b"/", b",", b"*", b"\r\n", b"\x7f", b"TXT", b"IAQ.", b"NAM/", b"REM/", b"DOB/", b"AX", b"ZZ0010100", b"LNU,",
    b"14:05 01/02/2025 00017", b"\x1c", b"\x1d", b"\x1e", b"\x1f", b"2.018:", b"1.003:", b"14.999:", b"\0\0\0\5",
    b"9999999999", b"{", b"}", b"[", b"]", b'"', b'":', b"null", b"1e400", b"NaN", b"\\u0000", b"\\ud800", b"<", b"/>",
    b"<a>", b"</a>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<!DOCTYPE a [", b"<!ENTITY a 'b'>", b"&a;", b"&#0;",
    b"\xef\xbb\xbf", b"\xff\xfe", b"\xc3\x91", b"\xcc\x81", b"\x00", b" ", b"  ", b"00000000", b"-1", b"\xc4\xb1",
]  # fmt: skip


def seeds() -> list[tuple[str, bytes]]:
    """Form and bytes of messages to begin with."""
    own = [iaq(ARN="900000123", REM="A. B", AKA="OTHER, GAMMA"), yq(), free("ER", "S", ".14. X")]
    own += [iaq_in(form, ARN="900000123", AKA="OTHER, GAMMA") for form in ("nlets-xml", "niem-json")]
    own += [file(images=[(4, 1, image(1, b"\x1c" * 9)), (14, 2, large_image(2, b"\x1d" * 9))])]
    found = [path.read_bytes() for path in sorted(CASES.rglob("*.*")) if path.suffix in (".msg", ".xml", ".eft")]
    found += [path.read_bytes() for path in sorted(CASES.glob("json-*.json")) if ".expect" not in path.name]
    return [(formats.detect(raw), raw) for raw in [*own, *found] if len(raw) < 4_000]


def _place(raw: bytes, dice: random.Random) -> tuple[int, int]:
    """A stretch of the message, mostly short."""
    at = dice.randrange(len(raw) + 1)
    return at, min(len(raw), at + int(dice.expovariate(1 / 8)))


def _replace(raw: bytes, other: bytes, dice: random.Random) -> bytes:
    at, end = _place(raw, dice)
    return raw[:at] + dice.choice(WORDS) + raw[end:]


def _flip(raw: bytes, other: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(raw) + 1)
    return raw[:at] + bytes([dice.randrange(256)]) + raw[at + 1 :]


def _cut(raw: bytes, other: bytes, dice: random.Random) -> bytes:
    at, end = _place(raw, dice)
    return raw[:at] if dice.random() < 0.2 else raw[:at] + raw[end:]


def _repeat(raw: bytes, other: bytes, dice: random.Random) -> bytes:
    at, end = _place(raw, dice)
    return raw[:at] + raw[at:end] * dice.randrange(2, 6) + raw[end:]


def _splice(raw: bytes, other: bytes, dice: random.Random) -> bytes:
    at, (start, end) = dice.randrange(len(raw) + 1), _place(other, dice)
    return raw[:at] + (other[start:] if dice.random() < 0.3 else other[start:end]) + raw[at:]


def _number(raw: bytes, other: bytes, dice: random.Random) -> bytes:
    """Another number where one stands: lengths and counts that lie, dates that are none."""
    found = list(re.finditer(rb"[0-9]+", raw))
    if not found:
        return raw
    where = dice.choice(found)
    value = int(where[0][:12]) + dice.choice([-1, 1, 10, -10, 1_000_000])
    return raw[: where.start()] + str(abs(value)).encode() + raw[where.end() :]


def _swell(raw: bytes, other: bytes, dice: random.Random) -> bytes:
    """A stretch of the message so often that it becomes as large as may be."""
    at, end = _place(raw, dice)
    piece = raw[at:end] or dice.choice(WORDS)
    return (raw[:at] + piece * ((LARGEST - len(raw)) // len(piece)) + raw[end:])[:LARGEST]


Mutator = Callable[[bytes, bytes, random.Random], bytes]
USUAL: Final[list[Mutator]] = [_replace, _replace, _flip, _cut, _repeat, _splice, _number]
SWOLLEN: Final = 1 / 500


def mutated(raw: bytes, other: bytes, dice: random.Random) -> bytes:
    """The message after one to four changes."""
    for _ in range(dice.randrange(1, 5)):
        raw = dice.choice(USUAL)(raw, other, dice)
    return _swell(raw, other, dice) if dice.random() < SWOLLEN else raw


def broken(dice: random.Random) -> Iterator[tuple[str, bytes]]:
    """Form and bytes of broken messages, without end."""
    kept = seeds()
    while True:
        (form, raw), (_, other) = dice.choice(kept), dice.choice(kept)
        yield form if dice.random() < 0.95 else dice.choice(formats.FORMATS), mutated(raw, other, dice)


@dataclass(slots=True)
class Slowest:
    """The message that took longest."""

    seconds: float = 0.0
    form: str = ""
    raw: bytes = b""


def hunt(count: int, seed: int) -> Slowest:
    """Read that many. Raises `AssertionError`, with form and bytes, for one that gives no object of the contract."""
    slowest = Slowest()
    for (form, raw), _ in zip(broken(random.Random(seed)), range(count), strict=False):
        began = time.process_time()
        try:
            require_shape(raw, form)
        except Exception as fault:
            raise AssertionError(f"seed {seed}, {form}: {raw[:2_000]!r}") from fault
        seconds = time.process_time() - began
        if seconds > slowest.seconds:
            slowest = Slowest(seconds, form, raw)
    return slowest
