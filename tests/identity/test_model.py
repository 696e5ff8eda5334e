"""The model file is data that anybody may change: what must hold of every one."""

from __future__ import annotations

import re
import string
import tomllib
from dataclasses import replace
from importlib.resources import files
from typing import get_args

import pytest

from muniment.identity.dates import LEVELS
from muniment.identity.identifiers import LEVELS as NUMBER_LEVELS
from muniment.identity.likeness import Likeness
from muniment.identity.model import MODEL, model_from

SAID = {"asked", "recorded", "rarity", "words", "reason"}


def test_every_level_that_code_can_find_has_a_weight_and_a_sentence() -> None:
    likenesses = set(get_args(Likeness)) | {"one_missing", "both_left", "differs"}
    assert likenesses - {"initial"} <= MODEL.feature("family_name").levels.keys()
    assert likenesses <= MODEL.feature("given_names").levels.keys()
    assert set(LEVELS) <= MODEL.feature("birth_date").levels.keys()
    for kind in ("a_number", "fbi", "fin", "ssn", "passport", "sid", "license", "a kind of its own"):
        assert {*NUMBER_LEVELS, "conflict"} <= MODEL.feature(kind).levels.keys()


def test_sentences_are_sentences_and_name_only_what_is_said() -> None:
    for feature in MODEL.features.values():
        for name, level in feature.levels.items():
            named = {part for _, part, _, _ in string.Formatter().parse(level.sentence) if part}
            assert named <= SAID, (feature.name, name)
            assert re.search(r"[.!]$", level.sentence), (feature.name, name)
            assert not re.search(r"\b(score|bits|weight)\b", level.sentence)


def test_what_differs_never_speaks_for_one_person() -> None:
    for feature in MODEL.features.values():
        assert feature.levels["differs"].bits < 0
        assert max(level.bits for level in feature.levels.values()) >= 0


def test_relatives_name_features_and_levels_of_the_model() -> None:
    for relative in MODEL.relatives:
        assert relative.shared <= MODEL.features.keys()
        for feature, levels in relative.when.items():
            assert levels - {"none"} <= MODEL.feature(feature).levels.keys()


def test_rarity_is_the_logarithm_of_the_share() -> None:
    assert MODEL.rarity("family", "GARCIA") < MODEL.rarity("family", "QUIROGA") < MODEL.rarity("family", "SPECIMEN")
    assert MODEL.share("family", "SPECIMEN") == pytest.approx(MODEL.names.unseen["family"] / 100_000)


def test_without_a_curve_no_weight_is_even() -> None:
    assert replace(MODEL, curve=()).probability(0) == 0.5


def test_the_curve_that_ships_rises_in_few_points_and_stays_within_its_bounds() -> None:
    assert 5 <= len(MODEL.curve) <= 15
    assert list(MODEL.curve) == sorted(set(MODEL.curve))
    assert [odds for _, odds in MODEL.curve] == sorted(odds for _, odds in MODEL.curve)
    assert (
        0 < MODEL.probability(-10_000) < MODEL.probability(-1) < MODEL.probability(1) <= MODEL.probability(10_000) <= 1
    )


def test_a_model_that_lacks_a_part_says_which() -> None:
    data = tomllib.loads((files("muniment.identity") / "data" / "model.toml").read_text(encoding="utf-8"))
    del data["prior"]
    with pytest.raises(KeyError, match="prior"):
        model_from(data)
