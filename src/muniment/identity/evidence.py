"""One piece of evidence, as scores hold it and people read it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """`bits` above 0 speak for one person, below 0 against; `feature` and `level` are names of the model."""

    feature: str
    label: str
    level: str
    bits: float
    sentence: str
