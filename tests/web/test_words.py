"""Times, counts and the drawing of evidence."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.core.subject import Name, Subject
from muniment.identity.score import compare, would_change
from muniment.web.lifeline import lifeline
from muniment.web.waterfall import LEFT, RIGHT, odds, probability, waterfall
from muniment.web.words import ago, clause, count, left, span

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (7080, "1 h 58 min"),
        (86_400, "24 h"),
        (172_800, "2 d"),
        (180_000, "2 d 2 h"),
    ],
)
def test_a_length_of_time_has_at_most_two_units(seconds: int, words: str) -> None:
    assert span(timedelta(seconds=seconds)) == words


def test_times_are_told_from_the_given_now() -> None:
    assert left(NOW + timedelta(minutes=6), NOW) == "6 min"
    assert left(NOW - timedelta(minutes=4), NOW) == "late by 4 min"
    assert ago(NOW, NOW) == "just now"
    assert ago(NOW - timedelta(minutes=2), NOW) == "2 min ago"


def test_counts_and_clauses_read_as_english() -> None:
    assert [count(n, "candidate") for n in (0, 1, 2, 1000)] == [
        "no candidate",
        "1 candidate",
        "2 candidates",
        "1,000 candidates",
    ]
    assert clause("The records contradict (C10).") == "the records contradict (C10)"
    assert clause("R7 speaks against the person.") == "R7 speaks against the person"


@pytest.mark.parametrize(
    ("value", "words"),
    [(1.0, "over 0.9999"), (0.9998, "0.9998"), (0.5, "0.50"), (0.0012, "0.0012"), (0.0, "under 0.0001")],
)
def test_no_probability_shows_as_certain(value: float, words: str) -> None:
    assert probability(value) == words


def test_odds_are_round_numbers_for_or_against() -> None:
    assert odds(12.3) == "odds about 5,000 to 1 for one person"
    assert odds(-1.0) == "odds about 2 to 1 against one person"
    assert odds(48.0) == "odds over a million to 1 for one person"


NAMES = st.sampled_from(["TESTPERSON", "MUSTER", "SPECIMEN QUIROGA", "BEISPIEL"])
SUBJECTS = st.builds(
    lambda family, given_name, born, sex, country: Subject((Name(family, given_name),), (born,), sex, None, country),
    NAMES,
    st.sampled_from(["ALPHA", "ALFA", "LUIS", "MARISOL E"]),
    st.sampled_from(["1985-03-14", "1985-04-13", "1979", "1991-01-01"]),
    st.sampled_from(["M", "F", None]),
    st.sampled_from(["MX", "GT", None]),
)


@given(SUBJECTS, SUBJECTS)
def test_the_waterfall_draws_every_piece_of_evidence_inside_its_frame(asked: Subject, recorded: Subject) -> None:
    score = compare(asked, recorded)
    fall = waterfall({**asdict(score), "would_change": would_change(score)})
    assert len(fall.bars) == len(score.evidence)
    assert len(fall.speaks_for) + len(fall.speaks_against) == len(fall.bars)
    for bar in fall.bars:
        assert bar.x >= LEFT
        assert bar.x + bar.width <= RIGHT + 1.1


@given(
    st.lists(
        st.fixed_dictionaries(
            {"kind": st.sampled_from(["admission", "birth", "parole", "departure"]), "date": st.dates().map(str)},
            optional={"admit_until": st.dates().map(str), "state": st.sampled_from(["pending", "approved"])},
        ),
        max_size=14,
    )
)
def test_a_line_of_time_can_be_drawn_of_any_facts(facts: list[dict[str, str]]) -> None:
    line = lifeline(facts, NOW.date())
    for track in line.tracks if line else ():
        assert track.width >= 0
