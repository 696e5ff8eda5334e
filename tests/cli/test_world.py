"""`muniment world generate` writes people where it was told to, and only there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_people_are_written_and_how_many_is_said(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "muniment.cli.main",
        "world",
        "generate",
        "--people",
        "30",
        "--out",
        tmp_path / "w",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "30 people\n")
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert again.returncode == 2
    assert "holds files already" in again.stderr
