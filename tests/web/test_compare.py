"""Links in words and shapes; that a record was told apart before shows after the own verdict, and is kept for ever."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from muniment.store.models import Inquiry
from tests.messages import iaq
from tests.web.scene import A_NUMBER, Waiting, record, resident
from tests.web.walk import address, judge, look, take

pytestmark = pytest.mark.django_db

At = Callable[[str], Client]
APART = "told apart before by sam of the tests"


def asked(waiting: Waiting, **more: str) -> Inquiry:
    """The same question again, in a message of its own."""
    return waiting(iaq(f"APT{Inquiry.objects.count():04}", ARN=A_NUMBER, **more), resident())


def judged(at: At, who: str, inquiry: Inquiry, verdict: str) -> str:
    take(at(who), inquiry)
    return judge(at(who), inquiry, verdict).text


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("same", "● confirmed: tied by a number"),
        ("another", "≠ different person: its facts are left aside"),
        ("cannot tell", "○ possible: not decided"),
    ],
)
def test_the_link_has_a_word_and_a_shape(verdict: str, words: str, at: At, waiting: Waiting) -> None:
    assert words in " ".join(judged(at, "sam", asked(waiting), verdict).split())


def test_a_match_of_name_and_date_alone_is_probable(at: At, waiting: Waiting) -> None:
    inquiry = waiting(iaq("APT1000"), record("VISAS", "V-7", {"kind": "us_military", "date": "2010-01-01"}))
    assert "◐ probable: by name and birth date alone" in " ".join(judged(at, "sam", inquiry, "same").split())


def test_who_asks_the_same_again_is_told_that_the_record_is_anothers_after_the_own_verdict(
    at: At, waiting: Waiting
) -> None:
    judged(at, "sam", asked(waiting), "another")
    later = asked(waiting)
    take(at("sofia"), later)
    assert APART not in look(at("sofia"), address(later)).text
    assert APART in judge(at("sofia"), later, "cannot tell").text


def test_another_question_is_told_nothing(at: At, waiting: Waiting) -> None:
    judged(at, "sam", asked(waiting), "another")
    assert APART not in judged(at, "sofia", asked(waiting, name="TESTPERSON, OTHER"), "another")


def test_a_verdict_that_was_taken_back_is_told_to_nobody(at: At, waiting: Waiting) -> None:
    first = asked(waiting)
    judged(at, "sam", first, "another")
    judge(at("sam"), first, "same")
    assert APART not in judged(at, "sofia", asked(waiting), "same")
