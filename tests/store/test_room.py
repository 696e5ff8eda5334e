"""The floor of the disk, on a small disk of its own that really runs full."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from muniment.actions import intake
from muniment.actions.context import Actor
from muniment.actions.intake import Full
from muniment.store import room
from muniment.store.models import Line, Message
from tests.messages import iaq

MEGABYTE = 1_000_000


@pytest.fixture
def disk(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A disk of 16 MB, of which 8 are the floor. Only root can mount one."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", tmp_path], capture_output=True)
    if mounted.returncode:
        if os.environ.get("CI") == "true":
            pytest.fail("A small disk could not be mounted; with CI=true nothing is skipped.")
        pytest.skip("needs root, to mount a small disk")
    settings.MUNIMENT_DISK_FOLDERS, settings.MUNIMENT_DISK_FLOOR = (tmp_path,), 8 * MEGABYTE
    yield tmp_path
    subprocess.run(["umount", tmp_path], check=True)


@pytest.mark.django_db
def test_below_the_floor_no_message_is_taken_and_above_it_the_same_one_is(disk: Path, center: Line) -> None:
    actor = Actor.line("demo")
    intake.receive(actor, center, iaq("BEFORE"))
    (disk / "filler").write_bytes(b"x" * 12 * MEGABYTE)
    with pytest.raises(Full) as refused:
        intake.receive(actor, center, iaq("DURING"))
    assert refused.value.rule == "center.full"
    assert Message.objects.count() == 1
    (disk / "filler").unlink()
    assert not intake.receive(actor, center, iaq("DURING")).repeat
    assert Message.objects.count() == 2


def test_the_fullest_disk_counts_and_a_folder_that_is_not_there_does_not(tmp_path: Path, settings: Any) -> None:
    settings.MUNIMENT_DISK_FOLDERS = (tmp_path, tmp_path / "nowhere")
    assert room.free() > 0
    settings.MUNIMENT_DISK_FLOOR = room.free() * 2
    assert room.full()
