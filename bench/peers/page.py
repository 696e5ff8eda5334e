"""The page of the comparison with peers, and its plots, which show what its tables say."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from muniment.cli.markdown import table as as_table

if TYPE_CHECKING:
    from bench.peers.measure import Result, Table

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
PAGE: Final = DOCS / "reference" / "benchmarks-identity.md"
NOTE: Final = "<!-- Written by `make bench` from what it measured. Measure again, do not change this page. -->"
HEAD: Final = (
    "tool",
    "F1 at its own threshold",
    "best F1",
    "precision",
    "recall",
    "seconds",
    "of processors",
    "pairs a processor second",
    "peak MiB",
)
Found = Sequence[tuple["Table", list["Result"]]]


def write(found: Found, load: float) -> None:
    """Keep what was found as a page of the reference."""
    plot = DOCS / "images" / "identity-f1.svg"
    plot.write_text(_plot(found, "error"), encoding="utf-8")
    speed = DOCS / "images" / "identity-seconds.svg"
    speed.write_text(_plot(found, "seconds"), encoding="utf-8")
    blocks = [
        NOTE,
        "# Identity matching beside its peers",
        f"Measured on {datetime.now(UTC):%Y-%m-%d} by `make bench` in one run: {_machine()}. Before it began, "
        f"{load:.1f} processes were running or waiting on the machine (load average of one minute). Each tool ran once "
        "on each table, one after the other; seconds are those of its whole run, training included; those of "
        "processors are added up over both cores and depend less on what else the machine did.",
        "The peers are set up as their own guides say (`bench/peers/by_*.py`), from the versions in "
        "`bench/peers/requirements.txt`. nomenklatura and recordlinkage bring no way to find pairs in plain tables: "
        "they are given those that share a number, a birth date, or a name and the year or the initial of the other. "
        "GoldenMatch does not tell how many pairs it compares. F1 is told at the threshold that the tool itself "
        "proposes (0.5; of nomenklatura 0.7, the default of its service; GoldenMatch chooses its own), and at the best "
        "that any threshold would have given, which nobody knows beforehand.",
        f"![Error of each tool on each table](../images/{plot.name})",
        f"![Seconds of each tool on each table](../images/{speed.name})",
        *(block for table, results in found for block in _section(table, results)),
    ]
    PAGE.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores ({platform.machine()}), {memory:.0f} GiB, Python {platform.python_version()}"


def _section(table: Table, results: Sequence[Result]) -> list[str]:
    training = [
        f"Of the processor seconds of {each.tool}, {each.training:.1f} are training."
        for each in results
        if each.training is not None
    ]
    return [f"## {table.name}", as_table(HEAD, map(_row, results)), " ".join([*training, _judged(table, results)])]


def _row(result: Result) -> tuple[str, ...]:
    if result.missing:
        return result.tool, f"missing: {result.missing}", *[""] * (len(HEAD) - 2)
    speed = f"{result.pairs / result.processor:,.0f}" if result.pairs else "not told"
    return (
        f"{result.tool} {result.version}",
        *(f"{rate:.4f}" for rate in (result.own, result.best, result.precision, result.recall)),
        f"{result.seconds:.1f}",
        f"{result.processor:.1f}",
        speed,
        f"{result.memory:,.0f}",
    )


def _judged(table: Table, results: Sequence[Result]) -> str:
    """Whether the bar is met: an F1, or half the error of the best peer."""
    ours, *peers = results
    there = [peer for peer in peers if not peer.missing]
    if table.target is not None:
        return f"The bar is an F1 of {table.target}: {'met' if ours.own >= table.target else '**not met**'}."
    if not there:
        return "The bar is half the error of the best peer; none is installed."
    best = max(there, key=lambda peer: peer.own)
    error, least = 1 - ours.own, 1 - best.own
    met = "met" if error <= least / 2 else "**not met**"
    return f"The bar is half the error (1 - F1) of the best peer, {best.tool}: {error:.4f} against {least:.4f}: {met}."


WIDTH: Final = 720
LEFT: Final = 130
STEP: Final = 20
SCALE: Final = {"error": "Error (1 - F1) at its own threshold", "seconds": "Seconds of processors, training included"}


def _plot(found: Found, what: str) -> str:
    """Bars of each table, shorter is better."""
    parts, top = [f'<text x="8" y="20" font-size="15">{SCALE[what]}; shorter is better</text>'], 56
    for table, results in found:
        parts.append(f'<text x="8" y="{top}" font-weight="bold">{escape(table.name)}</text>')
        values = [(each, 1 - each.own if what == "error" else each.processor) for each in results if not each.missing]
        longest = max((value for _, value in values), default=1.0) or 1.0
        for place, (result, value) in enumerate(values):
            parts.append(_bar(result.tool, value, value / longest, top + 8 + place * STEP, what))
        top += 8 + len(values) * STEP + 30
    title = f"<title>{SCALE[what]}, by table and tool, as in the tables of the page</title>"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" role="img" font-size="13">'
    return "\n".join([head, title, f'<rect width="{WIDTH}" height="{top}" fill="#ffffff"/>', *parts, "</svg>"]) + "\n"


def _bar(tool: str, value: float, share: float, top: int, what: str) -> str:
    width = max((WIDTH - LEFT - 80) * share, 1)
    colour = "#005ea2" if tool == "muniment" else "#a9aeb1"
    said = f"{value:.4f}" if what == "error" else f"{value:.1f} s"
    return (
        f'<text x="{LEFT - 8}" y="{top + 13}" text-anchor="end">{tool}</text>'
        f'<rect x="{LEFT}" y="{top + 2}" width="{width:.0f}" height="14" fill="{colour}"/>'
        f'<text x="{LEFT + width + 6:.0f}" y="{top + 13}">{said}</text>'
    )
