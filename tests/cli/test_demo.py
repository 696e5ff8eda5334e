"""`muniment demo` as a newcomer meets it: first time, second time, twice at once, started over."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from muniment.project import center
from tests.project import servers

#: Asks the database of the settings, which is started where it is not running.
ASK = """
import sys
from muniment.project import database
with database.ensure_running(), database.connect() as connection:
    print(connection.execute(sys.argv[1]).fetchone()[0])
"""


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


@dataclass
class Machine:
    """A machine on which the demo is tried."""

    home: Path
    env: dict[str, str]
    web: str

    def start(self, *options: str) -> subprocess.Popen[str]:
        """Start the demo and wait for its box."""
        command = center.program("demo", "--people", "200", *options)
        process = subprocess.Popen(command, env=self.env, stderr=subprocess.PIPE, text=True, cwd="/")
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if line.startswith("╰"):
                return process
        process.communicate()
        logs = [path.read_text() for path in (self.home / "log").glob("*.log")]
        raise AssertionError("".join(said + logs))

    def end(self, process: subprocess.Popen[str]) -> None:
        """Ctrl-C."""
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=40)
        assert process.returncode == 0, said

    def try_out(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Run the demo to its end."""
        command = center.program("demo", "--people", "200", *options)
        return subprocess.run(command, env=self.env, capture_output=True, text=True, cwd="/")

    def count(self, table: str) -> int:
        """Rows of a table, while it runs."""
        return int(self.ask(f"SELECT count(*) FROM {table}"))

    def ask(self, query: str) -> str:
        """The answer to a query."""
        command = [sys.executable, "-c", ASK, query]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def machine() -> Iterator[Machine]:
    """A machine without anything of ours on it."""
    with servers.folder() as home:
        address = f"127.0.0.1:{free_port()}"
        own = {"MUNIMENT_HOME": str(home), "MUNIMENT_ADDRESS": address, "MUNIMENT_LINE_PORT": str(free_port())}
        env = {name: value for name, value in os.environ.items() if not name.startswith(("MUNIMENT_", "DJANGO_"))}
        yield Machine(home, env | own | {"COLUMNS": "120"}, f"http://{address}")


def test_it_starts_is_kept_starts_again_in_seconds_and_starts_over_only_where_all_is_synthetic(
    machine: Machine,
) -> None:
    first = machine.start()
    with urllib.request.urlopen(f"{machine.web}/login/") as page:
        assert "specialist14" in page.read().decode()
    with urllib.request.urlopen(f"{machine.web}/static/uswds/css/uswds.min.css") as styles:
        assert styles.status == 200
    assert machine.count("store_message") > 5
    end = time.monotonic() + 30
    while not list((machine.home / "agencies").glob("*.txt")):  # the receipts of their messages
        assert time.monotonic() < end
        time.sleep(0.1)
    twice = machine.try_out()
    assert twice.returncode == 2
    assert "already runs" in twice.stderr
    people, messages = machine.count("store_worldperson"), machine.count("store_message")
    machine.end(first)
    assert not (machine.home / "postgres" / "data" / "postmaster.pid").exists()

    began = time.monotonic()
    second = machine.start()
    assert time.monotonic() - began < 10
    assert machine.count("store_worldperson") == people
    assert machine.count("store_message") == messages
    machine.end(second)

    once = machine.try_out("--once", "--json", "--fresh")
    assert once.returncode == 0, once.stderr
    assert json.loads(once.stdout)["response"].startswith("IAR.")
    assert int(machine.ask("SELECT count(*) FROM store_message")) == 1
    machine.ask("UPDATE store_installation SET synthetic = false RETURNING 1")
    for options in (["--once", "--fresh"], ["--once"]):
        refused = machine.try_out(*options)
        assert refused.returncode == 2
        assert "not marked synthetic" in refused.stderr


def test_an_address_that_is_taken_is_named_with_its_setting(machine: Machine) -> None:
    host, _, port = machine.env["MUNIMENT_ADDRESS"].rpartition(":")
    with socket.create_server((host, int(port))):
        done = machine.try_out()
    assert done.returncode == 2
    assert "MUNIMENT_ADDRESS" in done.stderr
