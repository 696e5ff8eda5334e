"""JSON bytes to the object of a message; stricter than JSON where it leaves open what was meant.

A member twice, numbers that are none or too large, too many levels and halves of letters are refused.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final, NoReturn

from muniment.formats.faults import Broken, broken, shown
from muniment.formats.profile import Limits

#: What the words of the parser, as they begin, mean for who wrote the message.
_WHY: Final[Mapping[str, str]] = {
    "Expecting property name": "here stands a name in double quotes; behind the last member stands no comma",
    "Illegal trailing comma": "behind the last member stands no comma",
    "Expecting value": 'here stands a value: "text", a number, true, false, null, an object or a list',
    "Expecting ',' delimiter": "here stands a comma, or the end of the object or list; the message may be cut",
    "Expecting ':' delimiter": "behind a name stands a colon",
    "Extra data": "behind its end there is more; each message is sent alone",
    "Unterminated string": "the text that begins here does not end",
    "Invalid control character": r"a text holds no line end and no tab; they are written \n and \t",
    "Invalid \\": r"behind a backslash stand n, t, \, a quotation mark, or u and four digits",
}
_BOM: Final = b"\xef\xbb\xbf"
_ESCAPED: Final = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")
_NO_SIGN: Final = re.compile("[\ud800-\udfff\0]")
_WITHOUT_STRINGS: Final = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[^\[\]{}"]+', re.DOTALL)


def malformed(why: str) -> Broken:
    """What is no JSON, or not that of a message."""
    return broken(None, "json.malformed", f"{why}.")


def document(raw: bytes, limits: Limits) -> Any:
    """The value of a message. Raises `Broken` for what is no JSON that may be read."""
    try:
        text = raw.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as fault:
        says = f"A message in JSON is UTF-8; byte {fault.start + 1} of this one is hex {raw[fault.start]:02X}."
        raise broken(None, "charset.invalid", says) from None
    _require_levels(text, limits.depth)
    value = _value(text, limits)
    if _ESCAPED.search(text) and any(map(_NO_SIGN.search, _texts(value))):
        raise broken(
            None, "charset.invalid", "An escape \\u names no letter, or half of one; this text has no meaning."
        )
    return value


def _value(text: str, limits: Limits) -> Any:
    try:
        return _decoder(limits.number).decode(text)
    except json.JSONDecodeError as fault:
        why = next((why for begins, why in _WHY.items() if fault.msg.startswith(begins)), fault.msg)
        raise malformed(f"This is no JSON, line {fault.lineno} column {fault.colno}: {why}") from None


@cache
def _decoder(most: int) -> json.JSONDecoder:
    """What reads JSON with numbers of at most so many signs."""

    def whole(digits: str) -> int:
        _require_short(digits, most)
        return int(digits)

    def fraction(digits: str) -> float:
        _require_short(digits, most)
        number = float(digits)
        if math.isinf(number):
            raise malformed(f"The number {shown(digits)} is larger than a double can be")
        return number

    return json.JSONDecoder(
        object_pairs_hook=_members, parse_int=whole, parse_float=fraction, parse_constant=_no_number
    )


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        again = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise malformed(f"{shown(again)} stands twice in an object; which of the two holds cannot be known")
    return members


def _require_short(digits: str, most: int) -> None:
    if len(digits) > most:
        raise malformed(f"A number has at most {most} signs; {shown(digits, most)} has {len(digits)}")


def _no_number(name: str) -> NoReturn:
    raise malformed(f"{name} is no number of JSON")


def _require_levels(text: str, most: int) -> None:
    """Objects and lists in each other; looked at only where there are more of them than levels."""
    if text.count("{") + text.count("[") <= most:
        return
    level = 0
    for sign in _WITHOUT_STRINGS.sub("", text):
        level += (sign in "[{") - (sign in "]}")
        if level > most:
            raise broken(None, "depth.exceeded", f"A message has at most {most} levels; this one has more.")


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value, names of members too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _all_texts((*value.keys(), *value.values()))
    elif isinstance(value, list):
        yield from _all_texts(value)


def _all_texts(values: Iterable[Any]) -> Iterator[str]:
    for each in values:
        yield from _texts(each)
