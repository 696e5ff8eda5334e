"""Log lines as JSON, one an event, without personal data: texts of exceptions stay out, their places stay in."""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final

_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLine(logging.Formatter):
    """Time (UTC), level, logger and text, then the record's own extra values as far as they are plain."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "text": _text(record),
        }
        line |= {key: value for key, value in vars(record).items() if _plain(key, value)}
        if record.exc_info and record.exc_info[0] is not None:
            line["fault"] = record.exc_info[0].__name__
            line["at"] = _places(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False)


def _text(record: logging.LogRecord) -> str:
    """The text; of libraries only what comes before the first colon or quote, for then they quote what was asked."""
    text = record.getMessage()
    if record.name.startswith("muniment") or (record.name.startswith("gunicorn") and record.levelno == logging.INFO):
        return text
    return re.split(r"[:'\"]", text, maxsplit=1)[0]


def _plain(key: str, value: object) -> bool:
    return key not in _STANDARD and isinstance(value, str | int | float | bool)


def _places(where: TracebackType | None) -> list[str]:
    """Module and line of each frame; neither the text of the exception nor source lines, which may hold names."""
    return [f"{frame.f_globals.get('__name__')}:{number}" for frame, number in traceback.walk_tb(where)]


def catch_all() -> None:
    """What nobody caught becomes a line too: the interpreter would print the text of the exception."""
    log = logging.getLogger("muniment")
    sys.excepthook = lambda *fault: log.critical("ended by a fault", exc_info=fault)
    threading.excepthook = lambda fault: log.critical(
        "thread ended by a fault",
        exc_info=(fault.exc_type, fault.exc_value or fault.exc_type(), fault.exc_traceback),
        extra={"thread_name": fault.thread and fault.thread.name},
    )
