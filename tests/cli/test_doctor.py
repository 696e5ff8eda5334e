"""How `muniment doctor` tells what it found."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from muniment.project import center


def test_findings_are_lines_with_a_sign_and_a_next_step(muniment_home: Path) -> None:
    env = os.environ | {"MUNIMENT_HOME": str(muniment_home / "elsewhere"), "COLUMNS": "100"}
    done = subprocess.run(center.program("doctor"), env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "✓ python Python 3." in done.stdout
    assert "! database There is none" in done.stdout
    assert "  → `make run` makes it." in done.stdout
