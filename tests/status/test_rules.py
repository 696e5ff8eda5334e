"""The rules are dated, cited, in plain words, and each of them decides something in a case."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import muniment.status
from muniment.status.determination import Determination
from muniment.status.engine import determine
from muniment.status.rules import Rule, RuleBook, rule_book
from tests.status.cases import sound_cases

SOURCE = Path(muniment.status.__file__).parent


def _told(found: Determination) -> set[str]:
    return {
        *(use.rule for use in found.used),
        *(skip.rule for skip in found.ignored),
        *(reason.rule for reason in found.reasons),
    }


def test_no_rule_is_without_a_cite_words_and_dates() -> None:
    bare = [rule.id for rule in rule_book() if not (rule.cite.strip() and rule.says.strip() and rule.last_checked)]
    assert bare == []


def test_no_rule_is_without_a_case() -> None:
    cited = {name for case in sound_cases() for name in _told(determine(case.file()))}
    assert {rule.id for rule in rule_book()} - cited == set()


def test_every_rule_that_the_source_names_exists() -> None:
    names = {rule.id for rule in rule_book()}
    quoted = re.compile(
        r'"((?:citizen|indicium|status|residence|order|stay|conflict|protection|idle|record|identity)\.[\w.]+)"'
    )
    named = {found for path in SOURCE.glob("*.py") for found in quoted.findall(path.read_text())}
    assert named - names == set()


def test_the_versions_of_a_rule_follow_each_other_without_overlap() -> None:
    versions: dict[str, list[Rule]] = {}
    for rule in rule_book():
        versions.setdefault(rule.id, []).append(rule)
    for some in versions.values():
        for earlier, later in pairwise(some):
            assert earlier.effective_to is not None
            assert earlier.effective_to < later.effective_from


def test_the_version_in_force_on_the_day_is_the_one_cited() -> None:
    book = rule_book()
    assert "memorandum" in book.on("status.DACA", date(2020, 1, 1)).cite
    assert "236.21" in book.on("status.DACA", date(2026, 1, 1)).cite


RULE = Rule("status.X", "1 CFR 1", "so it is", date(2020, 1, 1), None, False, date(2026, 1, 1), "D")


def test_a_rule_that_a_court_holds_is_not_in_force() -> None:
    assert RULE.in_force(date(2026, 1, 1))
    assert not replace(RULE, court_hold=True).in_force(date(2026, 1, 1))


def test_a_rule_is_in_force_from_its_first_to_its_last_day() -> None:
    rule = replace(RULE, effective_to=date(2021, 1, 1))
    inside = [rule.in_force(date(2020, 1, 1)), rule.in_force(date(2021, 1, 1))]
    outside = [rule.in_force(date(2019, 12, 31)), rule.in_force(date(2021, 1, 2))]
    assert all(inside)
    assert not any(outside)


def test_before_every_version_the_first_one_answers_and_is_not_in_force() -> None:
    book = RuleBook(iter([RULE, replace(RULE, effective_from=date(2022, 1, 1))]))
    nearest = book.on("status.X", date(1999, 1, 1))
    assert nearest.effective_from == date(2020, 1, 1)
    assert not nearest.in_force(date(1999, 1, 1))
