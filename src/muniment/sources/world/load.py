"""Load a synthetic world into the database: everything or nothing, by COPY."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import chain, islice
from typing import Any, Final, NamedTuple

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from muniment.core.errors import Refused, WrongState
from muniment.sources.world.generate import Inhabitant, generate
from muniment.sources.world.recording import SYSTEM_RULES, Recorded, name_key
from muniment.sources.world.specimens import specimens
from muniment.store.models import Identity, Installation, WorldPerson, WorldRecord

#: Told how far the loading is: what is being done, how much of it is done, how much there is.
Progress = Callable[[str, int, int], None]

#: Rows of people that are copied at once; bounds memory.
BATCH: Final = 2000
#: What progress is told of.
PEOPLE: Final = "people of the synthetic world"
#: Ordinary people are filed behind the specimens.
FIRST_ID: Final = 1000
_as_json: Final = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode


def load_world(people: int, seed: int, progress: Progress | None = None, today: date | None = None) -> None:
    """Fill the empty world with the specimens and `people` others, and our list of exported identities with both.

    Raises `Refused` where the database is not marked synthetic, and `WrongState` where it already holds a world.
    """
    tell = progress or _silent
    with transaction.atomic():
        _check()
        day = today or timezone.now().date()
        tell(PEOPLE, 0, people)
        file_people(chain(specimens(day), generate(people, seed, day)), lambda done: tell(PEOPLE, done, people))
    _analyze()


def file_people(inhabitants: Iterable[Inhabitant], tell: Callable[[int], None] | None = None) -> None:
    """Copy people, their records and exported identities; `tell` is told how many, without the specimens."""
    change = (Identity.objects.aggregate(last=Max("change"))["last"] or 0) + 1
    done = 0
    for batch in _ahead(_batch(part) for part in _parts(inhabitants)):
        change += _copy_batch(batch, change)
        done += batch.number
        if tell:
            tell(done)


def _silent(_what: str, _done: int, _total: int) -> None:
    return None


def _check() -> None:
    if not Installation.objects.select_for_update().filter(synthetic=True).exists():
        raise Refused("The synthetic world may stand only in a database that is marked synthetic; this one is not.")
    if WorldPerson.objects.exists():
        raise WrongState("This database already holds a synthetic world; start over with an empty one.")


def _parts(inhabitants: Iterable[Inhabitant]) -> Iterator[Sequence[Inhabitant]]:
    rest = iter(inhabitants)
    while part := list(islice(rest, BATCH)):
        yield part


class _Batch(NamedTuple):
    """Rows as they are copied; `number` people without the specimens. Identities lack the number of their change."""

    number: int
    people: Sequence[tuple[Any, ...]]
    records: Sequence[tuple[Any, ...]]
    identities: Sequence[tuple[str, str, str]]


def _batch(part: Sequence[Inhabitant]) -> _Batch:
    rows = [(_id(someone), record, _as_json(record.subject)) for someone in part for record in someone.records]
    return _Batch(
        sum(not someone.specimen for someone in part),
        [_person_row(someone) for someone in part],
        [_record_row(*row) for row in rows],
        [(row.system, row.record_id, subject) for _, row, subject in rows if SYSTEM_RULES[row.system].exports],
    )


def _ahead(batches: Iterator[_Batch]) -> Iterator[_Batch]:
    """Each batch, while a thread makes the next one: the database works for about as long as making one takes."""
    with ThreadPoolExecutor(1) as maker:
        coming = maker.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = maker.submit(next, batches, None)
            yield batch


def _copy_batch(batch: _Batch, change: int) -> int:
    """Copy a batch; identities are numbered from `change` on. Gives how many there were."""
    _copy(WorldPerson, ("id", "name_group", "specimen", "truth"), batch.people)
    _copy(
        WorldRecord,
        ("system", "record_id", "person_id", "subject", "facts", "name_key", "birth_date", "age_hours"),
        batch.records,
    )
    numbered = ((*row, change + place, False) for place, row in enumerate(batch.identities))
    _copy(Identity, ("system", "record_id", "subject", "change", "gone"), numbered)
    return len(batch.identities)


def _id(someone: Inhabitant) -> int:
    return someone.number if someone.specimen else FIRST_ID + someone.number


def _person_row(someone: Inhabitant) -> tuple[Any, ...]:
    return _id(someone), someone.name_group, someone.specimen, _as_json(someone.truth)


def _record_row(person: int, record: Recorded, subject: str) -> tuple[Any, ...]:
    primary = record.subject["names"][0]
    return (
        *(record.system, record.record_id, person, subject, _as_json(record.facts)),
        *(name_key(primary["family"], primary["given"]), record.subject["birth_dates"][0], record.age_hours),
    )


def _copy(
    model: type[WorldPerson | WorldRecord | Identity], columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    statement = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _analyze() -> None:
    """Let the planner know what was loaded, so that the first searches are fast."""
    with connection.cursor() as cursor:
        for model in (WorldPerson, WorldRecord, Identity):
            cursor.execute(f"ANALYZE {model._meta.db_table}")
