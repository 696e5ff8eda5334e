"""Nine systems asked at once: what comes is checked, what does not come is named, nobody waits too long."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from muniment.core.errors import SourceFault
from muniment.core.record import SYSTEMS, Record
from muniment.core.subject import Name, Subject
from muniment.sources import federate
from muniment.sources.federate import federated_search
from muniment.sources.protocol import SystemAnswer

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ASKED = Subject(names=(Name("SPECIMEN", "ALPHA"),))
SHORT = 0.15


def a_record(system: str, record_id: str, pulled: datetime = NOW, **fact: Any) -> Record:
    key = f"{system}:{record_id}"
    facts = ({"id": f"{key}.1", "kind": "death", "record": key, "date": "2026-01-01"} | fact,)
    return Record(system, record_id, ASKED, pulled, facts)


@dataclass(eq=False)
class Fake:
    """A record system that does as it is told."""

    code: str
    exports: bool = True
    timeout: float = 5.0
    found: Sequence[Any] = ()
    records: Sequence[Any] = ()
    fresh: Any = NOW
    fails: Exception | None = None
    hold: threading.Event | None = None
    asked: list[str] = field(default_factory=list)

    def search(self, subject: Subject) -> Sequence[str]:
        return self.found

    def fetch(self, record_ids: Sequence[str]) -> Sequence[Record]:
        self.asked.extend(record_ids)
        if self.hold is not None:
            self.hold.wait(10)
        if self.fails is not None:
            raise self.fails
        return self.records

    def freshness(self) -> datetime:
        return self.fresh  # type: ignore[no-any-return]  # a lying system gives anything


@pytest.fixture
def release() -> Iterator[threading.Event]:
    """Set at the end, so that no test leaves a thread behind."""
    event = threading.Event()
    yield event
    event.set()
    await_threads()


def await_threads() -> None:
    """Until nobody asks; threads that are free are called otherwise."""
    end = time.monotonic() + 5
    while time.monotonic() < end and any(thread.name.startswith("ask-") for thread in threading.enumerate()):
        time.sleep(0.005)


def ask(
    *systems: Fake, hits: dict[str, Sequence[str]] | None = None, deadline: float = 5.0, **more: Any
) -> list[SystemAnswer]:
    hits = {system.code: ("1",) for system in systems} if hits is None else hits
    return list(federated_search(ASKED, {system.code: system for system in systems}, hits, deadline, NOW, **more))


def test_answers_come_in_the_order_people_read_them() -> None:
    answers = ask(*(Fake(code) for code in reversed(SYSTEMS)))
    assert [answer.system for answer in answers] == list(SYSTEMS)
    assert {answer.state for answer in answers} == {"answered"}


def test_an_exporting_system_is_asked_for_the_hits_of_the_index_only() -> None:
    system = Fake("CIS", found=["9"], records=[a_record("CIS", "1")])
    (answer,) = ask(system, hits={"CIS": ("1", "2")})
    assert system.asked == ["1", "2"]
    assert answer.records == (a_record("CIS", "1"),)


def test_a_system_that_does_not_export_is_asked_by_its_own_search() -> None:
    system = Fake("EOIR", exports=False, found=["9"], records=[a_record("EOIR", "9")])
    (answer,) = ask(system, hits={"EOIR": ("1",)})
    assert system.asked == ["9"]
    assert answer.state == "answered"


def test_a_system_without_hits_still_says_how_fresh_it_is() -> None:
    (answer,) = ask(Fake("CIS"), hits={})
    assert (answer.state, answer.freshness, answer.records) == ("answered", NOW, ())


def test_systems_are_asked_at_once_and_not_one_after_the_other() -> None:
    together = threading.Barrier(3, timeout=5)

    @dataclass(eq=False)
    class Meeting(Fake):
        def freshness(self) -> datetime:
            together.wait()
            return NOW

    answers = ask(Meeting("CIS"), Meeting("ADIS"), Meeting("III"))
    assert [answer.state for answer in answers] == ["answered"] * 3


def test_a_system_that_hangs_is_named_and_the_others_answer(release: threading.Event) -> None:
    began = time.monotonic()
    cis, adis = ask(Fake("CIS", hold=release, timeout=SHORT), Fake("ADIS", records=[a_record("ADIS", "1")]))
    assert time.monotonic() - began < 3
    assert (cis.state, cis.fault) == ("unreachable", "CIS: no answer in 0.15 s")
    assert adis.records


def test_the_common_deadline_bounds_a_patient_system(release: threading.Event) -> None:
    (answer,) = ask(Fake("CIS", hold=release, timeout=60), deadline=SHORT)
    assert answer.state == "unreachable"


def test_each_system_keeps_its_own_timeout_before_the_deadline(release: threading.Event) -> None:
    began = time.monotonic()
    ask(Fake("CIS", hold=release, timeout=SHORT), Fake("ADIS", hold=release, timeout=SHORT), deadline=60)
    assert time.monotonic() - began < 3


def test_an_answer_that_comes_late_is_handed_on(release: threading.Event) -> None:
    late: list[SystemAnswer] = []
    came = threading.Event()

    def keep(answer: SystemAnswer) -> None:
        late.append(answer)
        came.set()

    system = Fake("CIS", hold=release, timeout=SHORT, records=[a_record("CIS", "1")])
    (answer,) = ask(system, on_late=keep)
    assert answer.state == "unreachable"
    release.set()
    assert came.wait(5)
    assert late[0].state == "answered"
    assert late[0].records == (a_record("CIS", "1"),)


def test_a_late_answer_that_cannot_be_handed_on_is_logged(
    release: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(answer: SystemAnswer) -> None:
        raise LookupError("the inquiry is gone")

    ask(Fake("CIS", hold=release, timeout=SHORT), on_late=fail)
    release.set()
    await_threads()
    assert "a late answer of CIS could not be handed on" in caplog.text


def test_a_hanging_system_is_not_asked_without_bound(release: threading.Event) -> None:
    system = Fake("CIS", hold=release, timeout=0.01)
    for _ in range(federate.LIMIT):
        ask(system)
    before = threading.active_count()
    (answer,) = ask(system)
    assert answer.fault == "CIS: not asked: 16 earlier questions are still unanswered"
    assert threading.active_count() <= before
    release.set()
    await_threads()
    system.hold, system.timeout = None, 5
    assert ask(system)[0].state == "answered"


def test_a_system_that_dies_is_unreachable_and_its_words_are_not_repeated() -> None:
    (answer,) = ask(Fake("CIS", fails=RuntimeError("password of SPECIMEN")))
    assert (answer.state, answer.fault) == ("unreachable", "CIS: failed: RuntimeError")


def test_a_system_may_say_itself_that_it_cannot_answer() -> None:
    (answer,) = ask(Fake("CIS", fails=SourceFault("closed for maintenance")))
    assert answer.fault == "CIS: closed for maintenance"


def test_a_copy_of_more_than_a_day_is_stale_and_its_records_stay() -> None:
    (answer,) = ask(Fake("CIS", fresh=NOW - timedelta(hours=24, seconds=30), records=[a_record("CIS", "1")]))
    assert (answer.state, len(answer.records)) == ("stale", 1)


def test_a_copy_of_less_than_a_day_is_no_stale_one() -> None:
    (answer,) = ask(Fake("CIS", fresh=NOW - timedelta(hours=23, minutes=59)))
    assert answer.state == "answered"


def test_a_system_cannot_fill_the_screen_with_its_fault() -> None:
    (answer,) = ask(Fake("CIS", fails=SourceFault("x" * 5000)))
    assert answer.fault is not None
    assert len(answer.fault) == federate.LONGEST_FAULT


HOUR = timedelta(hours=1)
GOOD = a_record("CIS", "1")
BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "its copy is of the future": ({"fresh": NOW + HOUR}, "its copy was read in the future"),
    "its copy has no zone": ({"fresh": NOW.replace(tzinfo=None)}, "did not say in UTC when its copy was read"),
    "its copy has no age": ({"fresh": None}, "did not say in UTC when its copy was read"),
    "a record is of the future": ({"records": [a_record("CIS", "1", NOW + HOUR)]}, "CIS:1 was read in the future"),
    "a record has no zone": (
        {"records": [a_record("CIS", "1", NOW.replace(tzinfo=None))]},
        "did not say in UTC when CIS:1 was read",
    ),
    "a record is of another system": ({"records": [a_record("ADIS", "1")]}, "gave a record of ADIS"),
    "a record was not asked for": (
        {"records": [a_record("CIS", "7")]},
        "CIS: gave the record 7, which was not asked for",
    ),
    "a record comes twice": ({"records": [GOOD, GOOD]}, "gave one record twice"),
    "a record is none": ({"records": [{"system": "CIS"}]}, "gave something that is no record"),
    "a subject is none": ({"records": [replace(GOOD, subject=None)]}, "gave something that is no record"),
    "a fact is none": ({"records": [replace(GOOD, facts=("death",))]}, "a fact in CIS:1 without id, kind or date"),
    "a fact has no date": ({"records": [a_record("CIS", "1", date=None)]}, "a fact in CIS:1 without id, kind or date"),
    "a fact is of another record": ({"records": [a_record("CIS", "1", record="CIS:2")]}, "names another record"),
    "nothing comes at all": ({"records": None}, "failed: TypeError"),
}


@pytest.mark.parametrize(("behaviour", "fault"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_promise_is_a_named_fault_and_nothing_is_used(behaviour: dict[str, Any], fault: str) -> None:
    (answer,) = ask(Fake("CIS", **behaviour))
    assert answer.state == "unreachable"
    assert answer.records == ()
    assert answer.fault is not None
    assert answer.fault.startswith("CIS: ")
    assert fault in answer.fault


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        ([1, 2], "gave something that is no record id"),
        ([str(n) for n in range(101)], "gave 101 records, at most 100 may come"),
    ],
    ids=["numbers", "too many"],
)
def test_a_search_that_gives_no_usable_ids_is_a_fault(found: Sequence[Any], fault: str) -> None:
    (answer,) = ask(Fake("III", exports=False, found=found))
    assert answer.fault == f"III: {fault}"


def test_a_clock_that_runs_a_minute_ahead_is_forgiven() -> None:
    (answer,) = ask(Fake("CIS", fresh=NOW + timedelta(minutes=1)))
    assert answer.state == "answered"


class Knocking(Fake):
    """Notes the thread that asks and the backend of the database that serves it."""

    def freshness(self) -> datetime:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.seen = threading.get_ident(), cursor.fetchone()[0]
        return super().freshness()


def seen() -> tuple[int, int]:
    system = Knocking("CIS")
    ask(system)
    await_threads()
    return system.seen


@pytest.fixture
def nobody_free(django_db_blocker: Any, database_server: None) -> Iterator[None]:
    """Threads that ask have connections of their own, outside the test's transaction."""
    federate.dismiss()
    with django_db_blocker.unblock():
        yield
    federate.dismiss()


@pytest.mark.usefixtures("nobody_free", "db")
def test_a_free_thread_asks_again_over_its_connection() -> None:
    assert seen() == seen()


@pytest.mark.usefixtures("nobody_free", "db")
def test_a_connection_that_the_server_ended_is_opened_anew() -> None:
    thread, backend = seen()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
    again, other = seen()
    assert again == thread
    assert other != backend


# Systems that answer from our own database


@dataclass(eq=False)
class Near(Fake):
    """A system that says it is near, and notes the thread that asked it."""

    near: bool = True
    thread: int = 0

    def freshness(self) -> datetime:
        self.thread = threading.get_ident()
        return super().freshness()


def test_near_systems_are_asked_in_turn_in_one_thread() -> None:
    systems = [Near(code) for code in SYSTEMS]
    answers = ask(*systems)
    assert [answer.state for answer in answers] == ["answered"] * len(SYSTEMS)
    assert len({system.thread for system in systems} - {threading.get_ident()}) == 1


def test_a_near_system_that_hangs_costs_its_own_answer_and_a_moment(release: threading.Event) -> None:
    hanging = Near("CIS", hold=release)
    others = [Near(code) for code in SYSTEMS if code != "CIS"]
    answers = ask(hanging, *others, deadline=2.0)
    assert {answer.system for answer in answers if answer.state == "unreachable"} == {"CIS"}
    assert max(answer.seconds for answer in answers if answer.system != "CIS") < 1.0


def test_near_systems_that_all_hang_are_all_named_at_the_deadline(release: threading.Event) -> None:
    began = time.monotonic()
    answers = ask(*(Near(code, hold=release) for code in SYSTEMS), deadline=0.3)
    assert {answer.state for answer in answers} == {"unreachable"}
    assert time.monotonic() - began < 2.0
