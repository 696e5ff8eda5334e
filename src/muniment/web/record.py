"""What is on record: the determination in words, with the source and age of every fact, and who was asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from muniment.actions import determining
from muniment.actions.disclosing import NEEDS
from muniment.core.record import SYSTEMS
from muniment.sources.protocol import SILENT
from muniment.status import answers
from muniment.status.answer_classes import ANSWER_CLASSES
from muniment.status.determination import STATUSES
from muniment.status.determination import Determination as Found
from muniment.status.rules import Rule, rule_book
from muniment.store.models import Determination, SystemReply
from muniment.web.lifeline import Lifeline, lifeline
from muniment.web.words import ago, span

#: Kinds of facts whose own name is no English.
KINDS: Final[Mapping[str, str]] = {
    "cat_grant": "protection under the Convention against Torture",
    "crba": "report of birth abroad",
    "daca_grant": "DACA granted",
    "ded": "deferred enforced departure",
    "lpr_code": "residence code",
    "lpr_grant": "permanent residence granted",
    "sevis": "student record",
    "sij_approval": "special immigrant juvenile approved",
    "tps_grant": "temporary protected status granted",
    "us_military": "US military service",
    "us_passport": "US passport",
    "withholding_grant": "withholding of removal granted",
}
#: Fields of a fact that tell a reader most, in the order in which they are said.
TELLING: Final = ("class", "kind_of", "form", "what", "relation", "country", "statute", "state", "plea", "until")


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact: when, in words, from where and how old, and the rule or the reason beside it."""

    date: str
    words: str
    source: str
    age: str
    beside: str


@dataclass(frozen=True, slots=True)
class SystemLine:
    """What one record system did."""

    code: str
    name: str
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Note:
    """A conflict, protection, warning or overlay: its code, what it means, where that is written, and which facts raise
    it: between those of a conflict a person decides."""

    code: str
    words: str
    cite: str = ""
    facts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class OnRecord:
    """Everything the middle of the page says."""

    version: int
    as_of: date
    sentence: str
    look: str
    tag: str
    used: Sequence[FactLine]
    ignored: Sequence[FactLine]
    missing: Sequence[str]
    notes: Sequence[Note]
    line: Lifeline | None
    masked: bool = False
    need: str = ""


#: Beside facts that are not weighed where the determination is masked: why they count, or not, would tell of it.
UNWEIGHED: Final = "not weighed here"


def on_record(made: Determination, now: datetime, *, need: str = "") -> OnRecord:
    """The determination as people read it: masked where facts are protected, but for one look with a `need`."""
    hidden = determining.masked(made)
    if hidden and not need:
        return _masked(made, now)
    return _read(made, determining.found(made), made.fact_file["facts"], now, need=NEEDS[need] if hidden else "")


def _masked(made: Determination, now: datetime) -> OnRecord:
    """What is left when nothing may tell of a protected fact: as police may know it, by the same function."""
    found = determining.police_found(made)
    left = {fact.id: fact.values for fact in determining.unprotected(made).facts}
    facts = [
        {name: value for name, value in fact.items() if name != "class" or name in left[fact["id"]]}
        for fact in made.fact_file["facts"]
        if fact["id"] in left
    ]
    read = _read(made, found, facts, now)
    if found.used or found.ignored:
        return replace(read, masked=True)
    plain = [
        _line(fact, told(fact), UNWEIGHED, now) for fact in sorted(facts, key=lambda fact: (fact["date"], fact["id"]))
    ]
    label = ANSWER_CLASSES[found.answer_class].title
    return replace(
        read,
        sentence=f"The answer is {found.answer_class}, {label[:1].lower()}{label[1:]}.",
        tag="masked",
        ignored=plain,
        masked=True,
    )


def _read(
    made: Determination, found: Found, listed: Sequence[Mapping[str, Any]], now: datetime, need: str = ""
) -> OnRecord:
    """The page of a determination that rests on the listed facts."""
    facts = {fact["id"]: fact for fact in listed}
    file = made.fact_file
    day = date.fromisoformat(file["as_of"])
    look, tag = _tag(found)
    return OnRecord(
        version=made.version,
        as_of=day,
        sentence=answers.sentence(found),
        look=look,
        tag=tag,
        used=[_line(facts[use.fact], use.text, use.cite, now) for use in found.used],
        ignored=[_line(facts[skip.fact], told(facts[skip.fact]), skip.why, now) for skip in found.ignored],
        missing=found.missing,
        notes=_notes(found, facts, day),
        line=lifeline([facts[use.fact] for use in found.used], day),
        need=need,
    )


def _tag(found: Found) -> tuple[str, str]:
    if found.stop:
        return "stop", "stop: a fact of US citizenship stands"
    if found.hold:
        return "hold", "hold: nothing adverse may be answered"
    if found.conflicts:
        return "warn", "records contradict: a person must decide"
    return ("warn", "a person must decide") if found.status == "UND" else ("", "")


def _notes(found: Found, facts: Mapping[str, Mapping[str, Any]], day: date) -> list[Note]:
    rules = [f"conflict.{code}" for code in found.conflicts]
    rules += [f"protection.{code}" for code in (*found.protections, *found.warnings)]
    raised = {reason.rule: [_named(facts[name]) for name in reason.facts] for reason in found.reasons}
    notes = [_note(rule_book().on(name, day), raised.get(name, ())) for name in rules]
    return [*notes, *(Note(code, STATUSES.get(code, "Stay of an order")) for code in found.overlays)]


def _note(rule: Rule, facts: Sequence[str]) -> Note:
    return Note(rule.id.rpartition(".")[2], rule.says[:1].upper() + rule.says[1:], rule.cite, facts)


def _named(fact: Mapping[str, Any]) -> str:
    return f"{fact['date']} {told(fact)} ({fact['record']})"


def _line(fact: Mapping[str, Any], words: str, beside: str, now: datetime) -> FactLine:
    system, _, record_id = str(fact["record"]).partition(":")
    pulled = fact.get("pulled")
    age = f"read {ago(datetime.fromisoformat(pulled), now)}" if pulled else ""
    return FactLine(fact["date"], words[:1].upper() + words[1:], f"{system} {record_id}", age, beside)


def told(fact: Mapping[str, Any]) -> str:
    """A fact in a few words, for one that the determination did not use and so did not name."""
    said = [str(fact[name]).replace("_", " ") for name in TELLING if fact.get(name)]
    kind = KINDS.get(fact["kind"]) or str(fact["kind"]).replace("_", " ")
    return ", ".join([kind, *said])


def systems(replies: Iterable[SystemReply], now: datetime) -> list[SystemLine]:
    """Every system: its time, the age of its copy, or, at the end, its silence."""
    by_code = {reply.system: reply for reply in replies}
    lines = [_system(code, by_code.get(code), now) for code in SYSTEMS]
    return sorted(lines, key=lambda line: line.state == "unreachable")


def _system(code: str, reply: SystemReply | None, now: datetime) -> SystemLine:
    name = SYSTEMS[code]
    if reply is None:
        return SystemLine(code, name, "unreachable", "not asked")
    if reply.state in SILENT:
        return SystemLine(code, name, "unreachable", reply.fault.removeprefix(f"{code}: ") or "no answer")
    took = f"late, after {span(reply.late - reply.asked)}" if reply.late else f"{reply.seconds:.1f} s"
    if reply.state == "stale" and reply.freshness:
        return SystemLine(code, name, reply.state, f"{took}, copy read {ago(reply.freshness, now)}")
    return SystemLine(code, name, "answered", took)
