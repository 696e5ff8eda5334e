"""XML in, a message or a coded reject out, by the stages of messages-contract.md: IAQ, and the texts of answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from muniment.core.message import Accepted, Fault, FreeText, Rejected, Stamp
from muniment.formats import building, judging
from muniment.formats import header as headers
from muniment.formats.faults import Broken, broken, shown
from muniment.formats.header import Address, Header, upshift
from muniment.formats.judging import Piece
from muniment.formats.nlets_xml.container import Document, Path, document, trimmed
from muniment.formats.profile import Field, Profile, XmlForm
from muniment.formats.values import DASHED, EXAMPLES, OWN, RULES, Form, Reading, bad_sign, composed, dashed_birth_date

FORMAT: Final = "nlets-xml"
KIND: Final = "IAQ"
_KEY: Final = re.compile("[A-Za-z]{2,3}")
_DATE: Final = re.compile("([0-9]{2})/([0-9]{2})/([0-9]{4})")
_TIME: Final = re.compile("([0-9]{2}):([0-9]{2})")
_NUMBER: Final = re.compile("[0-9]{5}")

XML: Final = Form(
    RULES | {"birth_date": dashed_birth_date},
    EXAMPLES | {"birth_date": DASHED},
    shows=lambda about, value: f"<{about.xml.rpartition('/')[2]}>{value}",
    named=lambda name: shown(name)[1:-1],
    free=lambda about: about.free_in_xml,
)


#: The fields that an element is: in the first container of a name, and in all later ones.
Pair = tuple[Field | None, Field | None]


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a profile as the parser gives them.

    `ends` are the fields by the last element of their path. `usual` are the elements of an inquiry as it is written,
    each with its field in the first name and in later ones, so that hardly any is looked for.
    """

    root: str
    header: str
    inquiry: str
    response: str
    text: str
    parts: Mapping[Path, str]
    ends: Mapping[str, Sequence[tuple[Path, Field]]]
    usual: dict[Path, Pair]
    containers: frozenset[str]
    repeats: frozenset[str]


def full(name: str, form: XmlForm) -> str:
    """`nc:Date` as the parser gives it, `uri Date`."""
    prefix, _, local = name.partition(":")
    return f"{form.namespaces[prefix]} {local}"


def end_of(about: Field) -> list[str]:
    """What of a field's path is asked for when reading."""
    return about.xml.rpartition("//")[2].split("/")


@lru_cache(maxsize=8)
def names(profile: Profile) -> Names:
    """The names of a profile, worked out once."""
    form = profile.xml
    ends: dict[str, list[tuple[Path, Field]]] = {}
    for about in profile.fields[KIND]:
        path = tuple(full(name, form) for name in end_of(about))
        ends.setdefault(path[-1], []).append((path, about))
    known = Names(
        root=full(form.root, form),
        header=full(form.header, form),
        inquiry=full(form.inquiry, form),
        response=full(form.response, form),
        text=full(form.text, form),
        parts={(full(form.header, form), full(getattr(form.parts, part), form)): part for part in form.parts.__slots__},
        ends=ends,
        usual={},
        containers=frozenset(full(end_of(about)[0], form) for about in profile.fields[KIND] if about.repeats),
        repeats=frozenset(about.prefix for about in profile.fields[KIND] if about.repeats),
    )
    for about in profile.fields[KIND]:
        path = (known.inquiry, *(full(name, form) for name in re.split("/+", about.xml)))
        known.usual.update((path[:end], pair(path[:end], known)) for end in range(1, len(path) + 1))
    return known


def pair(path: Path, known: Names) -> Pair:
    """The fields that an element is, wherever below the inquiry it stands."""
    found: list[Field | None] = [None, None]
    for end, about in reversed(known.ends.get(path[-1], ())) if path[0] == known.inquiry else ():
        if path[-len(end) :] == end:
            for later in (False, True):
                found[later] = about if end[0] not in known.containers or about.repeats is later else found[later]
    return found[0], found[1]


def read(raw: bytes, today: date, profile: Profile) -> Accepted | Rejected:
    """Read one message. Total: any bytes give a message or a reject."""
    known, header = names(profile), Header()
    fault = None
    try:
        found = document(raw, profile.limits)
        if found.root != known.root:
            raise _other_root(found.root, known, profile)
        _header(found, known, header)
    except Broken as stopped:
        fault = stopped.faults[0]
    address = Address.of(header, FORMAT, profile)
    answer = None if fault else _answer(found, known, address.kind, profile)
    kinds = [KIND] if answer is None else [KIND, *profile.xml.answers]
    fault = fault or next(headers.faults(header, address, profile, kinds), None)
    if fault is not None:
        return address.reject(fault)
    try:
        common = headers.common(header, address)
        if answer is not None:
            _require_once(found, known, [])
            return FreeText(text=headers.free_text(answer), **common)
        pieces, others = _cut(found, known, profile)
        reading = Reading(profile, today, XML)
        values, extra = judging.judge(profile.fields[KIND], pieces, others, reading)
        common["warnings"] += judging.in_order(profile.fields[KIND], [*pieces, *others], reading)
        return building.message(KIND, values, profile, {**common, "extra": extra})
    except Broken as stopped:
        return address.reject(*stopped.faults)


def _other_root(there: str, known: Names, profile: Profile) -> Broken:
    uri = there.rpartition(" ")[0]
    of = f"of {shown(uri, 80)}" if uri else "of no namespace"
    right = f"The root must be {profile.xml.root} of {known.root.split(' ')[0]}"
    return broken(None, "xml.malformed", f"{right}; it is {shown(local(there))} {of}.")


# Header


def _header(found: Document, known: Names, header: Header) -> None:
    """Locate the parts of the header; what was found before a fault stays in `header`."""
    sent: dict[str, list[str]] = {}
    bad = None
    for path, text, inner in found.elements:
        if path[0] == known.header and path in known.parts:
            sent.setdefault(known.parts[path], []).append(trimmed(text))
            bad = bad or (path if inner else None)
    first = {part: texts[0] for part, texts in sent.items() if texts[0]}
    key, sender, control = first.get("kind"), first.get("sender"), first.get("control")
    header.kind = upshift(key) if key and _KEY.fullmatch(key) else None
    header.sender, header.control = sender, control
    header.destination = tuple(sent.get("destination", ())) if any(sent.get("destination", ())) else None
    twice = [path for path in found.twice if path[0] == known.header and known.parts.get(path) != "destination"]
    if twice:
        name = local(twice[0][-1])
        raise broken(
            "header", "field.duplicate", f"{shown(name)} stands twice in the header; which holds cannot be known."
        )
    if bad is not None:
        raise _bad("the elements of the header hold text alone", local(bad[-1]))
    for part, there in (("key", header.kind), ("sender", header.sender), ("destination", header.destination)):
        if not there:
            raise _bad(f"the header must name its {part}", key if part == "key" else None)
    header.received, header.sent = _stamp(first, "received"), _stamp(first, "sent")


def _bad(right: str, there: str | None) -> Broken:
    but = f"; there stands {shown(there)}" if there else ""
    return broken("header", "header.bad", f"{right[0].upper()}{right[1:]}{but}.")


def _stamp(sent: Mapping[str, str], which: str) -> Stamp | None:
    """The time of receiving or sending: all three parts, or none."""
    day, time, number = sent.get(f"{which}_date"), sent.get(f"{which}_time"), sent.get(f"{which}_number")
    if not (day or time or number):
        return None
    date_is, time_is = _DATE.fullmatch(day or "01/01/2000"), _TIME.fullmatch(time or "00:00")
    number_is = _NUMBER.fullmatch(number or "00000")
    at = headers.stamp(date_is.groups(), time_is.groups(), number or "") if date_is and time_is and number_is else None
    if at is None:
        right = f"the time ({which}) must be MM/DD/CCYY, HH:MM and five digits"
        raise _bad(right, " ".join(part for part in (day, time, number) if part))
    return at if day and time and number else None


# Body


def _answer(found: Document, known: Names, kind: str | None, profile: Profile) -> str | None:
    """The text of a message that answers, if this is one."""
    if kind not in profile.xml.answers:
        return None
    texts = [(text, inner) for path, text, inner in found.elements if path == (known.response, known.text)]
    return texts[0][0] if len(texts) == 1 and not texts[0][1] else None


def _cut(found: Document, known: Names, profile: Profile) -> tuple[list[Piece], list[Piece]]:
    """The fields, and the other elements with text. Raises `Broken` for what stands twice and for too many."""
    pieces: list[Piece] = []
    others: list[Piece] = []
    header, inquiry, usual, containers = known.header, known.inquiry, known.usual, known.containers
    ended = 0  # containers of a name
    for path, text, inner in found.elements:
        if path[0] == header:
            continue
        ended += path[-1] in containers and path[0] == inquiry
        about = (usual.get(path) or pair(path, known))[ended > 0]
        if about is not None:
            pieces.append(_piece(text, about, inner=inner))
        elif not inner and (there := trimmed(text)):
            name = local(path[-1])
            others.append(Piece(name, upshift(there), bad_sign(there, name)))
    if found.cut or len(pieces) + len(others) > profile.limits.fields:
        most = profile.limits.fields
        raise broken(None, "field.too_many", f"A message holds at most {most} fields; this one holds more.")
    _require_once(found, known, [piece.prefix for piece in (*pieces, *others)])
    return pieces, others


def _piece(sent: str, about: Field, *, inner: bool) -> Piece:
    text = trimmed(sent)
    if inner:
        says = f"{about.prefix} ({about.label}) must hold text alone; there are elements in it."
        return Piece(about.prefix, text or "-", Fault(about.prefix, OWN[about.rule], says))
    named = about.rule == "name"
    text = composed(text) if named else text
    return Piece(about.prefix, upshift(text), bad_sign(text, about.prefix, latin=named))


def _require_once(found: Document, known: Names, names: Sequence[str]) -> None:
    """Nothing but a whole name stands twice: which of the two holds, and of whom, could not be known."""
    if not found.twice and len(set(names)) == len(names):
        return
    again = [name for name, count in Counter(names).items() if count > 1 and name not in known.repeats]
    again += [_called(path, known) for path in found.twice if not _whole_name(path, known)]
    if again:
        name = "header" if (known.header,) in found.twice else again[0]
        says = f"{shown(again[0])} stands twice; which of the two holds cannot be known."
        raise broken(name, "field.duplicate", says)


def _called(path: Path, known: Names) -> str:
    about = pair(path, known)[1]
    return about.prefix if about else local(path[-1])


def _whole_name(path: Path, known: Names) -> bool:
    return (path[0] == known.header and len(path) > 1) or (path[0] == known.inquiry and path[-1] in known.containers)


def local(name: str) -> str:
    """`uri name` without the uri."""
    return name.rpartition(" ")[2]
