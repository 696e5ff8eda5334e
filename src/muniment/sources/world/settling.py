"""Permanent residence and what follows it: adjustment, conditions, naturalisation, abandonment, an order."""

from __future__ import annotations

from typing import Final

from muniment.sources.world.justice import convicted, ordered_removed
from muniment.sources.world.life import RATES, Life, iso

TWO_YEARS: Final = 730
FIVE_YEARS: Final = 1826


def adjust(life: Life, granted: int, code: str, *, conditional: bool) -> None:
    """Adjustment of status here, by I-485."""
    filed = max(life.born + 1, granted - life.draw.between(90, 500))
    life.say("adjustment_application", granted, filed=iso(filed), state="approved")
    life.reside(granted, code, conditional=conditional)
    if conditional:
        return _conditions(life, granted)
    return resident(life, granted)


def _conditions(life: Life, granted: int) -> None:
    """I-751 within the ninety days before the second anniversary."""
    filed = life.before_today(granted + TWO_YEARS - 90, granted + TWO_YEARS - 1)
    if filed is None:
        return None
    decided = life.before_today(filed + 200, filed + 800)
    if decided is None:
        return life.say("conditions_petition", filed, filed=iso(filed), state="pending")
    life.say("conditions_petition", decided, filed=iso(filed), state="approved")
    life.stand("LPR")
    return resident(life, granted)


def resident(life: Life, since: int) -> None:
    """From the grant to today."""
    draw = life.draw
    if _naturalises(life, since):
        return None
    if draw.chance(0.02) and (day := life.before_today(since + 200, life.today)):
        life.say("abandonment", day)
        return life.leave(day)
    if draw.chance(0.015) and (day := life.before_today(since + 200, life.today)) and life.age_on(day) >= 18:
        convicted(life, day)
        ordered_removed(life, day, executed=draw.chance(0.5))
    return None


def _naturalises(life: Life, since: int) -> bool:
    """N-400 approved, then the oath; for a few the ceremony is still to come."""
    first = max(since + FIVE_YEARS, life.born + 6575)
    approved = life.before_today(first, first + 3600)
    if approved is None or not life.draw.chance(RATES["naturalises"]):
        return False
    life.say("naturalization_approved", approved)
    oath = approved + life.draw.between(1, 90)
    if oath <= life.today:
        life.say("naturalization_oath", oath)
        life.become_citizen("USC_N")
    return True
