"""What a specialist may choose, when another person must look, and the text that an answer starts from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from muniment.core.errors import Refused
from muniment.core.record import SYSTEMS
from muniment.status.answers import ANSWER_CLASSES, draft, second_person_required, sentence, supported, text_faults
from muniment.status.determination import ADVERSE_CLASSES, Determination
from muniment.status.engine import determine
from muniment.status.facts import parse
from muniment.status.police import police_form
from tests.status.cases import StatusCase, sound_cases

CASES = {case.id: case for case in sound_cases()}
EVERY = [pytest.param(case, id=case.id) for case in sound_cases()]
ABOUT = "SPECIMEN QUIROGA, MARISOL E 19880417"


def _found(case: str) -> Determination:
    return determine(CASES[case].file())


def _why(case: str, code: str, **more: Any) -> tuple[bool, str]:
    option = next(option for option in supported(_found(case), **more) if option.code == code)
    return option.supported, option.why


def _draft(code: str, police: Determination, **more: Any) -> tuple[str, ...]:
    given: dict[str, Any] = {
        "about": ABOUT,
        "as_of": datetime(2026, 11, 24, 13, 7, tzinfo=UTC),
        "asked": list(SYSTEMS),
        "silent": ["WANTS"],
        "call_back": "555 0100 900",
        "expires": datetime(2026, 11, 25, 6, 0, tzinfo=UTC),
    }
    return draft(code, police, **{**given, **more})


# Options


@pytest.mark.parametrize("case", EVERY)
def test_every_class_is_offered_once_the_own_one_first_and_each_says_why(case: StatusCase) -> None:
    found = determine(case.file())
    options = supported(found)
    assert sorted(option.code for option in options) == sorted(ANSWER_CLASSES)
    assert (options[0].code, options[0].supported) == (found.answer_class, True)
    assert all(option.why and option.title for option in options)
    assert all(option.why.startswith("not supported: ") for option in options if not option.supported)


@pytest.mark.parametrize("case", EVERY)
def test_no_option_says_more_than_the_records(case: StatusCase) -> None:
    found = determine(case.file())
    careful = {found.answer_class, "R2", "R5", "R6", "R12", "R13"}
    assert {option.code for option in supported(found, silent=["CIS"]) if option.supported} <= careful


def test_an_adverse_class_is_closed_with_the_pending_extension_as_the_reason() -> None:
    open_, why = _why("niv-003", "R7")
    assert not open_
    assert why == "not supported: an application to extend or change the stay is not decided (C10)"


def test_an_application_that_is_not_protected_may_be_told() -> None:
    assert _why("niv-003", "R6") == (True, "an application is pending, and its basis is not a protected one")
    assert not _why("own-niv-048", "R6")[0]


def test_a_silent_system_opens_the_incomplete_query() -> None:
    assert _why("lpr-001", "R13", silent=["EOIR"])[0]
    assert not _why("lpr-001", "R13")[0]


def test_under_a_stop_the_careful_answers_are_the_review_and_the_call() -> None:
    open_ = {option.code for option in supported(_found("usc-birth-004")) if option.supported}
    assert open_ == {"R1", "R2", "R5"}


def test_the_options_tell_no_protected_basis() -> None:
    for case in CASES.values():
        told = " ".join(option.why for option in supported(determine(case.file()))).lower()
        assert not [word for word in ("asyl", "refug", "victim", "juvenile", "withhold", "tps", "daca") if word in told]


# The second person


@pytest.mark.parametrize(
    ("case", "code", "word"),
    [
        ("niv-002", "R7", "ended"),
        ("ord-002", "R8", "final order"),
        ("ord-004", "R9", "removal"),
        ("usc-birth-001", "R1", "citizenship"),
        ("usc-claim-001", "R2", "holds"),
        ("spec-001", "R4", "C20"),
        ("lpr-001", "R5", "its way tells nothing"),
        ("usc-birth-001", "R5", "its way tells nothing"),
    ],
)
def test_a_second_person_is_needed_and_told_why(case: str, code: str, word: str) -> None:
    assert word in (second_person_required(_found(case), code) or "")


def test_an_ordinary_answer_needs_one_person() -> None:
    assert second_person_required(_found("lpr-001"), "R3") is None
    assert second_person_required(_found("niv-002"), "R12") is None


# Drafts


def test_the_draft_of_an_undetermined_status_is_as_agreed() -> None:
    found = police_form(CASES["niv-003"].file())
    assert _draft("R12", found) == (
        "RE: SPECIMEN QUIROGA, MARISOL E 19880417",
        "STATUS NOT DETERMINED AS OF 2026-11-24 1307Z.",
        "A DECISION BY A PERSON AT THIS CENTER IS NEEDED. THIS IS NO FINDING AGAINST THE",
        "PERSON.",
        "SYSTEMS ASKED 9, SILENT 1: WANTS.",
        "VALID 24 HOURS AT MOST, UNTIL 2026-11-25 0600Z. CALL 555 0100 900.",
        "NOT A WARRANT. GIVES NO POWER TO HOLD.",
        "RECHECK BEFORE ANY ACTION.",
    )


@pytest.mark.parametrize(
    ("case", "code", "words"),
    [
        ("usc-birth-003", "R1", "US NATIONALITY"),
        ("usc-birth-001", "R1", "US CITIZENSHIP"),
        ("niv-001", "R4", "CLASS B2 UNTIL 2026-11-24"),
        ("ds-001", "R4", "CLASS F1 FOR DURATION OF STATUS"),
        ("own-niv-042", "R4", "CLASS FSM, NO FIXED DATE"),
        ("par-001", "R4", "PAROLE UNTIL 2027-03-31"),
        ("own-niv-024", "R6", "I-485"),
        ("niv-002", "R7", "ENDED ON 2024-08-31"),
        ("ord-002", "R8", "ORDERED 2018-03-15, FINAL 2018-04-16, STAY OF EXECUTION NONE RECORDED"),
        ("own-ord-001", "R8", "STAY OF EXECUTION IN FORCE"),
        ("ord-004", "R9", "CARRIED OUT 2011-01-20"),
    ],
)
def test_a_draft_carries_the_figures_of_the_record(case: str, code: str, words: str) -> None:
    assert words in " ".join(_draft(code, police_form(CASES[case].file())))


@pytest.mark.parametrize("case", EVERY)
def test_what_is_supported_can_be_drafted_and_sent(case: StatusCase) -> None:
    file = case.file()
    found, police = determine(file), police_form(file)
    for option in supported(found, silent=["WANTS"]):
        if option.supported:
            text = "\n".join(_draft(option.code, police))
            assert text_faults(text, option.code, found, about=ABOUT) == []
            assert "None" not in text
            assert "NONE," not in text


@pytest.mark.parametrize("case", EVERY)
def test_an_adverse_class_that_the_records_do_not_give_cannot_be_drafted(case: StatusCase) -> None:
    police = police_form(case.file())
    for code in ADVERSE_CLASSES - {police.answer_class}:
        with pytest.raises(Refused):
            _draft(code, police)


def test_call_the_center_is_one_text_for_everybody() -> None:
    assert len({_draft("R5", police_form(case.file())) for case in CASES.values()}) == 1


def test_a_residents_class_is_in_no_draft() -> None:
    for code in ("AS6", "SU6", "IR1"):
        given = {"id": "f", "kind": "lpr_grant", "record": "CIS:1", "date": "2020-01-01", "class": code}
        police = police_form(parse({"as_of": "2026-11-24", "facts": [given]}))
        assert code not in " ".join(_draft("R3", police))
        assert code not in police.to_text()


def test_names_of_any_script_are_written_in_the_letters_of_the_line() -> None:
    lines = _draft("R10", police_form(parse({"as_of": "2026-11-24", "facts": []})), about="Muster, Ünal Łuß Анна")
    assert lines[0] == "RE: MUSTER, UNAL LUSS ANNA"


def test_a_long_name_is_wrapped_at_words() -> None:
    lines = _draft("R10", police_form(parse({"as_of": "2026-11-24", "facts": []})), about="SPECIMEN " * 20)
    assert max(map(len, lines)) <= 80
    assert lines[1].split()[0] == "SPECIMEN"


# The sentence for the specialist


def test_the_sentence_says_what_was_found_in_plain_english() -> None:
    assert sentence(_found("niv-003")) == (
        "Undetermined. The recorded period of stay as a visitor ended on 31 August 2026, "
        "and an application to extend or change it is not decided."
    )


@pytest.mark.parametrize("case", EVERY)
def test_every_finding_is_a_whole_sentence_that_says_more_than_the_code(case: StatusCase) -> None:
    said = sentence(determine(case.file()))
    assert said.endswith(".")
    assert said.count(".") > 1
    assert "None" not in said
