"""How fast messages are read and written, on one core and in this process; also alone: `python -m bench.formats`."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from bench.figures import Figure, as_table
from muniment import formats
from tests.formats import test_niem_json, test_nlets, test_nlets_xml
from tests.formats.prints import file, large_image
from tests.messages import iaq

TIMES: Final = 3
MESSAGES: Final = 5_000
FILE: Final = file(images=[(14, 1, large_image(1, b"\x1c\x1d\x1e\x1f" * 4_900_000))])
#: Prints the most memory, in KiB, of a process that reads a file (its own: `ru_maxrss` would begin with its parent's).
MEMORY: Final = """
import re, sys
from muniment import formats
with open(sys.argv[1], "rb") as stream:
    formats.read(stream.read())
print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""


def rate(work: Callable[[], object]) -> float:
    """How often a second, by the time of this process alone."""
    began = time.process_time()
    for _ in range(MESSAGES):
        work()
    return MESSAGES / (time.process_time() - began)


def measured() -> list[Figure]:
    """Every figure of the formats."""
    today = datetime.now(UTC).date()
    body = formats.message_object(formats.read(iaq(ARN="900000123"), today=today))
    figures = []
    for form, least in (("nlets", 10_000), ("nlets-xml", 5_000), ("niem-json", 10_000)):
        wire = formats.compose(body, format=form, today=today)
        assert isinstance(wire, bytes)
        reads = [rate(partial(formats.read, wire, today=today)) for _ in range(TIMES)]
        writes = [rate(partial(formats.compose, body, format=form, today=today)) for _ in range(TIMES)]
        figures.append(Figure(f"{form} read, one core", "inquiries a second", reads, least))
        figures.append(Figure(f"{form} written and read back, one core", "inquiries a second", writes, 10_000))
    figures.append(Figure("EBTS read, against SHA-256 alone", "%", [_against_hash() for _ in range(TIMES)], 70))
    figures.append(Figure("EBTS, most memory above an idle process", "times the file", [_memory()], 2.2, "less"))
    figures.append(Figure("largest messages, the slowest", "ms", [_slowest() for _ in range(TIMES)], 100, "less"))
    figures.append(Figure("muniment parse from a shell", "s", [_cold() for _ in range(TIMES)], 0.4, "less"))
    return figures


def _against_hash() -> float:
    began = time.process_time()
    hashlib.sha256(FILE).hexdigest()
    alone = time.process_time() - began
    began = time.process_time()
    formats.read(FILE)
    return 100 * alone / (time.process_time() - began)


def _memory() -> float:
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "small"), Path(folder, "large")
        small.write_bytes(b"1.001:")
        large.write_bytes(FILE)
        idle, full = (
            int(subprocess.run([sys.executable, "-c", MEMORY, str(path)], capture_output=True, check=True).stdout)
            for path in (small, large)
        )
    return (full - idle) * 1024 / len(FILE)


def _slowest() -> float:
    """Of messages of 256 kB made to be slow, in every form; what fuzzing finds becomes one of them."""
    shapes: Mapping[str, Mapping[str, bytes | str]] = {
        "nlets": test_nlets.LARGE,
        "nlets-xml": test_nlets_xml.LARGE,
        "niem-json": test_niem_json.LARGE,
    }
    slowest = 0.0
    for form, messages in shapes.items():
        for raw in messages.values():
            wire = raw if isinstance(raw, bytes) else raw.encode()
            began = time.process_time()
            formats.read(wire, format=form)
            slowest = max(slowest, time.process_time() - began)
    return slowest * 1000


def _cold() -> float:
    command = [str(Path(sys.executable).with_name("muniment")), "parse", "-"]
    began = time.perf_counter()
    done = subprocess.run(command, input=iaq(), capture_output=True, check=True)
    seconds = time.perf_counter() - began
    assert json.loads(done.stdout)["ok"]
    return seconds


if __name__ == "__main__":
    print(as_table(measured()))
