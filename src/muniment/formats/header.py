"""The header of a message, whatever its form: its parts as sent, what of them is well formed, what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from muniment.core.message import Fault, Notice, Rejected, Stamp
from muniment.formats.directory import ORI
from muniment.formats.faults import broken, shown
from muniment.formats.profile import Profile

_REGION: Final = re.compile(r"[A-Z]{2}")
_CONTROL: Final = re.compile(r"[\x21-\x2D\x2F-\x7E]{1,10}")


@dataclass(slots=True)
class Header:
    """The parts of a header as sent, as far as they were located; the body follows."""

    kind: str | None = None
    sender: str | None = None
    destination: tuple[str, ...] | None = None
    control: str | None = None
    received: Stamp | None = None
    sent: Stamp | None = None


def upshift(text: str) -> str:
    """Upper case, sign by sign: one that has no single sign in upper case (of those that names may hold) stays."""
    if text.isascii():
        return text.upper()
    return "".join(big if len(big := sign.upper()) == 1 and big < "\u2c00" else sign for sign in text)


def stamp(date: Sequence[str], time: Sequence[str], number: str) -> Stamp | None:
    """A moment on the switch's clock, of month, day and year and of hour and minute; None for what is no moment."""
    month, day, year = map(int, date)
    hour, minute = map(int, time)
    try:
        at = datetime(year, month, day, hour, minute)  # noqa: DTZ001  the switch's clock, kept as sent
    except ValueError:
        return None
    return Stamp(at.isoformat(timespec="minutes"), number)


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of a header that are well formed: what a reject can be addressed and matched with."""

    format: str
    kind: str | None
    sender: str | None
    destination: tuple[str, ...]
    control: str | None

    @classmethod
    def of(cls, header: Header, format: str, profile: Profile) -> Address:
        """One bad destination leaves none."""
        sender = _ascii_upper(header.sender or "")
        named = tuple(_ascii_upper(each) for each in header.destination or ())
        good = len(named) <= profile.limits.destinations and all(
            ORI.fullmatch(n) or _REGION.fullmatch(n) for n in named
        )
        return cls(
            format=format,
            kind=header.kind,
            sender=sender if ORI.fullmatch(sender) else None,
            destination=named if good else (),
            control=header.control if _CONTROL.fullmatch(header.control or "") else None,
        )

    def reject(self, *faults: Fault) -> Rejected:
        """The reject of a message that has this header."""
        return Rejected(
            errors=faults,
            format=self.format,
            kind=self.kind,
            sender=self.sender,
            destination=self.destination,
            control=self.control,
        )


def _ascii_upper(text: str) -> str:
    """Foreign signs stay as they are: in upper case some of them are letters of an ORI."""
    return text.upper() if text.isascii() else text


def faults(header: Header, address: Address, profile: Profile, kinds: Sequence[str]) -> Iterator[Fault]:
    """The faults of a header whose parts were all located, in the order in which they count; `kinds` are read here."""
    if address.sender is None:
        right = "The sender must be an ORI of 9 letters or digits, such as ZZ0010100"
        yield Fault("sender", "sender.invalid", f"{right}; it is {shown(header.sender or '')}.")
    if header.destination is not None and not address.destination:
        yield _destination(f"one to {profile.limits.destinations}, each of 2 letters or an ORI", header)
    if header.control is not None and address.control is None:
        right = "The control field must be 1 to 10 signs without blank and period, such as *SYN0000001."
        yield Fault("control", "control.invalid", f"{right} It is {shown(header.control)}.")
    if address.kind not in kinds:
        known = ", ".join(kinds)
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
        text = f"An ER comes from the switch, {switch}, alone; this is from {address.sender}."
        yield Fault("sender", "er.sender", text)


def _destination(right: str, header: Header) -> Fault:
    sent = ",".join(header.destination or ())
    return Fault("destination", "destination.invalid", f"The destination must be {right}; it is {shown(sent)}.")


_NO_DESTINATION: Final = Notice("destination", "destination.absent", "The delivered header names no destination.")


def common(header: Header, address: Address) -> dict[str, Any]:
    """What every message takes from its header."""
    return {
        "kind": address.kind,
        "format": address.format,
        "sender": address.sender,
        "destination": address.destination,
        "control": address.control,
        "received": header.received,
        "sent": header.sent,
        "warnings": () if address.destination else (_NO_DESTINATION,),
    }


def free_text(text: str) -> str:
    """The free text of an XML or JSON message: lines of printable ASCII, without blanks and line ends at its end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if bad := re.search(r"[^\n -~]", lines):
        says = f"The text holds printable ASCII (hex 20 to 7E) and line ends; here stands {shown(bad[0])}."
        raise broken(None, "charset.invalid", says)
    return lines.rstrip(" \n")
