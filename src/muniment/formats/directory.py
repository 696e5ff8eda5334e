"""The rules of the directory of agencies: what somebody typed in, the value out, or `SenderFault` naming the field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NoReturn

from muniment.core.ceilings import MOST, kinds
from muniment.core.errors import SenderFault
from muniment.core.places import birth_places
from muniment.formats.profile import DEFAULT, Profile

ORI: Final = re.compile(r"[A-Z0-9]{9}")
#: Postal codes that NCIC names otherwise: Guam, the Marianas, Nebraska.
POSTAL: Final[Mapping[str, str]] = {"GU": "GM", "MP": "MK", "NE": "NB"}
LONGEST_NAME: Final = 80


def _wrong(field: str, right: str, text: str) -> NoReturn:
    raise SenderFault(f"{field} must be {right}; this one is “{text[:40]}”.", field=field, rule="agency.field")


def ori(text: str) -> str:
    """An ORI: nine letters or digits, in capitals."""
    value = text.strip().upper()
    if not ORI.fullmatch(value):
        _wrong("ORI", "9 letters or digits, such as ZZ0010100", text)
    return value


def name(text: str) -> str:
    """The name by which people know the agency."""
    value = " ".join(text.split())
    if not value or len(value) > LONGEST_NAME or not value.isprintable():
        _wrong("Name", f"1 to {LONGEST_NAME} letters", text)
    return value


def state(text: str) -> str:
    """A state or territory by its postal code."""
    value = text.strip().upper()
    place = birth_places().get(POSTAL.get(value, value))
    if place is None or place.kind not in {"us_state", "us_territory"}:
        _wrong("State", "the postal code of a state or territory, such as TX", text)
    return value


def telephone(text: str) -> str:
    """Ten digits; blanks, hyphens, periods, parentheses and a leading +1 are left out."""
    digits = text.strip().removeprefix("+1").translate(str.maketrans("", "", " -.()"))
    if not re.fullmatch(r"[0-9]{10}", digits):
        _wrong("Call-back number", "a telephone number of 10 digits, such as 555-010-0100", text)
    return digits


def purposes(codes: Iterable[str], profile: Profile = DEFAULT) -> list[str]:
    """Purposes of the profile, at least one, each once."""
    given = {code.strip().upper() for code in codes}
    if not given or given - set(profile.values.purpose):
        _wrong("Purposes", f"one or more of {', '.join(profile.values.purpose)}", " ".join(sorted(given)))
    return sorted(given)


def kind(text: str) -> str:
    """A kind of `core.ceilings.kinds`."""
    if text not in kinds():
        _wrong("Kind", f"one of {', '.join(kinds())}", text)
    return text


def ceiling(field: str, number: int | None) -> int | None:
    """A ceiling of its own; None for the default of its kind."""
    if number is not None and not 1 <= number <= MOST:
        _wrong(field, f"from 1 to {MOST:,}, or empty for the default of its kind", str(number))
    return number
