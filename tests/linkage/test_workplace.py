"""The folder of a run: only ever ours, and only one run at a time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from muniment.core.errors import SenderFault
from muniment.identity.model import MODEL
from muniment.linkage.job import Job
from muniment.linkage.workplace import folder_of, workplace


@pytest.fixture
def job(tmp_path: Path) -> Job:
    (tmp_path / "people.csv").write_text("id\n1\n")
    return Job(tmp_path / "people.csv", None, tmp_path / "pairs.csv")


def test_a_folder_that_is_not_ours_is_left_alone(job: Job) -> None:
    folder_of(job.out).mkdir()
    (folder_of(job.out) / "letter.txt").write_text("dear")
    with pytest.raises(SenderFault, match="is no folder of ours"), workplace(job, "duckdb"):
        raise AssertionError("nothing is done there")
    assert (folder_of(job.out) / "letter.txt").read_text() == "dear"


def stopped(job: Job, part: str) -> None:
    """A run that is stopped when it has written into a part whether it was there."""
    with workplace(job, "duckdb") as folder:
        found = (folder / part).exists()
        (folder / part).write_text(str(found))
        raise KeyboardInterrupt


def test_what_was_done_for_another_engine_or_model_is_not_used(job: Job) -> None:
    for found in ("False", "True"):
        with pytest.raises(KeyboardInterrupt):
            stopped(job, "part")
        assert (folder_of(job.out) / "part").read_text() == found
    with pytest.raises(KeyboardInterrupt):
        stopped(replace(job, model=replace(MODEL, conflict_below=MODEL.conflict_below - 1)), "part")
    assert (folder_of(job.out) / "part").read_text() == "False"
    with workplace(job, "spark") as folder:
        assert not (folder / "part").exists()
    assert not folder.exists()


def test_a_place_that_cannot_be_written_is_named(job: Job, tmp_path: Path) -> None:
    lost = Job(job.left, None, tmp_path / "nowhere" / "pairs.csv")
    with pytest.raises(SenderFault, match="cannot be made: No such file"), workplace(lost, "duckdb"):
        raise AssertionError("nothing is done there")
    unclear = Job(job.left, None, tmp_path / "why?" / "pairs.csv")
    with pytest.raises(SenderFault, match="question mark"), workplace(unclear, "duckdb"):
        raise AssertionError("nothing is done there")
