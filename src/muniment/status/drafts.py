"""The text that an answer starts from."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from anyascii import anyascii

from muniment.core.errors import Refused
from muniment.status.answer_classes import ANSWER_CLASSES, texts
from muniment.status.determination import ADVERSE_CLASSES, Determination
from muniment.status.options import against

WIDTH: Final = 80  # columns of a line of a switch text


def draft(
    code: str,
    police: Determination,
    *,
    about: str,
    as_of: datetime,
    asked: Sequence[str],
    silent: Sequence[str],
    call_back: str,
    expires: datetime,
) -> tuple[str, ...]:
    """The lines of an answer of class `code`, at most 80 columns each, from the police form of the determination.

    The text of R5 does not depend on the determination at all. Raises `Refused` for an adverse class that `police` does
    not give, or while a stop or a hold stands.
    """
    if code in ADVERSE_CLASSES and (police.blocked or police.answer_class != code):
        raise Refused(f"{code} may not be drafted: {against(code, police)}.", rule="answer.adverse")
    values = {
        "about": about,
        "as_of": _moment(as_of),
        "expires": _moment(expires),
        "call_back": call_back,
        **_asked(asked, silent),
    }
    if code != "R5":
        values |= _particulars(police)
    lines = (*texts()["head"], *ANSWER_CLASSES[code].lines, *texts()["foot"])
    return tuple(part for line in lines for part in wrapped(line.format_map(values)))


def _asked(asked: Sequence[str], silent: Sequence[str]) -> dict[str, str]:
    return {"asked": str(len(asked)), "silent": f"{len(silent)}: {', '.join(silent)}" if silent else "0"}


def asked_line(asked: Sequence[str], silent: Sequence[str]) -> str:
    """What an answer says of the systems asked and silent, in one line."""
    line = next(each for each in texts()["foot"] if "{silent}" in each)
    return " ".join(wrapped(line.format_map(_asked(asked, silent))))


def replacing(when: datetime) -> tuple[str, ...]:
    """The lines with which an answer begins that replaces the one that left at `when`."""
    return tuple(wrapped(texts()["replaces"].format(when=_moment(when))))


def _particulars(police: Determination) -> dict[str, str]:
    known = police.particulars
    national = police.status == "NATL"
    return {
        "citizenship": "NATIONALITY" if national else "CITIZENSHIP",
        "citizen": "NATIONAL" if national else "CITIZEN",
        "stay": _stay(police),
        "pending": ", ".join(known.pending) or "FORM NOT TOLD",
        "until": str(known.until),
        "ordered": str(known.ordered),
        "final": str(known.final),
        "stayed": "IN FORCE" if known.stayed else "NONE RECORDED",
        "executed": str(known.executed),
    }


def _stay(police: Determination) -> str:
    known = police.particulars
    what = "PAROLE" if police.status == "PAR" else f"CLASS {known.class_code or 'NOT TOLD'}"
    if known.until:
        return f"{what} UNTIL {known.until}"
    return f"{what} FOR DURATION OF STATUS" if known.duration_of_status else f"{what}, NO FIXED DATE"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H%MZ")


def wrapped(line: str) -> list[str]:
    """A line in upper case, in the characters of a switch text, wrapped at words to 80 columns."""
    plain = " ".join(anyascii(line).upper().split())
    return textwrap.wrap(plain, WIDTH, break_on_hyphens=False) or [""]
