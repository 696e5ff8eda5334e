"""Fixtures of this folder."""

from tests.web.scene import at, waiting

__all__ = ["at", "waiting"]
