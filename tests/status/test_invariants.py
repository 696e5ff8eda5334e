"""What holds for every fact file, whatever stands in it: the invariants of the status contract."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from muniment.status.answers import draft, supported, text_faults
from muniment.status.determination import ADVERSE_CLASSES, LAWFUL, Determination
from muniment.status.engine import determine
from muniment.status.facts import parse
from muniment.status.police import police_form
from muniment.status.protections import PROTECTED_KINDS, is_protected
from muniment.status.residence import by_class
from tests.status.files import ALIEN, AS_OF, files, rows

NOW = datetime(2026, 11, 24, 13, 7, tzinfo=UTC)
PROTECTED = tuple(sorted(PROTECTED_KINDS))
#: Kinds of which a pending one is a receipt.
RECEIPTS = ("stay_application", "adjustment_application", "asylum_application", "conditions_petition")
Given = dict[str, Any]


def _found(given: Given) -> Determination:
    return determine(parse(given))


def _adding(given: Given, *facts: Given) -> Given:
    return {**given, "facts": [*given["facts"], *facts]}


@given(files(), st.randoms(use_true_random=False))
def test_the_order_of_facts_links_and_sources_never_matters(given: Given, chance: Any) -> None:
    other = {
        name: chance.sample(value, len(value)) if isinstance(value, list) else value for name, value in given.items()
    }
    assert _found(other).to_text() == _found(given).to_text()
    assert police_form(parse(other)).to_text() == police_form(parse(given)).to_text()


@given(files())
def test_every_fact_is_used_or_left_aside_and_never_both(given: Given) -> None:
    found = _found(given)
    told = [*(use.fact for use in found.used), *(skip.fact for skip in found.ignored)]
    assert sorted(told) == sorted(fact["id"] for fact in given["facts"])


@given(files())
def test_nothing_adverse_is_answered_under_a_stop_or_a_hold(given: Given) -> None:
    found = _found(given)
    assert not (found.blocked and found.answer_class in ADVERSE_CLASSES)
    assert not found.hold or found.stop or found.status == "UND"
    if found.blocked:
        open_classes = {option.code for option in supported(found, silent=["CIS"]) if option.supported}
        assert not open_classes & ADVERSE_CLASSES


@given(files(), rows("new", ALIEN, corrects=False))
@settings(max_examples=200)
def test_a_stop_or_the_hold_of_an_indicium_never_ends_by_an_aliens_fact(given: Given, fact: Given) -> None:
    before, after = _found(given), _found(_adding(given, fact))
    assert after.stop or not before.stop
    if any(reason.rule.startswith("indicium.") for reason in before.reasons):
        assert after.hold


@given(files(), rows("new", RECEIPTS, corrects=False))
@settings(max_examples=200)
def test_a_receipt_never_ends_a_lawful_status(given: Given, fact: Given) -> None:
    receipt = {**fact, "record": "CLAIMS:9", "state": "pending", "date": min(fact["date"], AS_OF.isoformat())}
    receipt.pop("filed", None)
    before = _found(given)
    if before.status in LAWFUL and not before.blocked:
        assert _found(_adding(given, receipt)).status in LAWFUL


@given(files(), rows("new", corrects=True))
def test_a_later_fact_changes_nothing_but_is_left_aside(given: Given, fact: Given) -> None:
    assume("filed" not in fact)
    linked = {link["record"] for link in given["links"]} | {f["record"] for f in given["facts"]}
    assume(fact["record"] in linked or not fact["record"].startswith(("CIS", "EOIR")))
    later = {**fact, "date": "2026-12-01"}
    before, after = _found(given).as_json(), _found(_adding(given, later)).as_json()
    left = [skip for skip in after["ignored"] if skip["fact"] == "new"]
    assert len(left) == 1
    assert {**after, "ignored": [skip for skip in after["ignored"] if skip["fact"] != "new"]} == before


@given(files(), rows("old"), st.data())
def test_a_corrected_fact_is_as_if_it_had_never_been_there(given: Given, old: Given, data: st.DataObject) -> None:
    assume(given["facts"])
    corrector = data.draw(st.sampled_from(given["facts"]))
    links = {link["record"] for link in given["links"]}
    assume(corrector["record"] not in links and old["record"] not in links and corrector["date"] <= AS_OF.isoformat())
    assume("filed" not in corrector and not any(corrector["id"] in f.get("supersedes", []) for f in given["facts"]))
    without = {**given, "facts": [f if f is not corrector else {**f, "supersedes": []} for f in given["facts"]]}
    # The class of an answer is found without protected facts, and so without what they correct (contract).
    assume(not any(is_protected(by_class(fact)) for fact in parse({**given, "facts": [corrector]}).facts))
    corrected = {**_plain(old), "date": "2020-01-01"}
    with_old = {
        **given,
        "facts": [corrected, *(f if f is not corrector else {**f, "supersedes": ["old"]} for f in given["facts"])],
    }
    before, after = _found(without).as_json(), _found(with_old).as_json()
    assert {**after, "ignored": [skip for skip in after["ignored"] if skip["fact"] != "old"]} == before


def _plain(fact: Given) -> Given:
    """The fact as one that corrects nothing itself."""
    return {name: value for name, value in fact.items() if name != "supersedes"}


@given(files(), rows("p", PROTECTED, corrects=False), rows("q", PROTECTED, corrects=False))
@settings(max_examples=200)
def test_police_see_no_difference_between_protected_facts_of_one_class(given: Given, one: Given, two: Given) -> None:
    assume("denied_final" not in (one.get("state"), two.get("state")))
    first, second = _adding(given, one), _adding(given, two)
    both = _adding(given, one, two)
    forms: dict[str, set[str]] = {}
    for file in (first, second, both):
        found = police_form(parse(file))
        assert found.answer_class == _found(file).answer_class
        forms.setdefault(found.answer_class, set()).add(found.to_text())
    assert all(len(some) == 1 for some in forms.values())


@given(files())
def test_a_draft_says_no_forbidden_word_and_can_be_signed(given: Given) -> None:
    file = parse(given)
    found, police = determine(file), police_form(file)
    for option in supported(found, silent=["CIS"]):
        if option.supported:
            lines = _draft(option.code, police)
            assert text_faults("\n".join(lines), option.code, found) == []


@given(files(), files())
@example({"as_of": "2026-11-24", "facts": []}, {"as_of": "2026-11-24", "facts": []})
def test_a_call_the_center_text_is_the_same_for_everybody(one: Given, two: Given) -> None:
    assert _draft("R5", police_form(parse(one))) == _draft("R5", police_form(parse(two)))


def _draft(code: str, police: Determination) -> tuple[str, ...]:
    return draft(
        code,
        police,
        about="SPECIMEN, MAX 19850505",
        as_of=NOW,
        asked=["CIS", "ADIS"],
        silent=["CIS"],
        call_back="555 0100 900",
        expires=NOW,
    )
