"""The last stage of reading, the same for every format: the pieces of a message against the table of its kind.

All faults are reported, one a field, in table order; warnings come in table order, then in order of appearance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from muniment.core.message import Fault, Notice
from muniment.formats.faults import Broken, broken
from muniment.formats.profile import Field
from muniment.formats.values import EXAMPLES, RULES, Reading, within


@dataclass(frozen=True, slots=True)
class Piece:
    """One field as sent: prefix and text in upper case, runs of blanks made one. An empty text counts as absent."""

    prefix: str
    text: str


#: Values by their place in the message object, in table order.
Found = Mapping[str, Sequence[Any]]


def judge(kind: str, pieces: Sequence[Piece], reading: Reading) -> tuple[Found, dict[str, str]]:
    """The values of a message and what is in no table (`extra`). Raises `Broken` with all faults."""
    table = reading.profile.fields[kind]
    for piece in pieces:
        if not piece.text:
            reading.warn(piece.prefix, "field.empty", f"{piece.prefix} is empty and counts as absent.")
    present = [piece for piece in pieces if piece.text]
    others = [piece for piece in present if piece.prefix not in {about.prefix for about in table}]
    found, faults = by_table(table, present, reading)
    if kind == "YQ":
        faults += _other_fieldset(others, reading)
    if faults:
        raise Broken(*faults)
    return found, _extra(others, reading)


def in_order(kind: str, pieces: Sequence[Piece], reading: Reading) -> tuple[Notice, ...]:
    """The warnings of a message in the order in which they are reported."""
    prefixes = [about.prefix for about in reading.profile.fields[kind]] + [piece.prefix for piece in pieces]
    place = {prefix: at for at, prefix in reversed(list(enumerate(prefixes)))}
    return tuple(sorted(reading.warnings, key=lambda notice: place[notice.field or ""]))


def by_table(
    table: Sequence[Field], pieces: Sequence[Piece], reading: Reading
) -> tuple[dict[str, list[Any]], list[Fault]]:
    """The values of the fields of `table`, and the faults, one a field."""
    found: dict[str, list[Any]] = {}
    faults: list[Fault] = []
    for about in table:
        texts = [piece.text for piece in pieces if piece.prefix == about.prefix]
        try:
            found.setdefault(about.to, []).extend(_values(about, texts, found, reading))
        except Broken as fault:
            if about.to == "record_type" and texts:
                raise  # of a record that is not held here nothing else is judged
            faults += fault.faults
    return found, faults


def _values(about: Field, texts: Sequence[str], found: Found, reading: Reading) -> list[Any]:
    _number(about, len(texts), found, reading)
    for text in texts:
        within(text, about)
    return [RULES[about.rule](text, about, reading) for text in texts]


def _number(about: Field, count: int, found: Found, reading: Reading) -> None:
    """Whether the field is there often enough and not too often."""
    name, listed = f"{about.prefix} ({about.label})", reading.profile.values.hours_needed
    if about.needed and count == 0:
        raise broken(about.prefix, "field.missing", f"{name} is missing; send {_right(about)}.")
    if about.to == "hours" and count == 0 and set(found.get("confirmation", ())) & set(listed):
        says = f"{name} is missing; with the confirmation {' or '.join(listed)} send {_right(about)}."
        raise broken(about.prefix, "field.missing", says)
    if count > reading.profile.limits.repeats:
        says = f"{name} stands {count} times; at most {reading.profile.limits.repeats} are taken."
        raise broken(about.prefix, "field.too_many", says)


def _right(about: Field) -> str:
    """What a right field looks like."""
    if about.rule == "text":
        return f"{about.prefix}/ and 1 to {about.most} characters"
    return f"for instance {about.prefix}/{EXAMPLES[about.rule]}"


def _other_fieldset(others: Sequence[Piece], reading: Reading) -> list[Fault]:
    says = "belongs to another kind of record; a request about a person must not hold it."
    listed = reading.profile.values.other_fieldset
    return [Fault(each.prefix, "yq.fieldset", f"{each.prefix} {says}") for each in others if each.prefix in listed]


def _extra(others: Sequence[Piece], reading: Reading) -> dict[str, str]:
    """What is in no table, kept as sent, with a warning unless the profile knows it."""
    for piece in others:
        if piece.prefix not in reading.profile.values.known_extra:
            reading.warn(piece.prefix, "field.unknown", f"{piece.prefix} is not known here; it is kept in extra.")
    return {piece.prefix: piece.text for piece in others}
