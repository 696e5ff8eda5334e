"""The rules of single values, the same for every format: text in, value out, or `Wrong` with a code and a lesson.

A rule gets the text upshifted, with runs of blanks made one. Marks and sources stand in the profile.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from muniment.core.message import Notice
from muniment.core.places import birth_places
from muniment.core.subject import Name, NameKind
from muniment.formats.profile import Field, Profile


class Wrong(Exception):
    """The value breaks its rule."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


@dataclass(slots=True)
class Reading:
    """What rules need to know of the message that is being read, and where they leave their warnings."""

    profile: Profile
    today: date
    warnings: list[Notice] = field(default_factory=list)

    def warn(self, about: str, code: str, text: str) -> None:
        """Leave a warning about a field."""
        self.warnings.append(Notice(about, code, text))


Rule = Callable[[str, Field, Reading], Any]


def value(text: str, about: Field, reading: Reading) -> Any:
    """The value of a field. Raises `Wrong`: too long first, then the field's own fault."""
    if about.most is not None and len(text) > about.most:
        says = f"{about.prefix} ({about.label}) holds at most {about.most} characters; this one has {len(text)}."
        raise Wrong("field.too_long", says)
    return RULES[about.rule](text, about, reading)


def _said(about: Field, text: str, right: str) -> str:
    shown = text if len(text) <= 40 else f"{text[:40]}..."
    return f"{about.prefix} ({about.label}) is {right}, for instance {EXAMPLES[about.rule]}; this one is {shown!r}."


def _text(text: str, _about: Field, _reading: Reading) -> str:
    return text


def _coded(code: str, right: str, lists: str | None = None) -> Rule:
    def rule(text: str, about: Field, reading: Reading) -> str:
        if text not in reading.profile.values(lists or about.rule):
            raise Wrong(code, _said(about, text, right))
        return text

    return rule


def _request_number(text: str, about: Field, reading: Reading) -> int:
    return int(_coded("yq.request_number", "1, 2 or 3")(text, about, reading))


def _custody(text: str, about: Field, _reading: Reading) -> bool:
    if text not in ("Y", "N"):
        raise Wrong("custody.invalid", _said(about, text, "Y or N; what is unknown is not N"))
    return text == "Y"


def _matching(pattern: str, code: str, right: str) -> Rule:
    compiled = re.compile(pattern)

    def rule(text: str, about: Field, _reading: Reading) -> str:
        if not compiled.fullmatch(text):
            raise Wrong(code, _said(about, text, right))
        return text

    return rule


def _a_number(text: str, about: Field, _reading: Reading) -> str:
    digits = text.removeprefix("A").replace("-", "").replace(" ", "")
    if not re.fullmatch("[0-9]{8,9}", digits):
        raise Wrong("identifier.invalid", _said(about, text, "8 or 9 digits, with or without a leading A"))
    return digits.zfill(9)


def _ssn(text: str, about: Field, _reading: Reading) -> str:
    digits = text.replace("-", "").replace(" ", "")
    if not re.fullmatch("[0-9]{9}", digits):
        raise Wrong("identifier.invalid", _said(about, text, "9 digits"))
    return digits


def _hours(text: str, about: Field, _reading: Reading) -> int:
    if not re.fullmatch("[0-9]{1,3}", text):
        raise Wrong("yr.hours", _said(about, text, "a whole number of hours from 0 to 999"))
    return int(text)


def _birth_place(text: str, about: Field, reading: Reading) -> str:
    place = birth_places().get(text)
    if place is None or place.kind == "reference_only":
        raise Wrong("pob.unknown", _said(about, text, "an NCIC code of two letters (XX unknown, YY not in the table)"))
    if text == "MX":
        reading.warn(about.prefix, "pob.ambiguous", "MX is the State of Mexico; the country Mexico is MM.")
    return text


# Dates


def _birth_date(text: str, about: Field, reading: Reading) -> str:
    if re.fullmatch("[0-9]{8}", text):
        return dated(about, text, _day(text[:4], text[4:6], text[6:]), reading)
    if re.fullmatch("[0-9]{6}", text):
        return _six_digits(text, about, reading)
    raise Wrong("dob.invalid", _said(about, text, "a calendar day, CCYYMMDD or MMDDYY"))


def dated(about: Field, text: str, day: date | None, reading: Reading) -> str:
    """The day in ISO form, if it is one on which somebody can have been born."""
    if day is None or day < reading.profile.earliest_birth:
        earliest = reading.profile.earliest_birth.isoformat()
        raise Wrong("dob.invalid", _said(about, text, f"a calendar day from {earliest} on"))
    if day > reading.today:
        raise Wrong("dob.future", _said(about, text, f"a day not after today, {reading.today.isoformat()}"))
    return day.isoformat()


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _six_digits(text: str, about: Field, reading: Reading) -> str:
    month, day, year = text[:2], text[2:4], text[4:]
    chosen = _day(f"20{year}", month, day)
    if chosen is None or chosen > reading.today:
        chosen = _day(f"19{year}", month, day)
    iso = dated(about, text, chosen, reading)
    reading.warn(about.prefix, "dob.century", f"The century of {text} was chosen: {iso}. Send eight digits.")
    return iso


# Names

_NAME: Final = re.compile(r"(?=.*[A-Z])[A-Z' ,-]*")


def _name(text: str, about: Field, reading: Reading) -> Name:
    kind: NameKind = "alias" if about.repeats else "primary"
    parts = [part.strip() for part in text.split(",")]
    if not _NAME.fullmatch(text) or not parts[0] or len(parts) > 3:
        raise Wrong("name.invalid", _said(about, text, "FAMILY, GIVEN MIDDLE of letters, hyphens and apostrophes"))
    return without_placeholders(_split(parts, about, text, reading, kind), about, reading)


def _split(parts: list[str], about: Field, text: str, reading: Reading, kind: NameKind) -> Name:
    suffixes = reading.profile.values("suffix")
    suffix = parts[2] if len(parts) == 3 else None
    if suffix is not None and suffix not in suffixes:
        raise Wrong("name.invalid", _said(about, text, f"without a second comma, unless {', '.join(suffixes)} follows"))
    family, after = parts[0].split(), parts[1].split() if len(parts) > 1 else []
    for words in (after, family):
        if suffix is None and len(parts) > 1 and len(words) > 1 and words[-1] in suffixes:
            suffix = words.pop()
    if not after:
        reading.warn(about.prefix, "name.no_given", "No given name: everything was read as the family name.")
    given, middle = (after[0] if after else None), " ".join(after[1:]) or None
    return Name(" ".join(family), given, middle, suffix, kind)


def without_placeholders(name: Name, about: Field, reading: Reading) -> Name:
    """FNU, LNU, NMN and NMI are words for "unknown", not names."""
    lists = {part: reading.profile.values(f"no_{part}") for part in ("family", "given", "middle")}
    unknown: Mapping[str, Any] = {part: None for part, words in lists.items() if getattr(name, part) in words}
    if not unknown:
        return name
    known = replace(name, **unknown)
    if known.family is None and known.given is None:
        raise Wrong("name.invalid", f"{about.prefix} ({about.label}) holds no name, only words for an unknown one.")
    reading.warn(about.prefix, "name.placeholder", "Words that stand for an unknown name were read as unknown.")
    return known


RULES: Final[Mapping[str, Rule]] = {
    "text": _text,
    "purpose": _coded("purpose.invalid", "C (criminal justice) or F (firearms)"),
    "sex": _coded("sex.invalid", "M, F, U or X"),
    "record_type": _coded("yq.record_type", "WP, the only record type held here"),
    "request_number": _request_number,
    "priority": _coded("yq.priority", "U (urgent, 10 minutes) or R (routine, 60 minutes)"),
    "confirmation": _coded("yr.confirmation", "Y, N, P or E"),
    "hours": _hours,
    "custody": _custody,
    "offense": _matching("[0-9]{4}", "offense.invalid", "an NCIC code of four digits, 0399 where none is known"),
    "nic": _matching("[A-Z][0-9]{9}", "yq.nic", "one letter and nine digits"),
    "name": _name,
    "birth_date": _birth_date,
    "birth_place": _birth_place,
    "a_number": _a_number,
    "ssn": _ssn,
    "alphanumeric": _matching("[A-Z0-9]+", "identifier.invalid", "letters and digits"),
    "state_number": _matching("[A-Z0-9]{3,}", "identifier.invalid", "at least 3 letters and digits"),
    "license": _matching("[A-Z0-9* -]+", "identifier.invalid", "letters, digits, hyphens, asterisks and blanks"),
}
EXAMPLES: Final[Mapping[str, str]] = {
    "text": "OFC T EXAMPLE",
    "purpose": "C",
    "sex": "F",
    "record_type": "WP",
    "request_number": "1",
    "priority": "U",
    "confirmation": "Y",
    "hours": "2",
    "custody": "Y",
    "offense": "0399",
    "nic": "N900000001",
    "name": "TESTPERSON, ALPHA BETA",
    "birth_date": "19850314",
    "birth_place": "MM",
    "a_number": "900000123",
    "ssn": "900000001",
    "alphanumeric": "AB12345",
    "state_number": "TX1234567",
    "license": "D1234567",
}
