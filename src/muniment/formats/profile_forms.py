"""What a profile must say of XML, JSON and EBTS so that the readers can rely on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, get_args

from muniment.core.subject import IdentifierKind

if TYPE_CHECKING:
    from muniment.formats.profile import Field, Profile

_NAME: Final = r"[A-Za-z_][\w.-]*"
_ELEMENT: Final = re.compile(rf"({_NAME}):{_NAME}")
_TAG: Final = re.compile(r"[12]\.[0-9]{3,4}")
#: Where values of a file go that no inquiry is without.
_OF_FILE: Final = frozenset(
    {"version", "tot", "date", "destination", "ori", "tcn", "idc", "subject.names", "subject.birth_dates"}
)


def complete_forms(profile: Profile) -> None:
    """Every field has its place in each form, every name its namespace, every list what it must hold.

    Raises `ValueError` with the first reason why not.
    """
    inquiry = profile.fields["IAQ"]
    for about in inquiry:
        _require(about.xml, f"fields.IAQ: {about.prefix} has no path in XML")
        _require(about.json, f"fields.IAQ: {about.prefix} has no path in JSON")
    for name in _elements(profile, inquiry):
        match = _ELEMENT.fullmatch(name)
        _require(
            match and match[1] in profile.xml.namespaces, f"xml: {name} is no element of a namespace that is named"
        )
    _require_same_place(inquiry, "xml")
    _require_same_place(inquiry, "json")
    for form, answers in (("xml", profile.xml.answers), ("json", profile.json.answers)):
        strange = [kind for kind in answers if profile.kinds.get(kind) != "text"]
        _require(not strange, f"{form}.answers: {', '.join(strange)} is no kind whose body is text")
    _complete_ebts(profile)


def _require(holds: object, why: str) -> None:
    if not holds:
        raise ValueError(why)


def _elements(profile: Profile, inquiry: Iterable[Field]) -> Iterator[str]:
    form = profile.xml
    yield from (form.root, form.header, form.inquiry, form.response, form.text)
    yield from (getattr(form.parts, part) for part in form.parts.__slots__)
    for about in inquiry:
        yield from re.split("/+", about.xml)


def _require_same_place(inquiry: Iterable[Field], form: str) -> None:
    """The field that repeats stands where the first name stands; all others have a place of their own."""
    places: dict[str, list[Field]] = {}
    for about in inquiry:
        places.setdefault(getattr(about, form), []).append(about)
    for place, fields in places.items():
        kinds = sorted(about.to for about in fields)
        _require(len(fields) == 1 or kinds == ["subject.names"] * 2, f"{form}: two fields stand at {place}")


def _complete_ebts(profile: Profile) -> None:
    ebts = profile.ebts
    tags = [about.prefix for about in ebts.fields]
    wrong = [tag for tag in [*tags, *ebts.extra, ebts.reason, ebts.controlling] if not _TAG.fullmatch(tag)]
    _require(not wrong, f"ebts: {', '.join(wrong)} is no tag of Type 1 or 2, such as 2.018")
    _require(len(set(tags)) == len(tags), "ebts.fields has a tag twice")
    missing = _OF_FILE - {about.to for about in ebts.fields if about.needed}
    _require(not missing, f"ebts.fields must have a needed field to each place: {', '.join(sorted(missing))}")
    purposes = {each.purpose for each in ebts.transactions.values()} - {"", *profile.values.purpose}
    _require(not purposes, f"ebts.transactions: {', '.join(sorted(purposes))} is no purpose")
    kinds = set(ebts.other_numbers.values()) - set(get_args(IdentifierKind))
    _require(not kinds, f"ebts.other_numbers: {', '.join(sorted(kinds))} is no kind of identifier")
    items = [about.prefix for about in ebts.fields if not 1 <= about.item <= about.items]
    _require(not items, f"ebts.fields: {', '.join(items)} reads an item that it does not have")
