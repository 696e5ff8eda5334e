"""Are these two descriptions the same person? A probability, and the evidence for and against it in bits.

Every piece of evidence is a level of the model with its weight; weights are added to the prior. What relatives share is
taken off at the end, because a twin shares a rare family name and a birth date as a stranger never would.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import fsum, log2
from typing import Final

from muniment.core.subject import Subject
from muniment.identity import dates, identifiers, places, sex
from muniment.identity.agreement import names_evidence
from muniment.identity.described import Described, describe
from muniment.identity.evidence import Evidence
from muniment.identity.model import MODEL, Model, Relative

#: Above this a record is as good as linked for a reader; `would_change` speaks of it.
NEARLY_SURE: Final = 0.95


@dataclass(frozen=True, slots=True)
class Score:
    """How probable it is that two descriptions are of one person. `weight` is in bits and includes `prior`."""

    probability: float
    weight: float
    prior: float
    evidence: tuple[Evidence, ...]
    model: str


def compare(asked: Subject, recorded: Subject, model: Model = MODEL) -> Score:
    """Score two descriptions. Symmetric but for the sentences, which say what was asked and what is recorded."""
    return _score(findings(describe(asked), describe(recorded), model, said=True), model)


def weigh(asked: Described, recorded: Described, model: Model = MODEL) -> float:
    """The weight of `compare` alone, in bits, without sentences: for millions of pairs."""
    found = findings(asked, recorded, model, said=False)
    return _weight((*found, *_relatives(found, model)), model)


def findings(asked: Described, recorded: Described, model: Model, *, said: bool) -> list[Evidence]:
    """All evidence but that of relatives; with its sentences when `said`."""
    names = names_evidence(asked, recorded, model, said=said)
    biography = [
        *names,
        *_birth_date(asked, recorded, model, said),
        *_sex(asked, recorded, names, model, said),
        *_birth_place(asked, recorded, model, said),
    ]
    return [*biography, *_identifiers(asked, recorded, biography, model, said)]


def _score(found: Sequence[Evidence], model: Model) -> Score:
    stranger = [item for item in found if item.feature != "relatives"]
    evidence = (*stranger, *_relatives(stranger, model))
    weight = _weight(evidence, model)
    return Score(model.probability(weight), weight, model.prior.bits, evidence, model.version)


def _weight(evidence: Iterable[Evidence], model: Model) -> float:
    return round(fsum([model.prior.bits, *[item.bits for item in evidence]]), 2)


def _evidence(
    model: Model, feature: str, level: str, said: bool, asked: str, recorded: str, reason: str = ""
) -> Evidence:
    if not said:
        return _silent(model, feature, level)
    about = model.level(feature, level)
    sentence = about.sentence.format(asked=asked, recorded=recorded, reason=reason)
    return Evidence(feature, model.feature(feature).label, level, about.bits, sentence)


@lru_cache(maxsize=4096)
def _silent(model: Model, feature: str, level: str) -> Evidence:
    return Evidence(feature, model.feature(feature).label, level, model.level(feature, level).bits, "")


def _birth_date(asked: Described, recorded: Described, model: Model, said: bool) -> list[Evidence]:
    found = dates.closest_of(asked.births, recorded.births)
    return [_evidence(model, "birth_date", found[0], said, found[1], found[2])] if found else []


def _sex(asked: Described, recorded: Described, names: Iterable[Evidence], model: Model, said: bool) -> list[Evidence]:
    level: str | None = sex.level(asked.sex, recorded.sex)
    if level == "same" and any(item.feature == "given_names" and item.bits > 0 for item in names):
        level = "same_as_named"
    return [_evidence(model, "sex", level, said, asked.sex or "", recorded.sex or "")] if level else []


def _birth_place(asked: Described, recorded: Described, model: Model, said: bool) -> list[Evidence]:
    here, there = asked.country, recorded.country
    level: str | None = places.level_of(here, there)
    if level is None or here is None or there is None:
        return []
    if level == "same" and here in model.common_countries:
        level = "same_common"
    reason = places.close_because(here, there) or "" if level == "close" else ""
    return [_evidence(model, "birth_place", level, said, places.name_of(here), places.name_of(there), reason)]


def _identifiers(
    asked: Described, recorded: Described, biography: Sequence[Evidence], model: Model, said: bool
) -> list[Evidence]:
    both = asked.numbers.keys() & recorded.numbers.keys()
    contrary = bool(both) and fsum([item.bits for item in biography]) < model.conflict_below
    found = []
    for kind in sorted(both):
        level, one, other = identifiers.closest_of(asked.numbers[kind], recorded.numbers[kind])
        conflict = contrary and level in ("same", "slip")
        found.append(_evidence(model, kind, "conflict" if conflict else level, said, one, other))
    return found


def _relatives(found: Sequence[Evidence], model: Model) -> list[Evidence]:
    """What is taken off because a relative would show the same evidence; never more than the evidence they share."""
    levels = {item.feature: item.level for item in found}
    like = {one: _expected(found, one, model) for one in model.relatives if _fits(levels, one.when)}
    if not like:
        return []
    bits = round(-log2(1.0 + fsum(like.values())), 2)
    if bits == 0:
        return []
    likeliest = max(like, key=lambda relative: like[relative])
    return [Evidence("relatives", "Relatives", likeliest.name, bits, likeliest.sentence)]


def _fits(levels: Mapping[str, str], when: Mapping[str, frozenset[str]]) -> bool:
    return all(levels.get(feature, "none") in expected for feature, expected in when.items())


def _expected(found: Iterable[Evidence], relative: Relative, model: Model) -> float:
    """How many such relatives one expects for each stranger who would show the same evidence."""
    numbers = [item.bits for item in found if item.feature not in model.biography and item.bits > 0]
    shared = [item.bits for item in found if item.feature in relative.shared and item.bits > 0]
    count = relative.count * (model.mixed_up if numbers else 1.0)
    return count * float(2.0 ** (model.prior.bits + fsum([*shared, *numbers])))


def would_change(score: Score, model: Model = MODEL) -> str:
    """One sentence: the smallest other finding, of what is known first, that brings the score across `NEARLY_SURE`."""
    sure = score.probability >= NEARLY_SURE
    found = [
        (not known, abs(score.weight - other.weight), words)
        for words, known, other in _otherwise(score, model)
        if (other.probability >= NEARLY_SURE) != sure
    ]
    verb = "fall below" if sure else "rise above"
    if not found:
        return f"No single other finding would make it {verb} {NEARLY_SURE}."
    return f"It would {verb} {NEARLY_SURE} if {min(found)[2]}."


#: Findings that a reader can imagine otherwise: feature, level, in words.
_IMAGINED: Final = (
    ("birth_date", "equal", "the birth date were the same"),
    ("birth_date", "digit", "the birth date were one digit off"),
    ("birth_date", "differs", "the birth date were another"),
    ("family_name", "differs", "the family name were another"),
    ("given_names", "differs", "the given names were others"),
    ("sex", "same", "the sex were the same"),
    ("sex", "differs", "the sex were another"),
    ("birth_place", "same", "the birth country were the same"),
    ("birth_place", "differs", "the birth country were another"),
    ("a_number", "same", "the A-number were the same"),
    ("a_number", "differs", "the A-number were another"),
    ("fbi", "differs", "the FBI number were another"),
    ("fin", "differs", "the fingerprint identity number were another"),
    ("ssn", "differs", "the Social Security number were another"),
    ("passport", "differs", "the passport number were another"),
)


def _otherwise(score: Score, model: Model) -> Iterator[tuple[str, bool, Score]]:
    """In words, whether the field is known on both sides, and the score with one finding replaced.

    A finding that is not there yet is imagined only where it would speak for one person.
    """
    levels = {item.feature: item.level for item in score.evidence}
    for feature, level, words in _IMAGINED:
        about = model.level(feature, level)
        if levels.get(feature) != level and (feature in levels or about.bits > 0):
            imagined = Evidence(feature, model.feature(feature).label, level, about.bits, about.sentence)
            kept = [item for item in score.evidence if item.feature != feature]
            yield words, feature in levels, _score([*kept, imagined], model)
