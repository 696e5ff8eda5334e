"""The specimens: invented people with hard stories at fixed record ids; the head of specimens.toml explains them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

from muniment.core.subject import Identifier, Name, Subject, to_json
from muniment.sources.world.generate import Inhabitant
from muniment.sources.world.recording import SYSTEM_RULES, Recorded

_STEP: Final = re.compile(r"([+-])(\d+)([dy])")


def specimens(today: date) -> list[Inhabitant]:
    """All specimens as they stand on `today`, numbered from 1 in the order of the file."""
    return [_inhabitant(number, data, today) for number, data in enumerate(_file(), start=1)]


@cache
def _file() -> Sequence[Mapping[str, Any]]:
    text = (files("muniment.sources.world") / "specimens.toml").read_text("utf-8")
    read: Sequence[Mapping[str, Any]] = tomllib.loads(text)["specimen"]
    return read


def _inhabitant(number: int, data: Mapping[str, Any], today: date) -> Inhabitant:
    truth = {
        **data["truth"],
        "name": data["name"],
        "sex": data["sex"],
        "birth_date": dated(data["born"], today),
        "birth_country": data["country"],
        "story": data["story"],
        "expect": data["expect"],
    }
    records = [_recorded(data, record, today) for record in data.get("record", ())]
    return Inhabitant(number, data["group"], data["key"], truth, records)


def _recorded(person: Mapping[str, Any], record: Mapping[str, Any], today: date) -> Recorded:
    key: str = record["id"]
    system, record_id = key.split(":", 1)
    facts = [
        {"id": f"{key}.{place}", "record": key, **{name: _value(value, today) for name, value in fact.items()}}
        for place, fact in enumerate(record["facts"], start=1)
    ]
    subject = to_json(_subject({**person, **record}, system, today))
    age = record.get("age_hours", SYSTEM_RULES[system].copy_hours)
    return Recorded(system, record_id, subject, facts, age, [])


def _subject(data: Mapping[str, Any], system: str, today: date) -> Subject:
    kept = SYSTEM_RULES[system].identifiers
    return Subject(
        names=(name_of(data["name"]), *(name_of(text, "alias") for text in data.get("aliases", ()))),
        birth_dates=(dated(data["born"], today),),
        sex=data["sex"],
        birth_country=data["country"],
        identifiers=tuple(Identifier(kind, value) for kind, value in data["numbers"].items() if kind in kept),
    )


def name_of(text: str, kind: str = "primary") -> Name:
    """`FAMILY, GIVEN MIDDLE` in parts."""
    family, _, rest = text.partition(", ")
    given, _, middle = rest.partition(" ")
    return Name(family, given or None, middle or None, kind="alias" if kind == "alias" else "primary")


def _value(value: Any, today: date) -> Any:
    return dated(value, today) if isinstance(value, str) else value


def dated(text: str, today: date) -> str:
    """`today-17y-100d` as a date of the calendar; any other text as it is."""
    if not text.startswith("today"):
        return text
    day = today
    for sign, count, unit in _STEP.findall(text):
        day = _stepped(day, int(sign + count), unit)
    return day.isoformat()


def _stepped(day: date, count: int, unit: str) -> date:
    if unit == "d":
        return day + timedelta(days=count)
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + count, day=28 if leap_day else day.day)
