"""Bytes of the text form in, a message or a coded reject out; the stages of messages-contract.md in their order."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from muniment.core.message import Accepted, Fault, FreeText, Rejected, SwitchNotice
from muniment.formats import building, judging
from muniment.formats import header as headers
from muniment.formats.faults import Broken
from muniment.formats.header import Address, Header
from muniment.formats.judging import Piece
from muniment.formats.nlets import grammar
from muniment.formats.profile import Profile
from muniment.formats.values import Reading

FORMAT: Final = "nlets"
_NUMBER: Final = re.compile(r"\.([0-9]{2})\. ")


def read(raw: bytes, today: date, profile: Profile) -> Accepted | Rejected:
    """Read one message. Total: any bytes give a message or a reject."""
    bad = grammar.bad_byte(raw)
    header, body, fault = grammar.header(grammar.decode(raw[:bad]))
    if bad is not None:
        header = Header() if fault else header  # only a header that is whole before the bad byte is given
        fault = _bad_byte(raw, bad)
    address = Address.of(header, FORMAT, profile)
    fault = fault or next(headers.faults(header, address, profile, list(profile.kinds)), None)
    if fault is not None:
        return address.reject(fault)
    try:
        return _message(body, headers.common(header, address), Reading(profile, today))
    except Broken as broken:
        return address.reject(*broken.faults)


def _bad_byte(raw: bytes, at: int) -> Fault:
    right = "the text form holds hex 20 to 7E, CR and LF, and DEL only behind a line end"
    says = f"Byte {at + 1} of the message is hex {raw[at]:02X}; {right}."
    if raw[at] >= 0x80:
        says += " A letter with an accent is sent without it, or in XML or JSON."
    return Fault(None, "charset.invalid", says)


def _message(body: str, common: dict[str, Any], reading: Reading) -> Accepted:
    how = reading.profile.kinds[common["kind"]]
    if how == "fields":
        return _fields(body, common, reading)
    text = body.removeprefix("\n")
    if how == "text":
        return FreeText(text=text.rstrip(" \n"), **common)
    number = _NUMBER.match(text)
    text = text[number.end() :] if number else text
    return SwitchNotice(number=number[1] if number else None, text=text.rstrip(" \n"), **common)


def _fields(body: str, common: dict[str, Any], reading: Reading) -> Accepted:
    kind = common["kind"]
    table = reading.profile.fields[kind]
    remarks = next((about.prefix for about in table if about.to == "remarks"), None)
    repeating = {about.prefix for about in table if about.repeats}
    pieces = []
    for prefix, value in grammar.cut(body, remarks, repeating, reading.profile.limits.fields):
        if "\n" in value and prefix != remarks:
            reading.warn(prefix, "field.wrapped", f"{prefix} was broken over lines; a blank joins them.")
        pieces.append(Piece(prefix, " ".join(value.split()).upper()))
    known = {about.prefix for about in table}
    others = [piece for piece in pieces if piece.prefix not in known]
    wrong = reading.profile.values.other_fieldset if kind == "YQ" else ()
    found, extra = judging.judge(table, [piece for piece in pieces if piece.prefix in known], others, reading, wrong)
    common["warnings"] += judging.in_order(table, pieces, reading)
    return building.message(kind, found, reading.profile, {**common, "extra": extra})
