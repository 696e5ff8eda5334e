"""`muniment match`: tables of people compared without a database. Links are proposals with evidence, never merges."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import asdict
from itertools import combinations
from pathlib import Path
from typing import IO, Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from muniment.cli.match_batch import dedupe, link
from muniment.cli.match_plot import reliability_plot
from muniment.cli.match_tables import model_of, written
from muniment.cli.progress import bar
from muniment.core.errors import SenderFault
from muniment.identity.calibration import share_of
from muniment.identity.described import Described, describe
from muniment.identity.evaluation import Evaluation, Pair, Rates, evaluate, ordered, ordered_pair
from muniment.identity.model import Model, with_prior
from muniment.identity.person_table import GROUP, subject_from_row
from muniment.identity.score import compare, weigh
from muniment.identity.training import calibrated, train
from muniment.linkage import tables

match = typer.Typer(
    help="Tables of people: compare, learn weights, measure. No database.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

#: Pairs from which the share that is of one person can be counted.
ENOUGH: Final = 100

match.command()(link)
match.command()(dedupe)

AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of a table")]
Out = Annotated[Path | None, typer.Option(help="write to this file; without it, to standard output")]
ModelFile = Annotated[Path | None, typer.Option("--model", help="a model that `match train` wrote")]


@match.command()
def pairs(
    file: Annotated[Path, typer.Argument(help="CSV or NDJSON with columns left_… and right_… of person tables")],
    model: ModelFile = None,
    prior: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="share of these pairs that are of one person, where known")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="add the evidence as JSON")] = False,
    out: Out = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line instead of CSV")] = False,
) -> None:
    """Score each pair of descriptions: adds `probability` and `weight` (bits) to its row.

    Somebody chose these pairs, so more of them are of one person than of pairs drawn blindly. Where --prior does not
    say how many, that is counted from the evidence of all; for fewer than 100 pairs the model's own prior is taken.
    """
    chosen = _for_pairs(file, model_of(model), prior)
    with written(out) if out else nullcontext(sys.stdout) as stream:
        _write((_scored(row, chosen, explain) for _, row in tables.rows(file)), stream, as_json)


def _for_pairs(file: Path, model: Model, prior: float | None) -> Model:
    """The model with the prior of the pairs in a file."""
    if prior is not None:
        return with_prior(model, prior)
    bits = [weigh(*_both(row), model) - model.prior.bits for _, row in tables.rows(file)]
    if len(bits) < ENOUGH:
        return model
    share = share_of(bits)
    typer.echo(f"About {share * len(bits):,.0f} of these {len(bits):,} pairs are of one person.", err=True)
    return with_prior(model, share)


def _both(row: Mapping[str, Any]) -> tuple[Described, Described]:
    return describe(subject_from_row(row, "left_")), describe(subject_from_row(row, "right_"))


def _scored(row: Mapping[str, Any], model: Model, explain: bool) -> dict[str, Any]:
    score = compare(subject_from_row(row, "left_"), subject_from_row(row, "right_"), model)
    found: dict[str, Any] = {**row, "probability": round(score.probability, 6), "weight": score.weight}
    if explain:
        found["evidence"] = json.dumps([asdict(item) for item in score.evidence], ensure_ascii=False)
    return found


def _write(found: Iterable[Mapping[str, Any]], stream: IO[str], as_json: bool) -> None:
    writer = None
    for row in found:
        if as_json:
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
            continue
        if writer is None:
            writer = csv.DictWriter(stream, list(row), lineterminator="\n")
            writer.writeheader()
        writer.writerow(row)


@match.command("train")
def train_(
    files: Annotated[list[Path], typer.Argument(help="one table that holds people more than once, or two of them")],
    out: Annotated[Path, typer.Option(help="the model file to write")],
    truth: Annotated[Path | None, typer.Option(help="true pairs as for `evaluate`: fits the calibration curve")] = None,
    seed: Annotated[int, typer.Option(min=0, help="of the samples; the same seed gives the same model")] = 1,
) -> None:
    """Learn how common names are and how records of one person differ, from tables without labels.

    The model is a JSON file that a reader can open and argue with; `--model` of the other commands takes it.
    """
    if len(files) > 2:
        raise SenderFault("Give one table, or two tables that hold the same people.", field="files")
    found = [tables.people(file) for file in files]
    left, right = list(found[0].values()), list(found[1].values()) if len(found) > 1 else None
    with bar() as tell:
        trained = train(left, right, seed=seed, tell=tell)
    if truth:
        known, (ones, others) = ordered(_truth(truth)[0]), (list(found[0]), list(found[-1]))
        trained = calibrated(trained, left, right, lambda one, other: ordered_pair((ones[one], others[other])) in known)
    with written(out) as stream:
        json.dump(trained.data, stream, indent=1, ensure_ascii=False)
    typer.echo(
        f"{trained.records:,} records, {trained.pairs:,} candidate pairs, about {trained.matches:,.0f} of one person. "
        f"Model {trained.data['version']} in {out}."
    )


@match.command("evaluate")
def evaluate_(
    scored: Annotated[Path, typer.Argument(help="columns left_id, right_id, probability")],
    truth: Annotated[Path, typer.Argument(help="columns left_id, right_id of all true pairs; or id, person")],
    threshold: Annotated[float, typer.Option(min=0.0, max=1.0, help="from which probability a pair is linked")] = 0.5,
    svg: Annotated[Path | None, typer.Option(help="write a plot of the calibration")] = None,
    as_json: AsJson = False,
) -> None:
    """Measure false and missed links, overall and by name group, and whether probabilities are what they say.

    A column `group` of the truth says by which group of names rates are reported. The threshold is one for all.
    """
    found = evaluate(_probabilities(scored), *_truth(truth), threshold)
    if svg:
        with written(svg) as stream:
            stream.write(reliability_plot(found.bins))
    if as_json:
        typer.echo(json.dumps(found.as_json(), indent=2))
    else:
        _print(found)


def _probabilities(file: Path) -> Iterator[tuple[Pair, float]]:
    for number, row in tables.rows(file, ("left_id", "right_id", "probability")):
        try:
            probability = float(row["probability"])
            if not 0.0 <= probability <= 1.0:
                raise ValueError
        except (KeyError, TypeError, ValueError) as fault:
            said = f"{file}, row {number}, column probability: not a number from 0 to 1."
            raise SenderFault(said, field="probability") from fault
        yield (str(row["left_id"]), str(row["right_id"])), probability


def _truth(file: Path) -> tuple[set[Pair], dict[str, str]]:
    """All true pairs, and the name group of each record that has one."""
    found = [row for _, row in tables.rows(file)]
    if found and "person" in found[0]:
        people: dict[str, list[str]] = {}
        for row in found:
            people.setdefault(str(row["person"]), []).append(str(row["id"]))
        pairs = {pair for ids in people.values() for pair in combinations(ids, 2)}
        return pairs, {str(row["id"]): str(row[GROUP]) for row in found if row.get(GROUP)}
    if found and not {"left_id", "right_id"} <= found[0].keys():
        raise SenderFault(f"{file} has neither the columns left_id, right_id nor id, person.", field="truth")
    groups = {str(row[id_]): str(row[GROUP]) for row in found if row.get(GROUP) for id_ in ("left_id", "right_id")}
    return {(str(row["left_id"]), str(row["right_id"])) for row in found}, groups


def _print(found: Evaluation) -> None:
    console = Console()
    table = Table(title=f"Links from a probability of {found.threshold} on", title_justify="left")
    for name in ("name group", "right", "false", "missed", "false of links", "missed of true", "F1"):
        table.add_column(name, justify="left" if name == "name group" else "right")
    for group, rates in [("all", found.overall), *sorted(found.groups.items())]:
        table.add_row(group + (" (few)" if rates.few else ""), *_rates(rates))
    console.print(table)
    for rate, said in (("false_rate", "False"), ("missed_rate", "Missed")):
        times = found.worst_to_all(rate)
        if found.groups and times is not None:
            console.print(f"{said} links: the worst group has {times:.1f} times the rate of all.")
    _print_calibration(console, found)


def _rates(rates: Rates) -> list[str]:
    counts = [f"{count:,}" for count in (rates.right, rates.false, rates.missed)]
    return [*counts, f"{rates.false_rate:.4%}", f"{rates.missed_rate:.4%}", f"{rates.f1:.4f}"]


def _print_calibration(console: Console, found: Evaluation) -> None:
    table = Table(title="Of pairs said to be …, so many are of one person", title_justify="left")
    for name in ("probability", "pairs", "said", "so"):
        table.add_column(name, justify="right")
    for each in found.bins:
        table.add_row(f"{each.low:g} to {each.high:g}", f"{each.pairs:,}", f"{each.said:.3f}", f"{each.true:.3f}")
    console.print(table)
    console.print(
        f"Mean error {found.calibration_error:.4f}; where a person looks, from 0.05 to 0.95, {found.grey_error:.4f}."
    )
