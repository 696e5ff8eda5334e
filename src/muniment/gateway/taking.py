"""What a line is told when it brings a message, whatever carries it: a receipt after the commit, or why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import InterfaceError, OperationalError, connection

from muniment.actions import intake
from muniment.actions.context import Actor
from muniment.core.errors import MunimentError
from muniment.store.models import Line

RETRY_AFTER: Final = 5  # seconds that a busy center asks the line to wait


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Nothing was stored; `fault` says whose fault that is."""

    code: str
    text: str
    fault: MunimentError | None = None


def take(actor: Actor, line: Line, raw: bytes) -> intake.Receipt | NotTaken:
    """Store the message; the receipt is made after the commit. Without a commit the answer says so."""
    try:
        return intake.receive(actor, line, raw)
    except MunimentError as fault:
        return NotTaken(fault.rule or "line.refused", str(fault), fault)
    except (InterfaceError, OperationalError):
        connection.close()
        return NotTaken("center.down", "The center cannot store messages now; nothing was kept.")
