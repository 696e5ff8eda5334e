"""The rules of single values, the same for every format: text in, value out, or `Broken` with a code and a lesson.

A rule gets the text in upper case, with runs of blanks made one. Marks and sources stand in the profile.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from muniment.core.message import Fault, Notice
from muniment.core.places import birth_places
from muniment.core.subject import Name, NameKind
from muniment.formats.faults import Broken, broken, shown
from muniment.formats.profile import Field, Profile


@dataclass(slots=True)
class Reading:
    """What rules need to know of the message that is being read, and where they leave their warnings."""

    profile: Profile
    today: date
    form: Form = field(default_factory=lambda: _text_form())
    warnings: list[Notice] = field(default_factory=list)

    def warn(self, about: str, code: str, text: str) -> None:
        """Leave a warning about a field."""
        self.warnings.append(Notice(about, code, text))


Rule = Callable[[str, Field, Reading], Any]


@dataclass(frozen=True, slots=True)
class Form:
    """What is another in each form of a message: some rules, and how a right field looks.

    `shows` writes a field as it is sent, `named` names one that is in no table, `known` are those kept without warning,
    `free` tells whether a needed field may be absent.
    """

    rules: Mapping[str, Rule]
    examples: Mapping[str, str]
    shows: Callable[[Field, str], str]
    named: Callable[[str], str] = str
    known: Callable[[Profile], Container[str]] = lambda _profile: ()
    free: Callable[[Field], bool] = lambda _about: False

    def right(self, about: Field) -> str:
        """What a right field looks like."""
        if about.rule == "text":
            return f"{self.shows(about, '...')} with 1 to {about.most} characters"
        return f"for instance {self.shows(about, self.examples[about.rule])}"


# Signs

_LATIN: Final = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_WITH_LATIN: Final = re.compile(f"[ -~{_LATIN}]*")


def composed(text: str) -> str:
    """A name as it is compared: a letter and its accent as one sign (NFC)."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def bad_sign(text: str, field: str, *, latin: bool = False) -> Fault | None:
    """The fault of a value that holds signs beyond hex 20 to 7E and, with `latin`, the Latin letters."""
    if (text.isascii() and text.isprintable()) or (latin and _WITH_LATIN.fullmatch(text)):
        return None
    right = "printable ASCII (hex 20 to 7E)" + (" and Latin letters" if latin else "")
    return Fault(field, "charset.invalid", f"{shown(field)[1:-1]} may hold {right}; this one is {shown(text)}.")


def within(text: str, about: Field) -> None:
    """Raise `Broken` when the text is longer than its field."""
    if about.most is not None and len(text) > about.most:
        says = f"{about.prefix} ({about.label}) holds at most {about.most} characters; this one has {len(text)}."
        raise broken(about.prefix, "field.too_long", f"{says} Nothing is cut.")


def wrong(about: Field, code: str, text: str, right: str, example: str | None = None, *, more: str = "") -> Broken:
    """The fault of a value that its rule does not take; `more` is a sentence that helps with this one."""
    example = EXAMPLES[about.rule] if example is None else example
    says = f"{about.prefix} ({about.label}) must be {right}, for instance {example}; this one is {shown(text)}."
    return broken(about.prefix, code, says + more)


def _text(text: str, _about: Field, _reading: Reading) -> str:
    return text


def listed(code: str, right: str, values: Callable[[Profile], Iterable[Any]]) -> Rule:
    """The rule of a value that must be one of a list."""

    def rule(text: str, about: Field, reading: Reading) -> Any:
        for value in values(reading.profile):
            if text == str(value):
                return value
        raise wrong(about, code, text, right, reading.form.examples[about.rule])

    return rule


def _custody(text: str, about: Field, _reading: Reading) -> bool:
    if text not in ("Y", "N"):
        raise wrong(about, "custody.invalid", text, "Y or N (what is unknown is not N)")
    return text == "Y"


def matching(pattern: str, code: str, right: str) -> Rule:
    """The rule of a value that must be of a form."""
    compiled = re.compile(pattern)

    def rule(text: str, about: Field, reading: Reading) -> str:
        if not compiled.fullmatch(text):
            raise wrong(about, code, text, right, reading.form.examples[about.rule])
        return text

    return rule


_EIGHT: Final = re.compile("[0-9]{8}")
_EIGHT_OR_NINE: Final = re.compile("[0-9]{8,9}")
_NINE: Final = re.compile("[0-9]{9}")


def _a_number(text: str, about: Field, _reading: Reading) -> str:
    digits = text.removeprefix("A").replace("-", "").replace(" ", "")
    if not _EIGHT_OR_NINE.fullmatch(digits):
        raise wrong(about, "identifier.invalid", text, "8 or 9 digits, with or without a leading A")
    return digits.zfill(9)


def _ssn(text: str, about: Field, _reading: Reading) -> str:
    digits = text.replace("-", "").replace(" ", "")
    if not _NINE.fullmatch(digits):
        raise wrong(about, "identifier.invalid", text, "9 digits")
    return digits


def _hours(text: str, about: Field, _reading: Reading) -> int:
    if not re.fullmatch("[0-9]{1,3}", text):
        raise wrong(about, "yr.hours", text, "a whole number of hours from 0 to 999")
    return int(text)


def _birth_place(text: str, about: Field, reading: Reading) -> str:
    values, place = reading.profile.values, birth_places().get(text)
    if text not in values.more_birth_places and (place is None or place.kind == "reference_only"):
        right = "an NCIC code of two letters (XX for unknown, YY for not in the table)"
        raise wrong(about, "pob.unknown", text, right, more=_meant(text))
    if text in values.ambiguous_birth_places:
        reading.warn(about.prefix, "pob.ambiguous", f"{values.ambiguous_birth_places[text]}.")
    return text


def _meant(text: str) -> str:
    """The code of the place that was named in words or by its ISO code, if one is."""
    countries = [place for place in birth_places().values() if place.kind == "country"]
    meant = [each for each in countries if text in (each.iso_country, each.name.partition(",")[0].upper())]
    return f" {meant[0].name} is {meant[0].code}." if len(meant) == 1 else ""


# Dates


_DASHED: Final = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})")


def _birth_date(text: str, about: Field, reading: Reading) -> str:
    if _EIGHT.fullmatch(text):
        return dated(text, day(text[:4], text[4:6], text[6:]), about, reading)
    if re.fullmatch("[0-9]{6}", text):
        return _six_digits(text, about, reading)
    raise wrong(about, "dob.invalid", text, "8 digits CCYYMMDD or 6 digits MMDDYY")


def dated(text: str, sent: date | None, about: Field, reading: Reading) -> str:
    """The day in ISO form, if it is one on which somebody can have been born; `text` is how it was sent."""
    earliest = reading.profile.values.earliest_birth
    if sent is None or sent < earliest:
        right = f"a day of the calendar from {earliest.isoformat()} on"
        raise wrong(about, "dob.invalid", text, right, reading.form.examples[about.rule])
    if sent > reading.today:
        right = f"a day not after today, {reading.today.isoformat()}"
        raise wrong(about, "dob.future", text, right, reading.form.examples[about.rule])
    return sent.isoformat()


def day(year: str, month: str, of_month: str) -> date | None:
    """The day of the calendar that digits name, or None."""
    try:
        return date(int(year), int(month), int(of_month))
    except ValueError:
        return None


def _six_digits(text: str, about: Field, reading: Reading) -> str:
    month, of_month, year = text[:2], text[2:4], text[4:]
    chosen = day(f"20{year}", month, of_month)
    if chosen is None or chosen > reading.today:
        chosen = day(f"19{year}", month, of_month)
    iso = dated(text, chosen, about, reading)
    reading.warn(about.prefix, "dob.century", f"{text} names no century; {iso} was chosen. Send 8 digits.")
    return iso


def dashed_birth_date(text: str, about: Field, reading: Reading) -> str:
    """The date of XML and JSON."""
    match = _DASHED.fullmatch(text)
    if match is None:
        raise wrong(about, "dob.invalid", text, "a day CCYY-MM-DD", DASHED)
    return dated(text, day(*match.groups()), about, reading)


# Names

_NAME: Final = re.compile(f"(?=[' ,-]*[A-Z{_LATIN}])[A-Z{_LATIN}' ,-]*")
_PART: Final = re.compile(f"[A-Z{_LATIN}' -]*")
_FORM: Final = "FAMILY, GIVEN MIDDLE of letters, hyphens and apostrophes"


def _name(text: str, about: Field, reading: Reading) -> Name:
    parts = [part.strip() for part in text.split(",")]
    if not _NAME.fullmatch(text) or not parts[0] or len(parts) > 3:
        raise wrong(about, "name.invalid", text, _FORM)
    if len(parts) == 3 and parts[2] not in reading.profile.values.suffix:
        suffixes = ", ".join(reading.profile.values.suffix)
        raise wrong(about, "name.invalid", text, f"{_FORM}, with a second comma only before one of {suffixes}")
    return finished(_named(parts, kind_of(about), reading.profile), text, about, reading)


def kind_of(about: Field) -> NameKind:
    """Which name a field holds."""
    return "alias" if about.repeats else "primary"


def part(text: str) -> bool:
    """Whether this can be one part of a name."""
    return _PART.fullmatch(text) is not None


def finished(name: Name, text: str, about: Field, reading: Reading) -> Name:
    """The name with its warnings and without placeholders; `text` is how it was sent."""
    if not text.isascii():
        reading.warn(about.prefix, "name.non_ascii", "The name has letters beyond A to Z; they were kept.")
    if name.given is None:
        reading.warn(about.prefix, "name.no_given", "There is no given name: all was read as the family name.")
    return without_placeholders(name, text, about, reading)


def _named(parts: list[str], kind: NameKind, profile: Profile) -> Name:
    family, after = parts[0].split(), parts[1].split() if len(parts) > 1 else []
    suffix = parts[2] if len(parts) == 3 else None
    for words in (after, family):
        if suffix is None and len(parts) > 1 and len(words) > 1 and words[-1] in profile.values.suffix:
            suffix = words.pop()
    return Name(" ".join(family), after[0] if after else None, " ".join(after[1:]) or None, suffix, kind)


def without_placeholders(name: Name, text: str, about: Field, reading: Reading) -> Name:
    """FNU, LNU, NMN and NMI are words for "unknown", not names; `text` is how the name was sent."""
    values = reading.profile.values
    words = {"family": values.no_family, "given": values.no_given, "middle": values.no_middle}
    unknown: dict[str, Any] = {part: None for part, listed in words.items() if getattr(name, part) in listed}
    if not unknown:
        return name
    known = replace(name, **unknown)
    if known.family is None and known.given is None:
        raise wrong(about, "name.invalid", text, f"{_FORM}, not only words for an unknown name")
    reading.warn(about.prefix, "name.placeholder", "Words that stand for an unknown name were read as unknown.")
    return known


RULES: Final[dict[str, Rule]] = {
    "text": _text,
    "purpose": listed("purpose.invalid", "C (criminal justice) or F (firearms)", lambda p: p.values.purpose),
    "name": _name,
    "birth_date": _birth_date,
    "sex": listed("sex.invalid", "M, F, U or X", lambda p: p.values.sex),
    "birth_place": _birth_place,
    "custody": _custody,
    "offense": matching("[0-9]{4}", "offense.invalid", "an NCIC code of 4 digits (0399 where none is known)"),
    "a_number": _a_number,
    "alphanumeric": matching("[A-Z0-9]+", "identifier.invalid", "letters and digits"),
    "state_number": matching("[A-Z0-9]{3,}", "identifier.invalid", "at least 3 letters and digits"),
    "license": matching("[A-Z0-9* -]+", "identifier.invalid", "letters, digits, hyphens, asterisks and blanks"),
    "ssn": _ssn,
    "record_type": listed("yq.record_type", "WP, the one type of record held here", lambda p: p.values.record_type),
    "request_number": listed("yq.request_number", "1, 2 or 3", lambda p: p.values.request_number),
    "priority": listed("yq.priority", "U (urgent) or R (routine)", lambda p: p.values.priority),
    "nic": matching("[A-Z][0-9]{9}", "yq.nic", "one letter and 9 digits"),
    "confirmation": listed("yr.confirmation", "Y, N, P or E", lambda p: p.values.confirmation),
    "hours": _hours,
}
EXAMPLES: Final[dict[str, str]] = {
    "text": "OFC T EXAMPLE",
    "purpose": "C",
    "name": "TESTPERSON, ALPHA BETA",
    "birth_date": "19850314",
    "sex": "F",
    "birth_place": "MM",
    "custody": "Y",
    "offense": "0399",
    "a_number": "900000123",
    "alphanumeric": "SYN900001",
    "state_number": "ZZ90000001",
    "license": "SYN-900-0001",
    "ssn": "900010001",
    "record_type": "WP",
    "request_number": "1",
    "priority": "U",
    "nic": "N900000001",
    "confirmation": "Y",
    "hours": "2",
}
#: The code of a value that is not even of the right type.
OWN: Final[Mapping[str, str]] = {
    "text": "field.bad",
    "purpose": "purpose.invalid",
    "name": "name.invalid",
    "birth_date": "dob.invalid",
    "sex": "sex.invalid",
    "birth_place": "pob.unknown",
    "custody": "custody.invalid",
    "offense": "offense.invalid",
    "a_number": "identifier.invalid",
    "alphanumeric": "identifier.invalid",
    "state_number": "identifier.invalid",
    "license": "identifier.invalid",
    "ssn": "identifier.invalid",
}
DASHED: Final = "1985-03-14"
TEXT: Final = Form(
    RULES, EXAMPLES, lambda about, value: f"{about.prefix}/{value}", known=lambda profile: profile.values.known_extra
)


def _text_form() -> Form:
    return TEXT
