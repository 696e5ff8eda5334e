"""Log lines."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

from muniment.project.logs import JsonLine


def line(text: str = "work failed", extra: dict[str, Any] | None = None, *, exception: bool = False) -> dict[str, Any]:
    """A record as it would be written."""
    logger = logging.getLogger("muniment.test")
    fault = sys.exc_info() if exception else None
    record = logger.makeRecord("muniment.test", logging.WARNING, "f", 1, text, (), fault, extra=extra)
    written = JsonLine().format(record)
    assert "\n" not in written
    parsed: dict[str, Any] = json.loads(written)
    return parsed


def test_a_line_says_when_how_bad_where_and_what() -> None:
    found = line(extra={"task": "search", "target": 7, "request": object()})
    assert found.pop("time").endswith("+00:00")
    assert found == {
        "level": "WARNING",
        "logger": "muniment.test",
        "text": "work failed",
        "task": "search",
        "target": 7,
    }


def test_the_text_of_an_exception_stays_out_and_its_place_stays_in() -> None:
    try:
        raise ValueError("SPECIMEN, MARIA 1975")
    except ValueError:
        found = line(exception=True)
    assert found["fault"] == "ValueError"
    assert found["at"][0].startswith(f"{__name__}:")
    assert "SPECIMEN" not in json.dumps(found)
