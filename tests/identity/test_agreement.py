"""Names as evidence, where nobody said which word is the family name."""

from __future__ import annotations

import pytest

from muniment.core.subject import Name, Subject
from muniment.identity.agreement import agreement
from muniment.identity.person_table import full_name
from muniment.identity.score import compare


def levels(left: str, right: str) -> dict[str, str]:
    score = compare(Subject((full_name(left),)), Subject((full_name(right),)))
    return {item.feature: item.level for item in score.evidence}


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("Anton Musterberg", "Musterberg, Anton", {"family_name": "same", "given_names": "same"}),
        ("Anton Musterberg", "MUSTERBERG ANTON", {"family_name": "same", "given_names": "same"}),
        ("Julio Muster", "Julio Hector Beispiel", {"family_name": "differs", "given_names": "same"}),
        ("Daniel Specimenov", "Robert Specimenov", {"family_name": "same", "given_names": "differs"}),
        ("Daniel Specimenov", "Specimenov", {"family_name": "same"}),
    ],
)
def test_words_whose_part_nobody_told_find_their_half(left: str, right: str, expected: dict[str, str]) -> None:
    assert levels(left, right) == expected
    assert levels(right, left) == expected


def test_a_told_part_is_held_against_a_name_and_an_untold_one_is_not() -> None:
    told = compare(Subject((Name("MUSTERBERG", "ANTON"),)), Subject((Name("ANTON", "MUSTERBERG"),)))
    untold = compare(Subject((Name("MUSTERBERG", "ANTON"),)), Subject((Name(None, "ANTON MUSTERBERG"),)))
    assert untold.weight > told.weight


def test_what_is_left_beside_a_name_that_changed_its_part_is_compared() -> None:
    both = agreement(Name("MAHMOUD", "RASHA"), Name("FATIMA", "MAHMOUD"))
    _, left, right = both.of(family=False)
    assert ([token.text for token in left], [token.text for token in right]) == (["RASHA"], ["FATIMA"])
