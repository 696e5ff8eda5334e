"""The profile: code lists, lengths, prefixes, limits, ORIs and numbers of messages, read from one data file.

The file in the package is the synthetic profile; a real deployment puts another in its place, never other code.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import UnionType
from typing import Any, Final, Literal, TypeVar, get_args, get_origin, get_type_hints

from muniment.core.errors import OurFault
from muniment.formats.profile_forms import complete_forms

#: The rules of formats/values.py.
RuleName = Literal[
    "text", "purpose", "name", "birth_date", "sex", "birth_place", "custody", "offense", "a_number", "alphanumeric",
    "state_number", "license", "ssn", "record_type", "request_number", "priority", "nic", "confirmation", "hours",
    "version", "transaction", "file_date", "file_priority", "ori", "transaction_number", "resolution", "charset", "idc",
    "file_attention", "other_number", "file_birth_date", "file_sex",
]  # fmt: skip
#: Those of files with fingerprints alone.
OF_FILES: Final = frozenset(get_args(RuleName)[get_args(RuleName).index("version") :])
Body = Literal["fields", "text", "numbered"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind of message. `to` is the place of its value in the message object; `most` in characters.

    `xml` and `json` are paths below the inquiry; of an EBTS tag `count` is the most subfields, `items` the most items
    of each, and `item` the one that is read.
    """

    prefix: str
    label: str
    rule: RuleName
    to: str
    most: int | None = None
    needed: bool = False
    repeats: bool = False
    xml: str = ""
    json: str = ""
    free_in_xml: bool = False
    count: int = 1
    items: int = 1
    item: int = 1


@dataclass(frozen=True, slots=True)
class Center:
    """The addresses that messages of the center carry, and the line that begins its reject notices."""

    ori: str
    switch: str
    inquiry_destination: str
    reject_line: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read: `message` and `ebts` in bytes, `columns` of a line that is written, the others in pieces.

    Of EBTS: `described` bytes of a record that is text, `tags` of such a record, `subfields` (and items) of a tag.
    """

    message: int
    ebts: int
    fields: int
    destinations: int
    hit_destinations: int
    repeats: int
    columns: int
    depth: int
    elements: int
    number: int
    name_part: int
    described: int
    tags: int
    subfields: int


@dataclass(frozen=True, slots=True)
class Values:
    """The code lists. `priority` gives the minutes in which an answer is due."""

    purpose: tuple[str, ...]
    sex: tuple[str, ...]
    record_type: tuple[str, ...]
    request_number: tuple[int, ...]
    priority: Mapping[str, int]
    confirmation: tuple[str, ...]
    hours_needed: tuple[str, ...]
    suffix: tuple[str, ...]
    no_given: tuple[str, ...]
    no_family: tuple[str, ...]
    no_middle: tuple[str, ...]
    earliest_birth: date
    ambiguous_birth_places: Mapping[str, str]
    more_birth_places: Mapping[str, str]
    known_extra: tuple[str, ...]
    other_fieldset: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What people read for a code."""

    purpose: Mapping[str, str]
    sex: Mapping[str, str]
    custody: Mapping[str, str]
    record_type: Mapping[str, str]
    priority: Mapping[str, str]
    confirmation: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class XmlParts:
    """The elements of a header in XML."""

    kind: str
    sender: str
    destination: str
    control: str
    received_date: str
    received_time: str
    received_number: str
    sent_date: str
    sent_time: str
    sent_number: str


@dataclass(frozen=True, slots=True)
class XmlForm:
    """The elements around a header and a body in XML; `answers` are the kinds whose text goes out so."""

    root: str
    version: str
    header: str
    inquiry: str
    response: str
    text: str
    answers: tuple[str, ...]
    namespaces: Mapping[str, str]
    parts: XmlParts


@dataclass(frozen=True, slots=True)
class JsonParts:
    """The paths of a header in JSON."""

    kind: str
    sender: str
    destination: str
    control: str


@dataclass(frozen=True, slots=True)
class JsonName:
    """The members of a name in JSON."""

    family: str
    given: str
    middle: str
    suffix: str


@dataclass(frozen=True, slots=True)
class JsonForm:
    """The members around a header and a body in JSON; `answers` are the kinds whose text goes out so."""

    inquiry: str
    response: str
    text: str
    answers: tuple[str, ...]
    context: Mapping[str, str]
    parts: JsonParts
    name: JsonName


@dataclass(frozen=True, slots=True)
class Transaction:
    """A type of EBTS transaction; an empty `purpose` is none, and without `custody` it is unknown."""

    label: str
    purpose: str = ""
    custody: bool = False
    reason: bool = False


@dataclass(frozen=True, slots=True)
class Ebts:
    """What is read of files with fingerprints; fields are named by tag."""

    offense: str
    priority: int
    reason: str
    controlling: str
    charsets: tuple[str, ...]
    unknown_birth_date: str
    other_sex: tuple[str, ...]
    other_numbers: Mapping[str, str]
    extra: tuple[str, ...]
    transactions: Mapping[str, Transaction]
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """A whole profile. `fields` are in table order; `numbers` gives the switch's two digits of each error code.

    `offenses` are groups of NCIC codes by their first two digits, and single codes.
    """

    version: str
    center: Center
    limits: Limits
    kinds: Mapping[str, Body]
    values: Values
    words: Words
    offenses: Mapping[str, str]
    xml: XmlForm
    json: JsonForm
    ebts: Ebts
    numbers: Mapping[str, str]
    fields: Mapping[str, tuple[Field, ...]]

    def __hash__(self) -> int:
        """By identity, so that what is worked out of a profile can be kept."""
        return id(self)


def load(path: Path) -> Profile:
    """The profile in a file. Raises `OurFault` that says what is wrong with it."""
    try:
        profile = _profile(path.read_text(encoding="utf-8"))
        _complete(profile)
        complete_forms(profile)
    except OSError as fault:
        raise OurFault(f"The profile {path} cannot be read: {fault.strerror}.", rule="profile") from None
    except ValueError as fault:  # no UTF-8, no TOML, or not a profile
        raise OurFault(f"{path} is no profile: {fault}.", rule="profile") from None
    return profile


def _profile(text: str) -> Profile:
    data = tomllib.loads(text)
    codes = _value(Mapping[str, tuple[str, ...]], data.pop("codes", None), "codes")
    data["numbers"] = {code: number for number, listed in codes.items() for code in listed}
    return _typed(Profile, data, "the file")


T = TypeVar("T")
_hints: Final = cache(get_type_hints)  # a table of fields asks for the same again and again


def _typed(kind: type[T], table: Any, where: str) -> T:
    """A dataclass made of a table of the file, if the table has its keys and no others, each of its type."""
    if not isinstance(table, dict):
        raise ValueError(f"{where} must be a table")
    hints = _hints(kind)  # type: ignore[arg-type]  # classes can be hashed
    needed = {each.name for each in dataclasses.fields(kind) if each.default is MISSING}  # type: ignore[arg-type]  # only dataclasses are asked for
    if missing := needed - set(table):
        raise ValueError(f"{where} lacks {', '.join(sorted(missing))}")
    if unknown := set(table) - set(hints):
        raise ValueError(f"{where} has the unknown {', '.join(sorted(unknown))}")
    return kind(**{name: _value(hints[name], value, name) for name, value in table.items()})


def _value(hint: Any, value: Any, where: str) -> Any:
    kind, parts = get_origin(hint) or hint, get_args(hint)
    if dataclasses.is_dataclass(kind):
        return _typed(kind, value, where)  # type: ignore[arg-type]  # a class, never an instance
    if kind is tuple and isinstance(value, list):
        return tuple(_value(parts[0], each, where) for each in value)
    if kind is Mapping and isinstance(value, dict):
        return {key: _value(parts[1], each, f"{where}.{key}") for key, each in value.items()}
    right = value in parts if kind is Literal else type(value) in (parts if kind is UnionType else (kind,))
    if not right:
        raise ValueError(f"it lacks {where}" if value is None else f"{where} must not be {value!r}")
    return value


def _complete(profile: Profile) -> None:
    """What the program takes for granted beyond the types: it must hold as it does in the shipped profile."""
    if strange := set(profile.kinds.items()) - set(DEFAULT.kinds.items()):
        raise ValueError(f"kinds has the unknown {', '.join(kind for kind, _ in sorted(strange))}")
    for kind in (kind for kind, body in profile.kinds.items() if body == "fields"):
        _complete_table(kind, profile.fields.get(kind, ()))
    if missing := set(DEFAULT.numbers) - set(profile.numbers):
        raise ValueError(f"codes lacks {', '.join(sorted(missing))}")
    if wrong := [number for number in profile.numbers.values() if not re.fullmatch("[0-9]{2}", number)]:
        raise ValueError(f"codes: {wrong[0]} is not a number of two digits")


def _complete_table(kind: str, table: tuple[Field, ...]) -> None:
    places = {(about.to, about.repeats) for about in table}
    if missing := {(about.to, about.repeats) for about in DEFAULT.fields[kind]} ^ places:
        raise ValueError(f"fields.{kind} must have a field to each place once: {min(missing)[0]}")
    if len({about.prefix for about in table}) < len(table) or len(places) < len(table):
        raise ValueError(f"fields.{kind} has a prefix or a place twice")
    if of_files := [about.rule for about in table if about.rule in OF_FILES]:
        raise ValueError(f"fields.{kind}: {of_files[0]} is a rule of files with fingerprints")
    if wrong := [about.prefix for about in table if not re.fullmatch("[A-Z]{3}", about.prefix)]:
        raise ValueError(f"fields.{kind}: {wrong[0]} is not a prefix of three letters")
    if free := [about.to for about in table if about.to in _ALWAYS and not about.needed]:
        raise ValueError(f"fields.{kind}: {free[0]} must be needed")


#: Values that no message of their kind is without.
_ALWAYS: Final = ("record_type", "request_number", "priority", "confirmation")

DEFAULT: Final = _profile((files(__package__) / "profile.toml").read_text(encoding="utf-8"))
