"""Words that stand in names beside those that tell people apart: the package's lists, read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

_LISTS: Final = ("placeholders", "placeholders_alone", "particles", "prefixes", "joined")


@cache
def vocabulary() -> Mapping[str, Any]:
    """The lists of `data/names.toml`: placeholders, phrases, nobodies, particles, prefixes, suffixes and sounds."""
    data = tomllib.loads((files("muniment.identity") / "data" / "names.toml").read_text(encoding="utf-8"))
    lists = {key: frozenset(data[key].split()) for key in _LISTS}
    nobodies = frozenset(frozenset(each.split()) for each in data["nobodies"])
    return data | lists | {"phrases": frozenset(data["phrases"]), "nobodies": nobodies}
