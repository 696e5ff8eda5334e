"""Which facts stand: tied to the person by a confirmed link, in force on the day, and not corrected by another fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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

    A fact stands when everything that corrects it is out; it is out when something that stands corrects it. What these
    two sentences leave open is a ring, whose members stand, and what hangs on it.
    """
    against = _corrections(facts, frozenset(candidates))
    corrects: dict[str, list[str]] = {name: [] for name in against}
    for name, others in against.items():
        for other in others:
            corrects[other].append(name)
    out: set[str] = set()
    while against:
        sure = [name for name, others in against.items() if not others] or sorted(_ring(against))
        out |= _settled(sure, against, corrects)
    return out


def _settled(sure: Sequence[str], against: dict[str, set[str]], corrects: Mapping[str, Sequence[str]]) -> set[str]:
    """Ids of the facts that are out because the sure ones stand, and so on; what is settled leaves `against`."""
    out: set[str] = set()
    for name in sure:
        del against[name]
    waiting = list(sure)
    while waiting:
        fallen = [name for name in corrects[waiting.pop()] if against.pop(name, None) is not None]
        out.update(fallen)
        for name in fallen:
            for freed in corrects[name]:
                if freed in against:
                    against[freed].discard(name)
                    if not against[freed]:
                        del against[freed]
                        waiting.append(freed)
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


def _ring(against: Mapping[str, set[str]]) -> set[str]:
    """The members of every ring of corrections that no other ring reaches."""
    above = {name: _above(name, against) for name in against}
    return {name for name in against if name in above[name] and all(name in above[other] for other in above[name])}


def _above(name: str, against: Mapping[str, set[str]]) -> set[str]:
    """Everything that corrects `name`, directly or through others."""
    found: set[str] = set()
    waiting = list(against[name])
    while waiting:
        other = waiting.pop()
        if other not in found:
            found.add(other)
            waiting.extend(against.get(other, ()))
    return found
