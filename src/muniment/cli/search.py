"""`muniment search` and `muniment index`: the loaded identities, asked without an inquiry, for trying a center out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from muniment.core.errors import Refused
from muniment.core.subject import Identifier, Name, Subject, to_json
from muniment.identity import dates
from muniment.project import center, database

if TYPE_CHECKING:
    from muniment.sources.index import Ranked

index = typer.Typer(
    help="The index of candidates: look at it, make it anew.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

NOBODY = 1
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of a table")]


def search(
    family: Annotated[str | None, typer.Option(help="family name, as written")] = None,
    given: Annotated[str | None, typer.Option(help="given names")] = None,
    middle: Annotated[str | None, typer.Option(help="middle names or initials")] = None,
    birth_date: Annotated[str | None, typer.Option(help="YYYY-MM-DD, YYYY-MM or YYYY")] = None,
    sex: Annotated[str | None, typer.Option(help="M or F")] = None,
    birth_country: Annotated[str | None, typer.Option(help="ISO 3166-1 code of two letters")] = None,
    a_number: Annotated[str | None, typer.Option(help="A-number, with or without the A")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="most candidates to print")] = 10,
    as_json: AsJson = False,
) -> None:
    """Print the identities most probably meant, best first, with the evidence for and against.

    Works only in a database marked synthetic: on real records nobody searches without an inquiry.
    Exit status: 0 somebody found, 1 nobody, 2 usage or fault.
    """
    subject = _subject(family, given, middle, birth_date, sex, birth_country, a_number)
    with _center():
        found = _ranked(subject, limit)
    typer.echo(json.dumps([_as_json(one) for one in found], indent=2)) if as_json else _print(found)
    raise typer.Exit(0 if found else NOBODY)


@index.command()
def rebuild() -> None:
    """Make the index anew from all identities; the old one serves until then."""
    with _center(), Progress(console=Console(stderr=True), transient=True) as bar:
        from muniment.sources import index as identities

        total = identities.rebuild(_progress(bar))
    typer.echo(f"{total:,} identities in the index.")


@index.command()
def status(as_json: AsJson = False) -> None:
    """Say how many identities the index holds and how far it is behind; exit status 2 when it is damaged."""
    with _center():
        from muniment.sources import index as identities

        about = identities.status()
    if as_json:
        typer.echo(json.dumps(about, indent=2))
    else:
        typer.echo(
            f"{about['identities']:,} identities, {about['bytes']:,} bytes in {about['path']}; "
            f"{about['behind']:,} changes not applied yet."
        )


def _subject(
    family: str | None,
    given: str | None,
    middle: str | None,
    birth_date: str | None,
    sex: str | None,
    birth_country: str | None,
    a_number: str | None,
) -> Subject:
    if not (family or given or birth_date or a_number):
        raise typer.BadParameter("give at least one of --family, --given, --birth-date and --a-number")
    if birth_date and not dates.parse(birth_date):
        raise typer.BadParameter("--birth-date is YYYY-MM-DD, YYYY-MM or YYYY")
    return Subject(
        names=(Name(_upper(family), _upper(given), _upper(middle)),) if family or given else (),
        birth_dates=(birth_date,) if birth_date else (),
        sex=_upper(sex),
        birth_country=_upper(birth_country),
        identifiers=(Identifier("a_number", a_number),) if a_number else (),
    )


def _upper(text: str | None) -> str | None:
    return text.upper() if text else None


def _ranked(subject: Subject, limit: int) -> list[Ranked]:
    from muniment.sources import index as identities
    from muniment.store import access

    if not access.installation().synthetic:
        raise Refused("A search without an inquiry works only in a database marked synthetic; send an inquiry instead.")
    return identities.ranked(subject, limit)


@contextmanager
def _center() -> Iterator[None]:
    """The database and the tables' models, for as long as the block lasts."""
    with database.ensure_running():
        center.load_django()
        yield


def _progress(bar: Progress) -> Callable[[str, int, int], None]:
    tasks: dict[str, Any] = {}

    def tell(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = bar.add_task(what, total=total)
        bar.update(tasks[what], completed=done)

    return tell


def _as_json(one: Ranked) -> dict[str, Any]:
    score = asdict(one.score)
    return {"system": one.system, "record_id": one.record_id, "subject": to_json(one.subject), **score}


def _print(found: Iterable[Ranked]) -> None:
    console = Console()
    for one in found:
        who = one.subject.primary.text if one.subject.primary else "no name"
        born = ", ".join(one.subject.birth_dates)
        table = Table(
            title=f"{one.score.probability:.4f}  {one.system} {one.record_id}  {who}  {born}", title_justify="left"
        )
        table.add_column("bits", justify="right")
        table.add_column("evidence")
        table.add_row(f"{one.score.prior:+.1f}", "before any evidence")
        for item in one.score.evidence:
            table.add_row(f"{item.bits:+.1f}", f"{item.label}: {item.sentence}")
        console.print(table)
