"""recordlinkage as its guide links tables, by how many columns agree: python by_recordlinkage.py OUT LEFT [RIGHT].

Its unsupervised classifier (ECM) was tried too: it took strangers for doubles on the table of 10,000 rows.
"""

from __future__ import annotations

import json
import sys
import warnings
from importlib.metadata import version

warnings.simplefilter("ignore")  # of the libraries below it

import pandas as pd  # noqa: E402  # warnings of imports are silenced first
import recordlinkage  # noqa: E402
from blocks import pairs, rows  # noqa: E402

ALIKE = 0.85
#: More than half of the columns.
THRESHOLD = 0.501


def main(out: str, *files: str) -> None:
    """Compare the pairs of common blocks, count the columns that agree, write."""
    tables = [rows(file) for file in files]
    frames = [pd.DataFrame(table).set_index("id").replace("", None) for table in tables]
    left, right = frames[0], frames[-1]
    some = pairs(tables)
    index = pd.MultiIndex.from_tuples([(left.index[one], right.index[other]) for one, other in some])
    compare = recordlinkage.Compare()
    for column in left.columns.intersection(["given", "middle", "family"]):
        compare.string(column, column, method="jarowinkler", threshold=ALIKE, label=column)
    for column in left.columns.intersection(["birth_date", "sex", "birth_country", "a_number", "ssn"]):
        compare.exact(column, column, label=column)
    features = compare.compute(index, left, right)
    agreeing = features.sum(axis=1) / len(features.columns)
    left_id, right_id = zip(*index, strict=True)
    found = pd.DataFrame({"left_id": left_id, "right_id": right_id, "probability": list(agreeing)})
    found.to_csv(out, index=False)
    print(json.dumps({"version": version("recordlinkage"), "threshold": THRESHOLD, "pairs": len(some)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
