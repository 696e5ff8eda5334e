"""The profile: code lists, lengths, prefixes, limits, ORIs and numbers of messages, read from one data file.

The file in the package is the synthetic profile; a real deployment puts another in its place, never other code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from muniment.core.errors import OurFault


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind of message. `to` is the place of its value in the message object; `most` in characters."""

    prefix: str
    label: str
    rule: str
    to: str
    most: int | None = None
    needed: bool = False
    repeats: bool = False


@dataclass(frozen=True)
class Profile:
    """A profile as its file writes it, with what is derived from it."""

    data: Mapping[str, Any]

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """Kind of message to how its body is built: `fields`, `text` or `numbered`."""
        kinds: Mapping[str, str] = self.data["kinds"]
        return kinds

    @cached_property
    def fields(self) -> Mapping[str, tuple[Field, ...]]:
        """The fields of each kind, in table order."""
        return {kind: tuple(Field(**row) for row in rows) for kind, rows in self.data["fields"].items()}

    @cached_property
    def numbers(self) -> Mapping[str, str]:
        """The switch's two digits of each error code, for a reject notice."""
        return {code: number for number, codes in self.data["codes"].items() for code in codes}

    @cached_property
    def earliest_birth(self) -> date:
        """No birth date before this day is taken."""
        day: date = self.data["values"]["earliest_birth"]
        return day

    def values(self, name: str) -> Any:
        """One of the code lists."""
        return self.data["values"][name]

    def limit(self, name: str) -> int:
        """One of the limits."""
        limit: int = self.data["limits"][name]
        return limit

    def center(self, name: str) -> str:
        """One of the center's own addresses."""
        text: str = self.data["center"][name]
        return text


def profile_from(text: str, name: str) -> Profile:
    """Read a profile. Raises `OurFault` naming what is missing or wrong."""
    try:
        profile = Profile(tomllib.loads(text))
        _check(profile)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError, ValueError) as fault:
        raise OurFault(f"{name} is no profile: {type(fault).__name__} {fault}", rule="profile") from None
    return profile


def _check(profile: Profile) -> None:
    needed = {kind for kind, body in profile.kinds.items() if body == "fields"}
    if missing := needed - set(profile.fields):
        raise ValueError(f"no fields for {', '.join(sorted(missing))}")
    for part, names in _SHIPPED_PARTS.items():
        if absent := names - set(profile.data[part]):
            raise ValueError(f"{part} lacks {', '.join(sorted(absent))}")
    if missing := set(DEFAULT.numbers) - set(profile.numbers):
        raise ValueError(f"no number for {', '.join(sorted(missing))}")
    profile.earliest_birth.isoformat()


def load(path: Path) -> Profile:
    """The profile in a file."""
    try:
        return profile_from(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as fault:
        raise OurFault(f"{path} cannot be read: {fault}", rule="profile") from None


_TEXT: Final = (files(__package__) / "profile.toml").read_text(encoding="utf-8")
DEFAULT: Final = Profile(tomllib.loads(_TEXT))
_SHIPPED_PARTS: Final = {part: set(DEFAULT.data[part]) for part in ("center", "limits", "values")}
