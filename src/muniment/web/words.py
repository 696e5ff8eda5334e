"""Times, counts and events in the words people read. `now` is always the database's clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


def span(length: timedelta) -> str:
    """A length of time in its two largest units: `45 s`, `6 min`, `1 h 58 min`, `24 h`, `3 d 4 h`."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < 2 * DAY:
        return _two(seconds // HOUR, "h", seconds % HOUR // MINUTE, "min")
    return _two(seconds // DAY, "d", seconds % DAY // HOUR, "h")


def _two(large: int, of_large: str, small: int, of_small: str) -> str:
    return f"{large} {of_large} {small} {of_small}" if small else f"{large} {of_large}"


def left(due: datetime, now: datetime) -> str:
    """Time left until `due`: `6 min`, or `late by 4 min` once it has passed."""
    return f"late by {span(now - due)}" if due < now else span(due - now)


def ago(then: datetime, now: datetime) -> str:
    """How long ago: `just now`, `2 min ago`."""
    return "just now" if now - then < timedelta(seconds=10) else f"{span(now - then)} ago"


def upper(clause: str) -> str:
    """A clause as the beginning of a sentence."""
    return clause[:1].upper() + clause[1:]


def moment(then: datetime, now: datetime) -> str:
    """A point in time: `18:20`, and with its date where that is another day."""
    return f"{then:%H:%M}" if then.date() == now.date() else f"{then:%Y-%m-%d %H:%M}"


def count(number: int, one: str, many: str = "") -> str:
    """`1 candidate`, `3 candidates`, `no candidate`."""
    if number == 0:
        return f"no {one}"
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def clause(sentence: str) -> str:
    """A sentence as the end of another one: without its period, and with a small first letter."""
    text = sentence.rstrip(". ")
    return text if text[1:2].isupper() or text[1:2].isdigit() else text[:1].lower() + text[1:]
