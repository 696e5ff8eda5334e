"""Are these two descriptions the same person? A probability, and the evidence for and against it in bits.

Every piece of evidence is a level of the model with its weight; weights are added to the prior. What relatives share is
taken off at the end, because a twin shares a rare family name and a birth date as a stranger never would.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum, log2
from typing import Final

from muniment.core.subject import Subject
from muniment.identity import dates, identifiers, places, sex
from muniment.identity.agreement import names_evidence
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
    names = names_evidence(asked, recorded, model)
    biography = [
        *names,
        *_birth_date(asked, recorded, model),
        *_sex(asked, recorded, names, model),
        *_birth_place(asked, recorded, model),
    ]
    return _score([*biography, *_identifiers(asked, recorded, biography, model)], model)


def _score(found: Sequence[Evidence], model: Model) -> Score:
    stranger = [item for item in found if item.feature != "relatives"]
    evidence = (*stranger, *_relatives(stranger, model))
    weight = round(fsum([model.prior.bits, *(item.bits for item in evidence)]), 2)
    return Score(model.probability(weight), weight, model.prior.bits, evidence, model.version)


def _evidence(model: Model, feature: str, level: str, **said: str) -> Evidence:
    about = model.level(feature, level)
    return Evidence(feature, model.feature(feature).label, level, about.bits, about.sentence.format(**said))


def _birth_date(asked: Subject, recorded: Subject, model: Model) -> list[Evidence]:
    found = dates.closest(asked.birth_dates, recorded.birth_dates)
    return [_evidence(model, "birth_date", found[0], asked=found[1], recorded=found[2])] if found else []


def _sex(asked: Subject, recorded: Subject, names: Iterable[Evidence], model: Model) -> list[Evidence]:
    level: str | None = sex.level(asked.sex, recorded.sex)
    if level == "same" and any(item.feature == "given_names" and item.bits > 0 for item in names):
        level = "same_as_named"
    said = {"asked": asked.sex or "", "recorded": recorded.sex or ""}
    return [_evidence(model, "sex", level, **said)] if level else []


def _birth_place(asked: Subject, recorded: Subject, model: Model) -> list[Evidence]:
    level: str | None = places.level(asked, recorded)
    if level is None:
        return []
    here, there = places.country(asked) or "", places.country(recorded) or ""
    if level == "same" and here in model.common_countries:
        level = "same_common"
    said = {"asked": places.country_name(asked), "recorded": places.country_name(recorded)}
    return [_evidence(model, "birth_place", level, **said, reason=places.close_because(here, there) or "")]


def _identifiers(asked: Subject, recorded: Subject, biography: Sequence[Evidence], model: Model) -> list[Evidence]:
    contrary = fsum(item.bits for item in biography) < model.conflict_below
    found = []
    for kind in identifiers.kinds((asked, recorded)):
        closest = identifiers.closest(asked, recorded, kind)
        if closest:
            level = "conflict" if contrary and closest[0] in ("same", "slip") else closest[0]
            evidence = _evidence(model, kind, level, asked=closest[1], recorded=closest[2])
            found.append(replace(evidence, feature=kind))
    return found


def _relatives(found: Sequence[Evidence], model: Model) -> list[Evidence]:
    """What is taken off because a relative would show the same evidence; never more than the evidence they share."""
    like = {relative: _expected(found, relative, model) for relative in model.relatives if _fits(found, relative.when)}
    bits = round(-log2(1.0 + fsum(like.values())), 2)
    if bits == 0:
        return []
    likeliest = max(like, key=lambda relative: like[relative])
    return [Evidence("relatives", "Relatives", likeliest.name, bits, likeliest.sentence)]


def _fits(found: Iterable[Evidence], when: Mapping[str, frozenset[str]]) -> bool:
    levels = {item.feature: item.level for item in found}
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
