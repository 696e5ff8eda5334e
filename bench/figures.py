"""A figure with its target, the table of all, and the page that keeps them with machine and date."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from muniment.cli.markdown import table

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "reference" / "benchmarks.md"
NOTE: Final = "<!-- Written by `make bench` from what it measured. Measure again, do not change this page. -->"


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, each time; the median counts. `target` is reached from `better` ("more" or "less") on."""

    name: str
    unit: str
    values: Sequence[float]
    target: float
    better: str = "more"

    @property
    def median(self) -> float:
        """The figure to quote."""
        return statistics.median(self.values)

    @property
    def reached(self) -> bool:
        """Whether the median is at the target or beyond."""
        return self.median >= self.target if self.better == "more" else self.median <= self.target

    def row(self) -> tuple[str, ...]:
        """Name, median, lowest and highest, target, whether it was reached."""
        sign = "≥" if self.better == "more" else "≤"
        spread = f"{min(self.values):,.4g} to {max(self.values):,.4g}"
        wanted = f"{sign} {self.target:,.4g} {self.unit}"
        return self.name, f"{self.median:,.4g} {self.unit}", spread, wanted, "yes" if self.reached else "**no**"


def as_table(figures: Iterable[Figure]) -> str:
    """All figures, as Markdown."""
    return table(("what", "median", "from … to", "target", "reached"), (figure.row() for figure in figures))


def machine(postgres: str) -> str:
    """Cores, memory and versions; nothing that names the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    python = platform.python_version()
    return f"{cores} cores ({platform.machine()}), {memory:.0f} GiB, Python {python}, PostgreSQL {postgres}"


def write(figures: Sequence[Figure], postgres: str, load: float, people: int, messages: int) -> None:
    """Keep the figures as a page of the reference."""
    blocks = [
        NOTE,
        "# Benchmarks",
        f"Measured on {datetime.now(UTC):%Y-%m-%d} by `make bench`: {machine(postgres)}. Before it began, {load:.1f} "
        "processes were running or waiting on the machine (load average of one minute).",
        as_table(figures),
        f"The world holds {people:,} people. Each run of the line sends {messages:,} inquiries over four connections "
        "and ends when the last of them waits in the queue: acknowledged after a durable commit, read, its receipt "
        "delivered and acknowledged, searched in all nine systems, scored, marked. Urgent requests are sent once a "
        "second meanwhile. Pages are timed inside the server, without the network.",
    ]
    PAGE.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")
