"""`muniment line` and `muniment agency`: who may ask and over which line, while a center is set up."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Annotated

import typer

from muniment.cli.accounts import Json, ready

line = typer.Typer(help="Lines: make one, give it another key, list them.", no_args_is_help=True, rich_markup_mode=None)
agency = typer.Typer(help="Agencies: the first ones, and a list of all.", no_args_is_help=True, rich_markup_mode=None)


@line.command("add")
def add_line(
    name: Annotated[str, typer.Argument(help="name of the line, at most 20 characters")],
    certificate: Annotated[
        Path | None, typer.Option(help="PEM file of the certificate that its far end may show", exists=True)
    ] = None,
) -> None:
    """Make a line, or give it another key; the key is printed this once, and only its hash is kept."""
    with ready():
        from muniment.actions import installing
        from muniment.actions.context import Actor

        key = secrets.token_urlsafe(32)
        pem = certificate.read_text(encoding="ascii", errors="replace") if certificate else None
        installing.add_line(Actor.program("command"), name, key, certificate=pem)
        typer.echo(key)
        typer.echo("Give this key to the far end over another way than the line.", err=True)


@line.command("list")
def list_lines() -> None:
    """The name of every line."""
    with ready():
        from muniment.store import access

        for name in access.line_names():
            typer.echo(name)


@agency.command("add")
def add_agency(
    ori: Annotated[str, typer.Argument(help="9 letters or digits, such as ZZ0010100")],
    name: Annotated[str, typer.Option(help="its name")],
    state: Annotated[str, typer.Option(help="postal code of its state")],
    call_back: Annotated[str, typer.Option(help="a number that you have checked")],
    line: Annotated[list[str], typer.Option(help="a line it may ask over; may be given again")],
    purpose: Annotated[list[str], typer.Option(help="C or F; may be given again")],
    kind: Annotated[str, typer.Option(help="police, jail or state; says which ceilings hold")] = "police",
) -> None:
    """Put an agency into the directory, or change one, while a center is set up.

    Once there are an administrator and somebody who can agree, agencies are added on the page Agencies. Exit status: 0
    done, 2 refused.
    """
    with ready():
        from muniment.actions import accounts, installing
        from muniment.actions.context import Actor

        accounts.require_setting_up("Agencies")
        fields = {"name": name, "state": state, "call_back": call_back, "kind": kind}
        installing.add_agencies(Actor.program("command"), [{"ori": ori, **fields, "lines": line, "purposes": purpose}])
        typer.echo(f"{ori.upper()} may ask over {', '.join(line)}.", err=True)


@agency.command("list")
def list_agencies(as_json: Json = False) -> None:
    """The directory of agencies, by ORI."""
    with ready():
        from muniment.store import access

        rows = [
            {
                "ori": row.ori,
                "name": row.name,
                "state": row.state,
                "kind": row.kind,
                "purposes": row.purposes,
                "call_back": row.call_back,
                "lines": [each.name for each in row.lines.all()],
                "suspended": row.suspended,
            }
            for row in access.agencies()
        ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        state = " (suspended)" if row["suspended"] else ""
        typer.echo(f"{row['ori']} {row['name']}, {row['state']}{state}")
