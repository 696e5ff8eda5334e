"""What holds of every message in the text form: reading is total, writing is read back, nothing grows out of hand."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from muniment import formats
from muniment.core.message import (
    Accepted,
    Contact,
    Fault,
    FreeText,
    HitReply,
    HitRequest,
    Rejected,
    StatusInquiry,
    SwitchNotice,
)
from muniment.core.subject import Identifier, Name, Subject
from muniment.formats.building import IDENTIFIERS, country_of
from muniment.formats.profile import DEFAULT
from tests.messages import free, iaq, yq

TODAY = date(2026, 11, 24)

# Generated messages of every kind

words = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ'-", min_size=1, max_size=8).filter(lambda text: text.strip("'-"))
SPECIAL = {"JR", "SR", "II", "III", "IV", "FNU", "LNU", "NMN", "NMI"}
plain = words.filter(lambda word: word not in SPECIAL)
printable = st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters=".abcdefghijklmnopqrstuvwxyz")
oris = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=9, max_size=9)
regions = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2)
controls = st.none() | st.from_regex(r"[\x21-\x2D\x2F-\x7E]{1,10}", fullmatch=True)
days = st.dates(date(1900, 1, 1), TODAY).map(date.isoformat)
TABLE = {about.prefix for fields in DEFAULT.fields.values() for about in fields}
others = regions.map(lambda text: f"Q{text}").filter(lambda prefix: prefix not in TABLE)


def texts(most: int) -> st.SearchStrategy[str]:
    """Values as they are after reading: no blanks at the ends, none twice."""
    return st.text(printable, min_size=1, max_size=most).map(lambda t: " ".join(t.split())).filter(bool)


@st.composite
def names(draw: Any, kind: Any = "primary") -> Name:
    """Names that the text form can carry."""
    family = draw(st.none() | st.lists(plain, min_size=1, max_size=2).map(" ".join))
    given = draw(plain) if family is None else draw(st.none() | plain)
    middle = draw(st.none() | plain) if given else None
    suffix = draw(st.none() | st.sampled_from(["JR", "SR", "II", "III", "IV"])) if given else None
    name = Name(family, given, middle, suffix, kind)
    return name if len(name.text) <= 26 else Name("TESTPERSON", kind=kind)


def identifiers() -> st.SearchStrategy[tuple[Identifier, ...]]:
    """At most one of each kind that has a field, in the order of the contract."""
    values = {
        "a_number": st.from_regex("[0-9]{9}", fullmatch=True),
        "fbi": st.from_regex("[A-Z0-9]{1,9}", fullmatch=True),
        "sid": st.from_regex("[A-Z0-9]{3,10}", fullmatch=True),
        "license": st.from_regex("[A-Z0-9*-]{1,20}", fullmatch=True),
        "ssn": st.from_regex("[0-9]{9}", fullmatch=True),
        "passport": st.from_regex("[A-Z0-9]{1,20}", fullmatch=True),
    }
    chosen = st.fixed_dictionaries({}, optional=values)
    return chosen.map(lambda of: tuple(Identifier(kind, of[kind]) for kind in IDENTIFIERS if kind in of))


@st.composite
def people(draw: Any, *, whole: bool) -> Subject:
    """A subject of an IAQ (`whole`), or of a YQ."""
    place = draw(st.sampled_from(["MM", "GM", "XX", "TX", "RC"])) if whole else None
    aliases = draw(st.lists(names("alias"), max_size=3)) if whole else []
    return Subject(
        names=(draw(names()), *aliases),
        birth_dates=(draw(days),),
        sex=draw(st.sampled_from("MFUX") if whole else st.none() | st.sampled_from("MFUX")),
        birth_place=place,
        birth_country=country_of(place, DEFAULT),
        identifiers=draw(identifiers()) if whole else (),
    )


inquiries = st.builds(
    StatusInquiry,
    kind=st.just("IAQ"),
    sender=oris,
    destination=st.lists(oris | regions, max_size=4).map(lambda named: (*named, "AX")),
    control=controls,
    subject=people(whole=True),
    purpose=st.sampled_from("CF"),
    attention=texts(30),
    phone=texts(20),
    custody=st.booleans(),
    offense=st.from_regex("[0-9]{4}", fullmatch=True),
    remarks=st.none() | texts(500),
    extra=st.dictionaries(others, texts(40), max_size=5),
)
hit_requests = st.builds(
    lambda priority, **rest: HitRequest(priority=priority, due_minutes={"U": 10, "R": 60}[priority], **rest),
    priority=st.sampled_from("UR"),
    kind=st.just("YQ"),
    sender=oris,
    destination=st.lists(oris, min_size=1, max_size=3).map(tuple),
    control=controls,
    subject=people(whole=False),
    record_type=st.just("WP"),
    request_number=st.integers(1, 3),
    oca=texts(20),
    nic=st.from_regex("[A-Z][0-9]{9}", fullmatch=True),
    requester=st.builds(Contact, texts(30), texts(30), st.none() | texts(20)),
    remarks=st.none() | texts(500),
    extra=st.dictionaries(others, texts(40), max_size=5),
)
hit_replies = st.builds(
    HitReply,
    kind=st.just("YR"),
    sender=oris,
    destination=st.lists(oris | regions, min_size=1, max_size=5).map(tuple),
    control=controls,
    subject=st.just(Subject()) | people(whole=False),
    record_type=st.just("WP"),
    confirmation=st.sampled_from("YNPE"),
    hours=st.integers(0, 999),
    oca=texts(20),
    nic=st.from_regex("[A-Z][0-9]{9}", fullmatch=True),
    confirmer=st.builds(Contact, texts(30), texts(30), st.none() | texts(20)),
    remarks=st.none() | texts(500),
    extra=st.dictionaries(others, texts(40), max_size=5),
)
lines = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=76).map(str.upper)
bodies = st.lists(lines, max_size=20).map(lambda rows: "\n".join(rows).rstrip(" \n"))
free_texts = st.builds(
    FreeText,
    kind=st.sampled_from(["IAR", "AM"]),
    sender=oris,
    destination=st.lists(oris | regions, min_size=1, max_size=5).map(tuple),
    control=controls,
    text=bodies,
)
switch_notices = st.builds(
    SwitchNotice,
    kind=st.just("ER"),
    sender=st.just("NL0000000"),
    destination=st.lists(oris, min_size=1, max_size=5).map(tuple),
    control=controls,
    number=st.from_regex("[0-9]{2}", fullmatch=True),
    text=bodies,
)


@given(inquiries | hit_requests | hit_replies | free_texts | switch_notices)
def test_what_is_written_is_read_back_as_it_was(message: Accepted) -> None:
    again = formats.read(formats.write(message), today=TODAY)
    assert not isinstance(again, Rejected), again
    assert replace(again, warnings=()) == message


@given(inquiries | hit_requests | hit_replies)
def test_a_line_is_broken_only_where_it_would_pass_its_columns(message: Accepted) -> None:
    _, *body = formats.write(message).decode("ascii").split("\r\n")
    for line, following in pairwise(body):
        assert line.endswith(".")
        assert len(line) <= 80 or line.count(".") == 1
        assert len(line) + len(following.split(".")[0]) + (following.count(".") > 0) > 80


@given(
    inquiries, st.randoms(use_true_random=False), st.sampled_from(["", "\r\n", "\n", "\r", "\r\n\x7f", " \r\n \r\n"])
)
def test_order_and_wraps_between_fields_change_nothing_but_the_order_of_extra(
    message: StatusInquiry, random: Any, wrap: str
) -> None:
    head, *body = formats.write(message).decode("ascii").split("\r\n")
    pieces = [piece for piece in "".join(body).split(".") if piece]
    aliases = [piece for piece in pieces if piece.startswith("AKA/")]
    rest = [piece for piece in pieces if piece not in aliases]
    random.shuffle(rest)
    again = formats.read(f"{head}\r\n{f'.{wrap}'.join(rest + aliases)}".encode("ascii"), today=TODAY)
    assert isinstance(again, StatusInquiry)
    assert replace(again, warnings=()) == message


# Any bytes

COMMON = {"ok", "kind", "format", "sender", "destination", "control", "received", "sent", "extra", "warnings"}
HIT = {"record_type", "oca", "nic", "subject", "remarks"}
KEYS = {
    "IAQ": {"basis", "purpose", "attention", "phone", "custody", "offense", "remarks", "subject"},
    "YQ": HIT | {"request_number", "priority", "due_minutes", "requester"},
    "YR": HIT | {"confirmation", "hours", "confirmer"},
    "IAR": {"text"},
    "AM": {"text"},
    "ER": {"number", "text"},
    "SM": {"number", "text"},
}
WARNINGS = {
    "field.unknown", "field.empty", "field.wrapped", "name.no_given", "name.placeholder", "dob.century",
    "pob.ambiguous", "destination.absent",
}  # fmt: skip


def require_shape(raw: bytes) -> None:
    """Exactly one object of the contract's shape, in ASCII, whose sentences show no foreign byte."""
    body = formats.message_object(formats.read(raw, format="nlets", today=TODAY))
    assert json.loads(json.dumps(body)) == json.loads(json.dumps(body, allow_nan=False))
    if body["ok"]:
        assert body.keys() == COMMON | KEYS[body["kind"]]
        assert {each["code"] for each in body["warnings"]} <= WARNINGS
    else:
        assert body.keys() == {"ok", "kind", "format", "sender", "destination", "control", "errors"}
        assert body["errors"]
        assert {each["code"] for each in body["errors"]} <= DEFAULT.numbers.keys()
        fields = [each["field"] for each in body["errors"]]
        assert len(set(fields)) == len(fields)
    for each in body["warnings" if body["ok"] else "errors"]:
        assert each.keys() == {"field", "code", "text"}
        assert re.fullmatch(r"[ -~]+\.", each["text"]), each["text"]


snippets = st.sampled_from(
    [b"IAQ.", b"YQ.", b"YR.", b"ZZ0010100.", b"AX.", b"*S.", b"TXT", b"\r\n", b"\x7f", b".", b"/", b" ", b"NAM/",
     b"REM/", b"DOB/", b"AKA/A", b"14:05 01/02/2025 00017", b",", b"\xff", b"\x00", b"LNU,", b"RTY/WP.",
     b"IAQ.ZZ0010100.AX.TXT"]
)  # fmt: skip


@given(st.binary(max_size=300) | st.lists(snippets, max_size=40).map(b"".join))
@example(b"")
@example(b".\x7f")
@example(b"IAQ.ZZ0010100\n14:05 01/02/2025 00017\n14:05 01/02/2025 00017 ")
def test_any_bytes_give_one_object_of_the_contract(raw: bytes) -> None:
    require_shape(raw)


@given(st.data())
def test_a_message_with_some_bytes_changed_gives_one_object_of_the_contract(data: Any) -> None:
    raw = bytearray(data.draw(st.sampled_from([iaq(ARN="900000123", REM="A. B"), yq(), free("ER", "S", ".14. X")])))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    require_shape(bytes(raw))


DELIVERED = (
    b"IAQ.ZZ0010100.\r\n14:05 01/02/2025 00017\r\n14:05 01/02/2025 00042 AX\r\n\x7fAX.*SYN0000001.TXT\r\n"
    + iaq().split(b"TXT\r\n")[1]
)


@pytest.mark.parametrize("raw", [iaq(ARN="900000123", REM="A. B"), yq(), free("AM", "S", "A\r\nB"), DELIVERED])
def test_a_message_cut_anywhere_is_coded_or_a_shorter_message(raw: bytes) -> None:
    kind, known = raw.split(b".")[0].decode(), {"ZZ0010100", None}
    for end in range(len(raw)):
        require_shape(raw[:end])
        cut = formats.read(raw[:end], today=TODAY)
        assert cut.kind in {kind, None}
        assert cut.sender in known


# Size

HEAD = b"IAQ.ZZ0010100.AX.*S.TXT"
LARGE = {
    "periods": HEAD + b"." * 262_000,
    "blanks": b" " * 262_000,
    "line ends": b"\r\x7f" * 131_000,
    "remarks": HEAD + b"REM/" + b"A." * 130_000,
    "wraps": HEAD + b"ATN/" + b"A\n" * 130_000,
    "commas": HEAD + b"NAM/" + b"," * 260_000,
    "other names": HEAD + b"AKA/A." * 43_000,
    "destinations": b"IAQ.ZZ0010100." + b"AX," * 86_000 + b".TXT",
    "free text": HEAD.replace(b"IAQ", b"IAR") + b" \n" * 130_000 + b"A",
    "bad last byte": HEAD + b"A." * 130_000 + b"\xff",
    "open header": b"IAQ.ZZ0010100" + b" " * 262_000,
}


@pytest.mark.parametrize("shape", LARGE)
def test_the_largest_messages_are_read_at_once(shape: str) -> None:
    """Each takes some 20 ms; ten times that is allowed for, a second look at every byte would take minutes."""
    before = time.process_time()
    require_shape(LARGE[shape])
    assert time.process_time() - before < 0.4


# Rejects

faults = st.builds(
    Fault,
    st.none() | st.sampled_from(["NAM", "header", "1.003"]),
    st.sampled_from(sorted(DEFAULT.numbers)),
    st.just("x"),
)


@given(st.lists(faults, min_size=1, max_size=30), oris, controls)
def test_a_notice_goes_to_the_sender_with_its_control_field(errors: list[Fault], ori: str, control: str | None) -> None:
    rejected = Rejected(errors=tuple(errors), format="nlets", kind="IAQ", sender=ori, control=control)
    notice = formats.read(formats.write(rejected))
    assert isinstance(notice, FreeText)
    assert (notice.kind, notice.sender, notice.destination, notice.control) == ("IAR", "VTICE0900", (ori,), control)
    first, *rest = notice.text.split("\n")
    assert first == "MESSAGE REJECTED - NO SEARCH WAS MADE"
    assert [line[1:3] for line in rest] == [DEFAULT.numbers[fault.code] for fault in errors]
