"""Addresses of static files change with the content, so browsers may keep them; pages work all the same without."""

from __future__ import annotations

import json
import os
import pwd
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from muniment.project import assets, postgres_files
from tests.project import servers

NOBODY = pwd.getpwnam("nobody")
as_nobody = pytest.mark.skipif(
    os.geteuid() != 0 or not postgres_files.account_runs([sys.executable, "-c", "import muniment"], NOBODY),
    reason="only root can be somebody else, and only where that account can run this interpreter",
)
#: Collects, as a start of the web server does, and says what a browser gets of a page.
PAGE = """
import json, re, sys, django
django.setup()
from django.template.loader import render_to_string
from django.test import Client
from muniment.core.errors import OurFault
from muniment.project import static_files
said = ""
try:
    collected = [static_files.collect() for _ in range(int(sys.argv[1]))]
except OurFault as fault:
    collected, said = [], str(fault)
client, files = Client(), {}
page = render_to_string("web/broken.html")
sheet = ""
for address in re.findall(r'href="(/static/[^"]+)"', page):
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    files[address] = [answer.status_code, answer.get("Cache-Control", ""), answer.get("Content-Encoding", "")]
    plain = client.get(address)
    sheet += b"".join(plain).decode() if "uswds" in address else ""
    answer.close(), plain.close()
found = {}
for part in set(re.findall(r'url[(]"?[.][.]/([^")]+)', sheet)):
    answer = client.get(f"/static/uswds/{part}")
    found[part] = [answer.status_code, answer.get("Cache-Control", "")]
    answer.close()
print(json.dumps([collected, said, files, found, static_files.present()]))
"""
Files = dict[str, list[Any]]


def page(home: Path, times: int = 1, **who: Any) -> tuple[list[bool], str, Files, Files, bool]:
    """What was collected and said, the files of a page, those that its style sheet names, whether all is there."""
    env = {
        "PATH": os.environ["PATH"],
        "MUNIMENT_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "muniment.project.settings",
    }
    command = [sys.executable, "-W", "ignore", "-c", PAGE, str(times)]
    done = subprocess.run(command, env=env, cwd="/", capture_output=True, text=True, **who)
    assert done.returncode == 0, done.stderr
    collected, said, files, named, present = json.loads(done.stdout)
    return collected, said, files, named, present


@pytest.fixture(scope="module", autouse=True)
def _design_system() -> None:
    if not assets.present():
        assets.fetch()


HASHED = r"/static/.+\.[0-9a-f]{12}\.(css|svg)"


def test_addresses_have_the_hash_of_the_content_and_may_be_kept_for_years(tmp_path: Path) -> None:
    collected, _, files, named, present = page(tmp_path, 2)
    assert (collected, present) == ([True, False], True)  # the second start has nothing to do
    assert len(files) == 3
    assert [address for address in files if not re.fullmatch(HASHED, address)] == []
    assert len(named) > 40
    for status, kept, *_ in [*files.values(), *named.values()]:
        assert status == 200
        assert "immutable" in kept
        assert int(re.findall(r"max-age=(\d+)", kept)[0]) >= 365 * 24 * 3600
    assert [packed for address, (*_, packed) in files.items() if address.endswith(".css")] == ["gzip", "gzip"]


def test_another_release_collects_anew_and_what_open_pages_name_stays(tmp_path: Path) -> None:
    before = page(tmp_path)[2]
    (tmp_path / "static.lock").write_text("the digest of another release")
    old = tmp_path / "static/web/look.000000000000.css"
    old.write_text("/* of another release */")
    collected, _, after, _, present = page(tmp_path)
    assert (collected, present) == ([True], True)
    assert after.keys() == before.keys()  # the same content, the same addresses
    assert old.exists()


def test_without_copies_pages_name_the_files_where_they_are_installed(tmp_path: Path) -> None:
    collected, _, files, named, present = page(tmp_path, 0)
    assert (collected, present) == ([], False)
    assert "/static/web/look.css" in files
    for status, kept, *_ in [*files.values(), *named.values()]:
        assert (status, "immutable" in kept) == (200, False)


@as_nobody
def test_an_ordinary_user_whose_program_folder_is_read_only_has_them_too() -> None:
    with servers.folder() as home:
        os.chown(home, NOBODY.pw_uid, NOBODY.pw_gid)
        collected, _, files, _, _ = page(home, user=NOBODY.pw_uid, group=NOBODY.pw_gid, extra_groups=[])
        assert collected == [True]
        assert all(re.fullmatch(HASHED, address) for address in files)
        assert (home / "static").stat().st_uid == NOBODY.pw_uid


@as_nobody
def test_where_they_cannot_be_put_that_is_said_and_pages_work(tmp_path: Path) -> None:
    with servers.folder(0o755) as home:
        (home / "secret_key").write_text("of the tests")
        (home / "secret_key").chmod(0o644)
        collected, said, files, _, _ = page(home, user=NOBODY.pw_uid, group=NOBODY.pw_gid, extra_groups=[])
        assert collected == []
        assert f"cannot be put into {home}/static" in said
        assert {status for status, *_ in files.values()} == {200}
