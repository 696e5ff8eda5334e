"""Parts of the machine that tests need and an ordinary user may not install, such as a browser.

A part is taken from the PATH, else installed where allowed (root, Debian). Else the tests that need it are skipped and
the last line of the run says how many and how to get the part; with CI=true they fail, so that nothing passes unseen.
"""

from __future__ import annotations

import functools
import importlib
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from muniment.project import assets

#: Part: the programs any of which is it, and Debian's package.
PARTS: Final = {
    "java": (("java",), "default-jre-headless"),
    "chromium": (("chromium", "chromium-browser", "google-chrome"), "chromium"),
    "older postgresql": (tuple(f"/usr/lib/postgresql/{major}/bin/initdb" for major in (15, 16, 17)), "postgresql"),
    "systemd": (("systemd-analyze",), "systemd"),
}

#: Part that is a library too large for everybody's tests: its module and its lock.
LIBRARIES: Final = {"spark": ("pyspark", "requirements/spark.txt")}

# A closed network must not slow the browser down, and it must not call home.
QUIET: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)

_missed: Counter[str] = Counter()


@functools.cache
def program(part: str) -> str | None:
    """The path of the part's program, after an attempt to install it; None where there is none."""
    names, package = PARTS[part]
    if not any(map(shutil.which, names)) and os.geteuid() == 0 and shutil.which("apt-get"):
        for command in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", package]):
            subprocess.run(["apt-get", *command], check=False, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"})
    return next(filter(None, map(shutil.which, names)), None)


@functools.cache
def library(part: str) -> str | None:
    """The name of the part's module; installed where nothing may be skipped. None where there is none."""
    module, lock = LIBRARIES[part]
    if not find_spec(module) and os.environ.get("CI") == "true":
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([*install, "-r", lock], check=False)
        importlib.invalidate_caches()
    return module if find_spec(module) else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let a test run only with the parts it says it needs."""
    for mark in item.iter_markers("needs"):
        part = mark.args[0]
        if (library(part) if part in LIBRARIES else program(part)) is not None:
            continue
        if os.environ.get("CI") == "true":
            pytest.fail(f"{part} is missing and could not be installed; with CI=true nothing is skipped.")
        _missed[part] += 1
        pytest.skip(f"needs {part}")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """The last line of the run."""
    for part, count in _missed.items():
        print(f"{count} tests were skipped, because {part} is missing: {how(part)}")


def how(part: str) -> str:
    """The command that brings a part."""
    if part in LIBRARIES:
        return f"{sys.executable} -m pip install --require-hashes -r {LIBRARIES[part][1]}"
    return f"sudo apt-get install {PARTS[part][1]}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; a test that uses it is marked `needs("chromium")`."""
    if not assets.present():
        assets.fetch()
    # Playwright keeps an event loop in this thread; Django's guard would take the tests' own queries for async ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium has none for root
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program("chromium"), args=[*QUIET, *sandbox])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that has never been here."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()
