"""`muniment match`: tables in, scores, a model and rates out; a bad table is named with row and column."""

from __future__ import annotations

import csv
import json
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
from typer.testing import CliRunner

from muniment.cli.main import app
from muniment.core.errors import SenderFault
from muniment.identity.model import MODEL, model_from
from muniment.sources.world.generate import generate


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, ["match", *map(str, arguments)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0
    return done.stdout


def file(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


PAIRS = """no,left_full_name,right_family,right_given,left_birth_date,right_birth_date
1,Anton Musterberg,MUSTERBERG,ANTON,1984-09-09,1984-09-09
2,"MUSTERBERG, ANTON",SPECIMEN,BERTA,1984-09-09,1951-02-01
"""


def test_pairs_are_scored_and_keep_their_columns(tmp_path: Path) -> None:
    found = list(csv.DictReader(run("pairs", file(tmp_path, "pairs.csv", PAIRS)).splitlines()))
    assert [row["no"] for row in found] == ["1", "2"]
    assert float(found[0]["probability"]) > 0.9 > 0.01 > float(found[1]["probability"])
    assert float(found[0]["weight"]) > 0 > float(found[1]["weight"])


def test_a_share_that_is_known_sets_the_prior(tmp_path: Path) -> None:
    path = file(tmp_path, "pairs.csv", PAIRS)
    weights = [
        [float(row["weight"]) for row in csv.DictReader(run("pairs", path, "--prior", prior).splitlines())]
        for prior in ("0.5", "0.001")
    ]
    assert weights[0][0] == pytest.approx(weights[1][0] + 9.96, abs=0.05)


def test_of_many_pairs_the_share_is_counted(tmp_path: Path) -> None:
    head, *rows = PAIRS.splitlines()
    found = run("pairs", file(tmp_path, "pairs.csv", "\n".join([head, *rows[:1] * 60, *rows[1:] * 60]) + "\n"))
    kept = list(csv.DictReader(found.splitlines()))
    alone = list(csv.DictReader(run("pairs", file(tmp_path, "one.csv", PAIRS)).splitlines()))
    assert float(kept[0]["weight"]) == pytest.approx(float(alone[0]["weight"]) - MODEL.prior.bits, abs=0.05)


def test_the_evidence_can_be_had_with_each_pair(tmp_path: Path) -> None:
    lines = run("pairs", file(tmp_path, "pairs.csv", PAIRS), "--explain", "--json").splitlines()
    evidence = json.loads(json.loads(lines[0])["evidence"])
    assert {"family_name", "given_names", "birth_date"} == {item["feature"] for item in evidence}
    assert all(item["sentence"] for item in evidence)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records of an invented world, one row each, with the person they describe."""
    path = tmp_path_factory.mktemp("match") / "people.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["id", "family", "given", "middle", "birth_date", "sex", "birth_country", "person", "group"])
        for someone in islice(generate(150, 11, date(2026, 11, 24)), 150):
            for record in someone.records:
                name, subject = record.subject["names"][0], record.subject
                known = (subject["birth_dates"][0], subject["sex"], subject["birth_country"])
                parts = (name["family"], name["given"], name["middle"])
                writer.writerow([record.key, *parts, *known, someone.number, someone.name_group])
    return path


def test_training_writes_a_model_that_the_other_commands_take(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "model.json"
    assert "of one person" in run("train", table, "--out", out)
    model = model_from(json.loads(out.read_text(encoding="utf-8")))
    assert model.prior.bits > -20
    scored = run("pairs", file(tmp_path, "pairs.csv", PAIRS), "--model", out)
    assert len(scored.splitlines()) == 3
    again = tmp_path / "again.json"
    run("train", table, "--out", again)
    assert again.read_bytes() == out.read_bytes()


def test_known_pairs_fit_the_calibration_curve(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "model.json"
    run("train", table, "--truth", table, "--out", out)
    curve = json.loads(out.read_text(encoding="utf-8"))["calibration"]["curve"]
    assert len(curve) > 1
    assert [odds for _, odds in curve] == sorted(odds for _, odds in curve)


SCORED = "left_id,right_id,probability\na,b,0.99\nc,a,0.7\nd,e,0.2\n"
TRUTH = "id,person,group\na,1,Spanish\nb,1,Spanish\nc,2,Spanish\nd,3,Korean\ne,3,Korean\n"


def test_rates_are_told_overall_and_by_name_group(tmp_path: Path) -> None:
    scored, truth = file(tmp_path, "scored.csv", SCORED), file(tmp_path, "truth.csv", TRUTH)
    found = json.loads(run("evaluate", scored, truth, "--json"))
    assert (found["overall"]["right"], found["overall"]["false"], found["overall"]["missed"]) == (1, 1, 1)
    assert found["groups"]["Korean"]["missed_rate"] == 1.0
    assert found["groups"]["Spanish"]["false_rate"] == 0.5
    said = run("evaluate", scored, truth, "--svg", tmp_path / "plot.svg")
    assert "Korean (few)" in said
    assert "<title>" in (tmp_path / "plot.svg").read_text()


def test_the_truth_may_be_pairs_too(tmp_path: Path) -> None:
    truth = file(tmp_path, "truth.ndjson", '{"left_id": "b", "right_id": "a"}\n{"left_id": "e", "right_id": "d"}\n')
    found = json.loads(run("evaluate", file(tmp_path, "scored.csv", SCORED), truth, "--json"))
    assert (found["overall"]["right"], found["overall"]["false"], found["overall"]["missed"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"name\nMUSTER\n", "has no column id"),
        (b"id,family\n1,MUSTER\n1,MUSTER\n", "row 3, column id: 1 is in row 2 too"),
        (b"id,family\n,MUSTER\n", "row 2, column id: empty"),
        (b"id,family\n1,MUSTER,X\n", "row 2: 3 columns, but the header has 2"),
        (b"id,family,family\n1,MUSTER,X\n", "column family is there twice"),
        (b"id,family\n1,MUST\xfcER\n", "row 2, column family: not UTF-8"),
        (b'id,family\n1,"MUSTER\n', "unexpected end of data"),
        (b"", "has no column id"),
    ],
)
def test_a_bad_table_is_named_with_row_and_column_and_nothing_is_written(
    text: bytes, said: str, tmp_path: Path
) -> None:
    with pytest.raises(SenderFault, match=said):
        run("train", file(tmp_path, "people.csv", text), "--out", tmp_path / "model.json")
    assert not (tmp_path / "model.json").exists()


def test_a_table_that_is_too_small_teaches_nothing(tmp_path: Path) -> None:
    with pytest.raises(SenderFault, match="at least 100 records"):
        run("train", file(tmp_path, "people.csv", "id,family\n1,MUSTER\n"), "--out", tmp_path / "model.json")


def test_a_file_that_is_no_model_is_told_from_one(tmp_path: Path) -> None:
    with pytest.raises(SenderFault, match="is no model"):
        run("pairs", file(tmp_path, "pairs.csv", PAIRS), "--model", file(tmp_path, "m.json", "{}"))
