"""Two hosts with what the units in deploy/ start, and one PostgreSQL beside them; one host loses worker and pages."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from muniment.actions.installing import DEMO_PASSWORD
from muniment.gateway.client import LineClient
from muniment.project import postgres_files
from tests.journeys.peers import Specialist, Switch
from tests.journeys.running import PYTHON, RunningCenter, free_port
from tests.journeys.visitor import Visitor
from tests.messages import iaq
from tests.project import servers
from tests.test_deploy import UNITS, command

CONTROLS = [f"HOST{number}" for number in range(6)]
PATIENCE = 120.0


@dataclass
class Host:
    """A host with a state folder of its own, on which units are started."""

    home: Path
    environment: dict[str, str]
    web_port: int = field(default_factory=free_port)
    line_port: int = field(default_factory=free_port)
    parts: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.home.mkdir()
        self.environment |= {
            "MUNIMENT_HOME": str(self.home),
            "MUNIMENT_ADDRESS": f"127.0.0.1:{self.web_port}",
            "MUNIMENT_LINE_PORT": str(self.line_port),
        }

    @property
    def web(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.web_port}"

    def run(self, *words: str) -> str:
        """A command of the program; what it printed."""
        done = subprocess.run([*PYTHON, *words], env=self.environment, capture_output=True, text=True)
        assert done.returncode < 2, done.stdout + done.stderr
        return done.stdout

    def doctor(self) -> dict[str, dict[str, str]]:
        """What the doctor finds here."""
        return {each["about"]: each for each in json.loads(self.run("doctor", "--json"))}

    def start(self, part: str) -> None:
        """What systemd would start for the unit."""
        unit = next(unit for unit in UNITS if unit.stem == f"muniment-{part}")
        with (self.home / f"{part}.log").open("ab") as log:
            self.parts[part] = subprocess.Popen([*PYTHON, *command(unit)], env=self.environment, stdout=log, stderr=log)

    def stop(self, part: str, number: int = signal.SIGTERM) -> int:
        """What systemd would do to stop it; the exit status."""
        process = self.parts.pop(part)
        process.send_signal(number)
        return process.wait(60)


@pytest.fixture
def hosts() -> Iterator[list[Host]]:
    """One PostgreSQL that neither host looks after, with a center in it, and two hosts."""
    with servers.folder() as home:
        center = RunningCenter(home)
        center._start("database")
        center.run("-m", "tests.journeys.setting_up", "0")
        url = f"postgresql://muniment@/muniment?host={postgres_files.find(home).socket}"
        made = [Host(home / name, center.environment | {"MUNIMENT_DATABASE_URL": url}) for name in ("one", "two")]
        yield made
        for host in made:
            for process in host.parts.values():
                process.kill()
                process.wait()
        center.stop()


def wait_for(switch: Switch, answers: int) -> None:
    """Until the agency has so many answers."""
    end = time.monotonic() + PATIENCE
    while len(switch.answers) < answers:
        assert time.monotonic() < end, switch.answers
        time.sleep(0.1)


def test_a_center_on_two_hosts_outlives_half_of_itself(hosts: list[Host]) -> None:
    one, two = hosts
    one.run("database", "migrate")
    for part in ("web", "worker", "gateway"):
        one.start(part)
    RunningCenter.wait_for(one.web_port)
    visitor = Visitor(one.web)
    visitor.log_in("specialist9", DEMO_PASSWORD)

    sessions = two.doctor()["sessions"]
    assert (sessions["state"], "Copy secret_key" in sessions["next"]) == ("warn", True)
    shutil.copy(one.home / "secret_key", two.home)
    two.start("web")
    RunningCenter.wait_for(two.web_port)
    visitor.base = two.web
    assert visitor.get("/queue/").address == f"{two.web}/queue/"  # logged in there too

    switch = Switch(one, [iaq(control, custody="N") for control in CONTROLS[:3]])
    done = threading.Event()
    specialist, second = Specialist(one, "specialist14", done), Specialist(two, "senior3", done, seconds=True)
    crew = [threading.Thread(target=each.run, daemon=True) for each in (switch, specialist, second)]
    for member in crew:
        member.start()
    wait_for(switch, 3)
    two.start("worker")
    one.stop("worker", signal.SIGKILL)
    specialist.center = two
    assert one.stop("web") == 0
    with LineClient("127.0.0.1", one.line_port, "demo", "demo-line-key") as line:
        for control in CONTROLS[3:]:
            line.send(iaq(control, custody="N"))
    wait_for(switch, 6)
    done.set()
    switch.stop.set()
    for member in crew:
        member.join(30)
    assert {control: len(numbers) for control, numbers in switch.answers.items()} == dict.fromkeys(CONTROLS, 1)
    found = two.doctor()
    assert [found[about]["state"] for about in ("sessions", "index", "page files", "database")] == ["ok"] * 4
    assert [two.stop("worker"), two.stop("web"), one.stop("gateway")] == [0, 0, 0]
