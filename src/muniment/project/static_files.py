"""The files that pages are made up with, under addresses that carry a hash of their content: browsers keep them.

Copies with those names, compressed too, go into the state folder, because the folder of the program may be read-only.
Where that was not done, pages name the files where they are installed, and browsers ask again every hour.
"""

from __future__ import annotations

import fcntl
import hashlib
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

from muniment.core.errors import OurFault
from muniment.project import environment

STAMP: Final = "static.lock"


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise ships no types
    """Names with a hash; maps from style sheets and scripts to their sources are not shipped, so none is looked for."""

    patterns: Any = (("*.css", (r"""(?P<matched>url\((?P<quote>['"]?)\s*(?P<url>.*?)(?P=quote)\))""",)),)

    def stored_name(self, name: str) -> str:
        """The name with its hash; the plain one where nothing was collected."""
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name


def collect() -> bool:
    """Put the copies in place where they are missing or of other content; whether that was needed.

    Raises `OurFault` where they cannot be written.
    """
    try:
        with (environment.home() / STAMP).open("a+", encoding="ascii") as stamp:
            fcntl.flock(stamp, fcntl.LOCK_EX)  # of two web servers that start together, one collects
            if present():
                return False
            call_command("collectstatic", interactive=False, verbosity=0)
            stamp.truncate(0)
            stamp.write(_digest())
    except OSError as fault:
        text = f"The files of the pages cannot be put into {settings.STATIC_ROOT}: {fault.strerror}."
        raise OurFault(text, rule="static.write") from None
    return True


def present() -> bool:
    """Whether the copies are there, and of the files that this program has."""
    stamp = environment.home() / STAMP
    manifest = Path(settings.STATIC_ROOT) / Storage.manifest_name
    return manifest.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == _digest()


def _digest() -> str:
    """SHA-256 of all names and contents."""
    found = {name: storage.path(name) for finder in get_finders() for name, storage in finder.list([])}
    digest = hashlib.sha256()
    for name, path in sorted(found.items()):
        digest.update(f"{name}\n".encode() + hashlib.sha256(Path(path).read_bytes()).digest())
    return digest.hexdigest()
