"""A million broken messages, for `make soak`: 0 may break the reader, 0 may take longer than 100 ms."""

from __future__ import annotations

import sys
import time

from tests.formats.fuzzing import hunt

COUNT = 1_000_000
PART = 50_000
MOST = 0.1  # seconds of this process


def main(count: int) -> int:
    """Read that many, part by part; a message that took too long is written down for a case."""
    first, slowest = time.time_ns() // PART, 0.0
    for part in range(count // PART):
        found = hunt(PART, first + part)
        slowest = max(slowest, found.seconds)
        if found.seconds > MOST:
            print(f"seed {first + part}, {found.form}, {found.seconds:.3f} s: {found.raw[:500]!r}")
            return 1
    print(f"{count:,} broken messages: none broke the reader, the slowest took {slowest * 1000:.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT))
