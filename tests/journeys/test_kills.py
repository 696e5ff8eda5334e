"""The worker, the web server, the line and PostgreSQL die by SIGKILL in the middle of a shift: nothing is lost, nothing
is answered twice, nothing goes out without its entry in the ledger (trust-and-ux.md 2.3, G1).
"""

from __future__ import annotations

import os
import threading
import time

from tests.journeys.peers import Specialist, Switch, shuffled
from tests.journeys.running import RunningCenter, running_center
from tests.messages import iaq

#: A tenth of the whole: 200 kills, 2,000 messages (`make soak` sets the whole).
MESSAGES = int(os.environ.get("JOURNEY_MESSAGES", "200"))
KILLS = int(os.environ.get("JOURNEY_KILLS", "20"))
PATIENCE = 60 + MESSAGES  # seconds

STATES = """
import django; django.setup()
from collections import Counter
from muniment.store.models import *
print({
    table.__name__: dict(Counter(table.objects.values_list('state', flat=True)))
    for table in (Message, Inquiry, Delivery)
}, list(Work.objects.values_list('task', 'failures', 'fault', 'parked')[:5]))
"""

CHECK = """
import django; django.setup()
from django.db.models import Count, Q
from muniment.store.models import *
twice = Response.objects.filter(withdrawn=False).values('inquiry').annotate(n=Count('id')).filter(n__gt=1).count()
silent = Delivery.objects.exclude(entry__event__in=['response.signed', 'inquiry.read', 'message.rejected']).count()
unsaid = sum(
    1 for d in Delivery.objects.filter(state='acknowledged')
    if not LedgerEntry.objects.filter(event='delivery.sent', message_id=d.message_id).exists()
)
print(Message.objects.count(), Inquiry.objects.count(), twice, silent, unsaid, Work.objects.filter(parked=True).count())
"""


def killing(center: RunningCenter, done: threading.Event, seed: int) -> None:
    """Kill one piece after another, with time between to get up again."""
    dice = shuffled(seed)
    for _ in range(KILLS):
        if done.wait(dice.uniform(0.2, 1.5)):
            return
        center.kill_one(dice)


def test_nothing_is_lost_and_nothing_is_answered_twice_while_everything_is_killed() -> None:
    controls = {f"K{number:06}" for number in range(MESSAGES)}
    with running_center() as center:
        done = threading.Event()
        switch = Switch(center, [iaq(control, custody="N") for control in sorted(controls)])
        people = [Specialist(center, name, done) for name in ("specialist14", "specialist9")]
        people += [Specialist(center, name, done, seconds=True) for name in ("senior3", "supervisor1")]
        crew = [threading.Thread(target=each.run, daemon=True) for each in (switch, *people)]
        crew.append(threading.Thread(target=killing, args=(center, done, int(time.time())), daemon=True))
        for member in crew:
            member.start()
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and not (switch.answers.keys() >= controls and center.kills >= KILLS):
            time.sleep(0.5)
        done.set()
        switch.stop.set()
        for member in crew:
            member.join(30)
        troubles = [trouble for person in people for trouble in person.trouble]
        checked = center.run("-W", "ignore", "-c", CHECK).split()
        states = center.run("-W", "ignore", "-c", STATES)
    lost = controls - switch.answers.keys()
    doubled = {control for control, numbers in switch.answers.items() if len(numbers) > 1}
    summary = f"kills {center.kills}, resent {switch.resent}, repeats {switch.repeated}, troubles {len(troubles)}"
    print(summary)
    assert not lost, (len(lost), summary, states, troubles[-5:])
    assert not doubled, summary
    assert center.kills >= KILLS, summary
    assert checked == [str(MESSAGES), str(MESSAGES), "0", "0", "0", "0"], summary
