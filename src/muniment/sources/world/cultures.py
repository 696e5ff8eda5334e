"""Cultures of names, read from the files in `names/`: which names are given, how a full name is built and misspelt."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from muniment.sources.world.draw import Weighted

#: Birth years that divide older, common and newer given names.
OLD_BEFORE: Final = 1970
NEW_FROM: Final = 1996
#: Share of people who bear a name of their own period rather than one of every period.
OF_THE_PERIOD: Final = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Culture:
    """One file of `names/`; README.txt there says what each key means."""

    group: str
    weight: float
    structure: str
    countries: Weighted[str]
    second: float
    takes: float
    adds_name: bool
    january: float
    given: Mapping[str, Weighted[str]]
    families: Weighted[str]
    tail_share: float
    tail_heads: tuple[str, ...]
    tail_ends: tuple[str, ...]
    variants: Mapping[str, tuple[str, ...]]
    sounds: tuple[tuple[str, str], ...]


@cache
def cultures() -> Weighted[Culture]:
    """All cultures, in the order of their files, with their shares of the world."""
    folder = files("muniment.sources.world") / "names"
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".toml")), key=lambda path: path.name)
    read = [_culture(tomllib.loads(path.read_text("utf-8"))) for path in paths]
    return Weighted((culture, culture.weight) for culture in read)


def _culture(data: Mapping[str, Any]) -> Culture:
    tail = data["family"].get("tail", {"share": 0.0, "heads": "", "ends": ""})
    return Culture(
        group=data["group"],
        weight=data["weight"],
        structure=data["structure"],
        countries=Weighted(data["countries"].items()),
        second=data["second"],
        takes=data["takes"] if data["marriage"] != "keeps" else 0.0,
        adds_name=data["marriage"] == "adds",
        january=data.get("january", 0.0),
        given={key: Weighted.ranked(_names(text), 0.5) for key, text in data["given"].items()},
        families=Weighted.ranked(_names(data["family"]["names"]), data["slope"]),
        tail_share=tail["share"],
        tail_heads=_names(tail["heads"]),
        tail_ends=_names(tail["ends"]),
        variants=_variants(data["spelling"]["variants"]),
        sounds=tuple(_sound(pair) for pair in data["spelling"]["sounds"].split()),
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


def _variants(text: str) -> dict[str, tuple[str, ...]]:
    """Other spellings of each name. A name on several lines has those of all of them."""
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        names = _names(line)
        for name in names:
            found[name] = found.get(name, ()) + tuple(other for other in names if other != name)
    return found


def _sound(pair: str) -> tuple[str, str]:
    written, other = pair.replace("_", " ").split(":")
    return written, other
