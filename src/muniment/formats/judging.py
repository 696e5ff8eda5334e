"""The last stage of reading, the same for every format: the pieces of a message against the table of its kind.

All faults are reported, one a field, in table order; warnings come in table order, then in order of appearance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from muniment.core.message import Fault, Notice
from muniment.formats.faults import Broken, broken
from muniment.formats.profile import Field
from muniment.formats.values import Reading, within


class Piece(NamedTuple):
    """One field as sent: prefix and text in upper case, runs of blanks made one. An empty text counts as absent.

    A reader whose form has more than texts leaves the value it has read already, or the fault that it found.
    """

    prefix: str
    text: str
    fault: Fault | None = None
    value: Any = None


#: Values by their place in the message object, in table order.
Found = Mapping[str, Sequence[Any]]


def judge(
    table: Sequence[Field],
    pieces: Sequence[Piece],
    others: Sequence[Piece],
    reading: Reading,
    wrong: Sequence[str] = (),
) -> tuple[Found, dict[str, Any]]:
    """The values of a message, and what is in no table (`others`) as its extra.

    `wrong` are prefixes that belong to another kind of record. Raises `Broken` with all faults.
    """
    kept = _not_empty(others, reading)
    found, faults = by_table(table, _not_empty(pieces, reading), reading)
    faults += [_other_fieldset(piece) for piece in kept if piece.prefix in wrong]
    faults += [piece.fault for piece in kept if piece.fault]
    if faults:
        first = {fault.field: fault for fault in reversed(faults)}
        raise Broken(*(fault for fault in faults if first[fault.field] is fault))
    return found, _extra(kept, reading)


def _not_empty(pieces: Sequence[Piece], reading: Reading) -> list[Piece]:
    kept = [piece for piece in pieces if piece.text]
    for piece in pieces if len(kept) < len(pieces) else ():
        if not piece.text:
            says = f"{reading.form.named(piece.prefix)} is empty; it counts as absent."
            reading.warn(piece.prefix, "field.empty", says)
    return kept


def in_order(table: Sequence[Field], pieces: Sequence[Piece], reading: Reading) -> tuple[Notice, ...]:
    """The warnings of a message in the order in which they are reported."""
    if not reading.warnings:
        return ()
    prefixes = [about.prefix for about in table] + [piece.prefix for piece in pieces]
    place = {prefix: at for at, prefix in reversed(list(enumerate(prefixes)))}
    return tuple(sorted(reading.warnings, key=lambda notice: place[notice.field or ""]))


def by_table(
    table: Sequence[Field], pieces: Sequence[Piece], reading: Reading
) -> tuple[dict[str, list[Any]], list[Fault]]:
    """The values of the fields of `table`, and the faults, one a field."""
    found: dict[str, list[Any]] = {}
    faults: list[Fault] = []
    sent: dict[str, list[Piece]] = {}
    for piece in pieces:
        sent.setdefault(piece.prefix, []).append(piece)
    for about in table:
        values, here = found.setdefault(about.to, []), sent.get(about.prefix, ())
        if not here and not about.needed and about.to != "hours":
            continue
        try:
            values += [_value(here[0], about, reading)] if len(here) == 1 else _values(about, here, found, reading)
        except Broken as fault:
            if about.to == "record_type" and here:
                raise  # of a record that is not held here nothing else is judged
            faults += fault.faults
    return found, faults


def _values(about: Field, pieces: Sequence[Piece], found: Found, reading: Reading) -> list[Any]:
    """The first fault counts: too few or too many, a bad sign, too long, the value's own."""
    _number(about, len(pieces), found, reading)
    for piece in pieces:
        if piece.fault:
            raise Broken(piece.fault)
    for piece in pieces:
        if piece.value is None:
            within(piece.text, about)
    return [_value(piece, about, reading) for piece in pieces]


def _value(piece: Piece, about: Field, reading: Reading) -> Any:
    if piece.fault:
        raise Broken(piece.fault)
    if piece.value is not None:
        return piece.value
    within(piece.text, about)
    return reading.form.rules[about.rule](piece.text, about, reading)


def _number(about: Field, count: int, found: Found, reading: Reading) -> None:
    """Whether the field is there often enough and not too often."""
    if count > (most := reading.profile.limits.repeats if about.repeats else about.count):
        says = f"{about.prefix} ({about.label}) stands {count} times; at most {most} are taken."
        raise broken(about.prefix, "field.too_many", says)
    if count or not (about.needed or about.to == "hours"):
        return
    missing = f"{about.prefix} ({about.label}) is missing"
    if about.needed and reading.form.free(about):
        reading.warn(about.prefix, "field.absent", f"{missing}; in this form it may be.")
    elif about.needed:
        raise broken(about.prefix, "field.missing", f"{missing}; send {reading.form.right(about)}.")
    elif listed := set(found.get("confirmation", ())) & set(reading.profile.values.hours_needed):
        says = f"{missing}; with the confirmation {listed.pop()} send {reading.form.right(about)}."
        raise broken(about.prefix, "field.missing", says)


def _other_fieldset(piece: Piece) -> Fault:
    says = "belongs to another kind of record; a request about a person must not hold it."
    return Fault(piece.prefix, "yq.fieldset", f"{piece.prefix} {says}")


def _extra(others: Sequence[Piece], reading: Reading) -> dict[str, Any]:
    """What is in no table, kept as sent, with a warning unless the profile knows it."""
    for piece in others:
        if piece.prefix not in reading.form.known(reading.profile):
            text = f"{reading.form.named(piece.prefix)} is not known here; it is kept in extra."
            reading.warn(piece.prefix, "field.unknown", text)
    return {piece.prefix: piece.text if piece.value is None else piece.value for piece in others}
