"""`make bench`: measures a whole center on this machine, prints the table, keeps it as a page of the reference."""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Sequence

from bench import figures, formats, identity, line, strength, truth, world
from bench.center import center_of, connect, memory, one
from bench.figures import Figure
from tests.journeys.running import RunningCenter

TIMES = 3


def measured(center: RunningCenter, people: int, messages: int) -> list[Figure]:
    """The world while the center is at rest, then the line, then the pages over what it brought."""
    loading = json.loads(center.run("-W", "ignore", "-m", "bench.world", str(TIMES)))
    rates, urgent = [], []
    for run in "ABC"[:TIMES]:
        asked = list(line.inquiries(messages, people, run))
        rate, seconds = line.to_queue(center, asked, run)
        say(f"run {run}: {rate:.1f} inquiries a second, urgent at most {max(seconds):.2f} s")
        rates.append(rate)
        urgent.append(max(seconds))
    pages = json.loads(center.run("-W", "ignore", "-m", "bench.pages"))
    return [
        Figure("line to queue", "inquiries a second", rates, 100),
        Figure("urgent, line to queue meanwhile, the slowest", "s", urgent, 1, "less"),
        Figure("page of the queue, 10,000 waiting", "ms", pages["queue"], 60, "less"),
        Figure("page of an inquiry", "ms", pages["inquiry"], 60, "less"),
        Figure("world made, one core", "people a second", [world.made() for _ in range(TIMES)], 5_000),
        Figure("world loaded", "records a second", loading, 40_000),
        *determinations(),
    ]


def determinations() -> list[Figure]:
    """How fast they are, and whether a citizen of a world is given an adverse class; the tables go to a page."""
    found = [truth.agreements() for _ in range(TIMES)]
    truth.keep(*found[-1])
    rates, adverse = [recorded.rate for _, recorded in found], [truth.adverse(*each) for each in found]
    return [
        Figure("determinations, one core", "a second", rates, 5_000),
        Figure("citizens of a world given an adverse class", "of 20,000 people", adverse, 0, "less"),
    ]


def growth(center: RunningCenter, people: int, messages: int) -> list[Figure]:
    """Memory of each part after all messages, against what it had after a tenth of them."""
    line.to_queue(center, list(line.inquiries(messages // 10, people, "M")), "M")
    before = memory(center)
    for part in range(9):
        run = f"N{part}"
        rate, _ = line.to_queue(center, list(line.inquiries(messages // 10, people, run)), run)
        say(f"{(part + 2) * messages // 10:,} inquiries: {rate:.1f} a second, MiB {memory(center)}")
    after = memory(center)
    return [
        Figure(f"memory of {name} over {messages:,} inquiries", "times", [after[name] / before[name]], 1.05, "less")
        for name in before
    ]


def say(sentence: str) -> None:
    """Tell how far it is."""
    print(f"{time.strftime('%H:%M:%S')} {sentence}", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, keep."""
    asked = argparse.ArgumentParser(prog="make bench", description=__doc__)
    asked.add_argument("--full", action="store_true", help="memory over 100,000 inquiries too")
    asked.add_argument("--people", type=int, default=100_000)
    asked.add_argument("--messages", type=int, default=2_000)
    chosen = asked.parse_args(arguments)
    load = os.getloadavg()[0]
    say("messages are read and written")
    of_formats = formats.measured()
    say(f"a world of {chosen.people:,} people is made and loaded")
    with center_of(chosen.people) as center:
        say("the center runs")
        found = measured(center, chosen.people, chosen.messages) + of_formats
        if chosen.full:
            found += growth(center, chosen.people, 100_000)
            found.append(Figure("rules broken by machine that a case notices", "%", [strength.score()], 90))
        with connect() as connection:
            postgres = one(connection, "SHOW server_version")
    print(figures.as_table(found))
    say("people are matched")
    found += identity.measured(identity.FILED_FULL if chosen.full else identity.FILED)
    figures.write(found, postgres, load, chosen.people, chosen.messages)
    print(figures.as_table(found))


if __name__ == "__main__":
    main()
