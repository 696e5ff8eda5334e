"""GoldenMatch as it sets itself up: python by_goldenmatch.py OUT LEFT [RIGHT]."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from importlib.metadata import version
from itertools import combinations

import goldenmatch
import pyarrow as pa
from blocks import Row, rows

#: It keeps to a threshold of its own.
THRESHOLD = 0.0
#: What says who is who.
TRUTH = ("person", "group")


def table(of: list[Row]) -> pa.Table:
    """The rows as it takes them."""
    return pa.table({column: [row[column] or None for row in of] for column in of[0] if column not in TRUTH})


def doubles(of: list[Row]) -> Iterator[tuple[str, str, float]]:
    """Every pair within its clusters."""
    found = goldenmatch.dedupe_df(table(of), confidence_required=False)
    for cluster in found.clusters.values():
        for one, other in combinations(sorted(cluster["members"]), 2):
            yield of[one]["id"], of[other]["id"], cluster["pair_scores"].get((one, other), cluster["confidence"])


def links(left: list[Row], right: list[Row]) -> Iterator[tuple[str, str, float]]:
    """Every pair that it matches."""
    found = goldenmatch.match_df(table(left), table(right), confidence_required=False).matched
    yield from zip(*(found[name].to_pylist() for name in ("target_id", "ref_id", "__match_score__")), strict=True)


def main(out: str, *files: str) -> None:
    """Match and write."""
    tables = [rows(file) for file in files]
    found = list(doubles(*tables) if len(tables) == 1 else links(*tables))
    with open(out, "w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(["left_id", "right_id", "probability"])
        writer.writerows(found)
    print(json.dumps({"version": version("goldenmatch"), "threshold": THRESHOLD, "pairs": None}))


if __name__ == "__main__":
    main(*sys.argv[1:])
