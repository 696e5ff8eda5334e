"""The key with which Django signs sessions and tokens, made once and kept in MUNIMENT_HOME."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from muniment.core.errors import OurFault


def secret_key(home: Path) -> str:
    """The key; it is created, readable by its owner alone, where there is none. Raises `OurFault`."""
    path = home / "secret_key"
    try:
        if not path.exists():
            _create(path)
        return path.read_text(encoding="ascii")
    except OSError as fault:
        text = f"The key {path} cannot be read or made: {fault.strerror}. Name a folder of yours in MUNIMENT_HOME."
        raise OurFault(text, field="MUNIMENT_HOME") from None


def _create(path: Path) -> None:
    """Of two processes that start together, the first to link its key wins; both then read the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f"secret_key.{os.getpid()}")
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        path.hardlink_to(own)
    except FileExistsError:
        return
    finally:
        own.unlink()
