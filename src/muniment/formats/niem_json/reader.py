"""JSON in, a message or a coded reject out, by the stages of messages-contract.md: IAQ, and the texts of answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from muniment.core.message import Accepted, Fault, FreeText, Rejected
from muniment.core.subject import Name
from muniment.formats import building, judging
from muniment.formats import header as headers
from muniment.formats.faults import Broken, broken, shown
from muniment.formats.header import Address, Header, upshift
from muniment.formats.judging import Piece
from muniment.formats.niem_json.container import document, malformed
from muniment.formats.profile import Field, JsonForm, Profile
from muniment.formats.values import (
    DASHED,
    EXAMPLES,
    OWN,
    RULES,
    Form,
    Reading,
    bad_sign,
    composed,
    dashed_birth_date,
    finished,
    kind_of,
    part,
    wrong,
)  # fmt: skip

FORMAT: Final = "niem-json"
KIND: Final = "IAQ"
_BLANKS: Final = re.compile("  +")
_KEY: Final = re.compile("[A-Za-z]{2,3}")
_NAME: Final = '{"nc:PersonSurName": "TESTPERSON", "nc:PersonGivenName": "ALPHA"}'


def _shows(about: Field, value: str) -> str:
    plain = {"name": value, "custody": "true"}.get(about.rule, f'"{value}"')
    return f'"{about.json.rpartition("/")[2]}": {plain}'


JSON: Final = Form(
    RULES | {"birth_date": dashed_birth_date},
    EXAMPLES | {"birth_date": DASHED, "name": _NAME},
    shows=_shows,
    named=lambda name: shown(name)[1:-1],
)

Path = tuple[str, ...]
#: A value that is not there.
ABSENT: Final = (None, "")


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a profile has the values of an inquiry: `fields` by path, `around` the paths on the way to them.

    `known` are the members of the inquiry and of the person that are not extra.
    """

    fields: Sequence[tuple[Path, Field]]
    around: Sequence[Path]
    known: Mapping[Path, frozenset[str]]


@lru_cache(maxsize=8)
def shape(profile: Profile) -> Shape:
    """The places of a profile, worked out once."""
    fields = [(tuple(about.json.split("/")), about) for about in profile.fields[KIND] if not about.repeats]
    parts = [tuple(getattr(profile.json.parts, name).split("/")) for name in profile.json.parts.__slots__]
    person = next(path[:1] for path, about in fields if about.to == "subject.names")
    every = [*(path for path, _ in fields), *parts]
    return Shape(
        fields=fields,
        around=sorted({path[:at] for path, _ in fields for at in range(1, len(path))}),
        known={at: frozenset(path[len(at)] for path in every if path[: len(at)] == at) for at in ((), person)},
    )


def read(raw: bytes, today: date, profile: Profile) -> Accepted | Rejected:
    """Read one message. Total: any bytes give a message or a reject."""
    header = Header()
    fault: Fault | None = None
    inquiry: dict[str, Any] = {}
    answer: str | None = None
    try:
        inquiry, answer = _inside(document(raw, profile.limits), profile.json)
        _header(inquiry, profile.json, header)
        if answer is None:
            _require_objects(inquiry, shape(profile))
    except Broken as stopped:
        fault = stopped.faults[0]
    address = Address.of(header, FORMAT, profile)
    kinds = [KIND] if answer is None else list(profile.json.answers)
    fault = fault or next(headers.faults(header, address, profile, kinds), None)
    if fault is not None:
        return address.reject(fault)
    common = headers.common(header, address)
    try:
        if answer is not None:
            return FreeText(text=headers.free_text(answer), **common)
        return _message(inquiry, common, Reading(profile, today, JSON))
    except Broken as stopped:
        return address.reject(*stopped.faults)


def _inside(value: Any, form: JsonForm) -> tuple[dict[str, Any], str | None]:
    """The object of an inquiry, or that of an answer and its text."""
    inquiry = value.get(form.inquiry) if isinstance(value, dict) else None
    if isinstance(inquiry, dict):
        return inquiry, None
    response = value.get(form.response) if isinstance(value, dict) else None
    if not isinstance(response, dict):
        raise malformed(f'A message is an object with a member "{form.inquiry}" that is an object')
    text = response.get(form.text)
    if not isinstance(text, str):
        raise malformed(f'An answer holds its text as "{form.text}"')
    return response, text


def _at(body: Any, path: Path) -> Any:
    """The value at a path; None where there is none, or no object on the way."""
    for name in path:
        body = body.get(name) if isinstance(body, dict) else None
    return body


# Header


def _header(inquiry: Mapping[str, Any], form: JsonForm, header: Header) -> None:
    """Locate the parts of the header; what was found before a fault stays in `header`."""
    parts = form.parts
    values = {name: _of_header(inquiry, tuple(getattr(parts, name).split("/"))) for name in parts.__slots__}
    named = values["destination"]
    values["destination"] = [named] if isinstance(named, str) else named
    for name in ("kind", "sender", "control"):
        if isinstance(values[name], str):
            setattr(header, name, values[name])
    if isinstance(values["destination"], list) and all(isinstance(each, str) for each in values["destination"]):
        header.destination = tuple(values["destination"]) if any(values["destination"]) else None
    header.kind = upshift(header.kind) if header.kind and _KEY.fullmatch(header.kind) else None
    for name, there in (("kind", header.kind), ("sender", header.sender), ("destination", header.destination)):
        if there is None:
            path = getattr(parts, name)
            raise broken("header", "header.bad", f'The header must name its {name} as text in "{path}".')
    if header.control is None and values["control"] is not None:
        raise broken("header", "header.bad", f'"{parts.control}" must be text.')


def _of_header(inquiry: Mapping[str, Any], path: Path) -> Any:
    """A part of the header: None where it is absent, False where no object stands on the way to it."""
    value: Any = inquiry
    for name in path:
        if not isinstance(value, dict):
            return None if value in ABSENT else False
        value = value.get(name)
    return None if value in ABSENT else value


def _require_objects(inquiry: Mapping[str, Any], places: Shape) -> None:
    """On the way to a field there are objects, or nothing."""
    for path in places.around:
        value = _at(inquiry, path)
        if value not in ABSENT and not isinstance(value, dict):
            raise malformed(f'"{"/".join(path)}" must be an object')


# Body


def _message(inquiry: Mapping[str, Any], common: dict[str, Any], reading: Reading) -> Accepted:
    profile, table = reading.profile, reading.profile.fields[KIND]
    sent = [(about, value) for path, about in shape(profile).fields if (value := _at(inquiry, path)) not in ABSENT]
    pieces = [piece for about, value in sent for piece in _pieces(value, about, reading)]
    others = list(_others(inquiry, shape(profile)))
    _require_few(len(pieces) + len(others), profile)
    values, extra = judging.judge(table, pieces, others, reading)
    common["warnings"] += judging.in_order(table, [*pieces, *others], reading)
    return building.message(KIND, values, profile, {**common, "extra": extra})


def _require_few(count: int, profile: Profile) -> None:
    if count > (most := profile.limits.fields):
        raise broken(None, "field.too_many", f"A message holds at most {most} fields; this one holds more.")


def _pieces(value: Any, about: Field, reading: Reading) -> Iterator[Piece]:
    if about.rule == "name":
        yield from _names(value, about, reading)
    elif about.rule == "custody":
        fault = None if isinstance(value, bool) else _wrong_type(about, "true or false", value)
        yield Piece(about.prefix, "-", fault, value)
    elif not isinstance(value, str):
        yield Piece(about.prefix, "-", _wrong_type(about, "a text", value))
    elif text := _trimmed(value):
        yield Piece(about.prefix, upshift(text), bad_sign(text, about.prefix))


def _wrong_type(about: Field, right: str, value: Any) -> Fault:
    """What a value must be, and what it is: a sign as JSON has it, an object or a list by its name."""
    if isinstance(value, dict | list):
        there = "an object" if isinstance(value, dict) else "a list"
    else:
        there = f"the text {shown(value)}" if isinstance(value, str) else shown(json.dumps(value))[1:-1]
    says = f"{about.prefix} ({about.label}) must be {right}, {JSON.right(about)}; this one is {there}."
    return Fault(about.prefix, OWN[about.rule], says)


def _others(inquiry: Mapping[str, Any], places: Shape) -> Iterator[Piece]:
    """Members of the inquiry and of the person that are in no table."""
    seen: set[str] = set()
    for path, known in places.known.items():
        inside = _at(inquiry, path)
        for name, value in inside.items() if isinstance(inside, dict) else ():
            if name in known or value in ABSENT:
                continue
            if name in seen:
                says = f"{shown(name)} stands in the inquiry and in the person; which holds cannot be known."
                raise broken(name, "field.duplicate", says)
            seen.add(name)
            yield Piece(name, "-", None, value)


def _trimmed(text: str) -> str:
    """Without blanks at the ends and with one for a run of them; other white space is a bad sign."""
    return _BLANKS.sub(" ", text).strip(" ") if "  " in text or text[:1] == " " or text[-1:] == " " else text


# Names


def _names(value: Any, about: Field, reading: Reading) -> Iterator[Piece]:
    """The first name, and all later ones as the field that repeats."""
    alias = next((each for each in reading.profile.fields[KIND] if each.repeats), about)
    names = value if isinstance(value, list) else [value]
    _require_few(sum(each not in ABSENT for each in names), reading.profile)
    for place, each in enumerate(names):
        if each not in ABSENT:
            yield _name(each, about if place == 0 else alias, reading)


def _name(value: Any, about: Field, reading: Reading) -> Piece:
    try:
        return Piece(about.prefix, "-", None, _read_name(value, about, reading))
    except Broken as fault:
        return Piece(about.prefix, "-", fault.faults[0])


def _read_name(value: Any, about: Field, reading: Reading) -> Name:
    members = reading.profile.json.name
    if not isinstance(value, dict):
        raise Broken(_wrong_type(about, "an object", value))
    sent = {part: value.get(getattr(members, part)) for part in members.__slots__}
    if other := [text for text in sent.values() if text is not None and not isinstance(text, str)]:
        raise Broken(_wrong_type(about, "an object of texts", other[0]))
    texts = {name: composed(_trimmed(text or "")) for name, text in sent.items()}
    for text in texts.values():
        if fault := bad_sign(text, about.prefix, latin=True):
            raise Broken(fault)
    return _judged(texts, about, reading)


def _judged(texts: Mapping[str, str], about: Field, reading: Reading) -> Name:
    most = reading.profile.limits.name_part
    if long := [text for text in texts.values() if len(text) > most]:
        says = f"A part of {about.prefix} ({about.label}) holds at most {most} characters; this one has {len(long[0])}."
        raise broken(about.prefix, "field.too_long", f"{says} Nothing is cut.")
    sent = ", ".join(filter(None, texts.values()))
    big = {name: upshift(text) or None for name, text in texts.items()}
    has_letter = any(sign.isalpha() for sign in texts["family"] + texts["given"])
    if big["family"] is None or not has_letter or not all(part(text or "") for text in big.values()):
        right = f'a name with "{reading.profile.json.name.family}", of letters, hyphens and apostrophes'
        raise wrong(about, "name.invalid", sent, right, _NAME)
    return finished(Name(**big, kind=kind_of(about)), sent, about, reading)
