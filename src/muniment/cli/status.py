"""`muniment status`: a fact file in, a determination out, without a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated, BinaryIO, Literal, TypeAlias

import typer
from rich.console import Console
from rich.table import Column, Table

from muniment.status.answers import ANSWER_CLASSES, sentence
from muniment.status.determination import Determination
from muniment.status.engine import determine
from muniment.status.facts import FactFile, FactFileFault, read
from muniment.status.police import police_form
from muniment.status.rules import Rule, rule_book

Audience: TypeAlias = Literal["specialist", "police"]

FAULTY = 2


def status(
    file: Annotated[str, typer.Argument(help="a fact file, `-` for standard input, or `rules` for the table of rules")],
    lines: Annotated[
        bool, typer.Option("--lines", help="one fact file a line in, one determination a line out")
    ] = False,
    audience: Annotated[Audience, typer.Option(help="`police` prints only what police may know")] = "specialist",
    explain: Annotated[bool, typer.Option("--explain", help="for people: the finding, the facts, the cites")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON: of `rules` instead of a table")] = False,
) -> None:
    """Say what the facts establish on one day, with reasons and cites, as JSON.

    Exit status: 0 a determination, also an undetermined one; 2 a fact file that breaks the contract, with the JSON
    pointer of its first fault on standard error (with --lines, in the place of the determination).
    """
    if file == "rules":
        _rules(as_json)
    elif lines:
        with _opened(file) as stream:
            raise typer.Exit(_each_line(stream, audience))
    else:
        with _opened(file) as stream:
            _one(stream.read(), audience, explain)


def _opened(file: str) -> AbstractContextManager[BinaryIO]:
    if file == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return open(file, "rb")
    except OSError as fault:
        typer.echo(f"{file} cannot be read: {fault.strerror}. Name a fact file, or - for standard input.", err=True)
        raise typer.Exit(FAULTY) from None


def _one(text: bytes, audience: Audience, explain: bool) -> None:
    try:
        found = _determination(read(text), audience)
    except FactFileFault as fault:
        typer.echo(f"{fault.pointer}  {fault}" if sys.stderr.isatty() else fault.pointer, err=True)
        raise typer.Exit(FAULTY) from None
    if explain:
        _explain(found, audience)
    else:
        typer.echo(json.dumps(found.as_json(), indent=2))


def _each_line(stream: BinaryIO, audience: Audience) -> int:
    worst = 0
    for answer, faulty in _answers(stream, audience):
        print(answer, flush=True)  # a partner may wait for this line before it sends the next
        worst = FAULTY if faulty else worst
    return worst


def _answers(stream: BinaryIO, audience: Audience) -> Iterator[tuple[str, bool]]:
    for line in stream:
        try:
            yield _determination(read(line), audience).to_text(), False
        except FactFileFault as fault:
            yield json.dumps({"fault": fault.pointer}), True


def _determination(file: FactFile, audience: Audience) -> Determination:
    return police_form(file) if audience == "police" else determine(file)


# For people


def _explain(found: Determination, audience: Audience) -> None:
    console = Console()
    answer = ANSWER_CLASSES[found.answer_class]
    console.print(f"[bold]{answer.code}[/bold] {answer.title}")
    if audience == "specialist":
        console.print(sentence(found))
    marks = [("stop", found.stop), ("hold", found.hold)]
    codes = [*found.conflicts, *found.protections, *found.warnings, *found.overlays]
    console.print(
        "  ".join([*(name for name, true in marks if true), *codes]) or "no stop, hold, conflict or protection"
    )
    _table(console, "Used", [(use.fact, use.text, use.cite) for use in found.used])
    _table(console, "Not used", [(skip.fact, skip.why, "") for skip in found.ignored])
    _table(console, "Rests on", [(", ".join(r.facts), r.says, r.cite) for r in found.reasons])
    for item in found.missing:
        console.print(f"Missing: {item}")
    console.print(f"Expires {found.expires:%Y-%m-%d %H:%M}Z")


def _table(console: Console, title: str, rows: list[tuple[str, str, str]]) -> None:
    if not rows:
        return
    table = Table("fact", title, "cite", box=None, title_justify="left", header_style="bold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _rules(as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([_plain(rule) for rule in rule_book()], indent=2))
        return
    table = Table(Column("rule", no_wrap=True), "says", "cite", "in force", "checked")
    for rule in rule_book():
        held = ", held by a court" if rule.court_hold else ""
        table.add_row(
            rule.id,
            rule.says,
            rule.cite,
            f"{rule.effective_from} to {rule.effective_to or 'now'}{held}",
            str(rule.last_checked),
        )
    Console().print(table)


def _plain(rule: Rule) -> dict[str, str | int | bool | None]:
    return {
        "id": rule.id,
        "cite": rule.cite,
        "says": rule.says,
        "effective_from": rule.effective_from.isoformat(),
        "effective_to": rule.effective_to.isoformat() if rule.effective_to else None,
        "court_hold": rule.court_hold,
        "last_checked": rule.last_checked.isoformat(),
        "confidence": rule.confidence,
        "value": rule.value,
    }
