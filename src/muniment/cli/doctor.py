"""`muniment doctor`: what is right and wrong with this installation, and what to do about it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Final

import typer
from rich.console import Console

from muniment.project import diagnosis
from muniment.project.diagnosis import Finding, State

SIGN: Final = {State.OK: "[green]✓[/]", State.WARN: "[yellow]![/]", State.FAIL: "[red]✗[/]"}


def doctor(as_json: Annotated[bool, typer.Option("--json", help="a JSON list instead of lines")] = False) -> None:
    """Look at the whole installation; say what each finding means and what to do next.

    Exit status: 0 nothing failed, 1 something failed.
    """
    console = Console(highlight=False)
    found = []
    for finding in diagnosis.findings():
        found.append(finding)
        if not as_json:
            _print(finding, console)
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in found], indent=2))
    if any(finding.state is State.FAIL for finding in found):
        raise typer.Exit(1)


def _print(finding: Finding, console: Console) -> None:
    console.print(f"{SIGN[finding.state]} [bold]{finding.about}[/] {finding.text}", soft_wrap=True)
    if finding.next:
        console.print(f"  → {finding.next}", soft_wrap=True)
