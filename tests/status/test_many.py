"""The invariants of the status contract over ten thousand fact files: drawn plainly, so that so many can be tried.

hypothesis draws the seeds and keeps those that fail; tests/status/test_invariants.py tries the same in the small and
shrinks what it finds.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from muniment.status.determination import ADVERSE_CLASSES, LAWFUL
from muniment.status.engine import determine
from muniment.status.facts import KINDS, parse
from muniment.status.police import police_form
from muniment.status.protections import PROTECTED_KINDS
from tests.status.files import ALIEN, AS_OF, CLASSES, RECORDS

EXAMPLES: Final = 100
EACH: Final = 100
RECEIPTS: Final = ("stay_application", "adjustment_application", "asylum_application", "conditions_petition")
PROTECTED: Final = tuple(sorted(PROTECTED_KINDS))
_DAYS: Final = [(AS_OF + timedelta(days=off)).isoformat() for off in (*range(-3, 4), *range(-4000, 400, 7))]
_FORMS: Final[dict[str, tuple[Any, ...]]] = {
    "text": ("VE",),
    "flag": (True, False),
    "alpha2": ("US", "PR", "AS", "MX", "VE"),
    "amount": ("probation", 365),
    "ids": (["f0"], ["f1", "C8"], ["C1", "C3"], []),
}
_FIELDS: Final = {kind: [part.split(":", 1) for part in row.split()] for kind, row in KINDS.items()}
_LINKS: Final = ("confirmed", "confirmed", "probable", "possible", "rejected")
_BASES: Final = ("fingerprint", "identifier", "biographic")
_BIRTHS: Final = (None, "1985-05-05", "1985", "2008-11", "2008-11-24", "2010-02-28")

Given = dict[str, Any]


class Writer:
    """Writes fact files; the same seed writes the same ones."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.one = self.chance.choice

    def day(self) -> str:
        return self.one(_DAYS[:7]) if self.chance.random() < 0.5 else self.one(_DAYS)

    def fact(self, name: str, kinds: tuple[str, ...] = tuple(KINDS)) -> Given:
        kind = self.one(kinds)
        fact: Given = {"id": name, "kind": kind, "record": self.one(RECORDS), "date": self.day()}
        for label, form in _FIELDS[kind]:
            if label.endswith("!") or self.chance.random() < 0.5:
                fact[label.rstrip("!")] = self._value(label, form)
        if self.chance.random() < 0.25:
            fact["pulled"] = self.one(("2026-11-24T06:00:00Z", "2026-11-22T06:00:00Z"))
        return fact

    def _value(self, label: str, form: str) -> Any:
        if label.startswith("class"):
            return self.one(CLASSES)
        return self.day() if form == "day" else self.one(_FORMS.get(form) or form.split("|"))

    def file(self) -> Given:
        facts = [self.fact(f"f{place}") for place in range(self.one((1, 2, 2, 3, 3, 4, 6)))]
        for fact in facts:
            if self.chance.random() < 0.2:
                fact["supersedes"] = [self.one(("f0", "f1", "f2", "f3"))]
        link = {"record": self.one(RECORDS), "link": self.one(_LINKS), "basis": self.one(_BASES)}
        return {
            "as_of": AS_OF.isoformat(),
            "person": {"birth_date": self.one(_BIRTHS)},
            "links": [link] if self.chance.random() < 0.5 else [],
            "facts": facts,
            "sources": [{"system": "CIS", "state": "stale" if self.chance.random() < 0.2 else "answered"}],
        }


def _with(given: Given, *facts: Given) -> Given:
    return {**given, "facts": [*given["facts"], *facts]}


# Each invariant says whether it applied to the file


def order_never_matters(given: Given, write: Writer) -> bool:
    """Facts, links and sources in another order give the same bytes, to specialist and police."""
    other = {
        name: write.chance.sample(value, len(value)) if isinstance(value, list) else value
        for name, value in given.items()
    }
    assert determine(parse(other)).to_text() == determine(parse(given)).to_text()
    assert police_form(parse(other)).to_text() == police_form(parse(given)).to_text()
    return len(given["facts"]) > 1


def every_fact_is_told_once_and_nothing_adverse_is_blocked(given: Given, _: Writer) -> bool:
    """Each fact is used or left aside; no R7, R8, R9 under a stop or a hold; a hold without a stop is UND."""
    found = determine(parse(given))
    told = [*(use.fact for use in found.used), *(skip.fact for skip in found.ignored)]
    assert sorted(told) == sorted(fact["id"] for fact in given["facts"])
    assert not (found.blocked and found.answer_class in ADVERSE_CLASSES)
    assert not found.hold or found.stop or found.status == "UND"
    return True


def an_aliens_fact_ends_no_stop_and_no_hold(given: Given, write: Writer) -> bool:
    """Alien-type facts that supersede nothing never end a stop, or the hold of an indicium."""
    before, after = determine(parse(given)), determine(parse(_with(given, write.fact("new", ALIEN))))
    held = any(reason.rule.startswith("indicium.") for reason in before.reasons)
    assert after.stop or not before.stop
    assert after.hold or not held
    return before.stop or held


def a_receipt_ends_no_lawful_status(given: Given, write: Writer) -> bool:
    """Adding a receipt leaves a lawful status lawful."""
    before = determine(parse(given))
    if before.status not in LAWFUL or before.blocked:
        return False
    fact = write.fact("new", RECEIPTS)
    receipt = {**fact, "record": "CLAIMS:9", "state": "pending", "date": min(fact["date"], AS_OF.isoformat())}
    receipt.pop("filed", None)
    assert determine(parse(_with(given, receipt))).status in LAWFUL
    return True


def a_later_fact_changes_nothing(given: Given, write: Writer) -> bool:
    """A fact after the day is left aside, and the rest of the determination is the same."""
    later = {**write.fact("new"), "date": "2026-12-01", "record": "ADIS:1"}
    if "filed" in later:
        return False
    before, after = determine(parse(given)).as_json(), determine(parse(_with(given, later))).as_json()
    others = [skip for skip in after["ignored"] if skip["fact"] != "new"]
    assert len(others) == len(after["ignored"]) - 1
    assert {**after, "ignored": others} == before
    return True


def police_see_one_form_of_a_class(given: Given, write: Writer) -> bool:
    """Files that differ in protected facts alone and have the same class read the same to police."""
    one, two = write.fact("p", PROTECTED), write.fact("q", PROTECTED)
    if "denied_final" in (one.get("state"), two.get("state")):
        return False
    forms: dict[str, str] = {}
    for file in map(parse, (_with(given, one), _with(given, two), _with(given, one, two))):
        found = police_form(file)
        assert forms.setdefault(found.answer_class, found.to_text()) == found.to_text()
        assert not {"p", "q"} & {row["fact"] for row in (*found.as_json()["used"], *found.as_json()["ignored"])}
    return True


def what_is_corrected_was_never_there(given: Given, write: Writer) -> bool:
    """A fact that a confirmed, standing one supersedes changes nothing but that it is named."""
    corrector = {"id": "new", "kind": "charge", "record": "COURT:9", "date": "2020-01-01"}
    old = {**write.fact("old"), "record": "COURT:9", "date": "2019-01-01"}
    without = determine(parse(_with(given, corrector))).as_json()
    found = determine(parse(_with(given, {**corrector, "supersedes": ["old"]}, old))).as_json()
    others = [skip for skip in found["ignored"] if skip["fact"] != "old"]
    assert {**found, "ignored": others} == without
    return True


INVARIANTS: Final[tuple[Callable[[Given, Writer], bool], ...]] = (
    order_never_matters,
    every_fact_is_told_once_and_nothing_adverse_is_blocked,
    an_aliens_fact_ends_no_stop_and_no_hold,
    a_receipt_ends_no_lawful_status,
    a_later_fact_changes_nothing,
    police_see_one_form_of_a_class,
    what_is_corrected_was_never_there,
)


def test_the_invariants_hold_over_ten_thousand_fact_files() -> None:
    applied: Counter[str] = Counter()

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.integers(0, 2**62))
    def each(seed: int) -> None:
        write = Writer(seed)
        for _ in range(EACH):
            file = write.file()
            applied["files"] += 1
            for invariant in INVARIANTS:
                try:
                    applied[invariant.__name__] += invariant(file, write)
                except AssertionError:
                    note(f"{invariant.__name__}: {file}")
                    raise

    each()
    assert applied["files"] >= EXAMPLES * EACH
    assert [name for name, count in applied.items() if count < 500] == []
