"""The answer classes of domain.md 1.7, from `answers.toml`: codes, names and the lines of their texts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class AnswerClass:
    """One answer class: its code, its name in plain words, and the lines that its text starts from."""

    code: str
    title: str
    lines: tuple[str, ...]


@cache
def texts() -> Mapping[str, Any]:
    """`answers.toml`: the classes and the lines that every answer has."""
    return tomllib.loads((files("muniment.status") / "answers.toml").read_text("utf-8"))


ANSWER_CLASSES: Final[Mapping[str, AnswerClass]] = {
    code: AnswerClass(code, row["title"], tuple(row["lines"])) for code, row in texts()["class"].items()
}
