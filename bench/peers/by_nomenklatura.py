"""nomenklatura's logic-v2 on pairs of common blocks: python by_nomenklatura.py OUT LEFT [RIGHT]."""

from __future__ import annotations

import csv
import json
import sys
from importlib.metadata import version

from blocks import Row, pairs, rows
from followthemoney import model
from nomenklatura.matching import get_algorithm

PROPERTIES = {
    "given": "firstName",
    "middle": "middleName",
    "family": "lastName",
    "birth_date": "birthDate",
    "sex": "gender",
    "birth_country": "birthCountry",
    "a_number": "idNumber",
    "ssn": "socialSecurityNumber",
}
#: Of yente, the service that serves this matcher.
THRESHOLD = 0.7


def person(row: Row):  # type: ignore[no-untyped-def]  # a class of the library, which this environment alone has
    """The row as the library describes people."""
    properties = {name: [row[column]] for column, name in PROPERTIES.items() if row.get(column)}
    properties["name"] = [" ".join(filter(None, (row.get(column) for column in ("given", "middle", "family"))))]
    return model.get_proxy({"id": row["id"], "schema": "Person", "properties": properties}, cleaned=False)


def main(out: str, *files: str) -> None:
    """Score and write."""
    algorithm = get_algorithm("logic-v2")
    assert algorithm is not None
    config = algorithm.default_config()
    tables = [rows(file) for file in files]
    people = [[person(row) for row in table] for table in tables]
    some = pairs(tables)
    with open(out, "w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(["left_id", "right_id", "probability"])
        for one, other in some:
            left, right = people[0][one], people[-1][other]
            writer.writerow([left.id, right.id, algorithm.compare(left, right, config).score])
    print(json.dumps({"version": version("nomenklatura"), "threshold": THRESHOLD, "pairs": len(some)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
