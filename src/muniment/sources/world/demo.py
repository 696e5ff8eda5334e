"""What the demo plays in: invented agencies and their messages about specimens."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

_FOLDER: Final = files("muniment.sources.world")


@dataclass(frozen=True, slots=True)
class DemoAgency:
    """An agency of demo_agencies.toml."""

    ori: str
    name: str
    state: str
    lines: tuple[str, ...]
    purposes: tuple[str, ...]
    call_back: str
    kind: str = "police"


def demo_agencies() -> Sequence[DemoAgency]:
    """The agencies of the demo, in the order of the file."""
    read: Sequence[Mapping[str, Any]] = tomllib.loads((_FOLDER / "demo_agencies.toml").read_text("utf-8"))["agency"]
    return [DemoAgency(**{**row, "lines": tuple(row["lines"]), "purposes": tuple(row["purposes"])}) for row in read]


def demo_messages() -> Sequence[tuple[str, bytes]]:
    """File name and bytes of each message, in the order in which they are played in."""
    paths = [path for path in (_FOLDER / "demo_messages").iterdir() if path.name.endswith(".msg")]
    return [(path.name, path.read_bytes()) for path in sorted(paths, key=lambda path: path.name)]
