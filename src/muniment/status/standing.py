"""Which facts stand: tied to the person by a confirmed link, in force on the day, and not corrected by another fact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from muniment.status.facts import Fact, FactFile, Link
from muniment.status.residence import by_class

_STRENGTH: Final = {"rejected": 0, "possible": 1, "probable": 2, "confirmed": 3}


def _strength(link: Link) -> str:
    """The link as it counts: name and birth date alone confirm nothing (domain.md 1.4 step 1)."""
    return "probable" if link.link == "confirmed" and link.basis == "biographic" else link.link


class Ties:
    """How each record is tied to the person. Of several links of one record the weakest counts."""

    def __init__(self, links: Iterable[Link]) -> None:
        self._links: dict[str, list[Link]] = {}
        for link in links:
            self._links.setdefault(link.record, []).append(link)

    def of(self, record: str) -> str:
        """`confirmed`, `probable`, `possible` or `rejected`; a record without a link is confirmed."""
        links = self._links.get(record)
        return min(map(_strength, links), key=_STRENGTH.__getitem__) if links else "confirmed"

    def biographic(self, record: str) -> bool:
        """Whether the tie that counts rests on name and birth date alone."""
        weakest = self.of(record)
        return any(link.basis == "biographic" for link in self._links.get(record, ()) if _strength(link) == weakest)

    def confirmed(self) -> list[str]:
        """The records with a link, all of whose links are confirmed."""
        return [record for record in self._links if self.of(record) == "confirmed"]

    def disagreeing(self) -> dict[str, bool]:
        """Records whose link something speaks against, and whether it speaks against a match of prints.

        A candidate on biographic basis is left out: it counts only where it would change the outcome.
        """
        found = {}
        for record, links in self._links.items():
            against = [link for link in links if link.disagrees and link.link != "rejected"]
            tie = self.of(record)
            if against and tie != "rejected" and (tie == "confirmed" or not self.biographic(record)):
                found[record] = any(link.basis == "fingerprint" for link in against)
        return found


@dataclass(frozen=True, slots=True)
class Standing:
    """The facts that stand on the day: of confirmed records, and of candidates, which prove nothing. `skipped` maps the
    others to the rule that leaves them aside."""

    confirmed: tuple[Fact, ...]
    candidates: tuple[Fact, ...]
    skipped: Mapping[str, str]


def stand(file: FactFile, ties: Ties) -> Standing:
    """Sort the facts of `file` into those that stand and those that do not."""
    skipped: dict[str, str] = {}
    alive: list[Fact] = []
    candidates: set[str] = set()
    for fact in file.facts:
        tie = ties.of(fact.record)
        now = on_day(fact, file.as_of)
        if tie == "rejected":
            skipped[fact.id] = "identity.rejected"
        elif now is None:
            skipped[fact.id] = "record.later"
        else:
            alive.append(by_class(now))
            if tie != "confirmed":
                candidates.add(fact.id)
    alive.sort(key=in_order)
    out = corrected(alive, candidates)
    skipped |= dict.fromkeys(out, "record.corrected")
    standing = [fact for fact in alive if fact.id not in out]
    return Standing(
        tuple(fact for fact in standing if fact.id not in candidates),
        tuple(fact for fact in standing if fact.id in candidates),
        skipped,
    )


def in_order(fact: Fact) -> tuple[date, str]:
    """The order in which facts are read: by the day of their effect, then by id."""
    return fact.date, fact.id


def on_day(fact: Fact, day: date) -> Fact | None:
    """The fact as it counts on `day`; None when it is of a later day.

    An application that was filed by then and is decided later counts as pending, and corrects nothing.
    """
    if fact.date <= day:
        return fact
    filed = fact.day("filed")
    if filed is None or filed > day:
        return None
    values = {**fact.values, "state": "pending"}
    values.pop("until", None)
    return replace(fact, date=filed, values=values, supersedes=())


def corrected(facts: Sequence[Fact], candidates: Iterable[str] = ()) -> set[str]:
    """Ids of the facts that a standing fact corrects. Facts in a ring of corrections all stand.

    What corrects is settled before what it corrects. Where a ring is met from outside, the facts that are met are out,
    and what is left of it is settled by itself.
    """
    against = _corrections(facts, frozenset(candidates))
    out: set[str] = set()
    open_rings = [(against, _rings(against))]
    while open_rings:
        graph, rings = open_rings[-1]
        members = next(rings, None)
        if members is None:
            open_rings.pop()
        elif met := {name for name in members if graph[name] - members - out}:
            out |= met
            rest = members - met
            left = {name: graph[name] & rest for name in rest}
            open_rings.append((left, _rings(left)))
    return out


def _corrections(facts: Sequence[Fact], candidates: frozenset[str]) -> dict[str, set[str]]:
    """For each fact that corrects or is corrected, the ids of the facts that correct it."""
    names = {fact.id for fact in facts}
    against: dict[str, set[str]] = {}
    for fact in facts:
        for name in fact.supersedes:
            reaches = fact.id not in candidates or name in candidates
            if name in names and name != fact.id and reaches:
                against.setdefault(name, set()).add(fact.id)
                against.setdefault(fact.id, set())
    return against


def _rings(against: Mapping[str, set[str]]) -> Iterator[set[str]]:
    """The facts in sets whose members all correct each other, directly or through others; what is in no ring, alone.
    What corrects comes before what it corrects.

    Tarjan's components (1972) in one pass, and without recursion: a chain of corrections may be long.
    """
    number: dict[str, int] = {}  # in the order in which they were met
    lowest: dict[str, int] = {}  # of those whose set is not known yet: the first one that they lead to
    path: list[str] = []
    for start in against:
        steps = [] if start in number else [(start, iter(against[start]))]
        while steps:
            name, others = steps[-1]
            if name not in number:
                number[name] = lowest[name] = len(number)
                path.append(name)
            new = next((other for other in others if other not in number), None)
            if new is not None:
                steps.append((new, iter(against[new])))
                continue
            steps.pop()
            lowest[name] = min([lowest[name], *(lowest.get(other, number[name]) for other in against[name])])
            if lowest[name] == number[name]:
                members = _taken(path, name)
                for member in members:
                    del lowest[member]
                yield members


def _taken(path: list[str], name: str) -> set[str]:
    """Take everything from `name` on off the path."""
    members: set[str] = set()
    while name not in members:
        members.add(path.pop())
    return members
