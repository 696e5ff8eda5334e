"""`muniment match link` and `dedupe`: results to a file or to standard output, and what was left out is said."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from muniment.cli.main import app
from muniment.cli.match_batch import said
from muniment.core.errors import SenderFault
from muniment.linkage.job import Told

PEOPLE = """id,family,given,birth_date
a,MUSTERBERG,ANTON,1984-09-09
b,MUSTERBERG,ANTON,1984-09-09
c,SPECIMEN,BERTA,1951-02-01
"""


def run(*arguments: object) -> Result:
    done = CliRunner().invoke(app, ["match", *map(str, arguments)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0
    return done


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    return path


def test_pairs_go_to_standard_output_and_what_was_done_to_standard_error(people: Path) -> None:
    done = run("dedupe", people)
    found = list(csv.DictReader(done.stdout.splitlines()))
    assert [(row["left_id"], row["right_id"]) for row in found] == [("a", "b")]
    assert float(found[0]["probability"]) > 0.5
    assert "3 records, 2 different descriptions, 1 pairs compared; 1 have a probability above 0.01." in done.stderr


def test_two_tables_are_linked_as_json(people: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.ndjson"
    other.write_text('{"id": 7, "full_name": "Anton Musterberg", "birth_date": "1984-09-09"}\n')
    found = [json.loads(line) for line in run("link", people, other, "--json").stdout.splitlines()]
    assert [(row["left_id"], row["right_id"]) for row in found] == [("a", "7"), ("b", "7")]
    assert {"left_id", "right_id", "probability", "weight"} == found[0].keys()


def test_a_result_goes_to_the_file_that_is_named(people: Path, tmp_path: Path) -> None:
    done = run("dedupe", people, "--out", tmp_path / "pairs.csv")
    assert done.stdout == ""
    assert (tmp_path / "pairs.csv").read_text().startswith("left_id,right_id,probability,weight\na,b,")


@pytest.mark.parametrize("options", [("--out", "pairs.xlsx"), ("--out", "pairs.csv", "--json")])
def test_a_result_of_another_kind_is_refused(options: tuple[str, ...], people: Path) -> None:
    with pytest.raises(SenderFault, match="--out takes a name that ends in"):
        run("dedupe", people, *options)


def test_what_was_left_out_is_said() -> None:
    told = Told(records=3_000, people=2_000, compared=9, written=1, common=4, left_out=2, alike=1)
    assert said(told, 50) == (
        "3,000 records, 2,000 different descriptions, 9 pairs compared; 1 have a probability above 0.01. "
        "4 keys had more than 50 people and were used only two at a time: 2 combinations had more still and were left "
        "out. 1 descriptions are those of more than 1,000 records, which were not paired with each other."
    )
    assert "none was left out" in said(told._replace(left_out=0), 50)
    assert "keys" not in said(told._replace(common=0), 50)
