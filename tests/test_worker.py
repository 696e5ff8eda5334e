"""Workers never do the same piece of work twice, and a dead one's work is done by another."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from muniment import worker
from muniment.actions import adjudication, intake
from muniment.actions.context import Actor
from muniment.core.errors import MunimentError, OurFault
from muniment.core.workflow import InquiryState
from muniment.store import access
from muniment.store.models import Inquiry, Line, Message, Work
from tests.cast import acting, assemble
from tests.messages import iaq, yq

pytestmark = pytest.mark.django_db(transaction=True)

WORKER = Actor.program("worker")


def at_once(*steps: Callable[[], object]) -> list[object]:
    """Run steps in threads of their own, together; what each gave or raised."""
    barrier, results = threading.Barrier(len(steps)), [None] * len(steps)

    def run(place: int, step: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results[place] = step()
        except MunimentError as fault:
            results[place] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, step)) for place, step in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_two_workers_on_one_row_one_does_it(transactional_center: Line) -> None:
    message = intake.receive(Actor.line("demo"), transactional_center, iaq()).message
    done = at_once(*[lambda: worker.run_one(WORKER)] * 4)
    assert sum(map(bool, done)) >= 1
    assert Inquiry.objects.filter(message_id=message).count() == 1
    assert not Work.objects.filter(task="read").exists()


def test_while_a_worker_holds_a_row_another_takes_the_next(transactional_center: Line) -> None:
    for control in ("ONE", "TWO"):
        intake.receive(Actor.line("demo"), transactional_center, iaq(control))
    held, freed = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            access.claim_work(worker.ALL_LANES)
            held.set()
            freed.wait(10)  # as a slow search would
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    assert worker.run_one(WORKER)
    freed.set()
    holder.join()
    assert Message.objects.filter(state="read").count() == 1


def test_urgent_work_is_done_first_and_by_the_worker_kept_for_it(transactional_center: Line) -> None:
    for raw in (iaq("ROUTINE"), yq("URGENT")):
        intake.receive(Actor.line("demo"), transactional_center, raw)
    assert worker.run_one(WORKER, worker.URGENT_LANES)
    assert Message.objects.get(state="read").control == "URGENT"
    assert worker.run_one(WORKER, worker.URGENT_LANES)  # its search, in lane 1 too
    assert not worker.run_one(WORKER, worker.URGENT_LANES)


def test_of_two_specialists_at_once_one_gets_the_inquiry(transactional_center: Line) -> None:
    cast = assemble()
    intake.receive(Actor.line("demo"), transactional_center, iaq())
    while worker.run_one(WORKER):
        pass
    inquiry = Inquiry.objects.get()
    took = at_once(
        *[
            lambda user=user: adjudication.take(acting(user), inquiry.pk, inquiry.version)
            for user in (cast.sam, cast.sofia, cast.selma)
        ]
    )
    inquiry.refresh_from_db()
    assert inquiry.state == InquiryState.IN_HAND
    assert sum(isinstance(each, Inquiry) for each in took) == 1
    assert sum(isinstance(each, MunimentError) for each in took) == 2


def test_a_worker_outlives_the_database_that_dies_while_it_waits(transactional_center: Line) -> None:
    stop = threading.Event()
    waiting = threading.Thread(target=worker.run, args=(WORKER, stop))
    waiting.start()
    ended = "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE query = 'LISTEN muniment_work'"
    try:
        with connection.cursor() as cursor:
            assert any(cursor.execute(ended) or cursor.fetchone()[0] for _ in range(500) if not stop.wait(0.01))
        intake.receive(Actor.line("demo"), transactional_center, iaq())
        assert any(Inquiry.objects.exists() for _ in range(500) if not stop.wait(0.01))
    finally:
        stop.set()
        waiting.join()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_whose_thread_dies_ends_instead_of_doing_half_its_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(worker, "tick", die)
    stop = threading.Event()
    monkeypatch.setattr(worker, "run", lambda *_: stop.wait())
    with pytest.raises(OurFault, match="A thread of the worker died"):
        worker.serve(2, stop)
    stop.set()
