"""`muniment account`: the first accounts of a real installation; afterwards two people add them on the pages."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Final

import typer

from muniment.core.permissions import Role
from muniment.project import center, database

account = typer.Typer(
    help="Accounts: the first ones, a list, and disabling one.", no_args_is_help=True, rich_markup_mode=None
)
Json = Annotated[bool, typer.Option("--json", help="a JSON list instead of lines")]
NAME: Final = "name by which it logs in"


@contextmanager
def ready() -> Iterator[None]:
    """The database runs and its tables have the shape that this release needs."""
    with database.ensure_running():
        center.load_django()
        center.migrate()
        center.require_ready()
        yield


def secret(prompt: str) -> str:
    """What is asked for at a terminal, twice and unseen, or the first line of standard input."""
    if sys.stdin.isatty():
        typed: str = typer.prompt(prompt, hide_input=True, confirmation_prompt=True, err=True)
        return typed
    return sys.stdin.readline().rstrip("\n")


@account.command()
def add(
    name: Annotated[str, typer.Argument(help=NAME)],
    role: Annotated[list[Role], typer.Option(help="what the person is; may be given again for a further role")],
    title: Annotated[str, typer.Option(help="how others see the account, such as “supervisor 1”")] = "",
) -> None:
    """Make one of the first accounts; its password is asked for, or read from standard input.

    Its owner chooses another at the first login. Once there are an administrator and somebody who can agree (another
    administrator, or a supervisor), accounts are added on the page Accounts. Exit status: 0 made, 2 refused.
    """
    with ready():
        from muniment.actions import accounts
        from muniment.actions.context import Actor

        accounts.require_setting_up("Accounts")
        roles = [each.value for each in role]
        made = accounts.add_by_command(Actor.program("command"), name, title or name, roles, secret("Password"))
        typer.echo(f"{made.username} may log in, and must choose another password then.", err=True)


@account.command("list")
def list_(as_json: Json = False) -> None:
    """Every account: name, title, roles, whether it may log in."""
    with ready():
        from muniment.store import access

        rows: list[dict[str, Any]] = [
            {"name": row.username, "title": row.title, "roles": row.roles, "active": row.is_active}
            for row in access.all_accounts()
        ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        state = "" if row["active"] else " (disabled)"
        typer.echo(f"{row['name']}: {row['title']}, {', '.join(row['roles']) or 'no role'}{state}")


@account.command()
def disable(name: Annotated[str, typer.Argument(help=NAME)]) -> None:
    """Disable an account: it cannot log in, and its sessions end now.

    This is also the way back when nobody is left who can manage accounts: disable what cannot be used, then `add`.
    """
    with ready():
        from muniment.actions import accounts
        from muniment.actions.context import Actor

        accounts.disable_by_command(Actor.program("command"), name)
        typer.echo(f"{name} cannot log in any more.", err=True)
