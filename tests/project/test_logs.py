"""Log lines."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from typing import Any

import pytest

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


@pytest.mark.parametrize(
    ("logger", "level", "text", "kept"),
    [
        ("django.request", "WARNING", "Not Found: /SPECIMEN/", "Not Found"),
        (
            "django.security.csrf",
            "WARNING",
            "Forbidden (Origin checking failed): /SPECIMEN/",
            "Forbidden (Origin checking failed)",
        ),
        ("gunicorn.error", "WARNING", "Invalid HTTP Header 'SPECIMEN'", "Invalid HTTP Header "),
        ("gunicorn.error", "INFO", "Booting worker with pid: 7", "Booting worker with pid: 7"),
        ("some.library", "INFO", 'asked "SPECIMEN"', "asked "),
        ("muniment.worker", "WARNING", "database away: OperationalError", "database away: OperationalError"),
    ],
)
def test_what_libraries_quote_of_a_request_stays_out(logger: str, level: str, text: str, kept: str) -> None:
    record = logging.getLogger(logger).makeRecord(logger, getattr(logging, level), "f", 1, text, (), None)
    assert json.loads(JsonLine().format(record))["text"] == kept


THREAD = "threading.Thread(target=lambda: fail(), name='worker-1').start()"


@pytest.mark.parametrize(("code", "text"), [("fail()", "ended by a fault"), (THREAD, "thread ended by a fault")])
def test_what_nobody_catches_becomes_a_line_without_the_text_of_the_exception(code: str, text: str) -> None:
    program = f"""
import logging, sys, threading
from muniment.project import logs
handler = logging.StreamHandler()
handler.setFormatter(logs.JsonLine())
logging.getLogger().addHandler(handler)
logs.catch_all()
def fail(): raise ValueError("SPECIMEN, MARIA")
{code}
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    found = json.loads(done.stderr)
    assert (found["text"], found["fault"], found["level"]) == (text, "ValueError", "CRITICAL")
    assert "SPECIMEN" not in done.stderr
