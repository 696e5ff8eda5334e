"""Generated messages of every kind, as hypothesis strategies; all names are words without meaning."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from muniment.core.message import Contact, FreeText, HitReply, HitRequest, StatusInquiry, SwitchNotice
from muniment.core.subject import Identifier, Name, Subject
from muniment.formats.building import IDENTIFIERS, country_of
from muniment.formats.profile import DEFAULT

TODAY = date(2026, 11, 24)

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
