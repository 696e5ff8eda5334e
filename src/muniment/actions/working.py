"""What happens to work that fails: tried again later, and after three failures shown to people, never dropped."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from muniment.actions import intake
from muniment.actions.context import Actor, step
from muniment.core.ledger import Event
from muniment.core.workflow import MessageState
from muniment.store import access
from muniment.store.models import Work

TRIES: Final = 3
PAUSE: Final = timedelta(seconds=2)  # doubled with each failure


def done(work: Work, due: datetime | None) -> None:
    """The work is done, or owed again at `due`; earlier failures count no more."""
    if due is None:
        access.drop_work(work)
    else:
        work.due, work.failures, work.fault = due, 0, ""
        work.save(update_fields=["due", "failures", "fault"])


def failed(actor: Actor, work_id: int, fault: Exception) -> None:
    """Count the failure and put the work off; at the third, park it, and the message it was to read with it.

    Whatever was begun is undone by now; where another worker did the work meanwhile, nothing failed.
    """
    with step(actor) as s:
        work = access.lock_work(work_id)
        if work is None:
            return
        work.failures += 1
        work.fault = type(fault).__name__
        work.due = s.now + PAUSE * 2**work.failures
        work.parked = work.failures >= TRIES
        work.save()
        s.record(
            Event.WORK_FAILED,
            outcome="parked" if work.parked else "put off",
            objects={work.task: work.target},
            fault=work.fault,
            failures=work.failures,
        )
        if work.parked and work.task == "read":
            message = access.lock_message(work.target)
            if message.state == MessageState.RECEIVED:
                intake.park(s, message, f"reading failed: {work.fault}")
