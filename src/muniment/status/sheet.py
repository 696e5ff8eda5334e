"""The working sheet of one determination: the facts that stand, and what the rules note about them.

Each noun of the law (citizenship, orders, residence, stay, protections) reads facts from the sheet and writes what it
finds on it. The sheet lives inside one call of the engine and is never shared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from muniment.status.determination import Reason, Skip, Use
from muniment.status.facts import Fact
from muniment.status.rules import Rule, RuleBook

_NONE: Sequence[Fact] = ()


class Sheet:
    """Facts of confirmed records that stand on `as_of`, and the notes made about them."""

    def __init__(self, as_of: date, born: tuple[date, date] | None, facts: Sequence[Fact], book: RuleBook) -> None:
        self.as_of = as_of
        self.facts = facts
        self.overlays: set[str] = set()
        self.protections: set[str] = set()
        self.warnings: set[str] = set()
        self.missing: set[str] = set()
        self.conflicts: set[str] = set()
        self._book = book
        self._uses: dict[str, tuple[str, str]] = {}
        self._reasons: dict[str, set[str]] = {}
        self._kinds: dict[str, list[Fact]] = {}
        for fact in facts:
            self._kinds.setdefault(fact.kind, []).append(fact)
        self.born = born or self._born_by_record()

    def _born_by_record(self) -> tuple[date, date] | None:
        """The birth date that birth records give, where the file itself has none."""
        days = [fact.date for fact in self.of("birth")]
        return (min(days), max(days)) if days else None

    def of(self, *kinds: str) -> Sequence[Fact]:
        """The facts of these kinds, by date and id."""
        if len(kinds) == 1:
            return self._kinds.get(kinds[0], _NONE)
        return [fact for fact in self.facts if fact.kind in kinds]

    def rule(self, name: str) -> Rule:
        """The version of a rule that applies on the day asked for."""
        return self._book.on(name, self.as_of)

    def number(self, name: str) -> int:
        """The number (years, hours, days) that a rule sets."""
        value = self.rule(name).value
        assert value is not None, f"the rule {name} sets no number"
        return value

    def use(self, fact: Fact, text: str, rule: str) -> None:
        """Note that `fact` counts, in words, by `rule`; the first note of a fact stays."""
        self._uses.setdefault(fact.id, (text, rule))

    def reason(self, rule: str, *facts: Fact) -> None:
        """Note that the determination rests on `rule` and these facts."""
        self._reasons.setdefault(rule, set()).update(fact.id for fact in facts)

    def rests_on(self, rule: str) -> tuple[str, ...]:
        """The ids of the facts that `rule` was noted with."""
        return tuple(sorted(self._reasons.get(rule, ())))

    def overlay(self, code: str, text: str, fact: Fact) -> None:
        """Note a protection that bars action and changes no status."""
        self.overlays.add(code)
        self.reason(f"status.{code}", fact)
        self.use(fact, text, f"status.{code}")

    def conflict(self, code: str, *facts: Fact) -> bool:
        """Note a conflict that these facts raise, unless a finding closes it. Returns whether it stands."""
        if self.closed(code, *facts):
            return False
        self.conflicts.add(code)
        self.reason(f"conflict.{code}", *facts)
        for fact in facts:
            self.use(fact, self.rule(f"conflict.{code}").says, f"conflict.{code}")
        return True

    def closed(self, code: str | None, *facts: Fact) -> bool:
        """Whether a written finding closes what these facts raise: it names one of them, or the code.

        By its code a finding closes only what was there when it was written; a later fact raises the conflict anew.
        """
        closing = [finding for finding in self.of("finding") if _closes(finding, code, facts)]
        for finding in closing:
            self.use(finding, "an adjudicator's written finding", "record.finding")
        return bool(closing)

    def warn(self, rule: str, *facts: Fact) -> None:
        """Note a warning of domain.md 4.2 that these facts raise."""
        self.warnings.add(rule)
        self._protect(rule, facts)

    def protect(self, rule: str, *facts: Fact) -> None:
        """Note a protection (a stop on action) of domain.md 4.2 that these facts raise."""
        self.protections.add(rule)
        self._protect(rule, facts)

    def _protect(self, rule: str, facts: Iterable[Fact]) -> None:
        name = f"protection.{rule}"
        self.reason(name, *facts)
        for fact in facts:
            self.use(fact, self.rule(name).says, name)

    def uses(self) -> tuple[Use, ...]:
        """What was used, in the order of the facts."""
        noted = ((fact.id, *self._uses[fact.id]) for fact in self.facts if fact.id in self._uses)
        return tuple(Use(name, text, rule, self.rule(rule).cite) for name, text, rule in noted)

    def skips(self) -> list[Skip]:
        """The facts that stand and that nothing turned on, with the reason of their kind."""
        left = (fact for fact in self.facts if fact.id not in self._uses)
        return [Skip(fact.id, self.rule(rule).says, rule) for fact in left for rule in [_idle(fact)]]

    def reasons(self) -> tuple[Reason, ...]:
        """The rules that the determination rests on, in the order noted."""
        return tuple(self._reason(name, facts) for name, facts in self._reasons.items())

    def _reason(self, name: str, facts: set[str]) -> Reason:
        rule = self.rule(name)
        return Reason(name, rule.cite, tuple(sorted(facts)), rule.says)


#: The rule that says why a fact of this kind, when nothing turned on it, was left aside.
_IDLE = {
    "birth": "idle.birth",
    "charge": "idle.charge",
    "conviction": "idle.conviction",
    "entry_without_inspection": "idle.entry",
    "lpr_code": "idle.code",
    "departure": "idle.departure",
    "death": "idle.death",
    "finding": "idle.finding",
}


def _idle(fact: Fact) -> str:
    return _IDLE.get(fact.kind, "idle.overtaken")


def _closes(finding: Fact, code: str | None, facts: Sequence[Fact]) -> bool:
    named = finding.ids("closes")
    if any(fact.id in named for fact in facts):
        return True
    return code in named and all(fact.date <= finding.date for fact in facts)
