"""The key of sessions and tokens."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from muniment.core.errors import OurFault
from muniment.project.secret import secret_key


def test_it_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    first = secret_key(home)
    assert len(first) >= 50
    assert secret_key(home) == first
    assert (home / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in home.iterdir()] == ["secret_key"]


def test_processes_that_start_together_get_the_same(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        keys = pool.map(secret_key, [tmp_path] * 8)
    assert len(set(keys)) == 1


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OurFault, match="MUNIMENT_HOME"):
        secret_key(tmp_path / "file" / "home")
