"""Asked beside recorded: one row a field, one column a candidate, values and differences, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from muniment.core.subject import Subject, subject_from_json
from muniment.identity.differences import FieldDifference, align
from muniment.identity.spans import Span
from muniment.store import access
from muniment.store.models import Candidate, CandidateRecord, Inquiry, User, Verdict
from muniment.web.waterfall import Waterfall, waterfall

#: Rows that are left out when neither side says anything.
OPTIONAL: Final = frozenset({"identifiers", "aliases"})
#: Verdict to the words of its button and its key.
BUTTONS: Final[Mapping[str, tuple[str, str]]] = {
    "same": ("Same person", "s"),
    "another": ("Another", "d"),
    "cannot tell": ("Cannot tell", "c"),
}
SPOKEN: Final[Mapping[str, str]] = {"same": "same person", "another": "another person", "cannot tell": "cannot tell"}


@dataclass(frozen=True, slots=True)
class Value:
    """One recorded value. `systems` names its sources where the candidate's records do not agree on it."""

    spans: Sequence[Span]
    mark: str
    words: str
    systems: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one candidate records in one field."""

    column: int
    values: Sequence[Value]

    @property
    def mark(self) -> str:
        """The mark of the whole cell, where all records agree."""
        return self.values[0].mark if len(self.values) == 1 else ""


@dataclass(frozen=True, slots=True)
class Row:
    """One field: what was asked, and what each candidate records."""

    field: str
    label: str
    asked: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict that stands, in words."""

    who: str
    verdict: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """How the own verdict ties the candidate's records to the person, in a word, a shape, and why."""

    state: str
    shape: str
    why: str


#: Basis of a tie to why it counts. Name and birth date alone confirm nothing (domain.md 1.4).
BASES: Final[Mapping[str, str]] = {
    "fingerprint": "tied by prints",
    "identifier": "tied by a number",
    "biographic": "by name and birth date alone, which confirms nothing",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One candidate: its records, the verdicts on it that may be shown, and after the own verdict its score."""

    column: int
    candidate: Candidate
    records: Sequence[CandidateRecord]
    systems: str
    own: Judged | None
    others: Sequence[Judged]
    score: Waterfall | None
    tags: Sequence[str]
    apart: Sequence[Verdict]

    @property
    def link(self) -> Link | None:
        """What the own verdict made of it; None before that."""
        if self.own is None:
            return None
        if self.chose("another"):
            return Link("different person", "≠", "its facts are left aside")
        if self.chose("cannot tell"):
            return Link("possible", "○", "not decided")
        why = BASES[self.candidate.basis]
        sure = self.candidate.basis != "biographic"
        return Link("confirmed", "●", why) if sure else Link("probable", "◐", why)

    @property
    def buttons(self) -> list[tuple[str, str, str, bool]]:
        """Verdict, words, key, whether it is the own standing one."""
        return [(name, words, key, self.chose(name)) for name, (words, key) in BUTTONS.items()]

    def chose(self, verdict: str) -> bool:
        """Whether the own verdict is this one."""
        return self.own is not None and self.own.verdict == SPOKEN[verdict]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The whole table."""

    columns: Sequence[Column]
    rows: Sequence[Row]

    @property
    def scored(self) -> list[Column]:
        """Candidates whose score may be shown."""
        return [column for column in self.columns if column.score is not None]

    @property
    def newest(self) -> Column | None:
        """The candidate this person judged last: its evidence is open."""
        judged = [(column.own.at, column.column, column) for column in self.columns if column.own is not None]
        return max(judged)[2] if judged else None

    @property
    def summary(self) -> str:
        """`1 is the person, 2 are other people`, from the own verdicts."""
        own = [column.own.verdict if column.own else "" for column in self.columns]
        parts = [
            _told(own.count("same person"), "is the person", "are the person"),
            _told(own.count("another person"), "is another person", "are other people"),
            _told(own.count("cannot tell"), "is open", "are open"),
            _told(own.count(""), "to judge", "to judge"),
        ]
        return ", ".join(part for part in parts if part) or "no candidate was found"


def _told(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""


def comparison(inquiry: Inquiry, found: Sequence[Candidate], viewer: User, *, revealed: bool) -> Comparison:
    """The table for one viewer: a score only after the own verdict, others' verdicts only once `revealed`."""
    asked = subject_from_json(inquiry.subject)
    ours = {(record.system, record.record_id) for each in found for record in each.records.all()}
    apart = access.told_apart(inquiry, ours)
    columns = [_column(number, each, viewer, inquiry, revealed, apart) for number, each in enumerate(found, start=1)]
    return Comparison(columns, _rows(asked, columns))


def _column(
    number: int,
    candidate: Candidate,
    viewer: User,
    inquiry: Inquiry,
    revealed: bool,
    apart: Sequence[tuple[str, str, Verdict]],
) -> Column:
    records = sorted(candidate.records.all(), key=lambda record: (record.system, record.record_id))
    standing = [verdict for verdict in candidate.verdicts.all() if not verdict.withdrawn]
    own = next((_judged(verdict) for verdict in standing if verdict.user_id == viewer.pk), None)
    others = [_judged(verdict) for verdict in standing if verdict.user_id != viewer.pk] if revealed else []
    may_score = own is not None or not inquiry.open
    systems = ", ".join(dict.fromkeys(record.system for record in records))
    score = waterfall(candidate.score) if may_score else None
    tags = _tags(candidate, judged=own is not None) if inquiry.open else []
    keys = {(record.system, record.record_id) for record in records}
    before = [verdict for system, record_id, verdict in apart if may_score and (system, record_id) in keys]
    return Column(number, candidate, records, systems, own, others, score, tags, before)


#: What is said of a candidate that was not there from the beginning.
FOUND_BY: Final[Mapping[str, str]] = {
    "late": "came late",
    "supplement": "found with what was added",
    "reopening": "found after it was reopened",
}


def _tags(candidate: Candidate, *, judged: bool) -> list[str]:
    said = [FOUND_BY.get(candidate.found_by, "")]
    said += ["changed: judge it anew"] if candidate.changed and not judged else []
    said += ["found no more"] if candidate.lost else []
    return [words for words in said if words]


def _judged(verdict: Verdict) -> Judged:
    return Judged(str(verdict.user), SPOKEN[verdict.verdict], verdict.at)


def _rows(asked: Subject, columns: Sequence[Column]) -> list[Row]:
    aligned = [[align(asked, subject_from_json(record.subject)) for record in column.records] for column in columns]
    rows = []
    for place, field in enumerate(align(asked, Subject())):
        cells = [
            Cell(column.column, _values(column.records, [fields[place] for fields in of_records]))
            for column, of_records in zip(columns, aligned, strict=True)
        ]
        said = field.asked or any(value.spans for cell in cells for value in cell.values)
        if said or field.field not in OPTIONAL:
            rows.append(Row(field.field, field.label, field.asked, cells))
    return rows


def _values(records: Sequence[CandidateRecord], found: Sequence[FieldDifference]) -> list[Value]:
    """The distinct values of a candidate's records, most records first, without records that are silent here."""
    speaking = [(record, each) for record, each in zip(records, found, strict=True) if each.recorded]
    if not speaking:
        return [Value((), "none", "not recorded")]
    sources: dict[FieldDifference, list[str]] = {}
    for record, each in speaking:
        sources.setdefault(each, []).append(record.system)
    return [
        Value(each.spans, each.mark, each.words, "" if len(names) == len(records) else ", ".join(dict.fromkeys(names)))
        for each, names in sorted(sources.items(), key=lambda item: -len(item[1]))
    ]
