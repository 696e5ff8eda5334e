"""A file with fingerprints in, an inquiry by print or a coded reject out (messages-contract.md, "EBTS")."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from muniment.core.message import Accepted, Fault, ImageRecord, PrintInquiry, Rejected, RejectedPrint
from muniment.core.subject import Subject
from muniment.formats import building, judging
from muniment.formats.directory import ORI
from muniment.formats.ebts import framing
from muniment.formats.ebts.framing import RS, US, Fields, Record
from muniment.formats.ebts.values import EBTS
from muniment.formats.faults import Broken
from muniment.formats.header import Address, Header, upshift
from muniment.formats.judging import Found, Piece
from muniment.formats.profile import Field, Profile
from muniment.formats.values import Reading, bad_sign, composed

FORMAT: Final = "ebts"
KIND: Final = "IAQ"
TOT, DESTINATION, ORIGINATOR, TCN, COUNT, CHARSET = "1.004", "1.007", "1.008", "1.009", "1.003", "1.015"
FRAMES: Final = frozenset({"1.001", COUNT, "2.001"})  # what says where records are, and is no value


def read(raw: bytes, today: date, profile: Profile) -> Accepted | Rejected:
    """Read one file. Total: any bytes give an inquiry or a reject. No record is copied but the two that are text."""
    sent: Fields = {}
    begun = False
    try:
        end = framing.first(raw)
        begun = True
        framing.fields(raw, 0, end, 1, profile.limits, into=sent)
        records, described = framing.rest(raw, end, framing.listed(sent.get(COUNT)), profile.limits)
        inquiry = _inquiry(sent | described, Reading(profile, today, EBTS))
    except Broken as stopped:
        return _reject(stopped.faults, sent, begun, profile)
    return replace(inquiry, records=tuple(_hashed(raw, records)))


def _hashed(raw: bytes, records: Iterable[Record]) -> Iterator[ImageRecord]:
    view = memoryview(raw)
    for each in records:
        if each.type != 2:
            sha256 = hashlib.sha256(view[each.start : each.end]).hexdigest()
            yield ImageRecord(each.type, f"{each.idc:02d}", each.end - each.start, sha256)


def _reject(faults: Sequence[Fault], sent: Fields, begun: bool, profile: Profile) -> RejectedPrint:
    """What Type-1 gave, as far as it is well formed."""
    plain = {tag: value.decode("latin-1") for tag, value in sent.items() if tag in (DESTINATION, ORIGINATOR, TCN)}
    named = plain.get(DESTINATION)
    header = Header(KIND if begun else None, plain.get(ORIGINATOR), (named,) if named else None)
    address = Address.of(header, FORMAT, profile).reject(*faults)
    tcn = plain.get(TCN, "")
    good = 10 <= len(tcn) <= 40 and tcn.isascii() and tcn.isprintable()
    good_named = tuple(ori for ori in address.destination if ORI.fullmatch(ori))
    return RejectedPrint(**{**_shallow(address), "destination": good_named}, tcn=tcn if good else None)


def _shallow(rejected: Rejected) -> dict[str, Any]:
    return {name: getattr(rejected, name) for name in Rejected.__dataclass_fields__}


# Values


def _inquiry(sent: Mapping[str, bytes], reading: Reading) -> PrintInquiry:
    table = reading.profile.ebts.fields
    latin = sent.get(CHARSET, b"").decode("latin-1")[:3] in reading.profile.ebts.charsets
    about_of = {about.prefix: about for about in table}
    values = {tag: _subfields(value) for tag, value in sent.items() if tag not in FRAMES}
    pieces = [
        piece for tag, value in values.items() if tag in about_of for piece in _pieces(value, about_of[tag], latin)
    ]
    others = [_other(tag, value, latin) for tag, value in values.items() if tag not in about_of]
    found, extra = _judged(table, pieces, others, reading)
    literal = next(about for about in table if about.to == "remarks").prefix
    extra |= {literal: _other(literal, values[literal], latin=True).value} if values.get(literal) else {}
    warnings = judging.in_order(table, [*pieces, *others], reading)
    return _message(found, dict(sorted(extra.items(), key=_by_tag)), warnings, reading.profile)


def _subfields(value: bytes) -> list[list[bytes]]:
    return [each.split(US) for each in value.split(RS)] if value.strip(RS + US) else []


def _by_tag(entry: Any) -> tuple[int, ...]:
    return tuple(map(int, entry[0].split(".")))


def _judged(
    table: Sequence[Field], pieces: Sequence[Piece], others: Sequence[Piece], reading: Reading
) -> tuple[Found, dict[str, Any]]:
    """The values, or all faults by tag; a civil file must say why it asks."""
    faults: list[Fault] = list(_reason_missing(pieces, others, reading))
    found: Found = {}
    extra: dict[str, Any] = {}
    try:
        found, extra = judging.judge(table, pieces, others, reading)
    except Broken as stopped:
        faults += stopped.faults
    if faults:
        raise Broken(*sorted(faults, key=lambda fault: _by_tag((fault.field,))))
    return found, extra


def _reason_missing(pieces: Sequence[Piece], others: Sequence[Piece], reading: Reading) -> Iterator[Fault]:
    ebts = reading.profile.ebts
    kind = next((ebts.transactions.get(piece.text) for piece in pieces if piece.prefix == TOT), None)
    if kind and kind.reason and not any(piece.prefix == ebts.reason and piece.text for piece in others):
        says = f"{ebts.reason} (reason) is missing; a file of this type says why the prints were taken."
        yield Fault(ebts.reason, "field.missing", says)


def _pieces(value: Sequence[Sequence[bytes]], about: Field, latin: bool) -> Iterator[Piece]:
    """One piece for each subfield; of the literals of offenses, which are the remarks, one for all."""
    if not value:
        yield Piece(about.prefix, "")
    elif len(value) > about.count:
        says = f"{about.prefix} ({about.label}) stands {len(value)} times; at most {about.count} are taken."
        yield Piece(about.prefix, "-", Fault(about.prefix, "field.too_many", says))
    elif any(len(items) > about.items for items in value):
        says = f"{about.prefix} ({about.label}) has at most {about.items} items in a subfield; here are more."
        yield Piece(about.prefix, "-", Fault(about.prefix, "ebts.field", says))
    elif about.to == "remarks":
        literals = [items[about.item - 1] for items in value if len(items) >= about.item and items[about.item - 1]]
        if literals:
            yield _piece(b"; ".join(literals), about, latin)
    else:
        yield from (_piece(items[about.item - 1], about, latin) for items in value)


def _piece(sent: bytes, about: Field, latin: bool) -> Piece:
    named = latin and (about.rule == "name" or about.to == "remarks")
    text = _text(sent, named)
    fault = bad_sign(text, about.prefix, latin=named)
    if about.rule == "transaction_number":
        return Piece(about.prefix, text, fault)
    return Piece(about.prefix, upshift(" ".join(filter(None, text.split(" ")))), fault)


def _text(sent: bytes, latin: bool) -> str:
    """The text of bytes; a byte that is none becomes a sign that no value may hold."""
    text = sent.decode("utf-8" if latin else "ascii", "surrogateescape")
    return composed(text) if latin else text


def _other(tag: str, value: Sequence[Sequence[bytes]], latin: bool) -> Piece:
    """A tag that is kept whole: a list of subfields, each a list of items."""
    texts = [[_text(item, latin) for item in items] for items in value]
    fault = next((bad for items in texts for text in items if (bad := bad_sign(text, tag, latin=latin))), None)
    return Piece(tag, "-" if texts else "", fault, [[upshift(text) for text in items] for items in texts])


def _message(found: Found, extra: dict[str, Any], warnings: Any, profile: Profile) -> PrintInquiry:
    def one(to: str) -> Any:
        return next(iter(found.get(to, ())), None)

    kind = profile.ebts.transactions[one("tot")]
    numbers = found.get("subject.identifiers", ())
    unknown = [[text] for number, text in numbers if number is None]
    controlling = next(iter(extra.get(profile.ebts.controlling, [[""]])))[0]
    return PrintInquiry(
        kind=KIND,
        format=FORMAT,
        basis="biometric",
        sender=controlling if ORI.fullmatch(controlling) else one("ori"),
        destination=(one("destination"),),
        purpose=kind.purpose or None,
        custody=kind.custody or None,
        offense=profile.ebts.offense,
        attention=one("attention"),
        remarks=one("remarks"),
        subject=_subject(found, profile),
        priority=one("priority") or profile.ebts.priority,
        extra=extra | ({"2.017": unknown} if unknown else {}),
        warnings=warnings,
        **{name: one(name) for name in ("tcn", "tcr", "tot", "ori", "version", "date", "oca")},
    )


def _subject(found: Found, profile: Profile) -> Subject:
    """Who the file describes: names, dates and numbers that were read, in the order of a message object."""
    known = {to: list(values) for to, values in found.items()}
    known["subject.birth_dates"] = [day for day in known["subject.birth_dates"] if day]
    for kind, number in found["subject.identifiers"]:
        known.setdefault(f"subject.identifiers.{kind}", []).append(number)
    return building.subject(known, profile)
