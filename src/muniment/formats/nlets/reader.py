"""Bytes of the text form in, a message or a coded reject out; the stages of messages-contract.md in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from muniment.core.message import Accepted, Fault, FreeText, Notice, Rejected, SwitchNotice
from muniment.formats import building, judging
from muniment.formats.directory import ORI
from muniment.formats.faults import Broken, shown
from muniment.formats.judging import Piece
from muniment.formats.nlets import grammar
from muniment.formats.nlets.grammar import Header
from muniment.formats.profile import Profile
from muniment.formats.values import Reading

FORMAT: Final = "nlets"
_REGION: Final = re.compile(r"[A-Z]{2}")
_CONTROL: Final = re.compile(r"[\x21-\x2D\x2F-\x7E]{1,10}")
_NUMBER: Final = re.compile(r"\.([0-9]{2})\. ")


def read(raw: bytes, today: date, profile: Profile) -> Accepted | Rejected:
    """Read one message. Total: any bytes give a message or a reject."""
    bad = grammar.bad_byte(raw)
    header, fault = grammar.header(grammar.decode(raw[:bad]))
    if bad is not None:
        header = Header() if fault else header  # only a header that is whole before the bad byte is given
        fault = _bad_byte(raw, bad)
    address = Address.of(header, profile)
    fault = fault or next(_header_faults(header, address, profile), None)
    if fault is not None:
        return address.reject(fault)
    try:
        return _message(header, address, Reading(profile, today))
    except Broken as broken:
        return address.reject(*broken.faults)


def _bad_byte(raw: bytes, at: int) -> Fault:
    right = "the text form holds hex 20 to 7E, CR and LF, and DEL only behind a line end"
    return Fault(None, "charset.invalid", f"Byte {at + 1} of the message is hex {raw[at]:02X}; {right}.")


# Header


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of a header that are well formed: what a reject can be addressed and matched with."""

    kind: str | None
    sender: str | None
    destination: tuple[str, ...]
    control: str | None

    @classmethod
    def of(cls, header: Header, profile: Profile) -> Address:
        """One bad destination leaves none."""
        sender, named = (header.sender or "").upper(), tuple((header.destination or "").upper().split(","))
        good = len(named) <= profile.limits.destinations and all(
            ORI.fullmatch(n) or _REGION.fullmatch(n) for n in named
        )
        return cls(
            kind=header.kind,
            sender=sender if ORI.fullmatch(sender) else None,
            destination=named if good else (),
            control=header.control if _CONTROL.fullmatch(header.control or "") else None,
        )

    def reject(self, *faults: Fault) -> Rejected:
        """The reject of a message that has this header."""
        return Rejected(
            errors=faults,
            format=FORMAT,
            kind=self.kind,
            sender=self.sender,
            destination=self.destination,
            control=self.control,
        )


def _header_faults(header: Header, address: Address, profile: Profile) -> Iterator[Fault]:
    """The faults of a header whose parts were all located, in the order in which they count."""
    if address.sender is None:
        says = (
            f"The sender must be an ORI of 9 letters or digits, such as ZZ0010100; it is {shown(header.sender or '')}."
        )
        yield Fault("sender", "sender.invalid", says)
    if header.destination is not None and not address.destination:
        yield _destination(f"one to {profile.limits.destinations}, each of 2 letters or an ORI", header)
    if header.control is not None and address.control is None:
        says = "The control field must be 1 to 10 signs without blank and period, such as *SYN0000001."
        yield Fault("control", "control.invalid", f"{says} It is {shown(header.control)}.")
    if address.kind not in profile.kinds:
        known = ", ".join(profile.kinds)
        yield Fault("header", "mke.unknown", f"The key must be one of {known}; it is {shown(address.kind or '')}.")
    yield from _faults_of_kind(header, address, profile)


def _faults_of_kind(header: Header, address: Address, profile: Profile) -> Iterator[Fault]:
    region, switch, most = profile.center.inquiry_destination, profile.center.switch, profile.limits.hit_destinations
    named = address.destination
    if address.kind == "IAQ" and named and region not in named:
        yield _destination(f"{region}, alone or among others, for an IAQ", header)
    if address.kind == "YQ" and not (len(named) <= most and all(map(ORI.fullmatch, named))):
        yield _destination(f"one to {most} ORIs for a YQ", header)
    if address.kind == "ER" and address.sender != switch:
        yield Fault(
            "sender", "er.sender", f"An ER comes from the switch, {switch}, alone; this is from {address.sender}."
        )


def _destination(right: str, header: Header) -> Fault:
    says = f"The destination must be {right}; it is {shown(header.destination or '')}."
    return Fault("destination", "destination.invalid", says)


# Body


def _message(header: Header, address: Address, reading: Reading) -> Accepted:
    kind = address.kind or ""
    body = reading.profile.kinds[kind]
    if body == "fields":
        return _fields(kind, header, address, reading)
    text, common = header.body.removeprefix("\n"), _common(header, address)
    if body == "text":
        return FreeText(text=text.rstrip(" \n"), **common)
    number = _NUMBER.match(text)
    text = text[number.end() :] if number else text
    return SwitchNotice(number=number[1] if number else None, text=text.rstrip(" \n"), **common)


def _common(header: Header, address: Address) -> dict[str, Any]:
    absent = Notice("destination", "destination.absent", "The delivered header names no destination.")
    return {
        "kind": address.kind,
        "sender": address.sender,
        "destination": address.destination,
        "control": address.control,
        "received": header.received,
        "sent": header.sent,
        "warnings": () if address.destination else (absent,),
    }


def _fields(kind: str, header: Header, address: Address, reading: Reading) -> Accepted:
    table = reading.profile.fields[kind]
    remarks = next((about.prefix for about in table if about.to == "remarks"), None)
    repeating = {about.prefix for about in table if about.repeats}
    pieces = []
    for prefix, value in grammar.cut(header.body, remarks, repeating, reading.profile.limits.fields):
        if "\n" in value and prefix != remarks:
            reading.warn(prefix, "field.wrapped", f"{prefix} was broken over lines; a blank joins them.")
        pieces.append(Piece(prefix, " ".join(value.split()).upper()))
    found, extra = judging.judge(kind, pieces, reading)
    common = _common(header, address)
    common["warnings"] += judging.in_order(kind, pieces, reading)
    return building.message(kind, found, reading.profile, {**common, "extra": extra})
