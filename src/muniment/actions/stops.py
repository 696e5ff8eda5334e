"""Stops and holds (G1; domain.md 4.1): opened by what the facts show, never by a click; and the one question that every
path to an adverse answer asks.

A fact of US citizenship or nationality opens a stop, an indication of it a hold. Records that are linked wrongly let it
lapse; everything else is for an adjudicator (actions/findings.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from muniment.actions.context import Step
from muniment.core.errors import Refused
from muniment.core.ledger import Event
from muniment.core.workflow import FINDING, FindingState, after
from muniment.status.determination import ADVERSE_CLASSES, Determination
from muniment.store import access
from muniment.store.models import Finding, Inquiry

#: Which reasons of a determination open what.
OPENS: Final = {"stop": "citizen.", "hold": "indicium."}

#: The rule by which a claim is an indication (domain.md 4.1).
CLAIM_RULE: Final = "indicium.citizen_claim"

Because = dict[str, list[str]]


# The one question


def may_be_adverse(inquiry: Inquiry, found: Determination) -> bool:
    """Whether an answer that speaks against the person may exist at all: neither a stop nor a hold stands or waits.

    Every path to such an answer asks this: its words, its draft, both signatures, and the moment it leaves.
    """
    return not found.blocked and not access.waits_for_finding(inquiry)


def require_not_adverse(inquiry: Inquiry, answer_class: str, found: Determination) -> None:
    """Refuse an adverse class while `may_be_adverse` says no."""
    if answer_class in ADVERSE_CLASSES and not may_be_adverse(inquiry, found):
        text = f"{answer_class} may not be answered: a stop or a hold stands, and no finding has lifted it."
        raise Refused(text, field="answer_class", rule="answer.stopped")


# Opened and lapsed by the facts


def follow(s: Step, inquiry: Inquiry, found: Determination) -> None:
    """Open what the facts show, let lapse what they show no more, and send back a finding on other facts."""
    waiting = {row.kind: row for row in access.lock_findings_of(inquiry)}
    for kind, prefix in OPENS.items():
        shown = because(found, prefix) if getattr(found, kind) else {}
        open_now = _not_found_on(inquiry, shown)
        row = waiting.get(kind)
        if row is None:
            if open_now:
                _open(s, inquiry, kind, open_now)
        elif not open_now:
            _lapse(s, inquiry, row)
        elif set(row.facts) != _facts(open_now):
            _change(s, inquiry, row, open_now)


def open_claim(s: Step, inquiry: Inquiry, fact: str) -> None:
    """A claim of citizenship was entered by hand: a hold opens at once, or the one that waits has one more reason."""
    row = next((row for row in access.lock_findings_of(inquiry) if row.kind == "hold"), None)
    shown: Because = dict(row.because) if row else {}
    shown[CLAIM_RULE] = [*shown.get(CLAIM_RULE, ()), fact]
    if row is None:
        _open(s, inquiry, "hold", shown)
    else:
        _change(s, inquiry, row, shown)


def because(found: Determination, prefix: str) -> Because:
    """The rules that open it, each with its facts."""
    return {reason.rule: list(reason.facts) for reason in found.reasons if reason.rule.startswith(prefix)}


def _facts(shown: Because) -> set[str]:
    return {fact for facts in shown.values() for fact in facts}


def _not_found_on(inquiry: Inquiry, shown: Because) -> Because:
    """What is left of it without the facts that a finding was made on before: nothing is asked twice."""
    made = access.findings_on(sorted(_facts(shown)), inquiry.purpose)
    known = {fact for row in made for fact in row.facts} | {fact_id(row) for row in made}
    return {rule: facts for rule, facts in shown.items() if set(facts) - known}


def _open(s: Step, inquiry: Inquiry, kind: str, shown: Because) -> None:
    row = Finding.objects.create(
        inquiry=inquiry, purpose=inquiry.purpose, kind=kind, because=shown, facts=sorted(_facts(shown)), opened=s.now
    )
    _record(s, Event.FINDING_OPENED, inquiry, row, rules=sorted(shown))


def _change(s: Step, inquiry: Inquiry, row: Finding, shown: Because) -> None:
    """Other facts show it now: what was written is not on them."""
    row.because, row.facts = shown, sorted(_facts(shown))
    if row.state == FindingState.WRITTEN:
        row.state = after(FINDING, row.state, "change")
    row.version += 1
    row.save()
    _record(s, Event.FINDING_OPENED, inquiry, row, rules=sorted(shown))


def _lapse(s: Step, inquiry: Inquiry, row: Finding) -> None:
    row.state, row.ended = after(FINDING, row.state, "lapse"), s.now
    row.version += 1
    row.save()
    _record(s, Event.FINDING_LAPSED, inquiry, row)


def _record(s: Step, event: Event, inquiry: Inquiry, row: Finding, **detail: Any) -> None:
    s.record(event, inquiry=inquiry, objects={"finding": row.pk}, kind=row.kind, **detail)


# Findings as facts


def fact_id(row: Finding) -> str:
    """The id of a finding among the facts."""
    return f"finding-{row.pk}"


def findings_as_facts(facts: Iterable[Mapping[str, Any]], purpose: str) -> list[dict[str, Any]]:
    """What was found on these facts, for this or an earlier inquiry, as facts of the status contract.

    “No evidence” closes the indications that it is on; every other result is an indication itself, and stays one.
    """
    records = {str(fact["id"]): str(fact["record"]) for fact in facts}
    return [_as_fact(row, records) for row in access.findings_on(list(records), purpose)] if records else []


def _as_fact(row: Finding, records: Mapping[str, str]) -> dict[str, Any]:
    """It is tied to the person as the record is that it is on."""
    assert row.ended is not None, "it counts"
    name = fact_id(row)
    record = next(records[fact] for fact in row.facts if fact in records)
    fact = {"id": name, "record": record, "date": row.ended.date().isoformat()}
    if row.result == "no evidence":
        return {**fact, "kind": "finding", "closes": list(row.facts), "by": "adjudicator", "result": row.result}
    return {**fact, "kind": "citizen_indicium", "what": f"written finding: {row.result}"}
