"""The synthetic world as a stream: people with lives, the truth about them, and the records of the nine systems.

Everything here is invented. Person `number` of a world depends only on the seed, the day and the number, so a world can
be cut into parts, made by many processes, and made again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from muniment.core.errors import SenderFault
from muniment.sources.world.draw import Draw
from muniment.sources.world.life import Life, iso
from muniment.sources.world.numbers import CAPACITY
from muniment.sources.world.paths import live
from muniment.sources.world.people import person
from muniment.sources.world.recording import Recorded, record


class Inhabitant(NamedTuple):
    """One person of the world: the truth as JSON, and the records. `specimen` is the key of a specimen, else empty."""

    number: int
    name_group: str
    specimen: str
    truth: dict[str, Any]
    records: list[Recorded]


def generate(people: int, seed: int, today: date, first: int = 0) -> Iterator[Inhabitant]:
    """The people numbered from `first` on, in order. Raises `SenderFault` for more than there are numbers."""
    if not 0 <= first <= first + people <= CAPACITY:
        raise SenderFault(f"a world holds at most {CAPACITY:,} people", field="people")
    day = today.toordinal()
    for number in range(first, first + people):
        yield inhabitant(number, seed, day)


def inhabitant(number: int, seed: int, today: int) -> Inhabitant:
    """Person `number` of the world of `seed` on the ordinal day `today`."""
    draw = Draw(seed, number)
    life = Life(person(seed, number, today, draw), draw, today)
    live(life)
    life.events.sort(key=lambda event: event.day)
    records = record(life)
    return Inhabitant(number, life.person.culture.group, "", _truth(life, records), records)


def _truth(life: Life, records: list[Recorded]) -> dict[str, Any]:
    someone = life.person
    return {
        "status": life.status,
        "citizen": life.citizen,
        "present": life.present,
        "path": life.path,
        "name": someone.name._asdict(),
        "married_family": someone.married.family if someone.married else None,
        "sex": someone.sex,
        "birth_date": iso(someone.born),
        "birth_country": someone.country,
        "kin": someone.kin,
        "events": [
            {
                "kind": event.kind,
                "date": iso(event.day),
                **event.fields,
                **({} if event.recorded else {"unrecorded": True}),
            }
            for event in life.events
        ],
        "errors": {record.key: record.errors for record in records if record.errors},
    }
