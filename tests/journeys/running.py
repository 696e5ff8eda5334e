"""A whole center in processes of its own, as an operator would run it, that a test may kill piece by piece."""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
CERTIFICATES = ROOT / "tests" / "cases" / "gateway"
PYTHON = [sys.executable, "-m", "muniment.cli.main"]


def free_port() -> int:
    """A port that nobody listens on now, below those that the kernel gives to clients: none takes it meanwhile."""
    while True:
        port = 12_000 + secrets.randbelow(20_000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@dataclass
class RunningCenter:
    """The processes of a center. Those that die are started again, as a service manager would."""

    home: Path
    web_port: int = field(default_factory=free_port)
    line_port: int = field(default_factory=free_port)
    https_port: int = field(default_factory=free_port)
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    kills: int = 0

    def __post_init__(self) -> None:
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("MUNIMENT_")} | {
            "MUNIMENT_HOME": str(self.home),
            "MUNIMENT_ADDRESS": f"127.0.0.1:{self.web_port}",
            "MUNIMENT_LINE_PORT": str(self.line_port),
            "MUNIMENT_HTTPS_PORT": str(self.https_port),
            "MUNIMENT_LINE_TLS_CERTIFICATE": str(CERTIFICATES / "server.crt"),
            "MUNIMENT_LINE_TLS_KEY": str(CERTIFICATES / "server.key"),
            "MUNIMENT_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "tests.journeys.settings",
            "PYTHONPATH": str(ROOT),
        }
        self.commands = {
            "database": [sys.executable, "-m", "muniment.project.database"],
            "web": [*PYTHON, "serve"],
            "worker": [*PYTHON, "worker", "--threads", "2"],
            "gateway": [*PYTHON, "gateway"],
        }

    @property
    def web(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.web_port}"

    def start(self, people: int = 0) -> None:
        """Set up the database and start everything."""
        self._start("database")
        self.run("-m", "tests.journeys.setting_up", str(people))
        for name in self.commands:
            if name != "database":
                self._start(name)
        self.keeper = threading.Thread(target=self._keep, daemon=True)
        self.keeper.start()
        self.wait_for(self.web_port)
        self.wait_for(self.line_port)
        self.wait_for(self.https_port)

    def run(self, *arguments: str) -> str:
        """A command in the center's environment; what it printed."""
        done = subprocess.run([sys.executable, *arguments], env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _start(self, name: str) -> None:
        if name in self.children:
            _close(self.children[name])
        with (self.home / f"{name}.log").open("ab") as log:
            self.children[name] = subprocess.Popen(
                self.commands[name],
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _keep(self) -> None:
        while not self.stopping.wait(0.1):
            with self.lock:
                for name, child in self.children.items():
                    if child.poll() is not None:
                        self._start(name)

    @staticmethod
    def wait_for(port: int, seconds: float = 60) -> None:
        """Until something listens there."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return
            time.sleep(0.1)
        raise AssertionError(f"nothing listens on port {port}")

    def postmaster(self) -> int | None:
        """The process number of the database server."""
        from muniment.project import postgres_files

        try:
            return int((postgres_files.find(self.home).data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    def terminate(self) -> None:
        """SIGTERM to every part, the database last; returns when all have ended, and each is started again."""
        with self.lock:
            for child in reversed(self.children.values()):
                child.terminate()
                child.wait(timeout=30)

    def kill(self, name: str) -> None:
        """SIGKILL, to the process and all it started; for `postmaster` to the database server alone."""
        self.kills += 1
        with self.lock, contextlib.suppress(ProcessLookupError):
            if name == "postmaster":
                if (number := self.postmaster()) is not None:
                    os.kill(number, signal.SIGKILL)
            else:
                os.killpg(self.children[name].pid, signal.SIGKILL)

    def kill_one(self, dice: random.Random) -> None:
        """One of the pieces, the database server one time in eight (it takes seconds to recover)."""
        self.kill("postmaster" if dice.random() < 1 / 8 else dice.choice(["worker", "gateway", "web"]))

    def stop(self) -> None:
        """End everything."""
        self.stopping.set()
        if hasattr(self, "keeper"):
            self.keeper.join()
        for child in reversed(self.children.values()):
            child.terminate()
            try:
                child.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
            _close(child)


def _close(child: subprocess.Popen[bytes]) -> None:
    """The keeper of the database ends when its standard input does, so each child has one."""
    if child.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()


@contextlib.contextmanager
def running_center(people: int = 0) -> Iterator[RunningCenter]:
    """A center for the length of a test, in a state folder of its own."""
    with tempfile.TemporaryDirectory(prefix="muniment-journey-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o711)  # the account of the database server must get through to its own folder
        center = RunningCenter(home)
        try:
            center.start(people)
            yield center
        finally:
            center.stop()
