"""A world as files, for those who load it elsewhere: one person a line, streamed, so that its size does not matter."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Final

from muniment.core.errors import SenderFault
from muniment.sources.world.generate import Inhabitant, generate

#: People of one file; a file is there whole or not at all.
PART: Final = 100_000
_as_json: Final = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode


def export_world(people: int, seed: int, today: date, folder: Path, tell: Callable[[int], None]) -> None:
    """Write the people numbered from 0 on into `folder`, as `people-00000.ndjson.gz` and so on.

    `tell` is told how many there are. Raises `SenderFault` where the folder holds files already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise SenderFault(f"{folder} holds files already; name a new folder.", field="out")
    for place, first in enumerate(range(0, people, PART)):
        count = min(PART, people - first)
        _write(folder / f"people-{place:05}.ndjson.gz", generate(count, seed, today, first))
        tell(first + count)


def _write(file: Path, inhabitants: Iterable[Inhabitant]) -> None:
    new = file.with_name(file.name + ".new")
    with gzip.open(new, "wt", compresslevel=1, encoding="ascii", newline="\n") as out:
        for someone in inhabitants:
            out.write(_as_json(_line(someone)) + "\n")
    new.replace(file)


def _line(someone: Inhabitant) -> dict[str, object]:
    records = [record._asdict() for record in someone.records]
    return {"synthetic": True, "number": someone.number, "truth": someone.truth, "records": records}
