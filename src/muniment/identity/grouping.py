"""Which records are shown as one candidate: those that share an exact unique identifier and the birth date."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from muniment.core.record import Record
from muniment.identity import dates, identifiers


def group(records: Sequence[Record]) -> list[tuple[Record, ...]]:
    """Candidates in the order of their first record. Nothing else ties records together, however much they agree."""
    label = list(range(len(records)))
    first: dict[Hashable, int] = {}
    for place, record in enumerate(records):
        for tie in _ties(record):
            one, other = label[first.setdefault(tie, place)], label[place]
            if one != other:
                label = [min(one, other) if each in (one, other) else each for each in label]
    found: dict[int, list[Record]] = {each: [] for each in sorted(set(label))}
    for record, its in zip(records, label, strict=True):
        found[its].append(record)
    return [tuple(members) for members in found.values()]


def _ties(record: Record) -> Iterator[Hashable]:
    """Each unique identifier with each full birth date of the record."""
    unique = identifiers.unique_in(record.subject)
    for text in record.subject.birth_dates if unique else ():
        if (birth := dates.parse(text)) and birth.day:
            for item in unique:
                yield item, text
