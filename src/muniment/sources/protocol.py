"""What every record system must offer, whether it is a synthetic one, an HTTP service or our own register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

from muniment.core.record import Record
from muniment.core.subject import Subject

AnswerState = Literal["answered", "stale", "unreachable", "not asked"]
#: States of a system that said nothing: it did not answer in time, or a person had it asked no more.
SILENT: Final = frozenset({"unreachable", "not asked"})


class RecordSystem(Protocol):
    """One of the systems of `core.record.SYSTEMS`. Methods may block; the federated search bounds them by `timeout`.

    `exports` says that the system's identities stand in our own index, so that its own `search` need not be asked.
    A system that has `near` set answers from our own database, at once, and may be asked in turn with others like it.
    A method raises `SourceFault` when the system answers that it cannot; any other exception counts the same.
    """

    code: str
    timeout: float  # seconds
    exports: bool

    def search(self, subject: Subject) -> Sequence[str]:
        """Ids of the records that may describe `subject`, best first, at most a few dozen."""

    def fetch(self, record_ids: Sequence[str]) -> Sequence[Record]:
        """The records themselves with their facts; ids that the system does not hold are left out."""

    def freshness(self) -> datetime:
        """When (UTC) the copy that answers was read from the system of origin."""


@dataclass(frozen=True, slots=True)
class SystemAnswer:
    """What one system said, or that it said nothing: shown to people and counted in every response."""

    system: str
    state: AnswerState
    seconds: float
    freshness: datetime | None = None
    records: tuple[Record, ...] = ()
    fault: str | None = None
