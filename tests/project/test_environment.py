"""Settings that come from the environment."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from muniment.core.errors import OurFault
from muniment.project import environment

SOURCE = Path(environment.__file__).parents[1]


def test_names_are_in_order_and_once() -> None:
    names = [setting.name for setting in environment.SETTINGS]
    assert names == sorted(set(names))


def test_no_other_module_reads_the_environment_of_ours() -> None:
    reads = re.compile(r"(environ|getenv)\W+(get\W+)?MUNIMENT_")
    found = [path for path in SOURCE.rglob("*.py") if reads.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_every_setting_that_is_named_anywhere_exists() -> None:
    known = {setting.name for setting in environment.SETTINGS}
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py") if path.name != "settings.py")
    # Names of Django's settings.
    internal = {"DISK_FLOOR", "DISK_FOLDERS", "INDEX", "HTTP_SYSTEMS", "RECORD_SYSTEMS", "WORLD_TROUBLE"}
    assert set(re.findall(r"\bMUNIMENT_[A-Z_]+\b", code)) - {f"MUNIMENT_{name}" for name in internal} - known == set()


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("MUNIMENT_INDEX_HITS", "fifty", environment.whole),
        ("MUNIMENT_SEARCH_SECONDS", "3s", environment.decimal),
        ("MUNIMENT_HTTPS", "yes", environment.switch),
    ],
)
def test_a_value_that_cannot_be_read_names_its_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, read: object
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(OurFault, match=value) as raised:
        read(name)
    assert raised.value.field == name


def test_an_empty_value_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUNIMENT_LINE_PORT", "")
    assert environment.whole("MUNIMENT_LINE_PORT") == 8700


def test_the_home_of_a_checkout_is_var(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MUNIMENT_HOME")
    module = tmp_path / "src/muniment/project/environment.py"
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.setattr(environment, "__file__", str(module))
    assert environment.home() == tmp_path / "var"


def test_outside_a_checkout_the_home_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MUNIMENT_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(environment, "__file__", str(tmp_path / "lib/python3/site-packages/project/environment.py"))
    assert environment.home() == tmp_path / ".local/share/muniment"
