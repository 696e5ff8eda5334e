"""How fast and how right identity matching is, on a world of a seed that nothing was tuned on.

Scoring, candidates and index are timed on one core (processor time), so that what else the machine does counts little.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from bench import people
from bench.figures import Figure
from bench.people import People
from muniment.cli.markdown import table as as_markdown
from muniment.core.subject import Subject
from muniment.identity import calibration
from muniment.identity.calibration import Bin
from muniment.identity.columns import Columns, probabilities, weights
from muniment.identity.described import describe
from muniment.identity.evaluation import THRESHOLD, Rates
from muniment.identity.index import Index
from muniment.identity.model import MODEL, with_prior
from muniment.identity.name_columns import LEXICON
from muniment.identity.ragged import Bools, Floats, Ints
from muniment.identity.score import compare, weigh

SEED: Final = 2027
#: People whose records are compared with one another.
COMPARED: Final = 60_000
#: People whose records are filed: about a million records.
FILED: Final = 430_000
FILED_FULL: Final = 4_300_000
#: One person in so many is asked for by a record that is not filed.
ASKED: Final = 200
TIMES: Final = 3
#: Candidates that are scored and explained for one question.
SHOWN: Final = 6
PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "reference" / "benchmarks-matching.md"
NOTE: Final = "<!-- Written by `make bench` from what it measured. Measure again, do not change this page. -->"


class Scored(NamedTuple):
    """Candidate pairs of a table with their weights, and the speed of each part of them."""

    pairs: Ints
    weight: Floats
    same: Bools
    speed: list[float]
    one_by_one: float
    reused: float


def measured(filed: int = FILED, compared: int = COMPARED) -> list[Figure]:
    """All figures; calibration and rates by name group go to a page of their own."""
    table = people.table(compared, SEED)
    scored = score(table, compared)
    probability = probabilities(scored.weight)
    bins = reliability(probability, scored.same)
    rates = by_group(table, scored.pairs[probability >= THRESHOLD], scored.same[probability >= THRESHOLD])
    built = [build(table) for _ in range(TIMES)]
    found = [
        Figure("pairs weighed with all evidence, one core", "a second", scored.speed, 500_000),
        Figure("calibration, mean error", "", [calibration.error(bins)], 0.01, "less"),
        Figure(
            "calibration, mean error from 0.05 to 0.95", "", [calibration.error(bins, *calibration.GREY)], 0.1, "less"
        ),
        Figure("false links, worst name group to best", "times", [spread(rates, "false")], 2, "less"),
        Figure("missed links, worst name group to best", "times", [spread(rates, "missed")], 2, "less"),
        Figure("index built, one core", "identities a second", built, 25_000),
        *asked(filed),
    ]
    write(scored, bins, rates, compared)
    return found


def score(table: People, size: int) -> Scored:
    """Weigh all candidate pairs, a part of them at a time; no pair is there twice."""
    pairs = people.pairs(table)
    columns, model = Columns.of(table.subject), with_prior(MODEL, 1 / size)
    weight, speed = [], []
    before = LEXICON.asked, LEXICON.compared
    for part in np.array_split(pairs, TIMES):
        began = time.process_time()
        weight.append(weights(columns, columns, part, model))
        speed.append(len(part) / (time.process_time() - began))
    asked, compared = LEXICON.asked - before[0], LEXICON.compared - before[1]
    some = [[describe(table.subject[place]) for place in pair] for pair in pairs[:: len(pairs) // 5000 + 1].tolist()]
    began = time.process_time()
    for one, other in some:
        weigh(one, other, model)
    one_by_one = len(some) / (time.process_time() - began)
    same = people.true_pairs(table, pairs)
    return Scored(pairs, np.concatenate(weight), same, speed, one_by_one, 1 - compared / max(asked, 1))


def reliability(probability: Floats, same: Bools) -> list[Bin]:
    """`calibration.reliability` of millions of pairs."""
    edges = np.array(calibration.EDGES)
    places = np.minimum(np.searchsorted(edges, probability, side="right"), len(edges) - 1) - 1
    found = []
    for place in np.unique(places).tolist():
        here = places == place
        said, true = float(probability[here].mean()), float(same[here].mean())
        found.append(Bin(float(edges[place]), float(edges[place + 1]), int(here.sum()), said, true))
    return found


def by_group(table: People, linked: Ints, same: Bools) -> dict[str, Rates]:
    """Right, false and missed links by the name group of the first record."""
    names, group = np.unique(np.array(table.group), return_inverse=True)
    records = np.bincount(table.person)
    groups = np.zeros(len(records), np.int64)
    groups[table.person] = group
    size = len(names)
    true = np.bincount(groups, weights=records * (records - 1) // 2, minlength=size)
    right = np.bincount(group[linked[same, 0]], minlength=size)
    false = np.bincount(group[linked[~same, 0]], minlength=size)
    return {
        str(name): Rates(int(right[place]), int(false[place]), int(true[place] - right[place]))
        for place, name in enumerate(names)
    }


def spread(rates: dict[str, Rates], what: str) -> float:
    """How many times the share of `false` or `missed` of the best group the worst has.

    Half a link is added to each, so that a group in which none happened to be wrong does not count as without fault.
    Groups of few links are left out.
    """
    found = [(getattr(each, what) + 0.5) / (each.right + each.missed) for each in rates.values() if not each.few]
    return float(max(found) / min(found))


def build(table: People) -> float:
    """Identities a second of processor time that are filed, descriptions read to index on disk."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        Index.rebuild(Path(folder), ((str(place), each) for place, each in enumerate(table.subject)), {})
        return len(table.subject) / (time.process_time() - began)


def asked(size: int) -> list[Figure]:
    """Questions to an index of many identities: time, and whether the person is found by another record."""
    questions: list[tuple[int, Subject]] = []
    filed: dict[str, Subject] = {}
    with tempfile.TemporaryDirectory() as folder:
        index = Index.rebuild(Path(folder), _but_questions(size, questions, filed), {})
        took, right = [], 0
        for person, subject in questions:
            began = time.perf_counter()
            hits = index.search(subject)
            for hit in hits[:SHOWN]:
                compare(subject, filed.get(hit.key, subject))
            took.append(1000 * (time.perf_counter() - began))
            right += any(hit.key.partition(":")[0] == str(person) for hit in hits)
        count = f"{index.count:,} identities"
        return [
            Figure(f"question to {count}, median", "ms", [float(np.percentile(took, 50))], 3, "less"),
            Figure(f"question to {count}, 99 of 100 within", "ms", [float(np.percentile(took, 99))], 15, "less"),
            Figure(f"right person among 50 candidates of {count}", "of 1", [right / len(questions)], 0.995),
            Figure("index on disk", "bytes an identity", [index.size / index.count], 120, "less"),
        ]


def _but_questions(
    size: int, questions: list[tuple[int, Subject]], filed: dict[str, Subject]
) -> Iterator[tuple[str, Subject]]:
    """All records but those that are asked; other records of the people asked for are kept to compare."""
    chance = random.Random(SEED)
    own: list[Subject] = []
    before = 0
    for person, _, subject in people.records(size, SEED):
        if person != before:
            yield from _of_person(before, own, questions, filed, chance)
            own, before = [], person
        own.append(subject)
    yield from _of_person(before, own, questions, filed, chance)


def _of_person(
    person: int,
    own: list[Subject],
    questions: list[tuple[int, Subject]],
    filed: dict[str, Subject],
    chance: random.Random,
) -> Iterator[tuple[str, Subject]]:
    if person % ASKED == 0 and len(own) > 1:
        questions.append((person, own.pop(chance.randrange(len(own)))))
        filed |= {f"{person}:{place}": subject for place, subject in enumerate(own)}
    yield from ((f"{person}:{place}", subject) for place, subject in enumerate(own))


def write(scored: Scored, bins: list[Bin], rates: dict[str, Rates], size: int) -> None:
    """Keep calibration and rates by group as a page of the reference."""
    blocks = [
        NOTE,
        "# Calibration and fairness of matching",
        f"Measured by `make bench` with the model {MODEL.version} on {len(scored.pairs):,} candidate pairs of a world "
        f"of {size:,} people, of a seed that nothing was tuned on. One by one {scored.one_by_one:,.0f} pairs a "
        f"second are weighed; in columns {scored.reused:.0%} of the pairs of words were compared before.",
        "## Of pairs said to be …, so many are of one person",
        as_markdown(
            ("probability", "pairs", "said", "so"),
            [(f"{b.low:g} to {b.high:g}", f"{b.pairs:,}", f"{b.said:.3f}", f"{b.true:.3f}") for b in bins],
        ),
        f"## Links from {THRESHOLD:g} on, by name group",
        as_markdown(
            ("name group", "right", "false", "missed", "false of links", "missed of true"),
            [
                (name, f"{r.right:,}", f"{r.false:,}", f"{r.missed:,}", f"{r.false_rate:.3%}", f"{r.missed_rate:.3%}")
                for name, r in sorted(rates.items(), key=lambda item: item[1].false_rate)
            ],
        ),
        "The threshold is one for all. In some groups few names are borne by many, second surnames are not used, and "
        "1 January stands for an unknown birth date; there more people look alike, and more false links remain.",
    ]
    PAGE.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


if __name__ == "__main__":
    chosen = argparse.ArgumentParser(prog="python -m bench.identity", description=__doc__)
    chosen.add_argument("--filed", type=int, default=FILED, help="people whose records are filed")
    chosen.add_argument("--compared", type=int, default=COMPARED, help="people whose records are compared")
    for figure in measured(**vars(chosen.parse_args())):
        print(*figure.row(), sep=" | ", flush=True)
