"""A record of a record system: who it describes and what it states, with the source and age of every value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from muniment.core.subject import Subject

#: Systems asked for each inquiry, in the order people read them (architecture.md, "Fixed meanings").
SYSTEMS: Final[Mapping[str, str]] = {
    "CIS": "index of persons and files",
    "CLAIMS": "petitions and benefits",
    "ADIS": "arrivals and departures",
    "SEVIS": "students",
    "ENFORCE": "encounters",
    "EOIR": "immigration court",
    "VISAS": "consular records",
    "WANTS": "wants and warrants",
    "III": "criminal history",
}

#: One fact in the form of the status contract: id, kind, record, date and the fields of its kind.
Fact = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Record:
    """One record as its system gave it. `pulled` (UTC) is when the copy was read from the system of origin."""

    system: str
    record_id: str
    subject: Subject
    pulled: datetime
    facts: tuple[Fact, ...] = ()

    @property
    def key(self) -> str:
        """`SYSTEM:record-id`, the name by which facts and links speak of the record."""
        return f"{self.system}:{self.record_id}"
