"""Bytes of the text form in, a message or a coded reject out; the stages of the contract in their order."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from muniment.core.message import (
    Accepted,
    Contact,
    Fault,
    FreeText,
    HitReply,
    HitRequest,
    Notice,
    Rejected,
    StatusInquiry,
    SwitchNotice,
)
from muniment.core.subject import Name
from muniment.formats import subjects
from muniment.formats.nlets import grammar
from muniment.formats.nlets.grammar import BodyFault, Header, HeaderFault, Piece
from muniment.formats.profile import Field, Profile
from muniment.formats.values import Reading, Wrong, value

FORMAT: Final = "nlets"
_ORI: Final = re.compile(r"[A-Z0-9]{9}")
_REGION: Final = re.compile(r"[A-Z]{2}")
_CONTROL: Final = re.compile(r"[\x21-\x2D\x2F-\x7E]{1,10}")
_NUMBER: Final = re.compile(r"\.([0-9]{2})\.(?: |\n|\Z)")


def read(raw: bytes, today: date, profile: Profile) -> Accepted | Rejected:
    """Read one message. Total: any bytes give a message or a reject."""
    bad = grammar.bad_byte(raw)
    if bad is not None:
        return _bad_byte(raw, bad, profile)
    try:
        header = grammar.header(grammar.decode(raw))
    except HeaderFault as fault:
        return _rejected(Judged(fault.header, profile), (fault.fault,))
    judged = Judged(header, profile)
    if judged.fault is not None:
        return _rejected(judged, (judged.fault,))
    return _body(judged, Reading(profile, today))


def _bad_byte(raw: bytes, at: int, profile: Profile) -> Rejected:
    text = f"Byte {at} is 0x{raw[at]:02X}; the text form holds 0x20 to 0x7E, CR and LF, and DEL only behind a line end."
    fault = Fault(None, "charset.invalid", text)
    try:
        header = grammar.header(grammar.decode(raw[:at]))
    except HeaderFault:
        header = Header()
    return _rejected(Judged(header, profile), (fault,))


class Judged:
    """The parts of a header that are well formed, and the first fault of those that are not."""

    def __init__(self, header: Header, profile: Profile) -> None:
        self.header = header
        self.kind = header.kind
        self.sender = _if(_ORI.fullmatch, header.sender and header.sender.upper())
        self.destination = _destinations(header.destination, profile)
        self.control = _if(_CONTROL.fullmatch, header.control)
        self.fault = next(self._faults(profile), None) if header.whole else None

    def _faults(self, profile: Profile) -> Any:
        if self.sender is None:
            yield Fault("sender", "sender.invalid", "The sender is an ORI of 9 letters or digits, such as ZZ0010100.")
        if self.header.destination is not None and not self.destination:
            yield _bad_destination("each destination is 2 letters or an ORI, at most 5 of them")
        if self.header.control is not None and self.control is None:
            says = "The control field is 1 to 10 signs without blanks and periods, such as *SYN0000001."
            yield Fault("control", "control.invalid", says)
        if self.kind not in profile.kinds:
            says = f"{self.kind} is no message key that is read here: {', '.join(profile.kinds)}."
            yield Fault("header", "mke.unknown", says)
        yield from self._by_kind(profile)

    def _by_kind(self, profile: Profile) -> Any:
        region = profile.center("inquiry_destination")
        if self.kind == "IAQ" and self.destination and region not in self.destination:
            yield _bad_destination(f"an IAQ goes to {region}")
        if self.kind == "YQ" and not _yq_destinations(self.destination):
            yield _bad_destination("a YQ goes to one to three ORIs")
        if self.kind == "ER" and self.sender != profile.center("switch"):
            yield Fault("sender", "er.sender", f"An ER comes from the switch, {profile.center('switch')}, alone.")


def _if(holds: Callable[[str], Any], text: str | None) -> str | None:
    return text if text is not None and holds(text) else None


def _bad_destination(says: str) -> Fault:
    return Fault("destination", "destination.invalid", f"The destination is wrong: {says}.")


def _destinations(text: str | None, profile: Profile) -> tuple[str, ...]:
    if text is None:
        return ()
    named = tuple(text.upper().split(","))
    good = len(named) <= profile.limit("destinations") and all(_ORI.fullmatch(n) or _REGION.fullmatch(n) for n in named)
    return named if good else ()


def _yq_destinations(named: Sequence[str]) -> bool:
    return not named or (len(named) <= 3 and all(len(each) == 9 for each in named))


def _rejected(judged: Judged, errors: tuple[Fault, ...]) -> Rejected:
    return Rejected(
        errors=errors,
        format=FORMAT,
        kind=judged.kind,
        sender=judged.sender,
        destination=judged.destination,
        control=judged.control,
    )


# Bodies


def _body(judged: Judged, reading: Reading) -> Accepted | Rejected:
    how = reading.profile.kinds[judged.kind or ""]
    if how == "fields":
        return _fields(judged, reading)
    text, number = grammar.free_text(judged.header.body), None
    common = _common(judged, reading.warnings)
    if how == "text":
        return FreeText(text=text, **common)
    if match := _NUMBER.match(text):
        number, text = match[1], text[match.end() :]
    return SwitchNotice(text=text, number=number, **common)


def _common(judged: Judged, warnings: Sequence[Notice], extra: Mapping[str, str] | None = None) -> dict[str, Any]:
    absent: tuple[Notice, ...] = ()
    if judged.header.destination is None:
        absent = (Notice("destination", "destination.absent", "The delivered header names no destination."),)
    return {
        "kind": judged.kind,
        "sender": judged.sender,
        "destination": judged.destination,
        "control": judged.control,
        "received": judged.header.received,
        "sent": judged.header.sent,
        "extra": dict(extra or {}),
        "warnings": (*absent, *warnings),
    }


def _fields(judged: Judged, reading: Reading) -> Accepted | Rejected:
    kind = judged.kind or ""
    table = reading.profile.fields[kind]
    repeating = frozenset(about.prefix for about in table if about.repeats)
    try:
        pieces = grammar.pieces(judged.header.body, repeating, reading.profile.limit("fields"))
    except BodyFault as fault:
        return _rejected(judged, (fault.fault,))
    sorted_pieces = _Sorted(pieces, table, kind, reading)
    errors, found = sorted_pieces.values()
    if errors:
        return _rejected(judged, tuple(errors))
    extra = sorted_pieces.extra()
    return _message(kind, found, reading.profile, _common(judged, sorted_pieces.warnings(), extra))


class _Sorted:
    """The pieces of a body against the table of their kind."""

    def __init__(self, pieces: Sequence[Piece], table: Sequence[Field], kind: str, reading: Reading) -> None:
        self.table, self.kind, self.reading = table, kind, reading
        self.order = {about.prefix: place for place, about in enumerate(table)}
        self.pieces = [self._smooth(piece) for piece in pieces]

    def _smooth(self, piece: Piece) -> Piece:
        """A line end inside a value is one blank, runs of blanks are one, letters are upshifted."""
        if "\n" in piece.value and piece.prefix != "REM":
            self.reading.warn(piece.prefix, "field.wrapped", f"{piece.prefix} was broken over lines; it was joined.")
        smooth = " ".join(piece.value.split()).upper()
        if not smooth:
            self.reading.warn(piece.prefix, "field.empty", f"{piece.prefix} is empty and counts as absent.")
        return Piece(piece.prefix, smooth)

    def values(self) -> tuple[list[Fault], dict[str, list[Any]]]:
        """All faults in table order, one a field, then those of the other prefixes; and the values by prefix."""
        errors: list[Fault] = []
        found: dict[str, list[Any]] = {}
        for about in self.table:
            texts = [piece.value for piece in self.pieces if piece.prefix == about.prefix and piece.value]
            try:
                found[about.prefix] = self._read(about, texts)
            except Wrong as wrong:
                errors.append(Fault(about.prefix, wrong.code, wrong.text))
        errors.extend(self._hours_missing(found, errors))
        errors.sort(key=lambda fault: self.order[fault.field or ""])
        errors.extend(self._other_fieldset())
        alone = [fault for fault in errors if fault.code == "yq.record_type"]
        return alone or errors, found

    def _read(self, about: Field, texts: Sequence[str]) -> list[Any]:
        if about.needed and not texts:
            raise Wrong("field.missing", f"{about.prefix} ({about.label}) is missing; it must be there.")
        most = self.reading.profile.limit("repeats")
        if len(texts) > most:
            raise Wrong("field.too_many", f"{about.prefix} ({about.label}) may stand at most {most} times.")
        return [value(text, about, self.reading) for text in texts]

    def _hours_missing(self, found: Mapping[str, list[Any]], errors: Sequence[Fault]) -> list[Fault]:
        needed = self.reading.profile.values("hours_needed")
        if "HRS" not in self.order or any(fault.field == "HRS" for fault in errors) or found["HRS"]:
            return []
        if not set(found.get("CON", ())) & set(needed):
            return []
        return [Fault("HRS", "field.missing", f"HRS must say in how many hours, when CON is {' or '.join(needed)}.")]

    def _other_fieldset(self) -> list[Fault]:
        if self.kind != "YQ":
            return []
        listed = self.reading.profile.values("other_fieldset")
        return [
            Fault(piece.prefix, "yq.fieldset", f"{piece.prefix} belongs to another kind of record than a person's.")
            for piece in self.pieces
            if piece.prefix in listed
        ]

    def extra(self) -> dict[str, str]:
        """What is in no table, kept as sent, with a warning unless the profile knows it."""
        known = self.reading.profile.values("known_extra")
        kept = {piece.prefix: piece.value for piece in self.pieces if piece.prefix not in self.order and piece.value}
        for prefix in kept:
            if prefix not in known:
                self.reading.warn(prefix, "field.unknown", f"{prefix} is not known here; it was kept.")
        return kept

    def warnings(self) -> list[Notice]:
        """In table order, then in order of appearance."""
        appearance = {piece.prefix: place for place, piece in reversed(list(enumerate(self.pieces, len(self.table))))}
        place = {**appearance, **self.order}
        return sorted(self.reading.warnings, key=lambda notice: place[notice.field or ""])


# Messages


def _message(kind: str, found: Mapping[str, list[Any]], profile: Profile, common: dict[str, Any]) -> Accepted:
    def one(prefix: str) -> Any:
        return next(iter(found.get(prefix, ())), None)

    names: list[Name] = [*found.get("NAM", ()), *found.get("AKA", ())]
    identifiers = [(name, value) for prefix, name in subjects.IDENTIFIERS.items() for value in found.get(prefix, ())]
    subject = subjects.subject(names, found.get("DOB", ()), one("SEX"), one("POB"), identifiers)
    if kind == "IAQ":
        return StatusInquiry(
            subject=subject,
            purpose=one("PUR"),
            attention=one("ATN"),
            phone=one("PHN"),
            custody=one("CUS"),
            offense=one("OFF"),
            remarks=one("REM"),
            **common,
        )
    hit = {"subject": subject, "record_type": one("RTY"), "oca": one("OCA"), "nic": one("NIC"), "remarks": one("REM")}
    if kind == "YQ":
        due = profile.values("priority")[one("PRI")]
        requester = Contact(one("RNA"), one("RAG"), one("PHO"))
        asked = {"request_number": one("RNO"), "priority": one("PRI"), "due_minutes": due, "requester": requester}
        return HitRequest(**hit, **asked, **common)
    confirmer = Contact(one("CNA"), one("CAG"), one("PHO"))
    return HitReply(**hit, confirmation=one("CON"), hours=one("HRS"), confirmer=confirmer, **common)
