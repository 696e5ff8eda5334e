"""Protections: programmes and filings that bar action (overlays), stops and warnings of domain.md 4.2, and which facts
must never show to police."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from muniment.status.age import under, years_after
from muniment.status.classes import class_of
from muniment.status.facts import Fact
from muniment.status.residence import grants, refuge
from muniment.status.sheet import Sheet

#: Overlay codes in the order in which one of them becomes the status where no base status governs.
AS_STATUS: Final = ("TPS", "T", "U", "DED", "DACA", "PEND_AOS", "PEND_ASY", "SIJ", "VAWA", "PROC")
#: Overlays that keep an ended period of stay from being called ended, beside those that become the status (O8 of 1.3).
SHELTERS: Final = frozenset({"WH", "CAT", "STAY"})
#: Kinds of the protected facts that the contract lists, beside a protected filing, which is one until finally denied; a
#: protected class code makes any fact one too.
PROTECTED_KINDS: Final = frozenset(
    {
        "asylum_application",
        "asylum_grant",
        "refugee_admission",
        "withholding_grant",
        "cat_grant",
        "sij_approval",
        "tps_grant",
        "daca_grant",
        "ded",
    }
)
PROGRAMMES: Final = {"tps_grant": "TPS", "daca_grant": "DACA", "ded": "DED"}
_UNDER_P3: Final = ("asylum_application", "asylum_grant", "refugee_admission", "withholding_grant", "cat_grant")
_UNDER_P4: Final = ("tps_grant", "daca_grant")


def is_protected(fact: Fact) -> bool:
    """Whether police may never learn that the fact exists."""
    if fact.kind == "protected_filing":
        return fact.text("state") != "denied_final"
    return fact.kind in PROTECTED_KINDS or class_of(fact.text("class")).protected


def protections(sheet: Sheet) -> None:
    """Note every overlay, protection, warning and the conflict C13 that the facts show."""
    _programmes(sheet)
    _filings(sheet)
    _confidential(sheet)
    _person(sheet)
    _notices(sheet)
    _disputes(sheet)


# Overlays


def in_force(sheet: Sheet, fact: Fact) -> bool:
    """Whether a programme or a parole runs on the day; without an end date nothing has ended it (G4)."""
    until = fact.day("until")
    return until is None or until >= sheet.as_of


def _programmes(sheet: Sheet) -> None:
    for kind, code in PROGRAMMES.items():
        if not sheet.of(kind):
            continue
        grant = sheet.of(kind)[-1]
        runs = in_force(sheet, grant)
        text = f"{code} recorded to {grant.day('until') or 'no end date'}"
        if runs or grant.flag("litigation"):
            sheet.overlay(code, text, grant)
        sheet.use(grant, f"{text}: its recorded end has passed", f"status.{code}")
        # An older programme decides nothing once residence, asylum or refuge began.
        if grant.flag("litigation") and not any(fact.date > grant.date for fact in (*grants(sheet), *refuge(sheet))):
            sheet.conflict("C13", grant)


def pending(sheet: Sheet, kind: str) -> list[Fact]:
    """Applications of `kind` that wait for a decision. A decision on the same record beats the receipt (1.4 step 7)."""
    facts = sheet.of(kind)
    decided = {fact.record: fact.date for fact in facts if not _waits(fact)}  # by date: the latest stays
    return [fact for fact in facts if _waits(fact) and decided.get(fact.record, date.min) < fact.date]


def _waits(fact: Fact) -> bool:
    return fact.text("state") in ("pending", None)


def _filings(sheet: Sheet) -> None:
    for fact in sheet.of("protected_filing"):
        if is_protected(fact):
            sheet.overlay(fact.text("what") or "VAWA", "a protected filing is on record", fact)
    for fact in sheet.of("admission", "stay_application"):
        if (group := class_of(fact.text("class")).group) in ("T", "U") and fact.text("state") in (None, "approved"):
            sheet.overlay(group, "a protected class of admission", fact)
    _grants(sheet)
    _applications(sheet)


def _grants(sheet: Sheet) -> None:
    resident = _resident(sheet)
    for fact in sheet.of("sij_approval"):
        if _filed(fact) > resident:
            sheet.overlay("SIJ", "special immigrant juvenile classification approved", fact)
    for fact in sheet.of("withholding_grant"):
        sheet.overlay("WH", "withholding of removal granted", fact)
    for fact in sheet.of("cat_grant"):
        sheet.overlay("CAT", "protection against torture granted", fact)


def _applications(sheet: Sheet) -> None:
    resident = _resident(sheet)
    for fact in pending(sheet, "adjustment_application"):
        if _filed(fact) > resident:
            sheet.overlay("PEND_AOS", f"adjustment asked for on {_filed(fact)}, not decided", fact)
    for fact in _pending_asylum(sheet):
        sheet.overlay("PEND_ASY", "an asylum application is not decided", fact)


def _resident(sheet: Sheet) -> date:
    """The day of the last grant of residence: what was asked for by then was decided."""
    return grants(sheet)[-1].date if grants(sheet) else date.min


def _filed(fact: Fact) -> date:
    return fact.day("filed") or fact.date


def _pending_asylum(sheet: Sheet) -> list[Fact]:
    """Asylum applications that neither a decision nor a grant under another number has ended."""
    granted = refuge(sheet)
    return [fact for fact in pending(sheet, "asylum_application") if not granted or fact.date > granted[-1].date]


# Stops and warnings


def _confidential(sheet: Sheet) -> None:
    for fact in sheet.of("protected_filing"):
        if is_protected(fact):
            sheet.protect("P1", fact)
    for fact in sheet.of(*_UNDER_P3):
        sheet.protect("P3", fact)
    for fact in sheet.of(*_UNDER_P4):
        sheet.protect("P4", fact)
    for fact in sheet.of("sij_approval"):
        sheet.warn("P7", fact)
    for fact in sheet.of("tps_grant", "daca_grant", "ded", "parole"):
        if fact.flag("litigation"):
            sheet.warn("P8", fact)
    for fact in sheet.facts:
        if (rule := class_of(fact.text("class")).protection) is not None:
            (sheet.warn if rule in _OF_CLASS_THAT_WARN else sheet.protect)(rule, fact)


#: Protections of a class (classes.csv) that are of the kind W.
_OF_CLASS_THAT_WARN: Final = frozenset({"P7", "P15"})


def _person(sheet: Sheet) -> None:
    if under(sheet, sheet.as_of, "protection.P5"):
        sheet.protect("P5")
        sheet.conflict("C20")
    for fact in sheet.of("conviction"):
        if fact.flag("juvenile"):
            sheet.warn("P6", fact)
    for fact in sheet.of("diplomat"):
        sheet.warn("P14", fact)
    for fact in sheet.of("admission"):
        if class_of(fact.text("class")).group == "diplomat":
            sheet.warn("P14", fact)
    for fact in sheet.of("us_military"):
        sheet.warn("P16", fact)


def _notices(sheet: Sheet) -> None:
    for notice in sheet.of("red_notice"):
        sheet.protect("P10", notice)
        if years_after(notice.date, sheet.number("protection.P12")) < sheet.as_of:
            sheet.warn("P12", notice)
        if _from_the_state_fled(sheet, notice):
            sheet.protect("P11", notice)
        if notice.day("checked") is None:
            sheet.missing.add("live check that the notice is valid")


def _from_the_state_fled(sheet: Sheet, notice: Fact) -> bool:
    """Whether the person has refuge, or asks for it, perhaps from the state that the notice is of.

    Where no record names the state that the person fled, it may be the one that asks.
    """
    sought = [
        *refuge(sheet),
        *pending(sheet, "asylum_application"),
        *sheet.of("withholding_grant", "cat_grant"),
    ]
    fled = {fact.text("country") for fact in (*sought, *sheet.of("birth"))} - {None}
    return bool(sought) and (not fled or notice.text("country") in (None, *fled))


def _disputes(sheet: Sheet) -> None:
    for dispute in sheet.of("dispute"):
        sheet.protect("P18", dispute)


def disputed(sheet: Sheet, names: Sequence[str]) -> bool:
    """Whether the person contests one of these facts; a dispute that lists no facts contests everything."""
    contested = [dispute.ids("facts") for dispute in sheet.of("dispute") if "facts" in dispute.values]
    whole = any("facts" not in dispute.values for dispute in sheet.of("dispute"))
    return whole or any(name in names for listed in contested for name in listed)
