"""Takes work rows, most urgent first, and calls one action for each; a dead worker's claim ends with its connection."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import InterfaceError, OperationalError, connection

from muniment.actions import escalating, intake, purging, searching, sending, steering, undelivered, working
from muniment.actions.context import Actor, whole
from muniment.core.errors import OurFault
from muniment.store import access
from muniment.store.models import Work

log = logging.getLogger(__name__)

#: An action that gives a time is owed again then.
TASKS: Final[Mapping[str, Callable[[Actor, int], datetime | None]]] = {
    "ask again": searching.again,
    "read": intake.read,
    "release": sending.release,
    "search": searching.search,
    "search again": searching.search_again,
}
#: What comes back by the clock: name, seconds between two rounds, action. Two workers may do it at the same time.
PERIODIC: Final[Sequence[tuple[str, float, Callable[[Actor], object]]]] = (
    ("escalate", 5.0, escalating.escalate),
    ("take back what is idle", 5.0, steering.take_back_idle),
    ("free what no colleague took", 5.0, steering.free_untaken),
    ("purge firearm checks", 60.0, purging.purge),
    ("tell what has not arrived", 5.0, undelivered.tell_overdue),
)
GRACE: Final = 25.0  # seconds to finish the work in hand after SIGTERM
POLL: Final = 1.0  # seconds; NOTIFY is a hint, the table is the truth
URGENT_LANES: Final = 3
ALL_LANES: Final = 99


def run_one(actor: Actor, highest_lane: int = ALL_LANES) -> bool:
    """Do one piece of work in one transaction; False when nothing is due. A failure is counted, never swallowed."""
    work: Work | None = None
    try:
        with whole():
            work = access.claim_work(highest_lane)
            if work is None:
                return False
            working.done(work, TASKS[work.task](actor, work.target))
    except (OperationalError, InterfaceError):
        raise  # the database is away: nothing was done, and the claim falls with the connection
    except Exception as fault:  # whatever an action raises must not stop the other work
        if work is None:
            raise
        log.exception("work failed", extra={"task": work.task, "target": work.target})
        working.failed(actor, work.pk, fault)
    return True


def run(actor: Actor, stop: threading.Event, highest_lane: int = ALL_LANES) -> None:
    """Work until told to stop, through any outage of the database."""
    while not stop.is_set():
        try:
            if not run_one(actor, highest_lane):
                _wait(stop)
        except (OperationalError, InterfaceError) as fault:
            log.warning("database away: %s", type(fault).__name__)
            connection.close()
            stop.wait(POLL)
    connection.close()


def tick(actor: Actor, stop: threading.Event) -> None:
    """Do what comes back by the clock until told to stop, through any outage of the database."""
    due = {name: 0.0 for name, _, _ in PERIODIC}
    while not stop.is_set():
        for name, seconds, action in PERIODIC:
            if time.monotonic() >= due[name]:
                due[name] = time.monotonic() + seconds
                _round(actor, name, action)
        stop.wait(POLL / 2)
    connection.close()


def _round(actor: Actor, name: str, action: Callable[[Actor], object]) -> None:
    try:
        action(actor)
    except (OperationalError, InterfaceError) as fault:
        log.warning("database away: %s", type(fault).__name__)
        connection.close()
    except Exception:  # whatever an action raises must not stop the other rounds
        log.exception("periodic work failed", extra={"task": name})


def _wait(stop: threading.Event) -> None:
    """Sleep until work arrives, or for a second."""
    with connection.cursor() as cursor:
        cursor.execute("LISTEN muniment_work")
    began = time.monotonic()
    while not stop.is_set() and time.monotonic() - began < POLL:
        with connection.wrap_database_errors:  # a server that dies here must be an outage like any other
            for _ in connection.connection.notifies(timeout=0.2, stop_after=1):
                return


def serve(threads: int, stop: threading.Event) -> None:
    """Run `threads` workers, one of them for urgent lanes alone so that a slow search never holds up a hit.

    Raises `OurFault` when one of them dies: a worker that does half its work would go unnoticed.
    """
    lanes = [URGENT_LANES, *[ALL_LANES] * max(1, threads - 1)]
    crew = [
        threading.Thread(target=run, args=(Actor.program("worker"), stop, lane), name=f"worker-{number}", daemon=True)
        for number, lane in enumerate(lanes, start=1)
    ]
    crew.append(threading.Thread(target=tick, args=(Actor.program("clock"), stop), name="clock", daemon=True))
    for member in crew:
        member.start()
    while all(member.is_alive() for member in crew) and not stop.wait(POLL):
        pass
    if not stop.is_set():
        raise OurFault("A thread of the worker died; the service manager starts the worker again.", rule="worker.dead")
    _finish(crew)


def _finish(crew: Sequence[threading.Thread]) -> None:
    """Wait for the work in hand. What is not done in time falls with its connection, and is done by another worker."""
    limit = time.monotonic() + GRACE
    for member in crew:
        member.join(max(0.0, limit - time.monotonic()))
    if left := [member.name for member in crew if member.is_alive()]:
        log.warning("work in hand is given up: %s", ", ".join(left))
