"""The `muniment` command. Each command's module is imported when that command is asked for, so that a shell tool such
as `muniment parse` never loads Django.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Final

import click
import typer
from typer.main import get_command

from muniment.core.errors import MunimentError

#: Command to the module and the function that is it, in the order of `--help`.
COMMANDS: Final[Mapping[str, str]] = {
    "demo": "muniment.cli.demo:demo",
    "serve": "muniment.cli.serve:serve",
    "worker": "muniment.cli.services:worker",
    "gateway": "muniment.cli.services:gateway",
    "doctor": "muniment.cli.doctor:doctor",
    "parse": "muniment.cli.messages:parse",
    "compose": "muniment.cli.messages:compose",
    "send": "muniment.cli.send:send",
    "search": "muniment.cli.search:search",
    "index": "muniment.cli.search:index",
    "status": "muniment.cli.status:status",
    "docs": "muniment.cli.docs:docs",
}


class Commands(click.Group):
    """A group that knows its commands by name and loads one only to run it or to show its help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, made from its function or its own typer application."""
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


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="muniment")
def cli() -> None:
    """Answers questions about a person's immigration status so that every answer can be checked and taken back."""


def main() -> None:
    """Run the command; an error is one plain sentence on standard error and exit status 2."""
    try:
        cli(prog_name="muniment")
    except MunimentError as fault:
        click.echo(str(fault), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
