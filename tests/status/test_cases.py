"""Every worked case holds, in every order of its lists, for specialist and police."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace

import pytest

from muniment.status.classes import classes
from muniment.status.determination import ADVERSE_CLASSES, CLASSES, OVERLAYS, STATUSES
from muniment.status.engine import determine
from muniment.status.facts import KINDS, Fact, FactFile, FactFileFault
from muniment.status.masking import bare
from muniment.status.police import police_form
from muniment.status.protections import is_protected
from muniment.status.residence import by_class
from tests.status.cases import StatusCase, sound_cases, status_cases, unmet

EVERY = [pytest.param(case, id=case.id) for case in status_cases()]
SOUND = [pytest.param(case, id=case.id) for case in sound_cases()]
MASKED = [pytest.param(case, id=case.id) for case in sound_cases() if "police_masked" in case.expect]
#: Words by which a text would give a protected basis away.
TELLING = ("asyl", "refug", "withhold", "tortur", "temporary protected", "deferred", "juvenile", "petition", "victim")


@pytest.mark.parametrize("case", EVERY)
def test_a_case_holds(case: StatusCase) -> None:
    if case.fault is None:
        assert list(unmet(case.expect, determine(case.file()).as_json())) == []
    else:
        with pytest.raises(FactFileFault) as refused:
            case.file()
        assert refused.value.pointer == case.fault


@pytest.mark.parametrize("case", SOUND)
def test_what_always_holds_holds(case: StatusCase) -> None:
    found = determine(case.file())
    assert not (found.blocked and found.answer_class in ADVERSE_CLASSES)
    assert found.status in STATUSES
    assert set(found.overlays) <= set(OVERLAYS)
    told = Counter([*(use.fact for use in found.used), *(skip.fact for skip in found.ignored)])
    assert told == Counter(fact.id for fact in case.file().facts)
    own = [reason for reason in found.reasons if reason.rule.startswith((f"status.{found.status}", "citizen."))]
    assert found.status in ("UND", "NRLA") or any(reason.cite and reason.facts for reason in own)


@pytest.mark.parametrize("case", SOUND)
def test_the_order_of_the_lists_never_matters(case: StatusCase) -> None:
    file = case.file()
    chance = random.Random(case.id)
    for _ in range(3):
        shuffled = replace(
            file, **{name: _shuffled(chance, getattr(file, name)) for name in ("facts", "links", "silent")}
        )
        assert determine(shuffled).to_text() == determine(file).to_text()
        assert police_form(shuffled).to_text() == police_form(file).to_text()


def _shuffled(chance: random.Random, values: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(chance.sample(values, len(values)))


@pytest.mark.parametrize("case", MASKED)
def test_police_learn_nothing_of_a_protected_fact(case: StatusCase) -> None:
    file = case.file()
    found = police_form(file)
    wanted = case.expect["police_masked"]
    assert found.answer_class in (["R5"] if wanted is True else wanted)
    hidden = [fact for fact in file.facts if is_protected(by_class(fact)) and by_class(fact).kind != "lpr_grant"]
    shown = {use.fact for use in found.used} | {skip.fact for skip in found.ignored}
    assert not shown & {fact.id for fact in hidden}
    assert not [word for word in TELLING if hidden and word in found.to_text().lower()]
    if found.answer_class in ("R4L", "R5"):
        assert (found.status, found.used, found.ignored, found.reasons) == ("UND", (), (), ())
    else:
        assert found == determine(bare(file))


@pytest.mark.parametrize("case", MASKED)
def test_one_more_protected_fact_changes_no_byte_for_police(case: StatusCase) -> None:
    file = case.file()
    if not any(is_protected(by_class(fact)) for fact in file.facts):
        assert police_form(file) == determine(file)
        return
    more = _with(file, "asylum_application", filed=file.as_of, state="pending")
    if determine(more).answer_class == determine(file).answer_class:
        assert police_form(more).to_text() == police_form(file).to_text()


def _with(file: FactFile, kind: str, **values: object) -> FactFile:
    added = Fact("one-more", kind, "CLAIMS:ONE-MORE", file.as_of, values)
    return replace(file, facts=(*file.facts, added))


def test_every_case_has_an_id_of_its_own_and_says_why() -> None:
    ids = Counter(case.id for case in status_cases())
    assert [name for name, count in ids.items() if count > 1] == []
    assert [case.id for case in status_cases() if not (case.title and case.why and case.expect)] == []


def test_every_kind_conflict_protection_status_and_class_has_a_case() -> None:
    found = [determine(case.file()) for case in sound_cases()]
    used = {fact.kind for case in sound_cases() for fact in case.file().facts}
    assert set(KINDS) - used == set()
    assert {f"C{number}" for number in range(1, 21)} - {code for one in found for code in one.conflicts} == set()
    rules = {*(code for one in found for code in (*one.protections, *one.warnings))}
    assert {f"P{n}" for n in range(1, 20)} - {"P2", "P9", "P13", "P17", "P19"} - rules == set()
    assert set(STATUSES) - {one.status for one in found} == set()
    assert set(OVERLAYS) - {code for one in found for code in one.overlays} == set()
    assert {*CLASSES.values(), "R2", "R5", "R11", "R13"} - {one.answer_class for one in found} == set()


def test_every_group_of_classes_has_a_case() -> None:
    codes = {fact.text("class") for case in sound_cases() for fact in case.file().facts}
    groups = {classes()[code].group for code in codes if code in classes()}
    assert {one.group for one in classes().values()} - groups == set()


def test_the_cases_are_plain_json_of_one_object_each() -> None:
    assert all(json.loads(json.dumps(case.input)) == case.input for case in status_cases())
