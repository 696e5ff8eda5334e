"""What police may not know: files without their protected facts, and the answer class that never tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from muniment.status.determination import ADVERSE_CLASSES
from muniment.status.facts import Fact, FactFile
from muniment.status.protections import PROGRAMMES, in_force, is_protected
from muniment.status.residence import by_class, refuge_code, standing_refuge
from muniment.status.sheet import Sheet
from muniment.status.stay import protected_stay

#: Classes that, found without the protected facts, are the answer.
_TOLD: Final = frozenset({"R1", "R2", "R3", "R4"})


def bare(file: FactFile) -> FactFile:
    """The file without its protected facts, also those that count for nothing: no id of one ever shows."""
    return replace(file, facts=tuple(fact for fact in map(_bare, file.facts) if fact))


def mask(facts: Sequence[Fact]) -> list[Fact]:
    """The facts without the protected ones among them."""
    return [fact for fact in map(_bare, facts) if fact]


def hidden(file: FactFile) -> frozenset[str]:
    """The ids of the facts that `bare` takes out, or changes."""
    return frozenset(fact.id for fact in file.facts if _bare(fact) is not fact)


def _bare(fact: Fact) -> Fact | None:
    """The fact as police may know it. A grant of residence with a protected class loses only its class."""
    known = by_class(fact)
    if not is_protected(known):
        return fact
    if known.kind != "lpr_grant":
        return None
    return replace(known, values={name: value for name, value in known.values.items() if name != "class"})


def masked_class(without: str, whole: str, sheet: Sheet, protected: Sequence[Fact]) -> str:
    """The answer class of a person with protected facts. `without` is the class found without them, `whole` with all.

    Nothing adverse is told that all facts together do not give: a protected fact may correct an order.
    """
    if without in _TOLD:
        return without
    if all(_over(sheet, fact) for fact in protected) and (without == whole or without not in ADVERSE_CLASSES):
        return without
    return "R4L" if _present(sheet) else "R5"


def _over(sheet: Sheet, fact: Fact) -> bool:
    """Whether the fact is a programme that ended without litigation."""
    return fact.kind in PROGRAMMES and not fact.flag("litigation") and not in_force(sheet, fact)


def _present(sheet: Sheet) -> bool:
    """Whether a confirmed protected fact gives lawful presence on the day."""
    present = {code for kind, code in PROGRAMMES.items() if _runs(sheet, kind)}
    approved = [fact for fact in sheet.of("protected_filing") if fact.text("state") == "approved"]
    present |= {str(fact.text("what")) for fact in approved} & {"T", "U"}
    present |= {code for code in (protected_stay(sheet), _refuge_unbroken(sheet)) if code}
    return any(sheet.rule(f"status.{code}").in_force(sheet.as_of) for code in present)


def _runs(sheet: Sheet, kind: str) -> bool:
    """Whether the latest grant of a programme runs, and no court has the programme before it."""
    return any(in_force(sheet, grant) and not grant.flag("litigation") for grant in sheet.of(kind)[-1:])


def _refuge_unbroken(sheet: Sheet) -> str | None:
    """ASY or REF where neither an adjustment nor a later order has touched it."""
    grant = standing_refuge(sheet)
    if not grant:
        return None
    ordered = [fact for fact in sheet.of("removal_order") if fact.text("state") in ("standing", "stayed", "reopened")]
    later = [fact for fact in (*ordered, *sheet.of("voluntary_departure")) if fact.date >= grant.date]
    broken = any((fact.day("final") or sheet.as_of) <= sheet.as_of for fact in later)
    return None if broken else refuge_code(grant)
