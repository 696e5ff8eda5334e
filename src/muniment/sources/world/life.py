"""A life as it is lived: events in the kinds of the status contract, and the truth they add up to."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from typing import Any, Final, NamedTuple

from muniment.sources.world.draw import Draw, Weighted
from muniment.sources.world.people import YEAR, Person

#: What kinds of lives there are and how often; read from lives.toml.
LIVES: Final[Mapping[str, Any]] = tomllib.loads((files("muniment.sources.world") / "lives.toml").read_text("utf-8"))
RATES: Final[Mapping[str, float]] = LIVES["rates"]
CLASSES: Final[Mapping[str, Weighted[str]]] = {key: Weighted(table.items()) for key, table in LIVES["classes"].items()}

_FIRST: Final = date(1900, 1, 1).toordinal()
_ISO: Final = [date.fromordinal(day).isoformat() for day in range(_FIRST, date(2100, 1, 1).toordinal())]


def iso(day: int) -> str:
    """An ordinal day of the twentieth or twenty-first century as CCYY-MM-DD."""
    return _ISO[day - _FIRST]


class Event(NamedTuple):
    """Something that happened on a day. `fields` are those of the fact; `recorded` is False where no system saw it."""

    day: int
    kind: str
    fields: Mapping[str, Any]
    recorded: bool = True


class Life:
    """A life being lived. Paths add events and say where the person stands at the end.

    `status` is the code of domain.md 1.2 that the full truth gives today; UND for somebody who has left.
    """

    __slots__ = ("born", "citizen", "draw", "events", "path", "person", "present", "status", "today")

    def __init__(self, person: Person, draw: Draw, today: int) -> None:
        self.person = person
        self.draw = draw
        self.today = today
        self.born = person.born
        self.path = ""
        self.events: list[Event] = []
        self.status = "UND"
        self.citizen = False
        self.present = True

    def say(self, kind: str, day: int, **fields: Any) -> None:
        """Something happens that a record system is told of."""
        self.events.append(Event(day, kind, fields))

    def hide(self, kind: str, day: int, **fields: Any) -> None:
        """Something happens that no record system ever learns."""
        self.events.append(Event(day, kind, fields, recorded=False))

    def admit(self, day: int, code: str, until: int | None) -> None:
        """Admission after inspection; without `until` for the duration of status."""
        self.say("visa", max(self.born, day - self.draw.between(3, 90)))
        if until is None:
            self.events.append(Event(day, "admission", {"class": code, "duration_of_status": True}))
        else:
            self.events.append(Event(day, "admission", {"class": code, "admit_until": iso(until)}))

    def arrive_as_resident(self, day: int, code: str) -> None:
        """Admission on an immigrant visa."""
        self.say("visa", max(self.born, day - self.draw.between(3, 150)))
        self.events.append(Event(day, "admission", {"class": code}))
        self.reside(day, code, conditional=False)

    def reside(self, day: int, code: str, *, conditional: bool) -> None:
        """Permanent residence begins."""
        self.events.append(Event(day, "lpr_grant", {"class": code, "conditional": conditional}))
        self.status = "CPR" if conditional else "LPR"

    def ask_to_stay(self, decided: int, form: str, filed: int, code: str, until: int | None) -> None:
        """An extension or change, approved on `decided` until `until`, or pending without it."""
        state = "pending" if until is None else "approved"
        fields: dict[str, Any] = {"form": form, "filed": iso(filed), "state": state, "class": code}
        self.events.append(
            Event(decided, "stay_application", fields if until is None else fields | {"until": iso(until)})
        )

    def leave(self, day: int) -> None:
        self.say("departure", day)
        self.status, self.present = "UND", False

    def stand(self, status: str) -> None:
        """Where the person stands today."""
        self.status, self.present = status, True

    def become_citizen(self, status: str) -> None:
        self.status, self.citizen = status, True

    def recent(self, years: float, age: float = 0) -> int:
        """A day of the last so many years on which the person was at least so old, where there is one."""
        first = max(self.today - int(years * YEAR), self.born + int(age * YEAR))
        return self.draw.between(first if first < self.today else max(self.born, self.today - 200), self.today - 1)

    def before_today(self, first: int, last: int) -> int | None:
        """A day from `first` to `last` that is not after today, or None."""
        last = min(last, self.today - 1)
        return self.draw.between(first, last) if first <= last else None

    def age_on(self, day: int) -> float:
        return (day - self.born) / YEAR

    def one_of(self, classes: str) -> str:
        """A class of admission from the table of lives.toml."""
        return self.draw.weighted(CLASSES[classes])
