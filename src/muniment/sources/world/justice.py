"""Immigration court and criminal courts: proceedings, orders and their ends; charges and convictions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from muniment.sources.world.draw import Weighted
from muniment.sources.world.life import LIVES, RATES, Life, iso

_COURT: Final[Mapping[str, list[str]]] = LIVES["court"]
_OUTCOMES: Final = Weighted(
    [("pending", 45), ("absent", 20), ("executed", 12), ("departed", 8), ("closed", 10), ("terminated", 5)]
)
_CHARGES: Final = Weighted([("open", 30), ("dismissed", 55), ("acquitted", 15)])


def proceedings(life: Life, day: int, state: str, **more: Any) -> None:
    """A notice to appear filed with the immigration court, and how the case stands."""
    life.say("proceedings", day, state=state, **more)


def in_court(life: Life, day: int) -> None:
    """Proceedings begun on `day`, led to where they stand today."""
    outcome = life.draw.weighted(_OUTCOMES)
    later = life.before_today(day + 120, day + 1500)
    if later is None or outcome == "pending":
        return proceedings(life, day, "pending")
    if outcome == "absent":
        return order(life, later, in_absentia=True)
    if outcome == "executed":
        ordered_removed(life, day, executed=True)
        return None
    if outcome == "departed":
        return _departs_voluntarily(life, later)
    if outcome == "closed":
        return proceedings(life, day, "administratively_closed")
    return proceedings(life, day, "terminated", reason="other")


def order(life: Life, day: int, *, in_absentia: bool) -> None:
    """A removal order; final at once in absentia, else when the time to appeal has lapsed."""
    final = day if in_absentia else day + 30
    fields = {"in_absentia": in_absentia, "served": True, "state": "standing"}
    if final > life.today:
        life.say("removal_order", day, final=None, **fields | {"state": "appealed"})
        return
    life.say("removal_order", day, final=iso(final), **fields)
    life.stand("FO_U")
    if life.draw.chance(0.5):
        life.say("warrant", final)


def ordered_removed(life: Life, since: int, *, executed: bool = False) -> int:
    """An order after a hearing and, where `executed` and time allows, the removal. Gives the last day of it."""
    day = life.before_today(since + 30, since + 900) or life.today - 1
    proceedings(life, min(since + 5, day), "pending")
    order(life, day, in_absentia=False)
    out = life.before_today(day + 31, day + 200)
    if not executed or out is None:
        return day
    life.events = [event for event in life.events if event.kind != "warrant"]
    life.say("removal_executed", out)
    life.leave(out)
    life.status = "FO_X"
    return out


def _departs_voluntarily(life: Life, day: int) -> None:
    life.say("voluntary_departure", day, until=iso(day + 120), state="complied")
    life.leave(min(day + life.draw.between(5, 110), life.today - 1))


def crime(life: Life) -> None:
    """Charges and convictions in state courts, of whatever status."""
    rate = RATES["charged_men"] if life.person.sex == "M" else RATES["charged_women"]
    if life.age_on(life.today) < 18.5 or not life.draw.chance(rate):
        return
    for _ in range(life.draw.pick((1, 1, 1, 2, 3))):
        day = life.recent(15, 18)
        if life.draw.chance(RATES["convicted"]):
            convicted(life, day)
        else:
            life.say("charge", day, statute=_statute(life), state=life.draw.weighted(_CHARGES))


def convicted(life: Life, day: int) -> None:
    """A conviction with its judgment."""
    sentence = life.draw.pick(("30 days", "6 months", "1 year probation", "364 days", "2 years"))
    life.say(
        "conviction", day, statute=_statute(life), sentence=sentence, plea=life.draw.pick(("plea", "finding")),
        vacated="none", juvenile=False,
    )  # fmt: skip


def _statute(life: Life) -> str:
    return life.draw.pick(_COURT["statutes" if life.draw.chance(0.7) else "minor_statutes"])
