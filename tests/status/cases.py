"""The worked cases of `tests/cases/status`: one list a file; its README says what each key of `expect` holds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from muniment.status.facts import FactFile, parse, read

FOLDER = Path(__file__).parents[1] / "cases" / "status"


@dataclass(frozen=True)
class StatusCase:
    """One fact file, and what its determination must show."""

    id: str
    title: str
    why: str
    input: Any
    expect: Mapping[str, Any]

    @property
    def fault(self) -> str | None:
        """The JSON pointer that the file is refused with, or None."""
        return self.expect.get("fault")

    def file(self) -> FactFile:
        """The fact file; a text is read as it stands."""
        return read(self.input) if isinstance(self.input, str) else parse(self.input)


def status_cases() -> list[StatusCase]:
    """All cases of all files."""
    return [StatusCase(**row) for path in sorted(FOLDER.glob("*.json")) for row in json.loads(path.read_text())]


def sound_cases() -> list[StatusCase]:
    """The cases whose file follows the contract."""
    return [case for case in status_cases() if case.fault is None]


def unmet(expect: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    """What `found`, a determination in plain values, does not show of `expect`."""
    for key, wanted in expect.items():
        if key != "police_masked" and not _holds(key, wanted, found):
            yield f"{key}: wanted {wanted}, found {found}"


def _holds(key: str, wanted: Any, found: Mapping[str, Any]) -> bool:
    name, _, how = key.rpartition("_")
    if how == "include":
        return set(wanted) <= _codes(found[name])
    if how == "exclude":
        return not set(wanted) & _codes(found[name])
    if how == "not":
        return found[name] not in wanted
    if key == "blocked":
        return (found["stop"] or found["hold"]) == wanted
    if key in ("conflicts", "protections", "warnings", "overlays"):
        return _codes(found[key]) == set(wanted)
    return bool(found[key] in wanted if isinstance(wanted, list) else found[key] == wanted)


def _codes(values: list[Any]) -> set[str]:
    return {value["fact"] if isinstance(value, Mapping) else value for value in values}
