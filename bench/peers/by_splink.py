"""Splink on a person table or two, set up as its guide has it: python by_splink.py OUT LEFT [RIGHT]."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version

import pandas as pd
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

EXACT = ("sex", "birth_country", "a_number", "ssn")
THRESHOLD = 0.5


def comparisons(columns: list[str]) -> list[object]:
    """One for each column that describes a person."""
    names = [cl.NameComparison(column) for column in ("given", "middle", "family") if column in columns]
    born = cl.DateOfBirthComparison("birth_date", input_is_string=True)
    return [*names, born, *(cl.ExactMatch(column) for column in EXACT if column in columns)]


def main(out: str, *files: str) -> None:
    """Train without labels, predict, write."""
    tables = [pd.read_csv(file, dtype=str, keep_default_na=False).replace("", None) for file in files]
    columns = list(tables[0].columns)
    numbers = [column for column in ("ssn", "a_number") if column in columns]
    rules = [block_on(column) for column in ("given", "family", "birth_date", *numbers)]
    settings = SettingsCreator(
        link_type="dedupe_only" if len(files) == 1 else "link_only",
        unique_id_column_name="id",
        blocking_rules_to_generate_predictions=rules,
        comparisons=comparisons(columns),
    )
    api = DuckDBAPI()
    linker = Linker([api.register(table) for table in tables], settings)
    train = linker.training
    sure = [block_on("given", "family", "birth_date"), *(block_on(column) for column in numbers)]
    train.estimate_probability_two_random_records_match(sure, recall=0.7)
    train.estimate_u_using_random_sampling(max_pairs=1e6)
    train.estimate_parameters_using_expectation_maximisation(block_on("given", "family"))
    train.estimate_parameters_using_expectation_maximisation(block_on("birth_date"))
    found = linker.inference.predict().as_pandas_dataframe()
    found = found.rename(columns={"id_l": "left_id", "id_r": "right_id", "match_probability": "probability"})
    found.query("probability > 0.001")[["left_id", "right_id", "probability"]].to_csv(out, index=False)
    print(json.dumps({"version": version("splink"), "threshold": THRESHOLD, "pairs": len(found)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
