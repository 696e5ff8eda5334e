"""The dated, cited rules of `rules.toml`: what each says in plain words, since when, and whether a court holds it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one rule. `value` is its number (years, hours, days), where it has one; `confidence` is the mark
    of the source: V seen, S seen in a secondary source, K known, D design of this center."""

    id: str
    cite: str
    says: str
    effective_from: date
    effective_to: date | None
    court_hold: bool
    last_checked: date
    confidence: str
    value: int | None = None

    def in_force(self, day: date) -> bool:
        """Whether the version applies on `day`: in its dates and not held by a court."""
        ended = self.effective_to is not None and day > self.effective_to
        return self.effective_from <= day and not ended and not self.court_hold


class RuleBook:
    """All rules by id; each id holds its versions, oldest first."""

    def __init__(self, rules: Iterator[Rule]) -> None:
        versions: dict[str, list[Rule]] = {}
        for rule in sorted(rules, key=lambda rule: (rule.id, rule.effective_from)):
            versions.setdefault(rule.id, []).append(rule)
        self._versions: Final[Mapping[str, tuple[Rule, ...]]] = {name: tuple(some) for name, some in versions.items()}

    def __iter__(self) -> Iterator[Rule]:
        return (rule for some in self._versions.values() for rule in some)

    def on(self, name: str, day: date) -> Rule:
        """The version of the rule `name` that applies on `day`; where none does, the nearest one, which says so."""
        versions = self._versions[name]
        if len(versions) == 1:
            return versions[0]
        begun = [rule for rule in versions if rule.effective_from <= day]
        return begun[-1] if begun else versions[0]


def _rule(name: str, row: Mapping[str, Any], defaults: Mapping[str, Any]) -> Rule:
    return Rule(id=name, **{"effective_to": None, "court_hold": False, **defaults, **row})


@cache
def rule_book() -> RuleBook:
    """The rules that come with the program."""
    data = tomllib.loads((files("muniment.status") / "rules.toml").read_text("utf-8"))
    defaults = data.pop("defaults")
    return RuleBook(_rule(name, row, defaults) for name, rows in data["rule"].items() for row in rows)
