"""Ask all record systems about one person at once, wait no longer than the deadline, and name who stayed silent.

Every question runs in a thread that nobody waits for past its time, so a system that hangs costs its own answer and
nothing else. Systems that answer from our own database share a thread, because to switch takes longer than to answer;
where one hangs, those behind it get another. A thread that is free again is kept for a while, with its connection to
the database. `LIMIT` bounds how many questions to one system may be unanswered at once; past it a system is not asked
again until one of them ends. What comes is checked before anybody relies on it: a system that breaks its promise counts
as silent, and its fault is named.
"""

from __future__ import annotations

import logging
import select
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from queue import Empty, SimpleQueue
from typing import Any, Final

from django.db import connections

from muniment.core.errors import SourceFault
from muniment.core.record import SYSTEMS, Record
from muniment.core.subject import Subject
from muniment.sources.protocol import AnswerState, RecordSystem, SystemAnswer

#: A copy older than this is stale (domain.md 1.3, O9; C19).
FRESH_FOR: Final = timedelta(hours=24)
#: How far a system's clock may run ahead of ours.
CLOCK_SKEW: Final = timedelta(minutes=2)
#: Unanswered questions to one system at once.
LIMIT: Final = 16
#: Seconds after which systems that share a thread are thought to be held up by one of them.
STUCK: Final = 0.05
#: Seconds for which a thread that is free waits for the next question before it ends.
KEPT: Final = 10.0
#: Characters of a fault that are kept; a system may have had a hand in them.
LONGEST_FAULT: Final = 300
#: Most records one answer may hold.
MOST_RECORDS: Final = 100

OnLate = Callable[[SystemAnswer], None]

log = logging.getLogger(__name__)


def federated_search(
    subject: Subject,
    systems: Mapping[str, RecordSystem],
    index_hits: Mapping[str, Sequence[str]],
    deadline: float,
    now: datetime,
    on_late: OnLate | None = None,
) -> tuple[SystemAnswer, ...]:
    """Answers of all `systems` in the order of `SYSTEMS`, each within its own timeout and `deadline` seconds.

    An exporting system is asked for the records in `index_hits` (none when it is missing there), any other for what its
    own search finds. An answer that comes later goes to `on_late`, called in the thread that asked; `now` (UTC) is the
    moment of the call, against which ages are judged.
    """
    answers: SimpleQueue[SystemAnswer] = SimpleQueue()
    questions = {
        code: _Question(code, system, subject, tuple(index_hits.get(code, ())), deadline, now, answers)
        for code, system in systems.items()
    }
    entered = [question for question in questions.values() if question.enter()]
    turns = [_InTurn([question for question in entered if question.near], on_late)]
    turns += [_InTurn([question], on_late) for question in entered if not question.near]
    for turn in turns:
        turn.ask()
    got = _collect(questions, answers, turns[0])
    return tuple(got[code] for code in sorted(got, key=_place))


def _place(code: str) -> int:
    order = list(SYSTEMS)
    return order.index(code) if code in SYSTEMS else len(order)


def _collect(
    questions: Mapping[str, _Question], answers: SimpleQueue[SystemAnswer], near: _InTurn
) -> dict[str, SystemAnswer]:
    got: dict[str, SystemAnswer] = {}
    while waiting := [question for code, question in questions.items() if code not in got]:
        first = min(waiting, key=lambda question: question.ends)
        left = max(0.0, first.ends - time.monotonic())
        with suppress(Empty):
            answer = answers.get(timeout=min(left, STUCK) if near.waiting else left)
            got[answer.system] = answer
            continue
        if near.waiting and left > STUCK:
            near.ask()
        elif first.give_up():
            got[first.code] = first.silent()
    return got


class _InTurn:
    """Questions that one thread asks one after the other. A further thread may be set to those that still wait."""

    def __init__(self, questions: Iterable[_Question], on_late: OnLate | None) -> None:
        self.waiting = deque(questions)
        self._on_late = on_late

    def ask(self) -> None:
        """Set a thread to them, where any are left."""
        try:
            if self.waiting:
                _askers.start(self._run)
        except RuntimeError:
            while (question := self._next()) is not None:
                question.leave("not asked: this host can start no more threads")

    def _run(self) -> None:
        while (question := self._next()) is not None:
            threading.current_thread().name = f"ask-{question.code}"
            question.run(self._on_late)

    def _next(self) -> _Question | None:
        with suppress(IndexError):
            return self.waiting.popleft()
        return None


@dataclass(eq=False)
class _Question:
    """One system asked once. Exactly one of its thread and the waiting caller settles it."""

    code: str
    system: RecordSystem
    subject: Subject
    hits: tuple[str, ...]
    deadline: float
    now: datetime
    answers: SimpleQueue[SystemAnswer]
    began: float = field(default_factory=time.monotonic)
    settled: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def seconds(self) -> float:
        return min(self.system.timeout, self.deadline)

    @property
    def ends(self) -> float:
        return self.began + self.seconds

    @property
    def near(self) -> bool:
        """Whether the system says that it answers from our own database, at once."""
        return getattr(self.system, "near", False)

    def enter(self) -> bool:
        """Whether the system may be asked; it counts as being asked from now on."""
        if _under_way.enter(self.system):
            return True
        self._refuse(f"not asked: {LIMIT} earlier questions are still unanswered")
        return False

    def leave(self, why: str) -> None:
        """It is not asked after all."""
        _under_way.leave(self.system)
        self._refuse(why)

    def give_up(self) -> bool:
        """Settle the question; False when it was settled before."""
        with self.lock:
            was, self.settled = self.settled, True
        return not was

    def _refuse(self, why: str) -> None:
        self.give_up()
        self.answers.put(self.unreachable(why))

    def run(self, on_late: OnLate | None) -> None:
        """Ask, in the thread that calls."""
        answer = self._answer()
        if self.give_up():
            self.answers.put(answer)
        elif on_late is not None:
            self._hand_on(answer, on_late)

    def _hand_on(self, answer: SystemAnswer, on_late: OnLate) -> None:
        try:
            on_late(answer)
        except Exception:
            log.exception("a late answer of %s could not be handed on", self.code)
        finally:
            connections.close_all()

    def _answer(self) -> SystemAnswer:
        try:
            _close_ended()
            return self._asked()
        except SourceFault as fault:
            return self.unreachable(str(fault))
        except Exception as error:
            connections.close_all()  # nobody knows in which state they are
            log.warning("%s failed", self.code, exc_info=True)
            return self.unreachable(f"failed: {type(error).__name__}")
        finally:
            _under_way.leave(self.system)

    def _asked(self) -> SystemAnswer:
        wanted = self.hits if self.system.exports else _checked_ids(self.system.search(self.subject))
        records = _checked_records(self.system.fetch(wanted) if wanted else (), self.code, wanted)
        freshness = self.system.freshness()
        moment = self.now + timedelta(seconds=time.monotonic() - self.began)
        for what, when in (("its copy", freshness), *((record.key, record.pulled) for record in records)):
            _check_age(what, when, moment)
        state: AnswerState = "stale" if moment - freshness > FRESH_FOR else "answered"
        return SystemAnswer(self.code, state, self._took(), freshness, records)

    def silent(self) -> SystemAnswer:
        return self.unreachable(f"no answer in {self.seconds:g} s")

    def unreachable(self, why: str) -> SystemAnswer:
        return SystemAnswer(self.code, "unreachable", self._took(), fault=f"{self.code}: {why}"[:LONGEST_FAULT])

    def _took(self) -> float:
        return time.monotonic() - self.began


class _UnderWay:
    """How many questions to each system are unanswered in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count: Counter[int] = Counter()  # by identity; a thread under way keeps its system alive

    def enter(self, system: RecordSystem) -> bool:
        with self._lock:
            if self._count[id(system)] >= LIMIT:
                return False
            self._count[id(system)] += 1
            return True

    def leave(self, system: RecordSystem) -> None:
        with self._lock:
            self._count[id(system)] -= 1
            if not self._count[id(system)]:
                del self._count[id(system)]


_under_way = _UnderWay()


class _Asker(threading.Thread):
    """A thread that does what comes into its inbox, and keeps its connection to the database meanwhile."""

    def __init__(self, free: list[_Asker], lock: threading.Lock) -> None:
        super().__init__(name="asker", daemon=True)
        self.inbox: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._free, self._lock = free, lock

    def run(self) -> None:
        while (task := self._next()) is not None:
            task()
            with self._lock:
                self._free.append(self)
            self.name = "asker"
        connections.close_all()

    def _next(self) -> Callable[[], None] | None:
        with suppress(Empty):
            return self.inbox.get(timeout=KEPT)
        with self._lock:
            if self in self._free:
                self._free.remove(self)
                return None
        return self.inbox.get()  # somebody took this thread at the last moment


class _Askers:
    """Threads that ask, kept while they are free: to open a connection takes longer than most answers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free: list[_Asker] = []

    def start(self, task: Callable[[], None]) -> None:
        """Do `task` in a free thread or a new one. Raises `RuntimeError` when no more can be started."""
        with self._lock:
            asker = self._free.pop() if self._free else None
        if asker is None:
            asker = _Asker(self._free, self._lock)
            asker.start()
        asker.inbox.put(task)

    def dismiss(self) -> None:
        """End those that are free."""
        with self._lock:
            leaving = self._free[:]
            self._free.clear()
        for asker in leaving:
            asker.inbox.put(None)
            asker.join(5)


_askers = _Askers()


def dismiss() -> None:
    """End the threads that are free, and their connections."""
    _askers.dismiss()


def _close_ended() -> None:
    """Close what the server ended meanwhile: on a connection at rest it says nothing else."""
    for each in connections.all(initialized_only=True):
        if each.connection is not None and _has_ended(each.connection):
            each.close()


def _has_ended(connection: Any) -> bool:
    if connection.closed:
        return True
    ear = select.poll()
    ear.register(connection.fileno(), select.POLLIN)
    return bool(ear.poll(0))


def _checked_ids(found: Any) -> tuple[str, ...]:
    ids = tuple(found)
    if not all(isinstance(item, str) and item for item in ids):
        raise SourceFault("gave something that is no record id")
    if len(ids) > MOST_RECORDS:
        raise SourceFault(f"gave {len(ids)} records, at most {MOST_RECORDS} may come")
    return ids


def _checked_records(came: Any, code: str, wanted: Sequence[str]) -> tuple[Record, ...]:
    records = tuple(came)
    for record in records:
        _check_record(record, code, wanted)
    if len({record.record_id for record in records}) < len(records):
        raise SourceFault("gave one record twice")
    return records


def _check_record(record: Any, code: str, wanted: Sequence[str]) -> None:
    if not isinstance(record, Record) or not isinstance(record.subject, Subject):
        raise SourceFault("gave something that is no record")
    if record.system != code:
        raise SourceFault(f"gave a record of {record.system}")
    if record.record_id not in wanted:
        raise SourceFault(f"gave the record {record.record_id}, which was not asked for")
    for fact in record.facts:
        _check_fact(fact, record.key)


def _check_fact(fact: Any, key: str) -> None:
    if not isinstance(fact, Mapping) or not all(isinstance(fact.get(name), str) for name in ("id", "kind", "date")):
        raise SourceFault(f"gave a fact in {key} without id, kind or date")
    if fact.get("record") != key:
        raise SourceFault(f"gave a fact in {key} that names another record")


def _check_age(what: str, when: Any, moment: datetime) -> None:
    if not isinstance(when, datetime) or when.utcoffset() is None:
        raise SourceFault(f"did not say in UTC when {what} was read")
    if when.astimezone(UTC) > moment + CLOCK_SKEW:
        raise SourceFault(f"says that {what} was read in the future")
