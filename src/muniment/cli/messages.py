"""`muniment parse` and `muniment compose` (messages-contract.md): data on standard output, talk on standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from muniment import formats
from muniment.core.errors import OurFault
from muniment.core.message import Accepted, Rejected
from muniment.formats.profile import DEFAULT, Profile, load

USAGE = 2

MessageFile = Annotated[Path | None, typer.Argument(help="one message as bytes; - reads standard input")]
ObjectFile = Annotated[Path, typer.Argument(help="a message object as JSON; - reads standard input")]
Format = Annotated[str, typer.Option(metavar="auto|nlets|nlets-xml|niem-json|ebts", help="the format, or auto")]
Written = Annotated[str, typer.Option("--format", metavar="|".join(formats.WRITERS), help="the form that is written")]
Today = Annotated[str | None, typer.Option(metavar="CCYY-MM-DD", help="the day to judge by, instead of the UTC date")]
ProfileFile = Annotated[Path | None, typer.Option("--profile", help="a profile in place of the synthetic one")]
Folder = Annotated[Path | None, typer.Option(metavar="DIR", help="each message file of a folder, a line each")]

Table = Annotated[bool, typer.Option("--table", help="fields in words for people; JSON when no terminal reads it")]

Reader = Callable[[bytes], Accepted | Rejected]


def parse(
    file: MessageFile = None,
    format: Format = "auto",
    today: Today = None,
    profile: ProfileFile = None,
    batch: Folder = None,
    table: Table = False,
) -> None:
    """Read a message and print it as one JSON object on one line. Exit status: 0 accepted, 1 rejected, 2 usage."""
    if format not in ("auto", *formats.FORMATS):
        raise _usage(f"There is no format {format!r}; formats are auto, {', '.join(formats.FORMATS)}.")
    reader = partial(formats.read, format=format, today=_day(today), profile=_profile(profile))
    if file is not None and batch is None and table and sys.stdout.isatty():
        raise typer.Exit(_explained(file, format, _day(today), _profile(profile)))
    if file is not None and batch is None:
        raise typer.Exit(_one(file, reader))
    if batch is not None and file is None:
        raise typer.Exit(_batch(batch, reader))
    raise _usage("Name one file (- for standard input), or --batch with a folder.")


def compose(file: ObjectFile, format: Written = "nlets", today: Today = None, profile: ProfileFile = None) -> None:
    """Write the wire form of a message object, or of a rejected one the notice that answers it.

    What was written is read back first. Exit status: 0 written; 1 it would be lost or changed, and a rejected object
    says what; 2 usage.
    """
    if format not in formats.WRITERS:
        raise _usage(f"No message is written as {format!r}; formats are {', '.join(formats.WRITERS)}.")
    wire = formats.compose(_object(file), format=format, today=_day(today), profile=_profile(profile))
    if isinstance(wire, Rejected):
        _print(formats.message_object(wire))
        raise typer.Exit(1)
    sys.stdout.buffer.write(wire)


def _usage(sentence: str) -> typer.Exit:
    typer.echo(sentence, err=True)
    return typer.Exit(USAGE)


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text) if text is not None else None
        if day and day.isoformat() != text:
            raise ValueError
    except ValueError:
        raise _usage(f"--today must be a day such as 2026-11-24, not {text!r}.") from None
    return day


def _profile(path: Path | None) -> Profile:
    try:
        return load(path) if path else DEFAULT
    except OurFault as fault:
        raise _usage(str(fault)) from None


def _bytes(file: Path) -> bytes:
    """What the file holds, at most one byte more than a message may have."""
    most = formats.largest() + 1
    if str(file) == "-":
        return sys.stdin.buffer.read(most)
    with file.open("rb") as stream:
        return stream.read(most)


def _object(file: Path) -> dict[str, Any]:
    try:
        body = json.loads(_bytes(file))
    except OSError as fault:
        raise _usage(f"{file} cannot be read: {fault.strerror}.") from None
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise _usage(f"{file} holds no JSON object.")
    return body


def _one(file: Path, reader: Reader) -> int:
    try:
        body = formats.message_object(reader(_bytes(file)))
    except OSError as fault:
        raise _usage(f"{file} cannot be read: {fault.strerror}.") from None
    _print(body)
    return 0 if body["ok"] else 1


def _explained(file: Path, format: str, today: date | None, profile: Profile) -> int:
    from muniment.cli import messages_table  # it loads what only a terminal needs

    try:
        return messages_table.show(_bytes(file), format, today, profile)
    except OSError as fault:
        raise _usage(f"{file} cannot be read: {fault.strerror}.") from None


def _batch(folder: Path, reader: Reader) -> int:
    try:
        names = sorted(os.fsencode(each.name) for each in os.scandir(folder) if each.is_file(follow_symlinks=False))
    except OSError as fault:
        raise _usage(f"{folder} cannot be read: {fault.strerror}.") from None
    wanted = [name for name in names if not name.startswith(b".") and not name.endswith(b".expect.json")]
    lines = (_line(folder / os.fsdecode(name), reader) for name in wanted)
    return max((_print(line) for line in lines), default=0)


def _line(path: Path, reader: Reader) -> dict[str, Any]:
    try:
        body = formats.message_object(reader(_bytes(path)))
    except OSError as fault:
        typer.echo(f"{path.name} cannot be read: {fault.strerror}.", err=True)
        return {"file": path.name, "exit": USAGE}
    return {"file": path.name, "exit": 0 if body["ok"] else 1, **body}


def _print(body: dict[str, Any]) -> int:
    """One object on one line, in ASCII. Returns `USAGE` for a line of a batch that could not be read, else 0."""
    sys.stdout.write(json.dumps(body) + "\n")
    return USAGE if body.get("exit") == USAGE else 0
