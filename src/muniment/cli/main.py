"""The `muniment` command. Each command's module is imported when that command is asked for, so that a shell tool such
as `muniment parse` never loads Django.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException
from typer.main import get_command

from muniment.core.errors import MunimentError

#: Command to the module and the function or application that it is, in the order of `--help`.
COMMANDS: Final[Mapping[str, str]] = {
    "demo": "muniment.cli.demo:demo",
    "serve": "muniment.cli.serve:serve",
    "worker": "muniment.cli.services:worker",
    "gateway": "muniment.cli.services:gateway",
    "database": "muniment.cli.database:database",
    "account": "muniment.cli.accounts:account",
    "agency": "muniment.cli.agencies:agency",
    "line": "muniment.cli.agencies:line",
    "backup": "muniment.cli.backup:backup",
    "restore": "muniment.cli.backup:restore",
    "doctor": "muniment.cli.doctor:doctor",
    "parse": "muniment.cli.messages:parse",
    "compose": "muniment.cli.messages:compose",
    "send": "muniment.cli.send:send",
    "search": "muniment.cli.search:search",
    "index": "muniment.cli.search:index",
    "match": "muniment.cli.match:match",
    "status": "muniment.cli.status:status",
    "world": "muniment.cli.world:world",
    "docs": "muniment.cli.docs:docs",
}


class Commands(TyperGroup):
    """A group that knows its commands by name and loads one only to run it or to show its help."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  the form is that of the base class
        """All commands, in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002  the form is that of the base class
        """The command, made from its function or its own typer application; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        found = getattr(import_module(module), name)
        if not isinstance(found, typer.Typer):
            app = typer.Typer(add_completion=False, rich_markup_mode=None)
            app.command(cmd_name)(found)
            found = app
        command = get_command(found)
        command.name = cmd_name
        return command


app = typer.Typer(cls=Commands, add_completion=False, rich_markup_mode=None, no_args_is_help=True)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"muniment {version('muniment')}")
        raise typer.Exit


@app.callback()
def muniment(
    _version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="the version")] = False,
) -> None:
    """Answers questions about a person's immigration status so that every answer can be checked and taken back."""


def main() -> None:
    """Run the command; an error is one plain sentence on standard error and exit status 2."""
    try:
        status = app(prog_name="muniment", standalone_mode=False)
    except TyperException as fault:
        status = _say(fault.format_message(), fault.exit_code)
    except MunimentError as fault:
        status = _say(str(fault), 2)
    except typer.Abort:
        status = _say("Stopped.", 1)
    sys.exit(status)


def _say(sentence: str, status: int) -> int:
    typer.echo(sentence, err=True)
    return status


if __name__ == "__main__":
    main()
