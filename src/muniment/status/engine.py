"""What do the facts establish? One pass from a fact file to a determination, in the order of domain.md 1.4."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from muniment.status import conflicts
from muniment.status.citizenship import Citizenship, citizenship
from muniment.status.determination import ADVERSE, CLASSES, LAWFUL, OVERLAYS, Determination, Particulars, Skip
from muniment.status.facts import Fact, FactFile
from muniment.status.masking import bare, mask, masked_class
from muniment.status.orders import Ordered, orders
from muniment.status.particulars import particulars
from muniment.status.protections import AS_STATUS, disputed, is_protected, protections
from muniment.status.residence import asylum, grants, refuge_code, residence, standing_refuge
from muniment.status.rules import rule_book
from muniment.status.sheet import Sheet
from muniment.status.standing import Standing, Ties, corrected, in_order, stand
from muniment.status.stay import Stayed, stay

#: Kinds that say nothing about an admission: with nothing else the search found no record of one.
_SILENT: Final = frozenset(
    {
        "birth",
        "parent",
        "citizen_claim",
        "citizen_indicium",
        "us_military",
        "entry_without_inspection",
        "conviction",
        "charge",
        "red_notice",
        "dispute",
        "finding",
        "death",
    }
)
#: Conflicts that leave some statuses as they are; every other one means undetermined.
_MILD: Final = frozenset({"C14", "C19", "C20"})


def determine(file: FactFile) -> Determination:
    """The determination of a fact file, for the specialist. The same facts in any order give the same bytes."""
    ties = Ties(file.links)
    standing = stand(file, ties)
    return _Engine(file, ties, standing).determination()


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What confirmed facts give by themselves. `governing` is the status before conflicts are weighed."""

    sheet: Sheet
    citizen: Citizenship
    governing: str
    status: str
    answer_class: str
    particulars: Particulars

    @property
    def stop(self) -> bool:
        return self.citizen.proof is not None


@dataclass(frozen=True, slots=True)
class _Candidates:
    """What the candidate facts would change: which of them, and whether one points to citizenship."""

    changing: tuple[Fact, ...] = ()
    citizen: bool = False
    by_name_only: bool = False


class _Engine:
    def __init__(self, file: FactFile, ties: Ties, standing: Standing) -> None:
        self.file = file
        self.ties = ties
        self.standing = standing

    def determination(self) -> Determination:
        found = self.outcome(self.standing.confirmed)
        candidates = self.candidates(found)
        sheet, stop = found.sheet, found.stop
        held = found.citizen.hold or bool(candidates.changing)
        if candidates.changing:
            sheet.reason("identity.changes", *candidates.changing)
        if candidates.by_name_only:
            sheet.conflict("C15")
        return Determination(
            status="UND" if held and not stop else found.status,
            answer_class=self.answer_class(found, candidates),
            stop=stop,
            hold=held,
            expires=conflicts.expires(sheet, sheet.facts),
            conflicts=_by_number(sheet.conflicts),
            protections=_by_number(sheet.protections),
            warnings=_by_number(sheet.warnings),
            overlays=tuple(code for code in OVERLAYS if code in sheet.overlays),
            used=sheet.uses(),
            ignored=self.ignored(found, candidates),
            missing=tuple(sorted(sheet.missing)),
            reasons=sheet.reasons(),
            particulars=found.particulars,
        )

    # Confirmed facts

    def outcome(self, facts: Sequence[Fact]) -> _Outcome:
        sheet = Sheet(self.file.as_of, self.file.born, facts, rule_book())
        protections(sheet)
        citizen = citizenship(sheet)
        status, ordered, stayed = _governing(sheet)
        conflicts.of_facts(sheet)
        conflicts.of_file(sheet, self.file, self.ties)
        final = _final(sheet, citizen, status)
        answer = _plain_class(sheet, citizen, status, final)
        return _Outcome(sheet, citizen, status, final, answer, particulars(sheet, ordered, stayed))

    def answer_class(self, found: _Outcome, candidates: _Candidates) -> str:
        """The class of the answer. Protected facts never move it where it can be found without them."""
        protected = [fact for fact in (*self.standing.confirmed, *self.standing.candidates) if is_protected(fact)]
        if protected:
            return masked_class(determine(bare(self.file)).answer_class, found.answer_class, found.sheet, protected)
        if found.stop or found.citizen.hold or not candidates.changing:
            return found.answer_class
        return "R2" if candidates.citizen else "R11"

    # Candidates: facts of records that a person has not confirmed

    def candidates(self, found: _Outcome) -> _Candidates:
        """Each candidate fact is taken as true by itself; one that would change the outcome holds it."""
        if not self.standing.candidates:
            return _Candidates()
        before = self.view(found)
        changing, citizen = [], False
        for fact in self.standing.candidates:
            taken = self.outcome(self.with_candidate(fact))
            if self.view(taken) != before:
                changing.append(fact)
                citizen |= (taken.stop, taken.citizen.hold) > (found.stop, found.citizen.hold)
        return _Candidates(tuple(changing), citizen, any(self.ties.biographic(fact.record) for fact in changing))

    def view(self, found: _Outcome) -> tuple[str, bool, str]:
        """Status, stop and answer class: what a candidate must not change unseen."""
        protected = [fact for fact in found.sheet.facts if is_protected(fact)]
        answer = found.answer_class
        if protected and not found.stop:
            answer = masked_class(self.outcome(mask(found.sheet.facts)).answer_class, answer, found.sheet, protected)
        return found.status, found.stop, answer

    def with_candidate(self, fact: Fact) -> list[Fact]:
        """The confirmed facts as they would stand were `fact` one of them; how old its copy is does not matter."""
        facts = [*self.standing.confirmed, replace(fact, pulled=None)]
        out = corrected(facts) if fact.supersedes else set()
        return sorted((one for one in facts if one.id not in out), key=in_order)

    # Facts left aside

    def ignored(self, found: _Outcome, candidates: _Candidates) -> tuple[Skip, ...]:
        changing = {fact.id for fact in candidates.changing}
        rules = dict(self.standing.skipped)
        for fact in self.standing.candidates:
            rules[fact.id] = "identity.changes" if fact.id in changing else "identity.candidate"
        skips = [Skip(name, found.sheet.rule(rule).says, rule) for name, rule in rules.items()]
        return tuple(sorted([*skips, *found.sheet.skips()], key=lambda skip: skip.fact))


def _by_number(codes: set[str]) -> tuple[str, ...]:
    return tuple(sorted(codes, key=lambda code: int(code[1:])))


# The status that governs


def _governing(sheet: Sheet) -> tuple[str, Ordered, Stayed]:
    """The status before citizenship and conflicts are weighed: orders, then residence, refuge, stays, overlays."""
    ordered = orders(sheet)
    if ordered.code:
        return _against_asylum(sheet, ordered), ordered, Stayed(None)
    begun = residence(sheet, ordered.ended_until) or asylum(sheet, ordered.ended_until)
    if begun:
        return begun.code, ordered, Stayed(None)
    stayed = stay(sheet, _since(sheet, ordered))
    return stayed.code or _overlay(sheet) or _nothing(sheet, stayed), ordered, stayed


def _against_asylum(sheet: Sheet, ordered: Ordered) -> str:
    """A final order ends every status before it but asylum, where a human decides."""
    assert ordered.code is not None, "an order governs"
    grant = standing_refuge(sheet) if ordered.order else None
    if grant and refuge_code(grant) == "ASY":
        sheet.reason("order.asylee", grant)
        return "UND"
    return ordered.code


def _since(sheet: Sheet, ordered: Ordered) -> date | None:
    """Stays count from the last order or grant of residence on: what was before, that ended."""
    days = [day for day in (ordered.ended_until, *(grant.date for grant in grants(sheet)[-1:])) if day]
    return max(days, default=None)


def _overlay(sheet: Sheet) -> str | None:
    return next((code for code in AS_STATUS if code in sheet.overlays), None)


def _nothing(sheet: Sheet, stayed: Stayed) -> str:
    """Nothing governs: undetermined, or, where nothing at all was found, the bare result of the search."""
    if all(fact.kind in _SILENT for fact in sheet.facts):
        sheet.reason("status.NRLA")
        return "NRLA"
    sheet.reason(stayed.rule or "status.UND", *([stayed.stay.fact] if stayed.stay else []))
    return "UND"


# Citizenship, conflicts and disputes weigh on it


def _final(sheet: Sheet, citizen: Citizenship, status: str) -> str:
    if citizen.proof:
        return citizen.proof.status
    if citizen.hold or sheet.conflicts - _MILD or not _rests_well(sheet, status):
        return "UND"
    doubtful = sheet.conflicts & {"C19", "C20"}
    return "UND" if doubtful and status not in LAWFUL else status


def _rests_well(sheet: Sheet, status: str) -> bool:
    """Whether the status may stand: an adverse one not on a disputed fact, none on a rule that is not in force."""
    rule = f"status.{status}"
    if not sheet.rule(rule).in_force(sheet.as_of):
        sheet.missing.add(f"the rule in force on {sheet.as_of} in place of {rule}")
        sheet.reason("record.rule")
        return False
    return status not in ADVERSE or not disputed(sheet, sheet.rests_on(rule))


def _plain_class(sheet: Sheet, citizen: Citizenship, governing: str, status: str) -> str:
    """The answer class by the table of the contract, before candidates and protected facts are weighed."""
    if status == "UND" and citizen.hold:
        return "R2"
    if status == "UND" and governing == "NRLA" and "C19" in sheet.conflicts and not sheet.conflicts - _MILD:
        return "R13"
    return CLASSES[status]
