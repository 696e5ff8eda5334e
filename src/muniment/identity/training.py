"""A model for a table of one's own, without labels: how common names are, how often records of one person differ.

Fellegi and Sunter's weights by expectation and maximisation: with the weights so far each pair is of one person with
some probability; counted with these, the pairs say how often each level of evidence shows among records of one person;
that gives new weights. What strangers show is counted on pairs drawn blindly. A level's weight moves by as much as its
count moves from the count that the model file gives for it (`same`), so that a small table changes little.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from hashlib import blake2b
from itertools import islice
from math import log2
from typing import Any, Final, NamedTuple

from muniment.core.errors import SenderFault
from muniment.core.subject import Subject
from muniment.identity.calibration import fitted
from muniment.identity.candidates import candidates
from muniment.identity.described import Described, describe
from muniment.identity.evidence import Evidence
from muniment.identity.model import Model, model_from, shipped
from muniment.identity.score import findings, weigh

#: Tells how far training is: what is being done, how far, of how much.
Progress = Callable[[str, int, int], None]

ROUNDS: Final = 8
#: Below this a pair is counted by a sample only.
UNLIKELY: Final = -8.0
SAMPLE: Final = 20_000
#: Most candidate pairs that are looked at.
MOST_PAIRS: Final = 400_000
#: Pairs drawn blindly for what strangers show.
BLIND: Final = 100_000
#: As many pairs of one person the counts of the model file are worth.
WORTH: Final = 30.0
#: As many blind pairs what the model file says of strangers is worth.
STRANGERS: Final = 20_000.0
#: As many bearers of names the frequencies of the model file are worth.
BEARERS: Final = 300.0
#: Fewer records teach nothing.
FEWEST: Final = 100
#: No count falls below the model file's by more than this: what is rare among records that are surely of one person
#: may be common among those that are not surely so.
RARER: Final = 8.0
#: Training ends when a round moves the number of pairs of one person by no more than this share.
STILL: Final = 0.001
#: A weight is learned up to so many bits.
MOST_BITS: Final = 20.0
#: Features of which strangers are counted anew; of the others the model file says what strangers show. Countries of
#: birth are not counted: names of one culture go with them, so that strangers of like names share them more often.
COUNTED: Final = ("birth_date", "sex")
#: What speaks against in the model file never speaks less against than this part of it.
STILL_AGAINST: Final = 0.25
#: Relatives of a person in one table, for each record of the person: a person has several records there, a twin hardly
#: ever is there too. In life (the model file) a person may have no record at all, which is the more careful reading.
RELATIVES: Final = {"twin": 0.02, "twin of a like name": 0.008, "namesake": 0.05, "parent and child": 0.05}


class Trained(NamedTuple):
    """A model as data, and what it was made from."""

    data: dict[str, Any]
    records: int
    pairs: int
    matches: float

    @property
    def model(self) -> Model:
        """The model itself."""
        return model_from(self.data)


def calibrated(
    trained: Trained, left: Sequence[Subject], right: Sequence[Subject] | None, same: Callable[[int, int], bool]
) -> Trained:
    """The model with the curve that the truth asks for; `same` says of two places whether they are one person.

    A few hundred known pairs are enough for this, and for no more than this.
    """
    others = left if right is None else right
    weighed = [
        (weigh(describe(left[one]), describe(others[other]), trained.model), same(one, other))
        for one, other in islice(candidates(left, right), MOST_PAIRS)
    ]
    data = {**trained.data, "calibration": {"curve": [list(knot) for knot in fitted(weighed)]}}
    return trained._replace(data=data | {"version": f"{data['version']}.{_mark(data)[:4]}"})


class _Weighed(NamedTuple):
    """A candidate pair, and how many such pairs it stands for."""

    left: Described
    right: Described
    times: float


def train(
    left: Sequence[Subject],
    right: Sequence[Subject] | None = None,
    seed: int = 1,
    start: Mapping[str, Any] | None = None,
    tell: Progress | None = None,
) -> Trained:
    """Learn from one table that holds people more than once, or from two tables that hold the same people.

    The same tables, seed and start give the same model. Raises `SenderFault` where there are too few records.
    """
    records = [*left, *(right or ())]
    if len(records) < FEWEST or not left or (right is not None and not right):
        raise SenderFault(f"training needs at least {FEWEST} records; there are {len(records)}", field="file")
    chance = random.Random(seed)  # noqa: S311  # a sample, no secret
    before = start or shipped()
    data = _prepared(before, records)
    every = len(left) * len(right) if right is not None else len(left) * (len(left) - 1) // 2
    _with_prior(data, min(len(left), len(right or left)) / 2, every)
    strangers = _strangers(left, right, chance)
    pairs = _pairs(left, right, model_from(data), chance)
    matches, last = 0.0, -1.0
    for turn in range(ROUNDS):
        if abs(matches - last) <= STILL * matches:
            break
        last, matches = matches, _learn(data, before, pairs, strangers, every)
        if tell:
            tell("rounds of training", turn + 1, ROUNDS)
    data["version"] = f"{data['version'].split('+')[0]}+{_mark(data)}"
    return Trained(data, len(records), round(sum(pair.times for pair in pairs)), matches)


def _prepared(before: Mapping[str, Any], records: Sequence[Subject]) -> dict[str, Any]:
    data = deepcopy(dict(before))
    data["frequencies"], data["names"]["unseen"] = _frequencies(records, data)
    data["calibration"] = {"curve": []}
    for relative in data["relatives"]:
        relative["count"] = RELATIVES.get(relative["name"], relative["count"])
    return data


def _with_prior(data: dict[str, Any], matches: float, every: int) -> None:
    share = min(max(matches / every, 1 / every), 0.5)
    said = f"Before any evidence: 1 in {round(1 / share):,}, the share of pairs of these tables that are of one person."
    data["prior"] = {"bits": round(log2(share / (1 - share)), 2), "sentence": said}


def _frequencies(records: Iterable[Subject], data: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, float]]:
    """Bearers of each name in 100,000, those of the model file mixed in; and of one that is in no table."""
    counts: dict[str, Counter[str]] = {"family": Counter(), "given": Counter()}
    for record in records:
        for written in describe(record).names[:1]:
            for token in written.words.tokens:
                if len(token.text) > 1 and not token.particle:
                    counts["family" if token.part == "family" else "given"][token.text] += 1
    before = {part: _counted(data["frequencies"][part]) for part in counts}
    found, unseen = {}, {}
    for part, count in counts.items():
        total = sum(count.values())
        per = 100_000 / (total + BEARERS)
        names = {name for name, times in count.items() if times > 1}
        told = {name: (count[name] + BEARERS * before[part].get(name, 0.0) / 100_000) * per for name in names}
        ranked = sorted(told.items(), key=lambda item: (-item[1], item[0]))
        found[part] = " ".join(f"{name}:{share:.4g}" for name, share in ranked)
        unseen[part] = round(max(per, 0.01), 4) if total > BEARERS else data["names"]["unseen"][part]
    return found, unseen


def _counted(text: str) -> dict[str, float]:
    return {name: float(count) for name, count in (entry.rsplit(":", 1) for entry in text.split())}


def _pairs(
    left: Sequence[Subject], right: Sequence[Subject] | None, model: Model, chance: random.Random
) -> list[_Weighed]:
    """Likely pairs all, unlikely ones by a sample."""
    others = left if right is None else right
    likely: list[tuple[Described, Described]] = []
    unlikely: list[tuple[Described, Described]] = []
    for one, other in islice(candidates(left, right), MOST_PAIRS):
        pair = (describe(left[one]), describe(others[other]))
        (likely if weigh(*pair, model) > UNLIKELY else unlikely).append(pair)
    some = unlikely if len(unlikely) <= SAMPLE else chance.sample(unlikely, SAMPLE)
    times = len(unlikely) / len(some) if some else 1.0
    return [_Weighed(*pair, times=1.0) for pair in likely] + [_Weighed(*pair, times=times) for pair in some]


def _strangers(
    left: Sequence[Subject], right: Sequence[Subject] | None, chance: random.Random
) -> dict[str, Counter[str]]:
    """How often pairs drawn blindly show each level of the features that are counted."""
    ones, others = (
        [describe(each)._replace(names=(), numbers={}, country=None) for each in side] for side in (left, right or left)
    )
    found: dict[str, Counter[str]] = {feature: Counter() for feature in COUNTED}
    model = model_from(shipped())
    for _ in range(BLIND):
        one, other = chance.choice(ones), chance.choice(others)
        if one is not other:
            for item in findings(one, other, model, said=False):
                found[item.feature][item.level] += 1
    return found


class _Counts(NamedTuple):
    """Of each feature, how often each level shows among pairs of one person, and among the other candidates."""

    same: dict[str, Counter[str]]
    other: dict[str, Counter[str]]

    def add(self, item: Evidence, share: float, times: float) -> None:
        """Count one piece of evidence of a pair that stands for `times` pairs, `share` of them of one person."""
        # Sexes agree, whatever the names say of it already.
        level = "same" if item.feature == "sex" and item.level == "same_as_named" else item.level
        for counts, part in ((self.same, share), (self.other, times - share)):
            counts.setdefault(item.feature, Counter())[level] += part  # type: ignore[assignment]  # shares of pairs


def _learn(
    data: dict[str, Any],
    before: Mapping[str, Any],
    pairs: Iterable[_Weighed],
    strangers: Mapping[str, Counter[str]],
    every: int,
) -> float:
    """One round: count each pair as far as it is of one person, and put the new weights into `data`."""
    model, counts, matches = model_from(data), _Counts({}, {}), 0.0
    for pair in pairs:
        share = model.probability(weigh(pair.left, pair.right, model)) * pair.times
        matches += share
        for item in findings(pair.left, pair.right, model, said=False):
            counts.add(item, share, pair.times)
    _with_prior(data, matches, every)
    for feature, count in counts.same.items():
        if feature in data["features"]:
            _put(
                data["features"][feature]["levels"],
                before["features"][feature]["levels"],
                count,
                strangers.get(feature),
            )
        else:
            _put_numbers(data, before, feature, count, counts.other[feature], every)
    return matches


def _put(
    levels: Mapping[str, dict[str, Any]],
    before: Mapping[str, Any],
    count: Mapping[str, float],
    strangers: Counter[str] | None,
) -> None:
    """The new weights: by what strangers show where that was counted, else by how far the count has moved."""
    total, blind = sum(count.values()), strangers.total() if strangers else 0
    for name, was in before.items():
        if not was.get("same"):
            continue
        same = max((count.get(name, 0.0) + WORTH * was["same"]) / (total + WORTH), was["same"] / RARER)
        other = was["same"] / 2.0 ** was["bits"]
        if strangers and blind:
            other = (strangers[name] + STRANGERS * other) / (blind + STRANGERS)
        bits = min(log2(same / other), was["bits"] * STILL_AGAINST if was["bits"] < 0 else MOST_BITS)
        levels[name] |= {"bits": round(bits, 2), "same": round(same, 6)}


def _put_numbers(
    data: dict[str, Any],
    before: Mapping[str, Any],
    kind: str,
    same: Mapping[str, float],
    other: Mapping[str, float],
    every: int,
) -> None:
    """The weights of a number that is the same, or another; every pair that shares a number is a candidate."""
    name = kind if kind in before["identifiers"]["kinds"] else "other"
    was = before["identifiers"]["kinds"][name]["bits"]
    total = sum(same.values())
    equal = (same.get("same", 0.0) + WORTH * 0.95) / (total + WORTH)
    differs = (same.get("differs", 0.0) + WORTH * 2.0 ** was["differs"]) / (total + WORTH)
    by_chance = (other.get("same", 0.0) + 1.0) / every
    found = {"same": min(log2(equal / by_chance), was["same"] + 4.0), "differs": log2(differs)}
    data["identifiers"]["kinds"][name]["bits"] |= {level: round(bits, 2) for level, bits in found.items()}


def _mark(data: Mapping[str, Any]) -> str:
    """Eight signs that differ where the numbers do."""
    return blake2b(repr(sorted(data.items(), key=lambda item: item[0])).encode(), digest_size=4).hexdigest()
