"""Conflicts of the file as a whole: its links, its sources, the age of its copies, convictions. domain.md 1.5.

Conflicts about one noun of the law are noted where that noun is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from muniment.status.classes import class_of
from muniment.status.facts import Fact, FactFile
from muniment.status.sheet import Sheet
from muniment.status.standing import Ties

#: A record id that is an A-number (contract).
A_NUMBER: Final = re.compile(r"(?:CIS|EOIR):(A[0-9]{9})")
_LATEST: Final = datetime.max.replace(microsecond=0, tzinfo=UTC)


def of_file(sheet: Sheet, file: FactFile, ties: Ties) -> None:
    """Note the conflicts of links (C2, C15, C16) and sources (C19)."""
    records = {*ties.confirmed(), *(fact.record for fact in sheet.facts if ties.of(fact.record) == "confirmed")}
    if len({found[1] for record in records if (found := A_NUMBER.fullmatch(record))}) > 1:
        sheet.conflict("C2")
    for code in sorted({"C16" if prints else "C15" for prints in ties.disagreeing().values()}):
        sheet.conflict(code)
    if file.silent:
        sheet.missing.update(f"answer of {system}" for system in file.silent)
        sheet.conflict("C19")


def of_facts(sheet: Sheet) -> None:
    """Note the conflicts that any standing fact can raise: convictions (C14), flags (C17), old copies (C19)."""
    for fact in sheet.of("conviction"):
        if _incomplete(fact):
            sheet.conflict("C14", fact)
    for fact in sheet.facts:
        if fact.text("state") != "pending" and class_of(fact.text("class")).group == "flag":
            sheet.conflict("C17", fact)
    limit, hours = midnight(sheet.as_of), sheet.number("conflict.C19")
    old = [fact for fact in sheet.facts if fact.pulled and expiry(fact.pulled, hours) < limit]
    if old:
        sheet.missing.update(f"fresh copy of the record in {fact.record.partition(':')[0]}" for fact in old)
        sheet.conflict("C19")


def _incomplete(fact: Fact) -> bool:
    """Whether the record does not show a conviction in the sense of INA 101(a)(48), or shows one that may be gone."""
    lacks = any(fact.text(name) is None for name in ("statute", "sentence", "plea"))
    vacated = fact.text("vacated") not in (None, "none")
    return lacks or fact.text("plea") == "none" or vacated or fact.flag("juvenile") is True


def midnight(day: date) -> datetime:
    """00:00 UTC of `day`."""
    return datetime.combine(day, time(), UTC)


def expiry(moment: datetime, hours: int) -> datetime:
    """The moment `hours` later. Ends with the calendar."""
    span = timedelta(hours=hours)
    return _LATEST if moment > _LATEST - span else moment + span


def expires(sheet: Sheet, facts: Iterable[Fact]) -> datetime:
    """When a determination from these facts ends: with its oldest copy, else a day after its day began."""
    pulled = [fact.pulled for fact in facts if fact.pulled]
    return expiry(min(pulled, default=midnight(sheet.as_of)), sheet.number("conflict.C19"))
