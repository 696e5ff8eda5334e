"""What the nine systems write down of a life: each its own part, in its own form, with its own errors."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final, NamedTuple

from muniment.sources.world import numbers
from muniment.sources.world.draw import Draw
from muniment.sources.world.life import Event, Life, iso
from muniment.sources.world.slips import ERRORS, Description, slip, slip_fact


class Recorded(NamedTuple):
    """One record: `subject` as JSON of a Subject, `facts` in the form of the status contract without `pulled`,
    `age_hours` how old the copy is whenever it is read, `errors` what went wrong in the writing."""

    system: str
    record_id: str
    subject: dict[str, Any]
    facts: list[dict[str, Any]]
    age_hours: int
    errors: list[str]

    @property
    def key(self) -> str:
        return f"{self.system}:{self.record_id}"


@dataclass(frozen=True, slots=True)
class SystemRules:
    """What systems.toml says of one system."""

    code: str
    exports: bool
    timeout: float
    copy_hours: int
    record: str
    id: str
    opens: frozenset[str]
    holds: frozenset[str]
    missing: float
    noise: float
    middle: float
    country: float
    sex: float
    identifiers: Mapping[str, float]


def _rules(code: str, data: Mapping[str, Any]) -> SystemRules:
    kinds = {key: frozenset(data[key].split()) for key in ("opens", "holds")}
    return SystemRules(code=code, **{**data, **kinds})


#: The nine systems by code.
SYSTEM_RULES: Final[Mapping[str, SystemRules]] = {
    code: _rules(code, data)
    for code, data in tomllib.loads((files("muniment.sources.world") / "systems.toml").read_text("utf-8")).items()
}
_FILE: Final = SYSTEM_RULES["CIS"]


def name_key(family: str | None, given: str | None) -> str:
    """`FAMILY GIVEN` in letters and single blanks, as a system's own search wants it; at most 80 characters."""
    return " ".join(re.sub(r"[^A-Z]+", " ", f"{family or ''} {given or ''}".upper()).split())[:80]


def record(life: Life) -> list[Recorded]:
    """All records of a life."""
    writer = _Writer(life)
    return [record for rules in SYSTEM_RULES.values() for record in writer.records_of(rules)]


class _Writer:
    """Writes the records of one life. The second number, where there is one, is that of a file opened twice."""

    def __init__(self, life: Life) -> None:
        self.draw: Draw = life.draw
        self.person = life.person
        self.events = [event for event in life.events if event.recorded]
        self.kinds = {event.kind for event in self.events}
        self.today = life.today
        self.numbers = _numbers_of(life, self.kinds)
        self.second = self.draw.chance(ERRORS["person"]["second_file"]) and "a_number" in self.numbers

    def records_of(self, rules: SystemRules) -> Iterator[Recorded]:
        if rules.opens.isdisjoint(self.kinds) or self.draw.chance(rules.missing):
            return
        for place, events in enumerate(_GROUPS[rules.record](self.events, rules)):
            held = [event for event in events if event.kind in rules.holds]
            yield self._write(rules, place, held, self._number_filed_under(rules))
        if self.second and rules is _FILE:
            yield self._write(rules, 99, self._part_of_file(), numbers.second_a_number(self.person.number))

    def _number_filed_under(self, rules: SystemRules) -> str:
        """The A-number this record goes by: the second one in half of the records outside the file itself."""
        if self.second and rules is not _FILE and self.draw.chance(0.5):
            return numbers.second_a_number(self.person.number)
        return self.numbers.get("a_number", "")

    def _part_of_file(self) -> list[Event]:
        held = [event for event in self.events if event.kind in _FILE.holds]
        return held[: 1 + self.draw.below(2)]

    def _write(self, rules: SystemRules, place: int, events: Iterable[Event], a_number: str) -> Recorded:
        record_id = _IDS[rules.id](self.person.number, place, a_number)
        described = Description(self.person, self.today, self._numbers_held(rules, a_number), self.draw)
        errors = slip(described, rules.noise)
        facts = self._facts(f"{rules.code}:{record_id}", events, described, errors)
        return Recorded(rules.code, record_id, self._subject(rules, described), facts, self._age(rules, errors), errors)

    def _numbers_held(self, rules: SystemRules, a_number: str) -> dict[str, str]:
        held = {
            kind: self.numbers[kind]
            for kind, share in rules.identifiers.items()
            if kind in self.numbers and self.draw.random() < share
        }
        return held | {"a_number": a_number} if "a_number" in held else held

    def _facts(
        self, key: str, events: Iterable[Event], described: Description, errors: list[str]
    ) -> list[dict[str, Any]]:
        facts = []
        for place, event in enumerate(events, start=1):
            fact, error = slip_fact(self.draw, _fact(key, place, event, described))
            if error:
                errors.append(error)
            if fact is not None:
                facts.append(dict(fact))
        return facts

    def _subject(self, rules: SystemRules, d: Description) -> dict[str, Any]:
        draw = self.draw
        middle = d.middle if d.middle and draw.random() < rules.middle else None
        names = [_name(d.family, d.given, middle, "primary")]
        if d.alias is not None:
            names.append(_name(d.alias.family, d.alias.given, None, "alias"))
        return {
            "names": names,
            "birth_dates": [d.birth],
            "sex": d.sex if draw.random() < rules.sex else None,
            "birth_place": None,
            "birth_country": d.country if draw.random() < rules.country else None,
            "identifiers": [{"kind": kind, "value": value} for kind, value in d.numbers.items()],
        }

    def _age(self, rules: SystemRules, errors: list[str]) -> int:
        if self.draw.chance(ERRORS["record"]["copy_old"]):
            errors.append("copy_old")
            return self.draw.between(26, 900)
        return self.draw.between(0, rules.copy_hours)


def _name(family: str, given: str, middle: str | None, kind: str) -> dict[str, str | None]:
    return {"family": family or None, "given": given or None, "middle": middle, "suffix": None, "kind": kind}


def _fact(key: str, place: int, event: Event, described: Description) -> dict[str, Any]:
    fact = {"id": f"{key}.{place}", "kind": event.kind, "record": key, "date": iso(event.day), **event.fields}
    if event.kind == "birth" and described.country != event.fields["country"]:
        fact["country"] = described.country
    return fact


def _numbers_of(life: Life, kinds: set[str]) -> dict[str, str]:
    """The numbers the person really has."""
    number, draw = life.person.number, life.draw
    foreign = life.person.country != "US"
    has = {
        "a_number": not _FILE.opens.isdisjoint(kinds),
        "ssn": not kinds.isdisjoint({"lpr_grant", "daca_grant", "tps_grant"}) or (not foreign and draw.chance(0.9)),
        "passport": foreign or "us_passport" in kinds,
        "fin": not kinds.isdisjoint({"entry_without_inspection", "proceedings", "removal_order"}),
        "fbi": not kinds.isdisjoint({"charge", "conviction", "warrant"}),
        "sid": not kinds.isdisjoint({"charge", "conviction"}),
    }
    made: Mapping[str, Callable[[int], str]] = {
        "a_number": numbers.a_number,
        "ssn": numbers.ssn,
        "passport": lambda n: numbers.passport(n, 1 if draw.chance(0.25) else 0),
        "fin": numbers.fin,
        "fbi": numbers.fbi,
        "sid": numbers.sid,
    }
    return {kind: made[kind](number) for kind, there in has.items() if there}


def _one_for_person(events: Sequence[Event], _rules: SystemRules) -> Iterator[Sequence[Event]]:
    yield events


def _one_for_event(events: Sequence[Event], rules: SystemRules) -> Iterator[Sequence[Event]]:
    for event in events:
        if event.kind in rules.opens:
            yield (event,)


def _one_for_stay(events: Sequence[Event], rules: SystemRules) -> Iterator[Sequence[Event]]:
    """Admissions and paroles, each with the departures up to the next."""
    stay: list[Event] = []
    for event in sorted((event for event in events if event.kind in rules.holds), key=lambda event: event.day):
        if event.kind in rules.opens and stay:
            yield stay
            stay = []
        stay.append(event)
    yield stay


_GROUPS: Final[Mapping[str, Callable[[Sequence[Event], SystemRules], Iterator[Sequence[Event]]]]] = {
    "person": _one_for_person,
    "event": _one_for_event,
    "stay": _one_for_stay,
}
#: How record ids are made from a person's number, the record's place among the person's, and the A-number.
_IDS: Final[Mapping[str, Callable[[int, int, str], str]]] = {
    "a_number": lambda _number, _place, a_number: f"A{a_number}",
    "receipt": lambda number, place, _: f"SYN{numbers.serial(number, place)}",
    "i94": lambda number, place, _: f"I94-{numbers.serial(number, place)}",
    "sevis": lambda number, place, _: f"N{numbers.serial(number, place)}",
    "encounter": lambda number, place, _: f"E{numbers.serial(number, place)}",
    "consular": lambda number, place, _: f"V{numbers.serial(number, place)}",
    "nic": lambda number, place, _: f"W1{numbers.serial(number, place)[:8]}",
    "fbi": lambda number, _place, _: numbers.fbi(number),
}
