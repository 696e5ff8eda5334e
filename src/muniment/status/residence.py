"""Statuses without a date: permanent residence, conditional or not, refuge and asylum. domain.md 1.2."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from muniment.status.age import years_after
from muniment.status.classes import UNLISTED, class_of
from muniment.status.facts import Fact
from muniment.status.sheet import Sheet

#: What an admission is, by the group of its class: the kind of fact that the class makes of it.
_ADMITTED_AS: Final = {
    "immigrant": "lpr_grant",
    "conditional": "lpr_grant",
    "refugee": "refugee_admission",
    "asylee": "asylum_grant",
    "parole": "parole",
}


@dataclass(frozen=True, slots=True)
class Begun:
    """A status that a fact began on a day, and that no listed event has ended: `code` and the fact."""

    code: str
    fact: Fact


def by_class(fact: Fact) -> Fact:
    """The fact as the class of an admission makes it: on an immigrant class it is what a grant of residence is."""
    kind = _ADMITTED_AS.get(class_of(fact.text("class")).group) if fact.kind == "admission" else None
    if kind is None:
        return fact
    return replace(fact, kind=kind, values={**fact.values, "until": fact.day("admit_until"), "admitted": True})


def is_admission(fact: Fact) -> bool:
    """Whether the fact is a lawful admission, also when its class made it a grant. Parole is none."""
    return fact.kind == "admission" or (fact.kind != "parole" and fact.flag("admitted") is True)


def grants(sheet: Sheet) -> list[Fact]:
    """Every fact that began permanent residence, by date; without one, what removed its conditions (domain.md 1.2)."""
    begun = [*sheet.of("lpr_grant"), *_approved(sheet, "adjustment_application")]
    return sorted(begun or _approved(sheet, "conditions_petition"), key=lambda fact: (fact.date, fact.id))


def _approved(sheet: Sheet, kind: str) -> list[Fact]:
    return [fact for fact in sheet.of(kind) if fact.text("state") == "approved"]


def refuge(sheet: Sheet) -> list[Fact]:
    """Every fact that began asylum or refuge, by date."""
    granted = [*sheet.of("asylum_grant", "refugee_admission"), *_approved(sheet, "asylum_application")]
    return sorted(granted, key=lambda fact: (fact.date, fact.id))


def residence(sheet: Sheet, since: date | None) -> Begun | None:
    """Permanent residence that stands, or None. What began up to `since`, the day of an order, was ended by it."""
    begun = [fact for fact in grants(sheet) if since is None or fact.date > since]
    if not begun:
        return None
    grant = begun[-1]
    if end := _ended(sheet, grant):
        sheet.use(end, f"ended the permanent residence of {grant.date}", f"residence.{end.kind}")
        sheet.reason(f"residence.{end.kind}", end)
        return None
    _codes(sheet, grant)
    return _conditional(sheet, grant, begun)


def _ended(sheet: Sheet, grant: Fact) -> Fact | None:
    """The listed event that ended the residence: I-407, rescission, or naturalization that was not undone."""
    ends = sheet.of("abandonment", "rescission", "conditions_terminated")
    if not sheet.of("denaturalization"):
        ends = [*ends, *sheet.of("naturalization_oath")]
    return next((fact for fact in ends if fact.date >= grant.date), None)


def _codes(sheet: Sheet, grant: Fact) -> None:
    """C6: a code that says the residence ended, without the paper that would end it."""
    for code in (grant, *sheet.of("lpr_code")):
        found = class_of(code.text("class"))
        if code.text("class") and found.group in UNLISTED:
            sheet.conflict("C18", code)
        if found.group == "marker" and code.date >= grant.date and not _paper(sheet, found.paper):
            sheet.conflict("C6", code)


def _paper(sheet: Sheet, kind: str | None) -> bool:
    papers = sheet.of(kind, "removal_executed") if kind == "removal_order" else sheet.of(kind or "")
    return any(fact.text("state") != "vacated" for fact in papers)


# Conditional residence


def _conditional(sheet: Sheet, grant: Fact, begun: list[Fact]) -> Begun | None:
    """Conditional residence becomes permanent by an approved petition; a timely pending one extends it."""
    conditions = [fact for fact in begun if _is_conditional(fact)]
    later = [fact for fact in begun if conditions and fact.date > conditions[-1].date]
    if not conditions or any(fact.kind == "lpr_grant" for fact in later):
        return _stands(sheet, "LPR", grant, "permanent residence")
    start = conditions[-1]
    petitions = [fact for fact in sheet.of("conditions_petition") if fact.date >= start.date]
    for petition in petitions:
        sheet.use(
            petition,
            f"petition to remove the conditions, {petition.text('state') or 'without a state'}",
            "residence.petition",
        )
    if any(petition.text("state") == "approved" for petition in petitions):
        return _stands(sheet, "LPR", start, "permanent residence, the conditions removed")
    anniversary = years_after(start.date, sheet.number("status.CPR"))
    if sheet.as_of <= anniversary or any(_timely(petition, anniversary) for petition in petitions):
        return _stands(sheet, "CPR", start, "conditional permanent residence")
    sheet.use(start, f"conditional permanent residence from {start.date}", "residence.conditions")
    sheet.reason("residence.conditions", start, *petitions)
    sheet.missing.add("petition to remove the conditions that was filed in time, or the notice that ended residence")
    return Begun("UND", start)


def _is_conditional(fact: Fact) -> bool:
    return fact.flag("conditional") is True or class_of(fact.text("class")).group == "conditional"


def _timely(petition: Fact, anniversary: date) -> bool:
    return petition.text("state") == "pending" and (petition.day("filed") or petition.date) <= anniversary


def _stands(sheet: Sheet, code: str, grant: Fact, words: str) -> Begun:
    sheet.use(grant, f"{words} from {grant.date}", f"status.{code}")
    sheet.reason(f"status.{code}", grant)
    return Begun(code, grant)


# Asylum and refuge


def standing_refuge(sheet: Sheet, since: date | None = None) -> Fact | None:
    """The grant of asylum or refuge that began after `since` and that no adjustment has ended, or None."""
    begun = [fact for fact in refuge(sheet) if since is None or fact.date > since]
    resident = grants(sheet)
    if not begun or (resident and resident[-1].date >= begun[-1].date):
        return None
    return begun[-1]


def asylum(sheet: Sheet, since: date | None) -> Begun | None:
    """Asylum or refuge as the status that governs, of what began after `since`."""
    grant = standing_refuge(sheet, since)
    if not grant:
        return None
    code = refuge_code(grant)
    return _stands(sheet, code, grant, "refugee" if code == "REF" else "asylee")


def refuge_code(grant: Fact) -> str:
    """REF for an admission as a refugee, ASY for a grant of asylum."""
    return "REF" if grant.kind == "refugee_admission" else "ASY"
