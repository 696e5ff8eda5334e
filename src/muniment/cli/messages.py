"""`muniment parse` and `muniment compose` (messages-contract.md): data on standard output, talk on standard error."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from muniment import formats
from muniment.core.errors import MunimentError
from muniment.core.message import Rejected
from muniment.formats.profile import DEFAULT, Profile, load

USAGE = 2

Today = Annotated[str | None, typer.Option(metavar="CCYY-MM-DD", help="the day to judge by, instead of the UTC date")]
ProfileFile = Annotated[Path | None, typer.Option("--profile", help="a profile in place of the synthetic one")]
Format = Annotated[str, typer.Option(metavar="auto|nlets|nlets-xml|niem-json|ebts", help="the format, or auto")]


def parse(
    file: Annotated[Path | None, typer.Argument(help="one message as bytes; - reads standard input")] = None,
    format: Format = "auto",
    today: Today = None,
    profile: ProfileFile = None,
    batch: Annotated[
        Path | None, typer.Option(metavar="DIR", help="each message file of a folder, a line each")
    ] = None,
) -> None:
    """Read a message and print it as one JSON object on one line. Exit status: 0 accepted, 1 rejected, 2 usage."""
    if (file is None) == (batch is None):
        raise _usage("Name one file, - for standard input, or --batch with a folder.")
    if format not in ("auto", *formats.FORMATS):
        raise _usage(f"There is no format {format!r}; formats are auto, {', '.join(formats.FORMATS)}.")
    options = {"format": format, "today": _day(today), "profile": _profile(profile)}
    raise typer.Exit(_batch(batch, options) if batch else _one(file or Path("-"), options))


def _usage(text: str) -> typer.Exit:
    typer.echo(text, err=True)
    return typer.Exit(USAGE)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise _usage(f"--today is a day such as 2026-11-24, not {text!r}.") from None
    if day.isoformat() != text:
        raise _usage(f"--today is a day such as 2026-11-24, not {text!r}.")
    return day


def _profile(path: Path | None) -> Profile:
    try:
        return load(path) if path else DEFAULT
    except MunimentError as fault:
        raise _usage(str(fault)) from None


def _bytes(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as fault:
        raise _usage(f"{file} cannot be read: {fault.strerror}.") from None


def _one(file: Path, options: dict[str, Any]) -> int:
    raw = _bytes(file)
    try:
        body = formats.message_object(formats.read(raw, **options))
    except formats.NotServed as fault:
        raise _usage(str(fault)) from None
    _print(body)
    return 0 if body["ok"] else 1


def _print(body: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(body, ensure_ascii=True) + "\n")


def _batch(folder: Path, options: dict[str, Any]) -> int:
    try:
        names = sorted(path.name for path in folder.iterdir() if path.is_file())
    except OSError as fault:
        raise _usage(f"{folder} cannot be read: {fault.strerror}.") from None
    wanted = [name for name in names if not name.startswith(".") and not name.endswith(".expect.json")]
    lines = [
        _line(folder / name, options) for name in sorted(wanted, key=lambda name: name.encode(errors="surrogateescape"))
    ]
    for line in lines:
        _print(line)
    return USAGE if any(line["exit"] == USAGE for line in lines) else 0


def _line(path: Path, options: dict[str, Any]) -> dict[str, Any]:
    try:
        body = formats.message_object(formats.read(path.read_bytes(), **options))
    except OSError:
        return {"file": path.name, "exit": USAGE}
    except formats.NotServed as fault:
        typer.echo(f"{path.name}: {fault}", err=True)
        return {"file": path.name, "exit": USAGE}
    return {"file": path.name, "exit": 0 if body["ok"] else 1, **body}


def compose(
    file: Annotated[Path, typer.Argument(help="a message object as JSON; - reads standard input")],
    today: Today = None,
    profile: ProfileFile = None,
) -> None:
    """Write the wire form of a message object, or of a rejected one the notice that answers it.

    What was written is read back first: exit status 1 and a rejected object where anything would be lost.
    """
    try:
        body = json.loads(_bytes(file))
        if not isinstance(body, dict):
            raise ValueError("no object")
    except (ValueError, RecursionError):
        raise _usage(f"{file} holds no JSON object.") from None
    wire = formats.compose(body, today=_day(today), profile=_profile(profile))
    if isinstance(wire, Rejected):
        _print(formats.message_object(wire))
        raise typer.Exit(1)
    sys.stdout.buffer.write(wire)
