"""A text with a forbidden, telling or adverse word, or in a form that cannot be sent, is refused with its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.status.answers import text_faults
from muniment.status.determination import Determination
from muniment.status.engine import determine
from tests.status.cases import sound_cases

FOOT = "NOT A WARRANT. GIVES NO POWER TO HOLD.\nRECHECK BEFORE ANY ACTION."
CASES = {case.id: case for case in sound_cases()}


def _found(case: str) -> Determination:
    return determine(CASES[case].file())


OPEN = _found("niv-003")
HELD = _found("usc-claim-001")
STOPPED = _found("usc-birth-004")


def _rules(words: str, found: Determination = OPEN, code: str = "R12") -> list[str]:
    return [fault.rule for fault in text_faults(f"{words}\n{FOOT}", code, found)]


def test_a_plain_text_has_no_fault() -> None:
    assert _rules("STATUS NOT DETERMINED. CALL 555 0100 900.") == []


@pytest.mark.parametrize(
    "words",
    [
        "THE PERSON IS ILLEGAL",
        "ILLEGALLY PRESENT",
        "THEIR ILLEGALITY",
        "NON-REMOVABLE",
        "REMOVABILITY IS SHOWN",
        "REMOVEABLE",
        "DEPORTABLE ALIEN",
        "UNDEPORTABLE",
        "DEPORTABILITY",
        "I L L E G A L",
        "IL-LEGAL",
        "ILLE\nGAL",
        "REMOV-\nABLE",
        "DEPORT_ABLE",
        "1LLEGAL",
        "ILL3G4L",
        "REM0VABLE",
        "D.E.P.O.R.T.A.B.L.E",
    ],
)
def test_a_forbidden_word_is_found_in_every_ending_and_disguise(words: str) -> None:
    assert "text.forbidden" in _rules(words)


@pytest.mark.parametrize("words", ["illegal", "Removable", "dePortable"])
def test_a_forbidden_word_is_found_in_small_letters_too(words: str) -> None:
    assert {"text.case", "text.forbidden"} <= set(_rules(words))


@given(st.sampled_from(["ILLEGAL", "REMOVABLE", "DEPORTABLE"]), st.data())
def test_no_way_to_break_a_forbidden_word_passes(word: str, data: st.DataObject) -> None:
    gaps = data.draw(
        st.lists(st.sampled_from(["", " ", "-", "\n", ".", "  ", "_"]), min_size=len(word), max_size=len(word))
    )
    assert "text.forbidden" in _rules("".join(letter + gap for letter, gap in zip(word, gaps, strict=True)))


@pytest.mark.parametrize(
    "words", ["REMOVAL OF DOUBT", "LEGAL", "DEPORTMENT", "MOBILE GALAXY", "DO NOT REMOVE ABOVE LINES"]
)
def test_words_that_only_look_alike_pass(words: str) -> None:
    assert _rules(words) == []


@pytest.mark.parametrize(
    "words",
    [
        "ASYLUM GRANTED",
        "AN ASYLEE",
        "REFUGEES",
        "A S Y L U M",
        "ASY-\nLUM",
        "VAWA",
        "V.A.W.A.",
        "T VISA",
        "U  VISA",
        "T-VISA HOLDER",
        "TPS UNTIL 2027",
        "SIJ",
        "WITHHOLDING OF REMOVAL",
        "DACA",
        "VICTIM OF A CRIME",
        "TRAFFICKING",
        "CLASS T1",
        "CLASS AS6",
        "COA SU6",
        "FORM I-589",
        "I589 PENDING",
        "TEMPORARY PROTECTED STATUS",
        "FLAG 384",
    ],
)
def test_a_word_that_tells_a_protected_basis_is_found(words: str) -> None:
    assert "text.protected" in _rules(words)


@pytest.mark.parametrize(
    "words", ["EASY LUMBER", "CLASS B2 UNTIL 2027-01-31", "SILENT 1: VISAS", "CLASS TN1", "A13845"]
)
def test_ordinary_words_tell_no_basis(words: str) -> None:
    assert _rules(words) == []


def test_a_surname_in_the_name_is_no_word() -> None:
    text = f"RE: SIJ, MAX 19850505\nSTATUS NOT DETERMINED.\n{FOOT}"
    assert [fault.rule for fault in text_faults(text, "R12", OPEN)] == ["text.protected"]
    assert text_faults(text, "R12", OPEN, about="Sij, Max 19850505") == []


def test_a_name_excuses_no_other_line() -> None:
    text = f"RE: SIJ, MAX 19850505\nHE HAS SIJ.\n{FOOT}"
    assert [(fault.rule, fault.line) for fault in text_faults(text, "R12", OPEN, about="SIJ, MAX 19850505")] == [
        ("text.protected", 2)
    ]


@pytest.mark.parametrize("found", [HELD, STOPPED], ids=["held", "stopped"])
@pytest.mark.parametrize(
    "words", ["FINAL ORDER ON RECORD", "PRIOR REMOVAL", "OVERSTAYED", "DEPORTED 2014", "WAS REMOVED"]
)
def test_adverse_words_are_refused_under_a_stop_or_a_hold_in_any_class(found: Determination, words: str) -> None:
    assert "text.adverse" in _rules(words, found, "R5")
    assert "text.adverse" not in _rules(words, OPEN, "R5")


@pytest.mark.parametrize("code", ["R7", "R8", "R9"])
def test_adverse_classes_are_refused_under_a_stop_or_a_hold_and_where_the_records_say_otherwise(code: str) -> None:
    assert "answer.blocked" in _rules("PLAIN WORDS", HELD, code)
    assert "answer.blocked" in _rules("PLAIN WORDS", STOPPED, code)
    assert "answer.adverse" in _rules("PLAIN WORDS", OPEN, code)
    assert _rules("PLAIN WORDS", _found("niv-002"), "R7") == []


def test_an_unknown_class_is_refused() -> None:
    assert _rules("PLAIN WORDS", OPEN, "R99") == ["answer.unknown"]


def test_a_text_without_its_foot_is_refused() -> None:
    faults = text_faults("STATUS NOT DETERMINED.", "R12", OPEN)
    assert [(fault.rule, fault.line) for fault in faults] == [("text.foot", 1), ("text.foot", 1)]


def test_a_foot_that_is_wrapped_elsewhere_counts() -> None:
    assert (
        text_faults(
            "STATUS NOT DETERMINED. NOT A WARRANT. GIVES NO\nPOWER TO HOLD. RECHECK BEFORE\nANY ACTION.", "R12", OPEN
        )
        == []
    )


def test_each_fault_says_where_it_is() -> None:
    text = f"STATUS NOT DETERMINED.\nTHE PERSON IS ILLEGAL.\n{'X' * 81}\nCAFÉ\nTAB\tHERE\nSmall\n{FOOT}"
    found = {(fault.rule, fault.line, fault.column) for fault in text_faults(text, "R12", OPEN)}
    assert found == {
        ("text.forbidden", 2, 15),
        ("text.width", 3, 81),
        ("text.character", 4, 4),
        ("text.character", 5, 4),
        ("text.case", 6, 2),
    }


def test_a_carriage_return_cannot_be_sent() -> None:
    assert "text.character" in _rules("STATUS NOT DETERMINED.\r")


@given(st.text(max_size=60))
def test_any_text_at_all_is_judged_and_every_place_is_in_it(text: str) -> None:
    for fault in text_faults(text, "R12", HELD):
        assert 1 <= fault.line <= text.count("\n") + 1
        assert fault.column >= 1
        assert fault.text.endswith(".")
