"""The few forms of Markdown that the reference is written in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; bars and line ends in a cell do not break it."""
    lines = [_row(heads), "|" + "---|" * len(heads), *(_row(row) for row in rows)]
    return "\n".join(lines)


def _row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(re.sub(r"\s+", " ", str(cell)).replace("|", "\\|") for cell in cells) + " |"


def code(text: object) -> str:
    """Text as code, or an empty cell."""
    return f"`{text}`" if str(text) else ""


def fence(text: str, language: str = "") -> str:
    """Text that is shown as it is."""
    return f"```{language}\n{text}\n```"
