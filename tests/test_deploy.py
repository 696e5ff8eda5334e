"""What an operator copies from deploy/: units, settings and containers name nothing that is not there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from muniment.cli.main import COMMANDS
from muniment.project import processes
from muniment.project.environment import SETTINGS

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
PROGRAM = "/opt/muniment/bin/muniment"
each_unit = pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)


def service(unit: Path) -> dict[str, str]:
    """The section [Service]."""
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names as they are written
    parser.read(unit)
    return dict(parser["Service"])


def command(unit: Path) -> list[str]:
    """The words of ExecStart after the program."""
    program, *words = shlex.split(service(unit)["ExecStart"])
    assert program == PROGRAM
    return words


def knows(words: list[str]) -> bool:
    """Whether the program has such a command with such options."""
    done = subprocess.run([sys.executable, "-m", "muniment.cli.main", *words, "--help"], capture_output=True, text=True)
    return done.returncode == 0


def test_there_is_a_unit_for_each_part() -> None:
    assert [command(unit)[0] for unit in UNITS] == ["gateway", "serve", "worker"]


@each_unit
def test_a_unit_runs_a_command_that_there_is(unit: Path) -> None:
    words = command(unit)
    assert words[0] in COMMANDS
    assert knows(words)
    assert not knows([words[0], "--nonsense", "1"])


@each_unit
def test_a_unit_gives_its_part_the_time_to_finish_and_restarts_what_dies(unit: Path) -> None:
    found = service(unit)
    assert int(found["TimeoutStopSec"]) > processes.GRACE
    assert (found["KillMode"], found["Restart"]) == ("mixed", "always")


@each_unit
def test_a_unit_has_no_more_rights_than_it_needs(unit: Path) -> None:
    found = service(unit)
    assert found["User"] == "muniment"
    assert found["CapabilityBoundingSet"] == ""
    assert found["ProtectSystem"] == "strict"
    assert found["NoNewPrivileges"] == found["ProtectHome"] == found["PrivateTmp"] == "yes"


@pytest.mark.needs("systemd")
@each_unit
def test_systemd_finds_nothing_wrong_with_a_unit(unit: Path, tmp_path: Path) -> None:
    copy = tmp_path / unit.name
    copy.write_text(unit.read_text().replace(PROGRAM, sys.executable))
    done = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True)
    assert (done.returncode, [line for line in done.stderr.splitlines() if unit.name in line]) == (0, [])
    copy.write_text(copy.read_text().replace("ProtectHome", "ProtectHouse"))
    assert "ProtectHouse" in subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True).stderr


@pytest.mark.parametrize("path", [path for path in sorted(DEPLOY.rglob("*")) if path.is_file()], ids=lambda p: p.name)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert set(re.findall(r"MUNIMENT_[A-Z_]+", text)) <= {setting.name for setting in SETTINGS}


def test_the_containers_run_the_same_parts_and_have_the_same_time_to_finish() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    commands = [shlex.split(words.replace(",", " ")) for words in re.findall(r"command: \[(.+)\]", text)]
    assert [words[0] for words in commands] == ["serve", "worker", "gateway"]
    assert all(map(knows, commands))
    assert int(re.findall(r"stop_grace_period: (\d+)s", text)[0]) > processes.GRACE


def test_what_the_container_file_copies_is_there() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    copied = [word for line in re.findall(r"^COPY (?!--)(.+)", text, re.MULTILINE) for word in line.split()[:-1]]
    assert copied
    assert [word for word in copied if not (ROOT / word).exists()] == []
