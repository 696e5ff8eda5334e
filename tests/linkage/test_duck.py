"""Tables are linked as the scores of all pairs would have it, in any format, in parts, and after any interruption."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations, product
from multiprocessing import active_children
from pathlib import Path

import duckdb
import pytest

from muniment.core.errors import OurFault, WrongState
from muniment.identity.described import describe
from muniment.identity.model import MODEL
from muniment.identity.person_table import subject_from_row
from muniment.identity.score import weigh
from muniment.linkage import duck
from muniment.linkage.job import LEAST, MOST_ALIKE, Job
from muniment.linkage.workplace import folder_of
from tests.linkage.tables_of import read, records, written

Rows = list[dict[str, str]]


def quiet(what: str, done: int, total: int) -> None:
    """Tells nobody how far it is."""


@pytest.fixture(scope="module")
def rows() -> Rows:
    return records(120, 5)


def scores(pairs: Iterator[tuple[dict[str, str], dict[str, str]]]) -> dict[tuple[str, str], float]:
    """Weights of all pairs above the least probability, by the kernel for one pair."""
    found = {}
    for one, other in pairs:
        weight = weigh(*(describe(subject_from_row(row)) for row in (one, other)))
        if MODEL.probability(weight) > LEAST:
            found[one["id"], other["id"]] = weight
    return found


def weights(path: Path) -> dict[tuple[str, str], float]:
    return {(row["left_id"], row["right_id"]): float(row["weight"]) for row in read(path)}


def test_a_table_gives_every_pair_that_scores_once_the_smaller_id_on_the_left(rows: Rows, tmp_path: Path) -> None:
    job = Job(written(tmp_path / "people.csv", rows), None, tmp_path / "pairs.csv", processes=1)
    told = duck.run(job, quiet)
    found = weights(job.out)
    expected = scores(combinations(sorted(rows, key=lambda row: row["id"]), 2))
    assert found.items() <= expected.items()
    assert len(found) > 0.99 * len(expected)  # keys find nearly all
    assert (told.records, told.written, told.people < told.records) == (len(rows), len(found), True)


def test_two_tables_give_pairs_across_them(rows: Rows, tmp_path: Path) -> None:
    left, right = rows[::2], rows[1::2]
    job = Job(written(tmp_path / "left.csv", left), written(tmp_path / "right.csv", right), tmp_path / "pairs.csv")
    duck.run(replace(job, processes=1), quiet)
    found, expected = weights(job.out), scores(product(left, right))
    assert found.items() <= expected.items()
    assert len(found) > 0.99 * len(expected)
    assert [(row["left_id"], row["right_id"]) for row in read(job.out)] == sorted(found)


def test_the_format_of_tables_and_result_changes_nothing(rows: Rows, tmp_path: Path) -> None:
    """And a folder whose name has signs that some program takes for its own."""
    folder = tmp_path / "o'clock [1] *"
    folder.mkdir()
    tables = [written(folder / "people.csv", rows)]
    tables.append(folder / "people.ndjson")
    tables[-1].write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    tables.append(folder / "people.parquet")
    plain = written(tmp_path / "plain.csv", rows)
    duckdb.sql(f"SELECT * FROM read_csv('{plain}', all_varchar = true)").write_parquet(str(tables[-1]))
    outs = [folder / f"pairs.{ending}" for ending in ("csv", "ndjson", "parquet")]
    for table, out in zip(tables, outs, strict=True):
        duck.run(Job(table, None, out, processes=1), quiet)
    found = [
        (row["left_id"], row["right_id"], float(row["probability"]), float(row["weight"])) for row in read(outs[0])
    ]
    assert found == [tuple(json.loads(line).values()) for line in outs[1].read_text(encoding="utf-8").splitlines()]
    moved = outs[2].replace(tmp_path / "pairs.parquet")
    assert found == duckdb.sql(f"SELECT * FROM read_parquet('{moved}')").fetchall()
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in [*tables, *outs[:2]])


def test_records_of_one_description_are_pairs_too(tmp_path: Path) -> None:
    row = {"family": "MUSTERBERG", "given": "ANTON", "birth_date": "1984-09-09", "sex": "M"}
    twice = [row | {"id": id_} for id_ in ("b", "a", "c")]
    job = Job(written(tmp_path / "people.csv", twice), None, tmp_path / "pairs.csv")
    told = duck.run(job, quiet)
    assert list(weights(job.out)) == [("a", "b"), ("a", "c"), ("b", "c")]
    assert (told.people, told.compared) == (1, 1)


def test_a_description_of_too_many_records_is_counted_and_not_paired_with_itself(tmp_path: Path) -> None:
    row = {"family": "MUSTERBERG", "given": "ANTON", "birth_date": "1984-09-09"}
    many = [row | {"id": str(number)} for number in range(MOST_ALIKE + 1)]
    told = duck.run(Job(written(tmp_path / "people.csv", many), None, tmp_path / "pairs.csv"), quiet)
    assert (told.alike, told.written) == (1, 0)


def test_a_key_of_too_many_is_used_together_with_another(tmp_path: Path) -> None:
    """Sixty of one name and year, on sixty days, and each a second time with a slip in the given name."""
    people = [
        {
            "id": f"{copy}{day}",
            "family": "MUSTERBERG",
            "given": given,
            "birth_date": f"1984-0{1 + day // 20}-{1 + day % 20:02}",
        }
        for day in range(60)
        for copy, given in (("a", "ANTON"), ("b", "ANTOM"))
    ]
    told = duck.run(Job(written(tmp_path / "people.csv", people), None, tmp_path / "pairs.csv", most=10), quiet)
    assert {(f"a{day}", f"b{day}") for day in range(60)} <= set(weights(tmp_path / "pairs.csv"))
    assert told.common > 0
    assert told.compared < 60 * 119  # of 120 * 119 / 2


class Stopped(Exception):
    """The run is stopped here."""


def stopping(at: str, after: int = 1) -> Callable[[str, int, int], None]:
    """Stops a run when so much of a step is done."""

    def tell(what: str, done: int, total: int) -> None:
        if what == at and done >= after:
            raise Stopped

    return tell


@pytest.mark.parametrize(
    "step", ["tables read", "people filed", "common keys combined", "people compared", "pairs written"]
)
def test_a_run_that_was_stopped_goes_on_and_leaves_nothing(
    step: str, rows: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duck, "CHUNK", 60)
    monkeypatch.setattr(duck, "FILED", 60)
    whole = Job(written(tmp_path / "people.csv", rows), None, tmp_path / "whole.csv", processes=1)
    told = duck.run(whole, quiet)
    job = replace(whole, out=tmp_path / "pairs.csv")
    with pytest.raises(Stopped):
        duck.run(job, stopping(step, 0 if step == "pairs written" else 1))
    assert folder_of(job.out).exists()
    assert not job.out.exists()
    done: list[str] = []
    assert duck.run(job, lambda what, *_: done.append(what)) == told
    assert "tables read" not in done or step == "tables read"  # what was done is not done again
    assert job.out.read_bytes() == whole.out.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pairs.csv", "people.csv", "whole.csv"]


def test_parts_and_processes_change_nothing(rows: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = written(tmp_path / "people.csv", rows)
    duck.run(Job(table, None, tmp_path / "one.csv", processes=1), quiet)
    monkeypatch.setattr(duck, "CHUNK", 100)
    duck.run(Job(table, None, tmp_path / "two.csv", memory=500_000, processes=2), quiet)
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


def test_what_a_machine_lacks_is_said_and_what_was_done_is_kept(
    rows: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job(written(tmp_path / "people.csv", rows), None, tmp_path / "pairs.csv", processes=2)
    monkeypatch.setattr(duck, "FILED", 60)

    def killing(what: str, done: int, total: int) -> None:
        if what == "people filed" and done == 1:
            for child in active_children():
                child.kill()

    with pytest.raises(OurFault, match=r"The run cannot go on: .* What was done is kept in"):
        duck.run(job, killing)
    assert list((folder_of(job.out) / "filed").glob("*.parquet"))
    assert duck.run(job, quiet).records == len(rows)


def test_work_for_another_table_is_not_used(rows: Rows, tmp_path: Path) -> None:
    job = Job(written(tmp_path / "people.csv", rows), None, tmp_path / "pairs.csv", processes=1)
    with pytest.raises(Stopped):
        duck.run(job, stopping("people filed"))
    written(job.left, rows[:40])
    assert duck.run(job, quiet).records == 40


def test_two_runs_do_not_write_one_result(rows: Rows, tmp_path: Path) -> None:
    job = Job(written(tmp_path / "people.csv", rows[:40]), None, tmp_path / "pairs.csv", processes=1)

    def again(what: str, done: int, total: int) -> None:
        if what == "tables read":
            duck.run(job, quiet)

    with pytest.raises(WrongState, match="Another process is working"):
        duck.run(job, again)
