"""Inquiries that wait, with records as systems would give them, and people logged in at the workbench."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from muniment.actions import intake, responding, searching
from muniment.actions.context import Actor
from muniment.core.record import SYSTEMS, Record
from muniment.core.subject import Identifier, Name, Subject
from muniment.sources.protocol import SystemAnswer
from muniment.store import access
from muniment.store.models import Candidate, Inquiry, Line, User
from tests.cast import Cast
from tests.messages import iaq

WORKER = Actor.program("worker")
A_NUMBER = "900000123"
CHILD = {"date": "2015-11-30", "class": "F31"}


def record(system: str, record_id: str, *facts: dict[str, Any], given: str = "ALPHA", a_number: str = "") -> Record:
    """A record of TESTPERSON; facts as `{"kind": …, "date": …}`."""
    key = f"{system}:{record_id}"
    whole = tuple({"id": f"{key}-{place}", "record": key, **fact} for place, fact in enumerate(facts))
    numbers = (Identifier("a_number", a_number),) if a_number else ()
    subject = Subject((Name("TESTPERSON", given, "BETA"),), ("1985-03-14",), "M", None, "MX", numbers)
    return Record(system, record_id, subject, access.db_now() - timedelta(minutes=2), whole)


def resident() -> Record:
    """A record that ties by its number and establishes permanent residence."""
    return record("CIS", f"A{A_NUMBER}", {"kind": "lpr_grant", **CHILD}, a_number=A_NUMBER)


def stranger() -> Record:
    """A record of somebody with another given name."""
    return record("VISAS", "V-1", given="ALFONS")


@dataclass
class Waiting:
    """Lets messages come in and be searched, in systems that say what the test has them say."""

    line: Line
    records: Sequence[Record] = ()
    silent: Collection[str] = ()

    def __call__(self, raw: bytes | None = None, *records: Record, silent: Collection[str] = ()) -> Inquiry:
        """The inquiry that comes of the message, with these records; `silent` systems do not answer."""
        self.say(*records, silent=silent)
        message = intake.receive(Actor.line("demo"), self.line, raw or iaq(ARN=A_NUMBER)).message
        intake.read(WORKER, message)
        inquiry = Inquiry.objects.get(message_id=message)
        searching.search(WORKER, inquiry.pk)
        inquiry.refresh_from_db()
        return inquiry

    def say(self, *records: Record, silent: Collection[str] = ()) -> None:
        """What the systems say from now on."""
        self.records, self.silent = records, silent

    def ask(self, _: Subject, now: datetime, *, only: Collection[str] = (), **__: Any) -> list[SystemAnswer]:
        """In the place of `searching.ask`."""
        return [_answer(code, self.records, self.silent, now) for code in SYSTEMS if code in (only or SYSTEMS)]


@pytest.fixture
def waiting(center: Line, monkeypatch: pytest.MonkeyPatch) -> Waiting:
    """Let a message come in and be searched; `records` are what the systems answer, `silent` those that do not."""
    monkeypatch.setattr(responding, "RANDOM_SECOND", 10**12)  # the lot of a second look falls in no test by itself
    made = Waiting(center)
    monkeypatch.setattr(searching, "ask", made.ask)  # what the systems say is what these tests are given
    return made


def _answer(code: str, records: Iterable[Record], silent: Collection[str], now: datetime) -> SystemAnswer:
    if code in silent:
        return SystemAnswer(code, "unreachable", 3.0, fault=f"{code}: no answer in 3 s")
    own = tuple(each for each in records if each.system == code)
    return SystemAnswer(code, "answered", 0.2, now, own)


@pytest.fixture
def at(cast: Cast) -> Callable[[str], Client]:
    """The workbench of one of the cast, logged in."""

    def log_in(name: str) -> Client:
        client = Client()
        user: User = getattr(cast, name)
        client.force_login(user)
        return client

    return log_in


def column(inquiry: Inquiry, system: str) -> Candidate:
    """The candidate that holds the system's record."""
    return Candidate.objects.get(inquiry=inquiry, records__system=system)
