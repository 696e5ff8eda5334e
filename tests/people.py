"""Fixtures of a small center: its line, its agencies, its people, and messages that come in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from muniment.actions import installing, intake
from muniment.actions.context import Actor
from muniment.store.models import Line
from tests.cast import Cast, assemble


def set_up() -> Line:
    """A center marked synthetic, with the line `demo` and two agencies on it."""
    installing.mark_synthetic(Actor.program("test"), "5550100900")
    line = installing.add_line("demo", "key of the tests")
    agency = {"name": "Example County Sheriff", "state": "TX", "purposes": ["C", "F"], "call_back": "5550100100"}
    other = {"name": "Sample City Police", "state": "AZ", "purposes": ["C"], "call_back": "5550100200"}
    installing.add_agencies(
        [{"ori": "ZZ0010100", "lines": ["demo"], **agency}, {"ori": "ZZ0020200", "lines": ["demo"], **other}]
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
