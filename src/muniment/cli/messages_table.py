"""`muniment parse --table`: a message explained at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from muniment.formats.explaining import Explanation, Row, Stretch, explain
from muniment.formats.profile import Profile


def show(raw: bytes, format: str, today: date | None, profile: Profile, console: Console | None = None) -> int:
    """Print it. Returns the exit status: 0 accepted, 1 rejected."""
    screen = console or Console()
    found = explain(raw, format=format, today=today, profile=profile)
    ok = bool(found.object["ok"])
    screen.print(_heading(found, ok))
    screen.print(_rows(found.rows, ok))
    if not ok:
        screen.print(Text("\nThe message, with what is wrong marked:", style="bold"))
        screen.print(_message(found.message, screen.width))
    return 0 if ok else 1


def _heading(found: Explanation, ok: bool) -> Text:
    said = "accepted" if ok else "rejected, nothing would be searched"
    return Text(
        f"{found.object['kind'] or 'Message'} as {found.form}: {said}", style="bold green" if ok else "bold red"
    )


def _rows(rows: Sequence[Row], ok: bool) -> Table:
    """A column that nothing stands in is left out."""
    names = ("field", "meaning", "read", "to be known" if ok else "what is wrong", "what is right")
    table = Table(*(Column(name, overflow="fold") for name in names))
    for row in rows:
        told = Text("\n".join([*row.wrong, *row.noted]), style="red" if row.wrong else "yellow")
        table.add_row(Text(row.field or "-"), Text(row.meaning), Text(row.read), told, Text(row.right))
    table.columns = [each for each in table.columns if any(str(cell) for cell in each.cells)]
    return table


def _message(stretches: Sequence[Stretch], width: int) -> Text:
    """The message in lines as wide as the screen; below what is wrong stands ^ and the name of its field."""
    text = Text()
    for line in _lines(stretches, width):
        for sign, field in line:
            text.append(sign, style="bold red" if field else "")
        names = ", ".join(dict.fromkeys(field for _, field in line if field))
        if names:
            text.append(f"\n{_below(line, names, width)}", style="bold red")
        text.append("\n")
    return text


def _below(line: Sequence[tuple[str, str]], names: str, width: int) -> str:
    """The names stand behind what they point at, or before it at the edge of the screen."""
    carets = "".join("^" if field else " " for _, field in line).rstrip()
    free = len(carets) - len(carets.lstrip()) - 1
    if len(carets) + 1 + len(names) > width and len(names) <= free:
        return names.rjust(free) + carets[free:]
    return f"{carets} {names}"


def _lines(stretches: Sequence[Stretch], width: int) -> Iterator[list[tuple[str, str]]]:
    """The signs of each line, each with the field that is wrong there or nothing."""
    line: list[tuple[str, str]] = []
    for sign, field in ((sign, each.field) for each in stretches for sign in each.text):
        if sign == "\n" or len(line) == width:
            yield line
            line = []
        if sign != "\n":
            line.append((sign, field))
    yield line
