"""Weights learned without labels: from worlds of which the truth is known, so that it can be held against them."""

from __future__ import annotations

import random
from datetime import date

import pytest

from muniment.core.errors import SenderFault
from muniment.core.subject import Subject, subject_from_json
from muniment.identity.candidates import candidates
from muniment.identity.described import describe
from muniment.identity.model import MODEL
from muniment.identity.score import weigh
from muniment.identity.training import Trained, train
from muniment.sources.world.generate import generate

Records = list[tuple[int, Subject]]


@pytest.fixture(scope="module")
def records() -> Records:
    """A small world: each record with the number of its person."""
    return [
        (someone.number, subject_from_json(record.subject))
        for someone in generate(350, 31, date(2026, 11, 24))
        for record in someone.records
    ]


@pytest.fixture(scope="module")
def trained(records: Records) -> Trained:
    return train([subject for _, subject in records])


def test_it_finds_how_many_pairs_are_of_one_person(records: Records, trained: Trained) -> None:
    numbers = [number for number, _ in records]
    true = sum(numbers.count(number) - 1 for number in numbers) / 2
    assert trained.matches == pytest.approx(true, rel=0.03)
    assert trained.model.prior.bits > MODEL.prior.bits + 5


def test_it_links_nearly_as_labels_would(records: Records, trained: Trained) -> None:
    described = [describe(subject) for _, subject in records]
    right = wrong = missed = 0
    for one, other in candidates([subject for _, subject in records]):
        same = records[one][0] == records[other][0]
        linked = weigh(described[one], described[other], trained.model) >= 0
        right, wrong, missed = right + (same and linked), wrong + (linked and not same), missed + (same and not linked)
    assert wrong + missed < 0.01 * right


def test_the_same_records_give_the_same_model_and_others_another(records: Records, trained: Trained) -> None:
    subjects = [subject for _, subject in records]
    assert train(subjects).data == trained.data
    assert train(subjects[:-100]).data["version"] != trained.data["version"]


def test_names_of_the_table_set_how_rare_a_name_is(trained: Trained, records: Records) -> None:
    model = trained.model
    commonest = max(model.frequencies["family"], key=lambda name: model.frequencies["family"][name])
    assert model.rarity("family", commonest) < model.rarity("family", "SPECIMENSON") - 3


def test_a_table_whose_clerks_err_more_trusts_given_names_less(records: Records, trained: Trained) -> None:
    chance = random.Random(5)
    wrong = [_with_another_given_name(subject, chance) if chance.random() < 0.1 else subject for _, subject in records]
    level = train(wrong).model.level("given_names", "differs")
    assert level.bits > trained.model.level("given_names", "differs").bits + 0.5
    assert level.bits < 0


def _with_another_given_name(subject: Subject, chance: random.Random) -> Subject:
    name = subject.names[0]
    given = chance.choice(("OTTOKAR", "WALBURGA", "EUSTACHIUS", "NEPOMUK"))
    changed = type(name)(name.family, given, name.middle, name.suffix)
    return Subject(
        (changed,), subject.birth_dates, subject.sex, subject.birth_place, subject.birth_country, subject.identifiers
    )


def test_two_tables_are_linked_and_not_searched_for_twins_within(records: Records) -> None:
    left, right = [subject for _, subject in records[::2]], [subject for _, subject in records[1::2]]
    assert train(left, right).pairs > 0


def test_too_few_records_are_refused() -> None:
    with pytest.raises(SenderFault, match="at least 100 records"):
        train([Subject()] * 5)
