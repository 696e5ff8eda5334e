"""Sex: weak evidence, wrong in a few records of a hundred; U and X say nothing for or against."""

from __future__ import annotations

from typing import Literal


def level(left: str | None, right: str | None) -> Literal["same", "differs"] | None:
    """None unless both sides say M or F."""
    if left not in ("M", "F") or right not in ("M", "F"):
        return None
    return "same" if left == right else "differs"
