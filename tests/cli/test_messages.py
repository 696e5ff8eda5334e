"""`muniment parse` and `muniment compose` as a shell runs them: status, standard output, one sentence of usage."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.messages import iaq

MUNIMENT = str(Path(sys.executable).with_name("muniment"))


def run(*arguments: str | Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The installed command."""
    done = subprocess.run([MUNIMENT, *map(str, arguments)], input=given, capture_output=True, timeout=20)
    assert b"Traceback" not in done.stderr
    return done


def test_a_folder_gives_a_line_each_in_byte_order_of_names(tmp_path: Path) -> None:
    for name, raw in {"b.msg": iaq(), "B.msg": b"", "a": iaq(SEX="Q"), "\udcff": iaq(), "\u00d1": iaq()}.items():
        (tmp_path / name).write_bytes(raw)  # \udcff stands for a byte that is no UTF-8
    for hidden in (".hidden", "b.expect.json"):
        (tmp_path / hidden).write_bytes(iaq())
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("b.msg")
    done = run("parse", "--batch", tmp_path)
    lines = [json.loads(line) for line in done.stdout.decode("ascii").splitlines()]
    assert done.returncode == 0
    assert [(line["file"], line["exit"], line["ok"]) for line in lines] == [
        ("B.msg", 1, False),
        ("a", 1, False),
        ("b.msg", 0, True),
        ("\u00d1", 0, True),
        ("\udcff", 0, True),
    ]


def test_a_folder_may_hold_every_format(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"<a/>")
    (tmp_path / "b.json").write_bytes(b"{}")
    (tmp_path / "c.eft").write_bytes(b"1.001:")
    (tmp_path / "d.msg").write_bytes(iaq())
    done = run("parse", "--batch", tmp_path)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, b"")
    assert [line["format"] for line in lines] == ["nlets-xml", "niem-json", "ebts", "nlets"]


def test_an_empty_folder_gives_no_line(tmp_path: Path) -> None:
    done = run("parse", "--batch", tmp_path)
    assert (done.returncode, done.stdout) == (0, b"")


def test_options_hold_for_every_file_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.msg").write_bytes(iaq(DOB="20261125"))
    done = run("parse", "--batch", tmp_path, "--today", "2026-11-24")
    assert json.loads(done.stdout)["errors"][0]["code"] == "dob.future"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["parse"], "Name one file (- for standard input), or --batch with a folder."),
        (["parse", "-", "--batch", "."], "Name one file (- for standard input), or --batch with a folder."),
        (["parse", "-", "--bogus"], "No such option: --bogus"),
        (["parse", "none.msg"], "none.msg cannot be read: No such file or directory."),
        (["parse", "."], ". cannot be read: Is a directory."),
        (["parse", "--batch", "none"], "none cannot be read: No such file or directory."),
        (["parse", "-", "--today", "24.11.2026"], "--today must be a day such as 2026-11-24, not '24.11.2026'."),
        (["parse", "-", "--today", "2026-W01-1"], "--today must be a day such as 2026-11-24, not '2026-W01-1'."),
        (["parse", "-", "--profile", "none.toml"], "The profile none.toml cannot be read: No such file or directory."),
        (["parse", "-", "--format", "morse"], "There is no format 'morse'; formats are auto, nlets, nlets-xml, "),
        (["compose"], "Missing argument 'file'."),
        (["compose", "none.json"], "none.json cannot be read: No such file or directory."),
        (["compose", "-"], "- holds no JSON object."),
        (["nonsense"], "No such command 'nonsense'."),
    ],
)
def test_usage_is_one_sentence_and_no_data(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    done = subprocess.run([MUNIMENT, *arguments], input=b"", capture_output=True, cwd=tmp_path, timeout=20)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(sentence)
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("given", [b"[]", b"7", b"{", b"\xff", b"[" * 200_000, b'{"a":' * 100_000])
def test_compose_takes_a_json_object_and_nothing_else(given: bytes) -> None:
    done = run("compose", "-", given=given)
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", b"- holds no JSON object.\n")


def test_an_endless_stream_is_read_no_further_than_a_message_may_reach() -> None:
    with Path("/dev/zero").open("rb") as zeros:
        done = subprocess.run([MUNIMENT, "parse", "-"], stdin=zeros, capture_output=True, timeout=20)
    assert (done.returncode, json.loads(done.stdout)["errors"][0]["code"]) == (1, "size.exceeded")


def test_parse_loads_no_web_framework() -> None:
    """How long it takes from a shell is measured by bench/formats.py."""
    program = (
        "import sys; sys.argv = ['muniment', 'parse', '-']; from muniment.cli.main import main\n"
        "try: main()\nexcept SystemExit: print(sorted({'django', 'psycopg', 'tantivy', 'numpy'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], input=iaq(), capture_output=True, timeout=20)
    assert done.stdout.splitlines()[1] == b"[]"
