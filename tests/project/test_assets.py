"""The design system, fetched for real."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from muniment.core.errors import OurFault
from muniment.project import assets


def test_everything_that_the_style_sheet_asks_for_is_there_and_nothing_of_it_comes_from_elsewhere(
    tmp_path: Path,
) -> None:
    target = tmp_path / "uswds"
    assert not assets.present(target)
    assets.fetch(target)
    assert assets.present(target)
    styles = (target / assets.STYLES).read_text(encoding="utf-8")
    asked = set(re.findall(r"url\(([^)]+)\)", styles))
    assert len(asked) > 40
    assert [url for url in asked if not (target / "css" / url.strip('"')).exists()] == []
    assert sum(path.stat().st_size for path in target.rglob("*") if path.is_file()) < 3_000_000


def test_another_release_is_not_taken_for_the_pinned_one(tmp_path: Path) -> None:
    (tmp_path / assets.STAMP).write_text(assets.LOCK.read_text().replace('"3.14.0"', '"3.13.0"'))
    assert not assets.present(tmp_path)


def test_the_lock_names_no_registry_and_pins_everything() -> None:
    lock = assets.LOCK.read_text()
    assert "://" not in lock
    assert lock.count('"integrity": "sha512-') == lock.count('"node_modules/')


def test_a_registry_that_is_away_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:1/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    with pytest.raises(OurFault, match="could not be fetched"):
        assets.fetch(tmp_path / "uswds")
    assert not (tmp_path / "uswds").exists()
