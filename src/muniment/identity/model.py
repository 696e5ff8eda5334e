"""The matching model as data: levels of evidence with their weights and sentences, name frequencies, calibration.

`MODEL` is the one that ships (`data/model.toml`); a reader may open and argue with it. Every score names its version.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from math import log2
from typing import Any, Final, Literal

from muniment.identity.calibration import on_curve

NamePart = Literal["family", "given"]


@dataclass(frozen=True, slots=True)
class Level:
    """One outcome of one comparison: its weight in bits and the sentence people read.

    `share` is the part of a name's rarity that counts; it is 0 for evidence other than names. `same` is how often
    pairs of records of one person show this level, of those where there is something to compare; 0 where that was not
    counted.
    """

    bits: float
    sentence: str
    share: float = 0.0
    same: float = 0.0


@dataclass(frozen=True, slots=True)
class Feature:
    """One kind of evidence, with all levels it can take."""

    name: str
    label: str
    why: str
    levels: Mapping[str, Level]


@dataclass(frozen=True, slots=True, eq=False)
class Relative:
    """People who look like the person without being it; `count` of them are expected on record."""

    name: str
    count: float
    shared: frozenset[str]
    when: Mapping[str, frozenset[str]]
    sentence: str


@dataclass(frozen=True, slots=True)
class NameWeights:
    """Weights of names beside those of the levels; see the comments in `data/model.toml`."""

    unseen: Mapping[str, float]
    other_part: float
    most: Mapping[str, float]
    initial: float
    together: float
    alias: float
    part_changed: float
    middle_changed: float


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Everything that turns a comparison into a probability. `biography` are the features that are no numbers."""

    version: str
    prior: Level
    conflict_below: float
    curve: tuple[tuple[float, float], ...]
    features: Mapping[str, Feature]
    biography: frozenset[str]
    names: NameWeights
    relatives: tuple[Relative, ...]
    mixed_up: float
    common_countries: frozenset[str]
    frequencies: Mapping[str, Mapping[str, float]] = field(repr=False)

    def level(self, feature: str, level: str) -> Level:
        """The weight and sentence of one level of one feature."""
        return self.feature(feature).levels[level]

    def feature(self, name: str) -> Feature:
        """The feature of that name; kinds of identifiers that the model does not know are `other`."""
        return self.features.get(name) or self.features["other"]

    def share(self, part: NamePart, token: str) -> float:
        """The share of people who bear `token` as a name of that part, between 0 and 1.

        A name of the other part also occurs in this one, as a mother's family name does among given names.
        """
        own = self.frequencies[part].get(token, self.names.unseen[part])
        other = self.frequencies["given" if part == "family" else "family"].get(token, 0.0)
        return max(own, self.names.other_part * other) / 100_000

    def rarity(self, part: NamePart, token: str) -> float:
        """log2(1 / share): what agreement on `token` says, in bits."""
        return -log2(self.share(part, token))

    def probability(self, weight: float) -> float:
        """The calibrated probability of a weight in bits (prior included)."""
        odds = on_curve(self.curve, weight)
        return 1.0 / (1.0 + float(2.0 ** -min(max(odds, -500.0), 500.0)))


def with_prior(model: Model, share: float) -> Model:
    """The model for pairs of which this share is of one person, before any evidence."""
    share = min(max(share, 1e-12), 1 - 1e-12)
    said = f"Before any evidence: {share:.2g} of these pairs are of one person."
    return replace(model, prior=Level(round(log2(share / (1 - share)), 2), said))


def model_from(data: Mapping[str, Any]) -> Model:
    """A model from the content of a model file; a `KeyError` names what it lacks."""
    return Model(
        version=data["version"],
        prior=Level(**data["prior"]),
        conflict_below=data["conflict"]["below"],
        curve=tuple((weight, bits) for weight, bits in data["calibration"]["curve"]),
        features={name: _feature(name, item) for name, item in data["features"].items()}
        | _identifiers(data["identifiers"]),
        biography=frozenset(data["features"]),
        names=NameWeights(**data["names"]),
        relatives=tuple(_relative(item) for item in data["relatives"]),
        mixed_up=data["mixed_up"]["chance"],
        common_countries=frozenset(data["countries"]["common"].split()),
        frequencies={part: _frequencies(text) for part, text in data["frequencies"].items()},
    )


def _feature(name: str, item: Mapping[str, Any]) -> Feature:
    return Feature(name, item["label"], item["why"], {key: Level(**level) for key, level in item["levels"].items()})


def _identifiers(data: Mapping[str, Any]) -> dict[str, Feature]:
    def levels(bits: Mapping[str, float]) -> dict[str, Level]:
        return {level: Level(weight, data["sentences"][level]) for level, weight in bits.items()}

    return {
        name: Feature(name, item["label"], item["why"], levels(item["bits"])) for name, item in data["kinds"].items()
    }


def _relative(item: Mapping[str, Any]) -> Relative:
    when = {feature: frozenset(levels) for feature, levels in item["when"].items()}
    return Relative(item["name"], item["count"], frozenset(item["shared"]), when, item["sentence"])


def _frequencies(text: str) -> Mapping[str, float]:
    """`NAME:COUNT NAME:COUNT …`, counts of people in 100,000."""
    pairs = (entry.rsplit(":", 1) for entry in text.split())
    return {name: float(count) for name, count in pairs}


@cache
def shipped() -> Mapping[str, Any]:
    """The content of the model file that ships."""
    found: Mapping[str, Any] = tomllib.loads(
        (files("muniment.identity") / "data" / "model.toml").read_text(encoding="utf-8")
    )
    return found


MODEL: Final = model_from(shipped())
