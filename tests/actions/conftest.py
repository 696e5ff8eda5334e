"""Fixtures of this folder."""

from tests.web.scene import waiting

__all__ = ["waiting"]
