"""`muniment serve`: refuses what it must not serve."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from muniment.project import center
from tests.project import servers


@pytest.fixture
def home() -> Iterator[Path]:
    """A state folder of the test's own."""
    with servers.folder() as made:
        yield made


def serve(home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Try to serve."""
    env = os.environ | {"MUNIMENT_HOME": str(home)} | environment
    return subprocess.run(center.program("serve"), env=env, capture_output=True, text=True)


def test_tables_of_an_older_release_are_not_served(home: Path) -> None:
    done = serve(home)
    assert done.returncode == 2
    assert "muniment database migrate" in done.stderr


def test_a_center_that_would_send_cookies_unencrypted_is_not_served(home: Path) -> None:
    env = os.environ | {"MUNIMENT_HOME": str(home)}
    subprocess.run(center.program("database", "migrate"), env=env, check=True)
    done = serve(home, MUNIMENT_HOSTS="center.example")
    assert done.returncode == 2
    assert "MUNIMENT_HTTPS" in done.stderr
