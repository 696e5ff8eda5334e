"""`make soak`: hours of arrivals while parts are killed and the line is cut; what was lost, said twice, or grows.

In the last quarter nothing is killed: memory that a part gains there, after its first half minute, is its growth.
Exit status: 0 nothing lost, nothing doubled, no part grew by more than `MOST_GROWTH`; 1 otherwise.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from typing import TYPE_CHECKING, Final

from bench.center import center_of, memory
from muniment.project.center import load_django
from tests.journeys.running import RunningCenter

if TYPE_CHECKING:
    from bench.arrivals import Arrivals

PEOPLE: Final = 5_000
CALM: Final = 0.25  # share of the time, at its end, without kills
SETTLING: Final = 30.0  # seconds until a part that is left alone has what it needs
MOST_GROWTH: Final = 0.05
PATIENCE: Final = 300.0  # seconds for what is still owed at the end


def trouble(center: RunningCenter, switch: Arrivals, calm: threading.Event, dice: random.Random) -> None:
    """Kill a part or cut the line every few seconds, until it becomes calm."""
    while not calm.wait(dice.uniform(3, 15)):
        if dice.random() < 1 / 3:
            switch.cut()
        else:
            center.kill_one(dice)


def soak(minutes: float) -> bool:
    """Play that long and say what came of it; whether all is well."""
    with center_of(PEOPLE) as center:
        load_django()  # it needs the center's state folder, and those at both ends need it
        from bench.arrivals import Arrivals
        from tests.journeys.peers import Specialist, shuffled
        from tests.journeys.test_kills import CHECK

        calm, done = threading.Event(), threading.Event()
        switch = Arrivals(center, [])
        people = [Specialist(center, name, done) for name in ("specialist14", "specialist9")]
        people += [Specialist(center, name, done, seconds=True) for name in ("senior3", "supervisor1")]
        crew = [threading.Thread(target=each.run, daemon=True) for each in (switch, *people)]
        crew.append(threading.Thread(target=trouble, args=(center, switch, calm, shuffled(time.time_ns()))))
        for member in crew:
            member.start()
        _pass(switch, minutes * 60 * (1 - CALM))
        calm.set()
        _pass(switch, SETTLING)
        before = memory(center)
        _pass(switch, max(0.0, minutes * 60 * CALM - SETTLING))
        after = memory(center)
        switch.ended.set()
        _await_answers(switch)
        done.set()
        switch.stop.set()
        for member in crew:
            member.join(30)
        checked = center.run("-W", "ignore", "-c", CHECK).split()
        return _say(center, switch, checked, before, after)


def _pass(switch: Arrivals, seconds: float) -> None:
    """Let time pass, and say each minute how far it is."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(60.0, left))
        print(f"{time.strftime('%H:%M:%S')} sent {len(switch.sent)}, answered {len(switch.answers)}", flush=True)


def _await_answers(switch: Arrivals) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and not switch.answers.keys() >= set(switch.sent):
        time.sleep(0.5)


def _say(
    center: RunningCenter, switch: Arrivals, checked: list[str], before: dict[str, float], after: dict[str, float]
) -> bool:
    lost = set(switch.sent) - switch.answers.keys()
    doubled = {control for control, numbers in switch.answers.items() if len(numbers) > 1}
    print(f"sent {len(switch.sent)}, kills {center.kills}, cuts {switch.cuts}, repeats {switch.repeated}")
    print(f"lost {len(lost)}, doubled {len(doubled)}")
    for name in before:
        grown_by = _growth(before, after, name)
        print(f"memory of {name}: {before[name]:.1f} MiB, then {after[name]:.1f} MiB ({grown_by:+.1%})")
    count = str(len(switch.sent))
    sound = checked == [count, count, "0", "0", "0", "0"]
    if not sound:
        print(f"the database says otherwise: {' '.join(checked)}")
    grown = [name for name in before if _growth(before, after, name) > MOST_GROWTH]
    return sound and not lost and not doubled and not grown


def _growth(before: dict[str, float], after: dict[str, float], name: str) -> float:
    return after[name] / before[name] - 1 if before[name] else 0.0


if __name__ == "__main__":
    sys.exit(0 if soak(float(sys.argv[1])) else 1)
