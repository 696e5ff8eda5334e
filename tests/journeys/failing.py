"""A record system that fails as real ones do: with the name of whom it was asked about in the text of the fault."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from muniment.core.record import Record
from muniment.core.subject import Subject


class Failing:
    """Every question raises."""

    timeout, exports = 2.0, False

    def __init__(self, code: str) -> None:
        self.code = code

    def search(self, subject: Subject) -> Sequence[str]:
        """Nobody was found, because the driver broke."""
        raise ValueError(f"ORA-00001: {subject.primary} {subject.birth_dates}")

    def fetch(self, record_ids: Sequence[str]) -> Sequence[Record]:
        """Nothing."""
        raise ValueError(f"ORA-00002: {record_ids}")

    def freshness(self) -> datetime:
        """Unknown."""
        raise ValueError("ORA-00003")
