"""A world as files is the world as a stream, whole, marked, and never mixed with another."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from muniment.core.errors import SenderFault
from muniment.sources.world import export
from muniment.sources.world.export import export_world
from muniment.sources.world.generate import generate

TODAY = date(2026, 11, 24)


def lines(folder: Path) -> list[dict[str, object]]:
    files = sorted(folder.iterdir())
    return [json.loads(line) for file in files for line in gzip.decompress(file.read_bytes()).splitlines()]


def test_what_is_written_is_what_is_generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "PART", 40)
    told: list[int] = []
    export_world(100, 3, TODAY, tmp_path / "new", told.append)
    assert [file.name for file in sorted((tmp_path / "new").iterdir())] == [
        "people-00000.ndjson.gz",
        "people-00001.ndjson.gz",
        "people-00002.ndjson.gz",
    ]
    assert told == [40, 80, 100]
    expected = [
        {"number": one.number, "truth": one.truth, "records": [record._asdict() for record in one.records]}
        for one in generate(100, 3, TODAY)
    ]
    assert lines(tmp_path / "new") == [{"synthetic": True, **json.loads(json.dumps(one))} for one in expected]


def test_a_folder_with_files_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(SenderFault, match="holds files already"):
        export_world(1, 3, TODAY, tmp_path, lambda _: None)
    assert [file.name for file in tmp_path.iterdir()] == ["mine"]
