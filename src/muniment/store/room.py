"""Room on the disks where this host keeps the database, the index and the keys: below the floor nothing is taken in.

A database on another host watches its own disk; what it cannot store it refuses, and the line is told `center.down`.
"""

from __future__ import annotations

import shutil

from django.conf import settings


def free() -> int:
    """Bytes free on the fullest of the disks."""
    return min(shutil.disk_usage(folder).free for folder in settings.MUNIMENT_DISK_FOLDERS if folder.exists())


def full() -> bool:
    """Whether less is free than the floor. What is at work may still end: the floor is the room for it."""
    return free() < settings.MUNIMENT_DISK_FLOOR
