"""The rules of the values that only files with fingerprints have."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from muniment.formats.directory import ORI
from muniment.formats.faults import shown
from muniment.formats.profile import Field
from muniment.formats.values import EXAMPLES, RULES, Form, Reading, dated, day, listed, matching, within, wrong


def _eight(text: str) -> date | None:
    return day(text[:4], text[4:6], text[6:]) if re.fullmatch("[0-9]{8}", text) else None


def _file_date(text: str, about: Field, reading: Reading) -> str:
    sent = _eight(text)
    if sent is None or sent > reading.today + timedelta(days=1):  # it is already tomorrow further east
        raise wrong(about, "ebts.field", text, "a day CCYYMMDD, at the latest tomorrow", EBTS.examples[about.rule])
    return sent.isoformat()


def _ori(text: str, about: Field, _reading: Reading) -> str:
    if not ORI.fullmatch(text):
        raise wrong(about, "ebts.field", text, "an ORI of 9 letters or digits", EBTS.examples[about.rule])
    return text


def _birth_date(text: str, about: Field, reading: Reading) -> str | None:
    if text == reading.profile.ebts.unknown_birth_date:
        reading.warn(about.prefix, "dob.unknown", f"{text} says that the date of birth is unknown.")
        return None
    if not re.fullmatch("[0-9]{8}", text):
        raise wrong(about, "dob.invalid", text, "8 digits CCYYMMDD", EBTS.examples[about.rule])
    return dated(text, _eight(text), about, reading)


def _sex(text: str, about: Field, reading: Reading) -> str:
    if text in reading.profile.ebts.other_sex:
        reading.warn(about.prefix, "sex.mapped", f"{text} is no sex of an inquiry; U was read.")
        return "U"
    if text not in ("M", "F"):
        others = ", ".join(reading.profile.ebts.other_sex)
        raise wrong(about, "sex.invalid", text, f"M or F (or {others})", EBTS.examples[about.rule])
    return text


def _other_number(text: str, about: Field, reading: Reading) -> tuple[str | None, str]:
    """Kind of identifier and number; a kind that is not read has None, and the whole text."""
    if not re.fullmatch("[A-Z]{2}-.+", text):
        right = "two letters for its kind, a hyphen and the number"
        raise wrong(about, "identifier.invalid", text, right, EBTS.examples[about.rule])
    kind = reading.profile.ebts.other_numbers.get(text[:2])
    if kind is None:
        says = f"Numbers of the kind {text[:2]} are not known here; {shown(text)} is kept in extra."
        reading.warn(about.prefix, "identifier.unknown", says)
        return None, text
    same = (each for each in reading.profile.fields["IAQ"] if each.to == f"subject.identifiers.{kind}")
    number = next(same, Field("", "", "alphanumeric", "", 20))
    inner = replace(number, prefix=about.prefix, label=about.label)
    within(text[3:], inner)
    return kind, RULES[inner.rule](text[3:], inner, reading)


_DIGIT: Final = matching("[1-9]", "ebts.field", "a digit from 1 to 9")
EBTS: Final = Form(
    RULES
    | {
        "version": matching("[0-9]{4}", "ebts.field", "4 digits"),
        "transaction": listed("ebts.tot", "a type of transaction that is read here", lambda p: p.ebts.transactions),
        "file_date": _file_date,
        "file_priority": lambda text, about, reading: int(_DIGIT(text, about, reading)),
        "ori": _ori,
        "transaction_number": matching("[ -~]{10,40}", "ebts.field", "10 to 40 characters"),
        "resolution": matching("[0-9]{2}[.][0-9]{2}", "ebts.field", "two digits, a period and two digits"),
        "charset": matching("[0-9]{3}", "ebts.field", "3 digits"),
        "idc": matching("[0-9]{1,2}", "ebts.field", "1 or 2 digits"),
        "file_attention": matching("[^.]{3,30}", "ebts.field", "3 to 30 characters without a period"),
        "other_number": _other_number,
        "file_birth_date": _birth_date,
        "file_sex": _sex,
    },
    EXAMPLES
    | {
        "version": "0400",
        "transaction": "CAR",
        "file_date": "20250102",
        "file_priority": "4",
        "ori": "ZZ0010000",
        "transaction_number": "SYN-20250102-000001",
        "resolution": "19.69",
        "charset": "003",
        "idc": "00",
        "file_attention": "SGT A EXAMPLE",
        "other_number": "AR-900000123",
        "file_birth_date": "19850314",
        "file_sex": "F",
    },
    shows=lambda about, value: f"{about.prefix}:{value}",
    known=lambda profile: profile.ebts.extra,
)
