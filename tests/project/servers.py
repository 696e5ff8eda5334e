"""Helps for tests of the embedded server: folders of their own, and their removal."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from muniment.project import postgres_files


@contextmanager
def folder(mode: int = 0o711) -> Iterator[Path]:
    """A new folder directly in /tmp, with the mode; whatever a server of it left behind is removed with it."""
    made = Path(tempfile.mkdtemp(prefix="muniment-server-", dir="/tmp"))
    made.chmod(mode)
    try:
        yield made
    finally:
        for home in (made, *(path for path in made.rglob("*") if path.is_dir())):
            shutil.rmtree(postgres_files.OUTSIDE / postgres_files.short_hash(home), ignore_errors=True)
        shutil.rmtree(made)
