"""A record system is silent, the answer leaves without it, it is back: a second answer replaces the first, once.

Meanwhile worker, gateway and web server are killed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from tests.journeys.peers import Specialist, Switch
from tests.journeys.running import RunningCenter, running_center
from tests.messages import iaq

CONTROLS = ("LATE1", "LATE2")
RESIDENT = {"ori": "ZZ0050500", "name": "BEISPIEL SINGH, HARPREET", "DOB": "19810923", "POB": "II", "ARN": "900120008"}
STATES = """
import django; django.setup()
from muniment.store.models import *
print(list(Inquiry.objects.values_list('state', 'silent', 'reopened_for')),
      list(Delivery.objects.filter(kind='response').order_by('id').values_list('state', 'response__answer_class')),
      list(Work.objects.values_list('task', 'failures', 'fault')))
"""
CHECK = """
import django; django.setup()
from muniment.store.models import *
old = [
    each.pk for each in Response.objects.filter(withdrawn=False)
    if CandidateRecord.objects.filter(inquiry=each.inquiry, came__lt=each.signed, came__gt=each.determination.made)
]
print(old, Response.objects.filter(withdrawn=False, replaces=None).count(),
      Response.objects.filter(withdrawn=False).exclude(replaces=None).count(),
      Delivery.objects.filter(kind='response', state='replaced').count())
"""


class Same(Specialist):
    """Takes every record for the person's."""

    def answer(self, visitor, page, verdict="same"):  # type: ignore[no-untyped-def]  # as in Specialist
        super().answer(visitor, page, verdict)


def until(holds: Callable[[], bool], center: RunningCenter, seconds: float = 300) -> None:
    """Wait for it; what the center holds is told when it does not come."""
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, center.run("-W", "ignore", "-c", STATES)
        time.sleep(0.2)


def test_a_system_that_is_back_brings_a_second_answer_and_the_first_is_never_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JOURNEY_SILENT", "CIS")
    monkeypatch.setenv("JOURNEY_ASK_AGAIN", "1")
    monkeypatch.setenv("JOURNEY_SEARCH", "0.5")
    with running_center() as center:
        done = threading.Event()
        switch = Switch(center, [iaq(control, custody="N", **RESIDENT) for control in CONTROLS])
        people = [Same(center, "specialist14", done), Same(center, "senior3", done, seconds=True)]
        crew = [threading.Thread(target=each.run, daemon=True) for each in (switch, *people)]
        for member in crew:
            member.start()
        until(lambda: switch.answers.keys() >= set(CONTROLS), center)
        first = {control: dict(switch.answers[control]) for control in CONTROLS}
        center.environment.pop("JOURNEY_SILENT")
        for name in ("worker", "gateway", "web"):
            center.kill(name)
        until(lambda: any(len(each) > 1 for each in switch.answers.values()), center)
        for name in ("gateway", "worker"):
            center.kill(name)
        until(lambda: all(len(switch.answers[control]) > 1 for control in CONTROLS), center)
        time.sleep(2)
        done.set()
        switch.stop.set()
        for member in crew:
            member.join(30)
        checked = center.run("-W", "ignore", "-c", CHECK).split()
    assert checked == ["[]", "2", "2", "2"]
    for control in CONTROLS:
        [one] = first[control]
        [other] = switch.answers[control].keys() - {one}
        assert b"CIS" in first[control][one]
        assert b"THIS REPLACES OUR ANSWER OF" in switch.answers[control][other]
        assert b"SILENT 0" in switch.answers[control][other]
        numbers = switch.order[control]
        assert numbers == sorted(numbers)
