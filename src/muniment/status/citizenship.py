"""Citizenship and nationality: the facts that prove it (a stop), and the indicia of it (a hold). domain.md 1.2, 4.1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from muniment.status.age import under
from muniment.status.classes import class_of
from muniment.status.facts import Fact
from muniment.status.residence import grants
from muniment.status.sheet import Sheet

_STATES_ABROAD: Final = frozenset({"PR", "GU", "VI", "MP"})

#: Records that a file on an alien holds; a valid passport contradicts them unless a later oath explains them (C5).
ALIEN_KINDS: Final = (
    "lpr_grant",
    "lpr_code",
    "conditions_petition",
    "conditions_terminated",
    "abandonment",
    "rescission",
    "admission",
    "parole",
    "deferred_inspection",
    "stay_application",
    "adjustment_application",
    "asylum_application",
    "asylum_grant",
    "refugee_admission",
    "withholding_grant",
    "cat_grant",
    "tps_grant",
    "daca_grant",
    "ded",
    "sij_approval",
    "protected_filing",
    "sevis",
    "entry_without_inspection",
    "proceedings",
    "removal_order",
    "voluntary_departure",
    "removal_executed",
    "compact_citizen",
)


@dataclass(frozen=True, slots=True)
class Proof:
    """A fact that proves citizenship (`status`) from the day `begun`."""

    fact: Fact
    status: str
    begun: date


@dataclass(frozen=True, slots=True)
class Citizenship:
    """`proof` is the proof that governs, None without one; `hold` is true where an indicium stands."""

    proof: Proof | None
    hold: bool


def citizenship(sheet: Sheet) -> Citizenship:
    """What the facts prove or indicate of US citizenship or nationality."""
    standing, ended = _sorted_by_end(sheet, _proofs(sheet))
    for proof in standing:
        sheet.use(proof.fact, _PROVES[proof.status], _rule(proof))
    hold = _indicia(sheet, ended)
    _conflicts(sheet, standing)
    governing = min(standing, key=_rank, default=None)
    if governing:
        sheet.reason(_rule(governing), governing.fact)
    return Citizenship(governing, hold)


_PROVES: Final = {
    "USC_B": "proves citizenship by birth in the United States",
    "USC_A": "proves citizenship acquired at birth abroad",
    "USC_D": "proves citizenship derived from a parent",
    "USC_N": "proves naturalization: the oath was taken",
    "USC": "proves citizenship; the way to it is not recorded",
    "NATL": "proves nationality without citizenship",
}
_RANK: Final = {"USC_B": 0, "USC_A": 1, "USC_D": 2, "USC_N": 2, "USC": 3, "NATL": 4}


def _rank(proof: Proof) -> tuple[int, date, str]:
    """At birth before later, the earlier before the later way, a known way before a passport alone."""
    return _RANK[proof.status], proof.begun, proof.fact.id


def _rule(proof: Proof) -> str:
    return "citizen.passport" if proof.fact.kind == "us_passport" else f"citizen.{proof.fact.kind}.{proof.status}"


# Proofs


def _proofs(sheet: Sheet) -> list[Proof]:
    found = [*map(_birth, sheet.of("birth")), *map(_passport, sheet.of("us_passport"))]
    found += [Proof(fact, "USC_A", fact.date) for fact in sheet.of("crba")]
    found += [Proof(fact, "USC_N", fact.date) for fact in sheet.of("naturalization_oath")]
    found += [_certificate(sheet, fact) for fact in sheet.of("certificate_of_citizenship")]
    return [proof for proof in found if proof]


def _birth(fact: Fact) -> Proof | None:
    place = birthplace(fact)
    return Proof(fact, place, fact.date) if place and fact.flag("place_certain") is not False else None


def birthplace(fact: Fact) -> str | None:
    """What a birth at the place of the fact gives: `USC_B`, `NATL`, or None for a birth abroad."""
    country, state = fact.text("country"), fact.text("state")
    if country == "AS" or (country == "US" and state == "AS"):
        return "NATL"
    return "USC_B" if country == "US" or country in _STATES_ABROAD else None


def _passport(fact: Fact) -> Proof | None:
    if fact.flag("revoked"):
        return None
    return Proof(fact, "USC" if fact.text("kind_of") == "citizen" else "NATL", fact.date)


def _certificate(sheet: Sheet, fact: Fact) -> Proof | None:
    """A certificate proves what arose on its effective day: at birth, or later by derivation."""
    effective = fact.day("effective")
    if effective is None or sheet.born is None:
        return Proof(fact, "USC", effective or fact.date)
    if effective > sheet.as_of:
        return None
    first, last = sheet.born
    if effective > last:
        return Proof(fact, "USC_D", effective)
    return Proof(fact, "USC_A" if first == last else "USC", effective)


def _sorted_by_end(sheet: Sheet, proofs: Sequence[Proof]) -> tuple[list[Proof], list[Proof]]:
    standing: list[Proof] = []
    ended: list[Proof] = []
    for proof in proofs:
        (ended if _ended(sheet, proof) else standing).append(proof)
    return standing, ended


def _ended(sheet: Sheet, proof: Proof) -> bool:
    """Whether a certificate of loss, or a denaturalization of what an oath or a derivation began, meets the proof."""
    ends = [fact for fact in sheet.of("loss_of_nationality") if fact.date >= proof.begun]
    if proof.fact.kind in ("naturalization_oath", "certificate_of_citizenship") and proof.status != "USC_A":
        ends += [fact for fact in sheet.of("denaturalization") if fact.date >= proof.begun]
    for fact in ends:
        sheet.use(fact, "ends the citizenship that it meets", "citizen.ended")
    return bool(ends)


# Indicia


def _indicia(sheet: Sheet, ended: Sequence[Proof]) -> bool:
    """Note every indicium of 4.1 that no finding has closed. Returns whether one stands."""
    held = False
    for rule, text, code, facts in _found_indicia(sheet, ended):
        if sheet.closed(code, *facts):
            continue
        held = True
        sheet.reason(rule, *facts)
        for fact in facts:
            sheet.use(fact, text, rule)
    return held


_Indicium = tuple[str, str, str | None, Sequence[Fact]]


def _found_indicia(sheet: Sheet, ended: Sequence[Proof]) -> list[_Indicium]:
    """Each indicium: its rule, its words, the conflict code that closes it too, its facts."""
    found: list[_Indicium] = [
        (f"indicium.{kind}", text, None, [fact]) for kind, text in _INDICIA.items() for fact in sheet.of(kind)
    ]
    found += [("indicium.ended", "proved citizenship until it was met", None, [proof.fact]) for proof in ended]
    found += [
        ("indicium.passport", "a US passport, revoked: no proof, an indicium", None, [fact])
        for fact in sheet.of("us_passport")
        if fact.flag("revoked")
    ]
    found += [
        ("indicium.birthplace", "the place of birth is not certain", None, [fact])
        for fact in sheet.of("birth")
        if fact.flag("place_certain") is False
    ]
    found += [
        ("indicium.certificate", "a certificate of citizenship of a later effective day", None, [fact])
        for fact in sheet.of("certificate_of_citizenship")
        if (fact.day("effective") or sheet.as_of) > sheet.as_of
    ]
    found += [
        ("indicium.proceedings", "proceedings ended, perhaps for citizenship", None, [fact])
        for fact in sheet.of("proceedings")
        if _shows_citizenship(fact)
    ]
    found += [
        ("indicium.code", "a record with the class code of a citizen", None, [fact])
        for fact in sheet.of("admission", "lpr_grant", "lpr_code")
        if class_of(fact.text("class")).group == "citizen"
    ]
    found += [
        ("indicium.young_resident", "permanent residence began before 18", "C3", [fact])
        for fact in young_residence(sheet)
    ]
    if len({fact.text("country") for fact in sheet.of("birth")}) > 1:
        found.append(("indicium.birthplaces", "records give different places of birth", "C1", sheet.of("birth")))
    return found


_INDICIA: Final = {
    "parent": "a parent is or may be a citizen",
    "naturalization_approved": "an application for naturalization was approved",
    "citizen_claim": "a claim of citizenship",
    "citizen_indicium": "an indication of citizenship",
    "us_military": "a record of military service",
}


def _shows_citizenship(fact: Fact) -> bool:
    ended = fact.text("state") == "terminated" and fact.text("reason") != "other"
    return ended or fact.text("reason") == "citizenship"


def young_residence(sheet: Sheet) -> list[Fact]:
    """The grants of permanent residence that began, or may have begun, before the person was 18."""
    return [fact for fact in grants(sheet) if under(sheet, fact.date, "indicium.young_resident")]


# Conflicts


def _conflicts(sheet: Sheet, standing: Sequence[Proof]) -> None:
    births = sheet.of("birth")
    if len({bool(birthplace(fact)) for fact in births}) > 1:
        sheet.conflict("C1", *births)
    parents = [fact for fact in sheet.of("parent") if not sheet.closed(None, fact)]
    if parents and (young := young_residence(sheet)):
        sheet.conflict("C3", *young, *parents)
    if not sheet.of("naturalization_oath") and (approved := sheet.of("naturalization_approved")):
        sheet.conflict("C4", *approved)
    _passport_against_file(sheet, standing)


def _passport_against_file(sheet: Sheet, standing: Sequence[Proof]) -> None:
    """C5: a valid passport, and an alien's records that no oath or derivation of a later day explains."""
    passports = [proof.fact for proof in standing if proof.fact.kind == "us_passport"]
    if not passports:
        return
    explained = max((proof.begun for proof in standing if proof.status in ("USC_N", "USC_D")), default=date.min)
    against = [fact for fact in sheet.of(*ALIEN_KINDS) if fact.date > explained]
    if against:
        sheet.conflict("C5", *passports, *against)
