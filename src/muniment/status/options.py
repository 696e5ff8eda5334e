"""Which answer classes a determination supports, and when another person must look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from muniment.status.answer_classes import ANSWER_CLASSES
from muniment.status.determination import ADVERSE_CLASSES, Determination

#: Answer classes that are given to protected facts, and R5 to ordinary ones too.
RESTRICTED: Final = frozenset({"R4L", "R5"})


@dataclass(frozen=True, slots=True)
class ClassOption:
    """An answer class as a choice: whether the records support it, and why or why not."""

    code: str
    title: str
    supported: bool
    why: str


def supported(determination: Determination, *, silent: Sequence[str] = ()) -> list[ClassOption]:
    """Every answer class, the determination's own first, each with whether a specialist may choose it, and why.

    A more careful class than the determination's is always open; one that says more never is.
    """
    own = determination.answer_class
    codes = [own, *(code for code in ANSWER_CLASSES if code != own)]
    return [_option(code, determination, silent) for code in codes]


def _option(code: str, determination: Determination, silent: Sequence[str]) -> ClassOption:
    title = ANSWER_CLASSES[code].title
    if code == determination.answer_class:
        return ClassOption(code, title, True, "what the records support")
    careful = _careful(code, determination, silent)
    if careful:
        return ClassOption(code, title, True, careful)
    return ClassOption(code, title, False, f"not supported: {against(code, determination)}")


def _careful(code: str, determination: Determination, silent: Sequence[str]) -> str | None:
    """Why a class that says less than the determination may be chosen, or None where it may not."""
    if code == "R5":
        return "a spoken answer is always possible, and tells nothing by itself"
    if code == "R2" and determination.stop:
        return "citizenship is proved; the answer may wait for a second look"
    if code == "R12" and not determination.stop and determination.answer_class != "R2":
        return "a person may always decide that more must be known"
    if code == "R13" and (silent or "C19" in determination.conflicts):
        return "a record system did not answer, or answered from an old copy"
    if code == "R6" and determination.answer_class == "R12" and _may_tell_pending(determination):
        return "an application is pending, and its basis is not a protected one"
    return None


def _may_tell_pending(determination: Determination) -> bool:
    return bool(determination.particulars.pending) and not determination.blocked


def against(code: str, determination: Determination) -> str:
    """Why the determination does not support a class, in words that tell no protected basis."""
    if determination.blocked and code != "R1":
        return _BLOCKED if determination.stop else _HELD
    if code in ADVERSE_CLASSES and "C10" in determination.conflicts:
        return "an application to extend or change the stay is not decided (C10)"
    if code not in _SEARCH and determination.conflicts and determination.status == "UND":
        return f"the records conflict ({', '.join(determination.conflicts)}), and only a person may say"
    return _NOT[code]


_BLOCKED: Final = "a fact of US citizenship or nationality stands"
_HELD: Final = "an indication of citizenship, or a record not tied by prints or a number, is open"
_SEARCH: Final = frozenset({"R1", "R2", "R5", "R10", "R11", "R13"})
_NOT: Final[Mapping[str, str]] = {
    "R1": "no fact of US citizenship or nationality is on record",
    "R2": "nothing on record indicates US citizenship",
    "R3": "no permanent residence that stands is on record",
    "R4": "no temporary stay that runs may be told",
    "R4L": "no lawful presence with a restricted basis is to be told",
    "R6": "no application that may be told decides the status",
    "R7": "no record says that the authorized stay ended",
    "R8": "no final order that governs is on record",
    "R9": "no executed order that governs is on record",
    "R10": "records are linked",
    "R11": "no record is left that may be another person's",
    "R12": "citizenship is proved or indicated: R2 is the careful answer",
    "R13": "every record system answered",
}


def second_person_required(determination: Determination, answer_class: str) -> str | None:
    """Why another person must look before the answer goes out, or None (architecture, fixed meanings).

    `determination` is the form that police may know. R4L and R5 go one way whatever is on record: neither how long such
    an answer takes nor who signed it may tell of a protected fact.
    """
    if answer_class in RESTRICTED:
        return f"{answer_class} always goes to a second person, so that its way tells nothing."
    if determination.stop:
        return "A fact of US citizenship or nationality stands."
    if determination.hold:
        return "An indication of citizenship, or a record not tied by prints or a number, holds the answer."
    if determination.conflicts:
        return f"The records conflict ({', '.join(determination.conflicts)})."
    if answer_class in ADVERSE_CLASSES:
        return f"{answer_class} speaks against the person: {ANSWER_CLASSES[answer_class].title.lower()}."
    return None
