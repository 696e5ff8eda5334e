"""What is to be linked, how, and with how much of the machine; and what a run tells when it has ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from muniment.identity.candidates import MOST_UNDER_A_KEY
from muniment.identity.model import MODEL, Model

#: Tells how far a run is: what is being done, how far, of how much.
Progress = Callable[[str, int, int], None]

#: Pairs of a lower probability are not written.
LEAST: Final = 0.01
#: Records of one description beyond which they are not paired with each other: so many say nothing of anybody.
MOST_ALIKE: Final = 1_000
#: Of the keys of one person under which too many are filed, so many of the rarest are taken two at a time.
RAREST: Final = 8


@dataclass(frozen=True, slots=True)
class Job:
    """Two tables to link, or one to search for people who stand in it more than once (`right` is None).

    `memory` is in bytes, for all processes together. `out` ends in `.csv`, `.ndjson` or `.parquet`.
    """

    left: Path
    right: Path | None
    out: Path
    model: Model = MODEL
    most: int = MOST_UNDER_A_KEY
    memory: int = 4_000_000_000
    processes: int = 2

    @property
    def tables(self) -> tuple[Path, ...]:
        """The one table or the two."""
        return (self.left,) if self.right is None else (self.left, self.right)


class Told(NamedTuple):
    """What a run did: records read, descriptions that differ, pairs compared, pairs written; keys that were too common.

    `common` keys had more people than `Job.most` and were taken two at a time; `left_out` such combinations still had.
    `alike` descriptions are of more than `MOST_ALIKE` records, which were not paired with each other.
    """

    records: int
    people: int
    compared: int
    written: int
    common: int
    left_out: int
    alike: int
