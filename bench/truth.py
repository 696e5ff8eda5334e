"""Whether determinations agree with the truth of a generated world, every record linked to whom it is of.

Twice: from the whole life of each person, where a determination may say less than the truth but nothing else; and from
what the nine systems wrote down of it, with all their gaps, where no engine can know what no system holds.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from muniment.cli.markdown import table
from muniment.sources.world.generate import Inhabitant, generate
from muniment.status.determination import ADVERSE_CLASSES, STATUSES, Determination
from muniment.status.engine import determine
from muniment.status.facts import KINDS, FactFile, parse

PEOPLE: Final = 20_000
SEED: Final = 2026
PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "reference" / "agreement.md"
NOTE: Final = "<!-- Written by `make bench` from what it found. Measure again, do not change this page. -->"
#: Statuses that prove citizenship in different ways: a passport alone does not say which.
CITIZEN: Final = frozenset({"USC_B", "USC_A", "USC_D", "USC_N", "USC"})
#: Permanent residents; a conditional one is told in the same answer (INA 216(a); 8 CFR 216.1).
RESIDENT: Final = frozenset({"LPR", "CPR"})
OPEN: Final = frozenset({"UND", "NRLA"})


@dataclass(slots=True)
class Agreement:
    """What was found, counted by true status.

    `part` counts what holds of the person beside the status that governs (an overlay), or is told in the same answer;
    `other` a true status and another one that was found in its place; `against` those of them that were given an
    adverse class which the whole life does not give.
    """

    people: int = 0
    same: Counter[str] = field(default_factory=Counter)
    part: Counter[str] = field(default_factory=Counter)
    open: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)
    other: Counter[tuple[str, str]] = field(default_factory=Counter)
    against: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    citizens: int = 0
    adverse_citizens: list[int] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Determinations a second of one core."""
        return self.people / self.seconds

    def add(self, someone: Inhabitant, file: FactFile, whole: Determination | None = None) -> Determination:
        """Determine one person and compare with the truth, of which `whole` says more than the status."""
        began = time.process_time()
        found = determine(file)
        self.seconds += time.process_time() - began
        self.people += 1
        if someone.truth["citizen"]:
            self.citizens += 1
            if found.answer_class in ADVERSE_CLASSES:
                self.adverse_citizens.append(someone.number)
        if someone.truth["present"]:
            self._compare(str(someone.truth["status"]), found, whole or found)
        else:
            self.left[found.status] += 1
        return found

    def _compare(self, true: str, found: Determination, whole: Determination) -> None:
        """An overlay is as true as the status that governs beside it (contract: TPS of a visitor whose stay runs)."""
        self.of[true] += 1
        if true in (found.status, *found.overlays) or {found.status, true} <= CITIZEN:
            self.same[true] += 1
        elif found.status in OPEN:
            self.open[true] += 1
        elif found.status in whole.overlays or {found.status, true} <= RESIDENT:
            self.part[true] += 1
        else:
            self.other[true, found.status] += 1
            if found.answer_class in ADVERSE_CLASSES - {whole.answer_class}:
                self.against[true] += 1


def life_of(someone: Inhabitant, today: date) -> FactFile:
    """The fact file of the whole life: every event on record as it was."""
    events = [event for event in someone.truth["events"] if event["kind"] in KINDS]
    return _file(someone, today, [{**event, "id": f"e{n}", "record": "CIS:1"} for n, event in enumerate(events)])


def records_of(someone: Inhabitant, today: date) -> FactFile:
    """The fact file of what the systems wrote down, read when each copy was made."""
    now = datetime.combine(today, datetime.min.time(), UTC) + timedelta(hours=12)
    facts = [
        {**fact, "pulled": f"{now - timedelta(hours=record.age_hours):%Y-%m-%dT%H:%M:%SZ}"}
        for record in someone.records
        for fact in record.facts
    ]
    return _file(someone, today, facts)


def _file(someone: Inhabitant, today: date, facts: list[dict[str, Any]]) -> FactFile:
    person = {"birth_date": someone.truth["birth_date"]}
    return parse({"as_of": today.isoformat(), "person": person, "facts": facts})


def agreements(people: int = PEOPLE, seed: int = SEED, today: date | None = None) -> tuple[Agreement, Agreement]:
    """From the whole lives, and from what was written down of them."""
    day = today or datetime.now(UTC).date()
    whole, recorded = Agreement(), Agreement()
    for someone in generate(people, seed, day):
        recorded.add(someone, records_of(someone, day), whole.add(someone, life_of(someone, day)))
    return whole, recorded


def as_table(found: Agreement) -> str:
    """By true status: how many, how many found as they are, in part, left open, or found as something else."""
    return table(("status in truth", "people", "found so", "in part", "left open", "found otherwise"), _rows(found))


def _rows(found: Agreement) -> Iterable[tuple[str, ...]]:
    for status in sorted(found.of, key=list(STATUSES).index):
        others = {other: n for (true, other), n in found.other.items() if true == status}
        counts = (found.of[status], found.same[status], found.part[status], found.open[status])
        yield f"{status} {STATUSES[status]}", *(f"{n:,}" for n in counts), _said(others)
    sums = (found.of.total(), found.same.total(), found.part.total(), found.open.total(), found.other.total())
    yield "all who are here", *(f"{n:,}" for n in sums)


def _said(others: Mapping[str, int]) -> str:
    return ", ".join(f"{status} {n:,}" for status, n in sorted(others.items())) or "none"


def page(whole: Agreement, recorded: Agreement) -> str:
    """Both tables with what they mean."""
    blocks = [
        NOTE,
        "# Agreement with the truth of a world",
        f"A world of {whole.people:,} invented people (seed {SEED}), as `make bench` found it. Every record is linked "
        "to the person it is of, so this measures the rules and not the matching. *Left open* is undetermined, or no "
        "record found: a person decides. *In part* is what holds of the person beside the status that governs "
        "(somebody who entered without inspection is in proceedings too), or is told in the same answer (a permanent "
        "resident, conditional or not). People who have left the country have no status here and stand below.",
        "## From whole lives",
        f"Every event of a life is on record as it was. Nobody is found as something else than in truth; of "
        f"{whole.citizens:,} citizens {len(whole.adverse_citizens)} were given an adverse class.",
        as_table(whole),
        "## From what the systems wrote down",
        "Files are missing, events unrecorded, dates and classes wrong, at the rates of the world. A determination "
        "says what is on record and cannot know what no system holds: that is why an answer says which systems "
        "were asked, that absence proves nothing, and why a second person looks at every adverse one. Where the "
        "records themselves show that some are missing, or are too old to speak for today, the rules `stay.later`, "
        f"`stay.file` and `stay.alone` leave it open. Of {recorded.citizens:,} citizens "
        f"{len(recorded.adverse_citizens)} were given an adverse class; of all who were found otherwise "
        f"{recorded.against.total()} were given one that the truth does not bear out.",
        as_table(recorded),
        "## People who have left",
        "What is found of them. A departure that was not recorded reads as a stay that ended.",
        table(
            ("found", "from whole lives", "from what was written down"),
            (
                (f"{status} {STATUSES[status]}", f"{whole.left[status]:,}", f"{recorded.left[status]:,}")
                for status in STATUSES
                if whole.left[status] or recorded.left[status]
            ),
        ),
    ]
    return "\n\n".join(blocks) + "\n"


def keep(whole: Agreement, recorded: Agreement) -> None:
    """Write the page, print its tables."""
    PAGE.write_text(page(whole, recorded), encoding="utf-8")
    print(as_table(whole), as_table(recorded), sep="\n\n")


def adverse(whole: Agreement, recorded: Agreement) -> int:
    """Citizens with an adverse class in both tables."""
    return len(whole.adverse_citizens) + len(recorded.adverse_citizens)


if __name__ == "__main__":
    found = agreements()
    keep(*found)
    print(f"{adverse(*found)} citizens with an adverse class in both tables; {found[1].rate:,.0f} a second a core")
