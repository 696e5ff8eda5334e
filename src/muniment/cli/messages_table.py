"""`muniment parse --table`: a message explained at a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rich.console import Console
from rich.table import Table
from rich.text import Text

from muniment.formats.explaining import Explanation, Row, Stretch, explain
from muniment.formats.profile import Profile


def show(raw: bytes, format: str, today: date | None, profile: Profile, console: Console | None = None) -> int:
    """Print it. Returns the exit status: 0 accepted, 1 rejected."""
    screen = console or Console()
    found = explain(raw, format=format, today=today, profile=profile)
    ok = bool(found.object["ok"])
    screen.print(_heading(found, ok))
    screen.print(_rows(found.rows))
    if not ok:
        screen.print(Text("\nThe message, with what is wrong marked:", style="bold"))
        screen.print(_message(found.message))
    return 0 if ok else 1


def _heading(found: Explanation, ok: bool) -> Text:
    said = "accepted" if ok else "rejected, nothing would be searched"
    return Text(
        f"{found.object['kind'] or 'Message'} as {found.form}: {said}", style="bold green" if ok else "bold red"
    )


def _rows(rows: Sequence[Row]) -> Table:
    table = Table("field", "meaning", "read", "wrong, or to be known", "right")
    for row in rows:
        told = Text("\n".join([*row.wrong, *row.noted]), style="red" if row.wrong else "yellow")
        table.add_row(Text(row.field), Text(row.meaning), Text(row.read), told, Text(row.right))
    return table


def _message(stretches: Sequence[Stretch]) -> Text:
    """Marked by brackets too, for who sees no colors."""
    text = Text()
    for each in stretches:
        text.append(f">>{each.text}<<" if each.field else each.text, style="bold red" if each.field else "")
    return text
