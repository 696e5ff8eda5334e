"""Fixtures of a small center: its line, its agencies, its people, and messages that come in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from muniment import worker
from muniment.actions import installing, intake
from muniment.actions.context import Actor
from muniment.sources import index
from muniment.sources.world.load import load_world
from muniment.store.models import Inquiry, Line
from tests.cast import Cast, assemble


def set_up() -> Line:
    """A center marked synthetic, with the line `demo` and two agencies on it."""
    installing.mark_synthetic(Actor.program("test"), "5550100900")
    line = installing.add_line(Actor.program("test"), "demo", "key of the tests")
    agency = {"name": "Example County Sheriff", "state": "TX", "purposes": ["C", "F"], "call_back": "5550100100"}
    other = {"name": "Sample City Police", "state": "AZ", "purposes": ["C"], "call_back": "5550100200"}
    installing.add_agencies(
        Actor.program("test"),
        [{"ori": "ZZ0010100", "lines": ["demo"], **agency}, {"ori": "ZZ0020200", "lines": ["demo"], **other}],
    )
    return line


@pytest.fixture
def center(db: None) -> Line:
    """A small center; its line is returned."""
    return set_up()


@pytest.fixture
def transactional_center(transactional_db: None) -> Line:
    """The same for tests in which several connections see each other's commits."""
    return set_up()


@pytest.fixture
def cast(center: Line) -> Cast:
    """One person of each role."""
    return assemble()


@pytest.fixture
def stored_message(center: Line) -> Callable[[bytes], int]:
    """Receive bytes over the line; gives the message's id."""

    def receive(raw: bytes) -> int:
        return intake.receive(Actor.line("demo"), center, raw).message

    return receive


@pytest.fixture
def specimen_center(transactional_center: Line) -> Line:
    """A center whose record systems hold the specimens of the synthetic world, with an index of them."""
    load_world(0, 1)
    index.rebuild()
    return transactional_center


@pytest.fixture
def asked_about(specimen_center: Line) -> Callable[[bytes], Inquiry]:
    """Let a message come in, be read and be searched in the real systems of the world; the inquiry that waits."""

    def ask(raw: bytes) -> Inquiry:
        message = intake.receive(Actor.line("demo"), specimen_center, raw).message
        while worker.run_one(Actor.program("worker")):
            pass
        return Inquiry.objects.get(message_id=message)

    return ask
