"""`muniment world`: the synthetic world outside the database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

world = typer.Typer(help="The synthetic world: invented people as files.", no_args_is_help=True, rich_markup_mode=None)


@world.callback()
def _group() -> None:
    """Keep `generate` a command of a group while it is the only one."""


@world.command()
def generate(
    out: Annotated[Path, typer.Option(help="a new or empty folder", file_okay=False)],
    people: Annotated[int, typer.Option(min=1, help="how many people")] = 1_000,
    seed: Annotated[int, typer.Option(min=0, help="another seed gives another world")] = 24,
) -> None:
    """Write invented people with the truth about them and all their records, one person a line (JSON, gzip).

    Memory stays the same whatever their number. Every line is marked synthetic.
    """
    from muniment.sources.world.export import export_world

    export_world(people, seed, datetime.now(UTC).date(), out, lambda done: typer.echo(f"{done:,} people", err=True))
