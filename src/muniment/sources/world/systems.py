"""The nine synthetic record systems: each answers from what the world's tables hold for it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.utils import timezone
from rapidfuzz import fuzz

from muniment.core.record import Record
from muniment.core.subject import Name, Subject, subject_from_json
from muniment.sources.world.recording import SYSTEM_RULES, name_key
from muniment.store.models import WorldRecord

#: Most records that a system's own search gives, and most rows it looks at for them.
MOST_FOUND: Final = 30
MOST_READ: Final = 400
#: Letters of the family name that a name must begin with to be looked at when the birth date agrees.
BEGINNING: Final = 3
_FETCH: Final = f"""
SELECT record_id, subject::text, facts::text, age_hours
  FROM {WorldRecord._meta.db_table} WHERE system = %s AND record_id = ANY(%s)
"""  # noqa: S608  the name of our own table
_SEARCH: Final = f"""
SELECT record_id, name_key, birth_date
  FROM {WorldRecord._meta.db_table}
 WHERE system = %(system)s
   AND (record_id = ANY(%(ids)s) OR name_key = ANY(%(names)s)
        OR (birth_date = ANY(%(born)s) AND name_key LIKE ANY(%(beginnings)s)))
 LIMIT {MOST_READ}
"""  # noqa: S608  the same


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong with a system, for tests and rehearsals; several at once are possible.

    `delay` is in seconds before each answer; `hangs` gives none until the system is woken; `dies` breaks the line;
    `freshness` is added to the time that the system says its copy was read (positive: of the future; negative: old).
    """

    delay: float = 0.0
    hangs: bool = False
    dies: bool = False
    freshness: timedelta = timedelta()


class WorldSystem:
    """One system of the synthetic world.

    The setting `MUNIMENT_WORLD_TROUBLE` may hold the fields of a `Trouble` by the code of the system it befalls.
    """

    def __init__(self, code: str, trouble: Trouble | None = None, now: Callable[[], datetime] = timezone.now) -> None:
        self._rules = SYSTEM_RULES[code]
        self.code = code
        self.timeout = self._rules.timeout
        self.exports = self._rules.exports
        self.trouble = trouble or _from_settings(code)
        self._now = now
        self._woken = threading.Event()

    @property
    def near(self) -> bool:
        """It answers from our own database and may be asked in turn with others, but where trouble is rehearsed."""
        return self.trouble == Trouble()

    def wake(self) -> None:
        """End a hang and a delay; what was asked meanwhile is answered late."""
        self._woken.set()

    def search(self, subject: Subject) -> Sequence[str]:
        """Records under a number asked about, then those of like names, the most alike first."""
        self._suffer()
        wanted = set(self._ids_of(subject))
        with connection.cursor() as cursor:
            cursor.execute(_SEARCH, {"system": self.code, "ids": list(wanted), **_like(subject)})
            found = cursor.fetchall()
        ranked = sorted(found, key=lambda row: (row[0] not in wanted, -_likeness(subject, row[1], row[2]), row[0]))
        return [record_id for record_id, _, _ in ranked[:MOST_FOUND]]

    def fetch(self, record_ids: Sequence[str]) -> Sequence[Record]:
        """The records held under these ids, each as old as its copy."""
        self._suffer()
        now = self._now()
        with connection.cursor() as cursor:  # one statement, asked for each inquiry: the ORM would take longer than it
            cursor.execute(_FETCH, [self.code, list(record_ids)])
            return [_record(self.code, row, now) for row in cursor.fetchall()]

    def freshness(self) -> datetime:
        """When this copy was read from the system of origin."""
        self._suffer()
        return self._now() - timedelta(hours=self._rules.copy_hours) + self.trouble.freshness

    def _suffer(self) -> None:
        if self.trouble.hangs or self.trouble.delay:
            self._woken.wait(None if self.trouble.hangs else self.trouble.delay)
        if self.trouble.dies:
            raise ConnectionResetError(f"{self.code} broke the connection")

    def _ids_of(self, subject: Subject) -> Iterator[str]:
        """The ids under which this system would file the numbers asked about."""
        if self._rules.id == "a_number":
            yield from (f"A{value}" for value in subject.values_of("a_number"))
        elif self._rules.id == "fbi":
            yield from subject.values_of("fbi")


def _like(subject: Subject) -> dict[str, list[str]]:
    """The same name in either order, with all or one part of the family name; beginnings that count with the date."""
    names, beginnings = set(), set()
    for name in subject.names:
        for family in {name.family, *(name.family or "").split()}:
            names |= {name_key(family, name.given), name_key(name.given, family)}
        for part in filter(None, (name.family, name.given)):
            beginnings.add(name_key(part, None)[:BEGINNING] + "%")
    return {"names": list(names), "beginnings": list(beginnings), "born": list(subject.birth_dates)}


def _key(name: Name) -> str:
    return name_key(name.family, name.given)


def _likeness(subject: Subject, key: str, birth_date: str) -> float:
    """How alike the best of the names is, from 0 to 100, and half as much again for the same birth date."""
    names = max((fuzz.token_sort_ratio(_key(name), key) for name in subject.names), default=0.0)
    return names + 50 * (birth_date in subject.birth_dates)


def _record(code: str, row: tuple[str, str, str, int], now: datetime) -> Record:
    record_id, subject, facts, age_hours = row
    pulled = now - timedelta(hours=age_hours)
    stamp = pulled.strftime("%Y-%m-%dT%H:%M:%SZ")
    told = tuple({**fact, "pulled": stamp} for fact in json.loads(facts))
    return Record(code, record_id, subject_from_json(json.loads(subject)), pulled, told)


def _from_settings(code: str) -> Trouble:
    troubles: Mapping[str, Mapping[str, Any]] = getattr(settings, "MUNIMENT_WORLD_TROUBLE", {})
    return Trouble(**troubles.get(code, {}))
