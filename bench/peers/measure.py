"""Identity matching beside its peers, in one run: how right, how fast, with how much memory. Part of `make bench`.

Each peer runs in an environment of its own (`.venv-peers`), set up as its own guide says (`by_*.py`). A peer that is
not installed is named as missing.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from bench.peers import page, worlds

HERE: Final = Path(__file__).resolve().parent
PEERS: Final = HERE.parents[1] / ".venv-peers" / "bin" / "python"
TOOLS: Final = ("muniment", "splink", "nomenklatura", "recordlinkage", "goldenmatch")
#: Tools that take on a table of a million rows.
LARGE: Final = ("muniment", "splink")
#: A run that takes longer is ended, and said to be.
PATIENCE: Final = 400.0
SEED: Final = 4242
Pairs = set[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """One table to search for doubles, or two to link; `target` is the F1 to reach, None where there is none."""

    name: str
    files: tuple[Path, ...]
    target: float | None
    tools: tuple[str, ...] = TOOLS
    patience: float = PATIENCE


@dataclass(frozen=True, slots=True)
class Result:
    """What one tool made of one table; `missing` says why it made nothing."""

    tool: str
    version: str = ""
    own: float = 0.0
    best: float = 0.0
    precision: float = 0.0
    recall: float = 0.0
    seconds: float = 0.0
    processor: float = 0.0
    pairs: int | None = None
    memory: float = 0.0
    training: float | None = None
    missing: str = ""


def truth(files: Sequence[Path]) -> Pairs:
    """All pairs of records of one person."""
    sides: list[dict[str, list[str]]] = []
    for file in files:
        people: dict[str, list[str]] = {}
        with file.open(newline="", encoding="utf-8") as opened:
            for row in csv.DictReader(opened):
                people.setdefault(row["person"], []).append(row["id"])
        sides.append(people)
    if len(sides) == 1:
        return {pair for ids in sides[0].values() for pair in combinations(sorted(ids), 2)}
    return {(one, other) for person, ids in sides[0].items() for one in ids for other in sides[1].get(person, ())}


def judged(out: Path, known: Pairs, threshold: float, two: bool) -> dict[str, float]:
    """F1, precision and recall at a threshold, and the best F1 that any threshold gives."""
    with out.open(newline="", encoding="utf-8") as opened:
        found = {
            (row["left_id"], row["right_id"]) if two else ordered(row["left_id"], row["right_id"]): float(
                row["probability"]
            )
            for row in csv.DictReader(opened)
        }
    ranked = sorted(found.items(), key=lambda item: -item[1])
    right, best, own = 0, 0.0, (0, 0)
    for count, (pair, probability) in enumerate(ranked, 1):
        right += pair in known
        last = count == len(ranked) or ranked[count][1] != probability
        best = max(best, 2 * right / (count + len(known))) if last else best
        own = (count, right) if probability >= threshold else own
    return {
        "own": 2 * own[1] / (own[0] + len(known)),
        "best": best,
        "precision": own[1] / max(own[0], 1),
        "recall": own[1] / len(known),
    }


def ordered(one: str, other: str) -> tuple[str, str]:
    """A pair without a side."""
    return (one, other) if one < other else (other, one)


def run(tool: str, table: Table, folder: Path) -> Result:
    """Let one tool work on one table."""
    python = sys.executable if tool == "muniment" else str(PEERS)
    if not Path(python).exists():
        return Result(tool, missing="not installed")
    out = folder / f"{tool}.csv"
    command = [python, str(HERE / f"by_{tool}.py"), str(out), *map(str, table.files)]
    with (folder / "said").open("w+") as said, (folder / "errors").open("w+") as errors:
        began = time.monotonic()
        child = subprocess.Popen(command, stdout=said, stderr=errors)
        memory, processor = watched(child, table.patience)
        seconds = time.monotonic() - began
        said.seek(0)
        errors.seek(0)
        lines, last = said.read().splitlines(), errors.read().splitlines()[-1:]
    if child.returncode:
        why = f"not ended in {table.patience:.0f} s" if seconds > table.patience else (last or ["failed"])[0]
        return Result(tool, missing="not installed" if "No module named" in why else why[:120])
    about: dict[str, Any] = json.loads(lines[-1])
    rates = judged(out, truth(table.files), about["threshold"], len(table.files) == 2)
    kept = {name: about.get(name) for name in ("version", "pairs", "training")}
    return Result(tool, seconds=seconds, processor=processor, memory=memory, **kept, **rates)


def watched(child: subprocess.Popen[Any], patience: float) -> tuple[float, float]:
    """The most memory, in MiB, that a process and all it starts had at one time, and seconds of processors it took.

    Ends it where it takes too long.
    """
    most, began = 0, time.monotonic()
    while not (ended := os.wait4(child.pid, os.WNOHANG))[0]:
        most = max(most, sum(map(resident, family(child.pid))))
        if time.monotonic() - began > patience:
            for process in family(child.pid):
                os.kill(process, 9)
        time.sleep(0.1)
    child.returncode = os.waitstatus_to_exitcode(ended[1])
    return most / 2**20, ended[2].ru_utime + ended[2].ru_stime


def family(first: int) -> list[int]:
    """A process and all that it started."""
    found = [first]
    for process in found:
        try:
            for task in Path(f"/proc/{process}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        except OSError:  # it ended meanwhile
            continue
    return found


def resident(process: int) -> int:
    """Bytes of a process in memory."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:  # it ended meanwhile
        return 0


def tables(folder: Path, people: int, large: int) -> list[Table]:
    """What is compared; FEBRL's tables only where the package that has them is installed."""
    found = []
    if PEERS.exists() and not subprocess.run([PEERS, HERE / "by_febrl.py", folder], check=False).returncode:
        found += [
            Table("FEBRL4, link, names and date", (folder / "febrl4-left.csv", folder / "febrl4-right.csv"), 0.935),
            Table("FEBRL3, dedupe, names, date and number", (folder / "febrl3.csv",), 0.986),
        ]
    worlds.doubles(folder / "rows.csv", 10_000, 1_000, SEED)
    found.append(Table("10,000 rows of names and dates, 1,000 twice", (folder / "rows.csv",), 0.967))
    worlds.records(folder / "world.csv", people, SEED)
    found.append(Table(f"world of {people:,} people, dedupe, all columns", (folder / "world.csv",), None))
    if large:
        worlds.records(folder / "large.csv", large, SEED + 1)
        found.append(
            Table(f"world of {large:,} people, dedupe, all columns", (folder / "large.csv",), None, LARGE, 9 * PATIENCE)
        )
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, keep."""
    asked = argparse.ArgumentParser(prog="python -m bench.peers.measure", description=__doc__)
    asked.add_argument("--people", type=int, default=2_000, help="of the world")
    asked.add_argument("--large", type=int, default=0, help="people of a large world, for the fastest tools alone")
    chosen = asked.parse_args(arguments)
    load = os.getloadavg()[0]
    found: list[tuple[Table, list[Result]]] = []
    with tempfile.TemporaryDirectory(prefix="muniment-peers-") as name:
        for table in tables(Path(name), chosen.people, chosen.large):
            found.append((table, []))
            for tool in table.tools:
                found[-1][1].append(run(tool, table, Path(name)))
                print(table.name, found[-1][1][-1], flush=True)
    page.write(found, load)


if __name__ == "__main__":
    main()
