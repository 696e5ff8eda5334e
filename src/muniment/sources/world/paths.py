"""The paths lives take. Each function is a `path` of lives.toml and leads one life to today."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from muniment.sources.world.draw import Weighted
from muniment.sources.world.justice import crime, in_court, ordered_removed
from muniment.sources.world.life import CLASSES, LIVES, Life, iso
from muniment.sources.world.people import YEAR
from muniment.sources.world.settling import adjust, resident

HALF_YEAR: Final = 182
_COMPACT: Final[Mapping[str, str]] = {"FM": "FSM", "MH": "MIS", "PW": "PAL"}
_PROGRAMMES: Final[Mapping[str, list[str]]] = {key: text.split() for key, text in LIVES["programmes"].items()}


def us_born(life: Life) -> None:
    """No immigration record at all, but for the few who are taken for somebody else."""
    life.become_citizen("USC_B")
    if life.draw.chance(0.4):
        life.hide("us_passport", life.recent(20), kind_of="citizen")
    if life.draw.chance(0.02):
        life.say("citizen_claim", life.recent(5), by="self")
    if life.draw.chance(0.02):
        life.say("citizen_indicium", life.recent(15, 18), what="petitioned for a relative as a citizen")


def national(life: Life) -> None:
    life.become_citizen("NATL")
    if life.draw.chance(0.5):
        life.say("us_passport", life.recent(9), kind_of="national")


def compact(life: Life) -> None:
    day = life.recent(15)
    life.say("compact_citizen", day, country=life.person.country)
    life.admit(day, _COMPACT[life.person.country], None)
    life.stand("NIV")


def visitor(life: Life) -> None:
    _visits(life, life.one_of("visitor"), HALF_YEAR)


def visa_waiver(life: Life) -> None:
    _visits(life, life.draw.pick(("WT", "WT", "WT", "WB")), 89)


def _visits(life: Life, code: str, length: int) -> None:
    draw, today = life.draw, life.today
    day = life.recent(0.45 if draw.chance(0.3) else 8)
    while True:
        life.admit(day, code, day + length)
        left = day + draw.between(4, length - 2)
        following = left + draw.between(100, 1100)
        if following >= today:
            return _last_visit(life, day, left, day + length, code)
        life.leave(left)
        day = following


def _last_visit(life: Life, day: int, left: int, until: int, code: str) -> None:
    if until >= life.today:
        life.stand("NIV")
        if left < life.today and life.draw.chance(0.4):
            life.leave(left)
    elif life.draw.chance(0.8):
        life.leave(left)
    elif code.startswith("B") and until + 240 > life.today and life.draw.chance(0.4):
        filed = life.draw.between(day + 30, until)
        life.ask_to_stay(filed, "I-539", filed, code, None)
        life.stand("NIV")
    else:
        life.stand("OVS")


def land_visitor(life: Life) -> None:
    """Waved through at the land border: admitted, and no record of it."""
    day = life.recent(0.45)
    life.hide("admission", day, **{"class": "B2", "admit_until": iso(day + HALF_YEAR)})
    life.stand("NIV")


def student(life: Life) -> None:
    draw, code = life.draw, life.one_of("student")
    day = life.recent(8, 17)
    years = 1 if code == "M1" else draw.between(1, 5)
    life.admit(day, code, day + 395 if code == "M1" else None)
    life.say("sevis", day, state="active")
    done = day + int(years * YEAR)
    if done >= life.today:
        life.stand("NIV")
        if draw.chance(0.04) and (ended := life.before_today(day + 60, done)):
            life.say("sevis", ended, state="terminated")
            # A fixed date runs on: the entry is no finding (domain.md 1.1), and C11 is of duration of status alone.
            life.stand("NIV" if code == "M1" else "UND")
        return
    life.say("sevis", done, state="completed")
    _after_studies(life, done)


def _after_studies(life: Life, done: int) -> None:
    draw = life.draw
    if draw.chance(0.45):
        life.leave(min(done + draw.between(1, 55), life.today - 1))
    elif draw.chance(0.6):
        until = done + 3 * 365
        life.ask_to_stay(done, "I-129", done - 60, "H1B", until)
        _after_work(life, done, until)
    else:
        adjust(life, life.before_today(done, done + 900) or done, "CR6", conditional=True)


def worker(life: Life) -> None:
    day = life.recent(9, 22)
    code, until = life.one_of("worker"), day + 3 * 365
    life.admit(day, code, until)
    if until < life.today and life.draw.chance(0.6):
        filed = until - life.draw.between(10, 170)
        until += 3 * 365
        life.ask_to_stay(min(filed + 60, life.today - 1), "I-129", filed, code, until)
    _after_work(life, day, until)


def farm_worker(life: Life) -> None:
    _visits(life, life.one_of("farm_worker"), 270)


def _after_work(life: Life, day: int, until: int) -> None:
    draw = life.draw
    if draw.chance(0.3) and (granted := life.before_today(day + 500, until)):
        return adjust(life, granted, draw.pick(("E26", "E36", "E16")), conditional=False)
    if until < life.today:
        return life.leave(draw.between(day + 100, until)) if draw.chance(0.85) else life.stand("OVS")
    life.stand("NIV")
    if draw.chance(0.2) and (filed := life.before_today(day + 200, until)):
        life.say("adjustment_application", filed, filed=iso(filed), state="pending")
    return None


def immigrant(life: Life) -> None:
    day = life.recent(32)
    child = life.age_on(day) < 18
    code = life.draw.pick(("IR2", "F43", "F22", "DV3")) if child else life.one_of("immigrant")
    if child or life.draw.chance(0.6):
        life.arrive_as_resident(day, code)
        return resident(life, day)
    return adjust(life, day, code, conditional=False)


def marriage(life: Life) -> None:
    day = life.recent(8, 20)
    life.admit(day, life.draw.pick(("B2", "K1", "F1")), day + 90)
    adjust(life, life.before_today(day + 60, day + 600) or day, "CR6", conditional=True)


def child_of_citizen(life: Life) -> None:
    """A resident child whose parent becomes a citizen: a citizen by law, mostly without a paper that says so."""
    draw = life.draw
    day = min(life.born + draw.between(300, int(16 * YEAR)), life.today - 10)
    life.arrive_as_resident(day, draw.pick(("IR2", "F22", "F43")))
    since = draw.between(day + 1, life.born + int(17.9 * YEAR))
    if since >= life.today:
        return
    life.become_citizen("USC_D")
    tell = life.say if draw.chance(0.5) else life.hide
    relation = draw.pick(("mother", "father"))
    tell("parent", since, relation=relation, citizen_since=iso(since), custody=True if draw.chance(0.5) else None)
    if (paper := life.before_today(since + 100, since + 4000)) and draw.chance(0.15):
        life.say("certificate_of_citizenship", paper, effective=iso(since))


def born_abroad_citizen(life: Life) -> None:
    life.become_citizen("USC_A")
    tell = life.say if life.draw.chance(0.8) else life.hide
    tell("crba", min(life.born + life.draw.between(20, 900), life.today - 1))
    if life.draw.chance(0.6):
        life.say("us_passport", life.recent(9), kind_of="citizen")


def refugee(life: Life) -> None:
    day = life.recent(20)
    life.say("visa", max(life.born, day - 30))
    life.say("refugee_admission", day)
    life.stand("REF")
    granted = life.before_today(day + 366, day + 1000)
    if granted and life.draw.chance(0.85):
        life.reside(granted, "RE6", conditional=False)
        resident(life, granted)


def asylum(life: Life) -> None:
    draw, day = life.draw, life.recent(10, 18)
    met = draw.chance(0.5)
    if met:
        life.say("entry_without_inspection", day, proof="encounter")
    else:
        life.admit(day, "B2", day + HALF_YEAR)
    filed = min(day + draw.between(20, 360), life.today - 1)
    in_period = not met and day + HALF_YEAR >= life.today
    decided = life.before_today(filed + 300, filed + 1800)
    if decided is None or draw.chance(0.4):
        life.say("asylum_application", filed, filed=iso(filed), state="pending")
        return life.stand("EWI" if met else "NIV" if in_period else "PEND_ASY")
    if draw.chance(0.5):
        return _granted_asylum(life, filed, decided)
    life.say("asylum_application", decided, filed=iso(filed), state="denied")
    life.stand("EWI" if met else "NIV" if in_period else "OVS")
    ordered_removed(life, decided)
    return None


def _granted_asylum(life: Life, filed: int, decided: int) -> None:
    life.say("asylum_application", decided, filed=iso(filed), state="approved")
    life.say("asylum_grant", decided)
    life.stand("ASY")
    granted = life.before_today(decided + 366, decided + 1200)
    if granted and life.draw.chance(0.7):
        life.reside(granted, "AS6", conditional=False)
        resident(life, granted)


def parolee(life: Life) -> None:
    draw, country = life.draw, life.person.country
    day = life.recent(4)
    code = life.one_of(f"parole_{country}" if f"parole_{country}" in CLASSES else "parole")
    until = day + draw.pick((365, 730, 730))
    fought = country in _PROGRAMMES["parole_litigation"]
    life.say("parole", day, until=iso(until), litigation=fought, **{"class": code})
    life.stand("UND" if fought or until < life.today else "PAR")
    if draw.chance(0.2):
        life.stand("PEND_ASY" if until < life.today and not fought else life.status)
        filed = min(day + draw.between(30, 360), life.today - 1)
        life.say("asylum_application", filed, filed=iso(filed), state="pending")


def border(life: Life) -> None:
    day = life.recent(14)
    if life.draw.chance(0.45):
        life.hide("entry_without_inspection", day)
        return life.stand("EWI")
    life.say("entry_without_inspection", day, proof="encounter")
    life.stand("EWI")
    return in_court(life, min(day + life.draw.between(1, 60), life.today - 1))


def removed(life: Life) -> None:
    """Removed once; some came back, on a visa or over the border."""
    day = life.recent(18, 16)
    life.say("entry_without_inspection", day, proof="encounter")
    life.stand("EWI")
    out = ordered_removed(life, day, executed=True)
    back = life.before_today(out + 365, out + 6000)
    if back and life.draw.chance(0.3):
        life.admit(back, "B2", back + HALF_YEAR)
        life.stand("NIV" if back + HALF_YEAR >= life.today else "OVS")
    elif back and life.draw.chance(0.4):
        life.hide("entry_without_inspection", back)
        life.stand("FO_X")


def temporary_protection(life: Life) -> None:
    draw, country = life.draw, life.person.country
    day = life.recent(12)
    if draw.chance(0.6):
        life.hide("entry_without_inspection", day)
    else:
        life.admit(day, "B2", day + HALF_YEAR)
    granted = draw.between(day, life.today - 1)
    fought = country in _PROGRAMMES["tps_litigation"]
    until = life.today + draw.between(40, 500)
    life.say("tps_grant", granted, until=iso(until), litigation=fought)
    life.stand("UND" if fought else "TPS")


def childhood_arrival(life: Life) -> None:
    draw = life.draw
    life.hide("entry_without_inspection", life.born + draw.between(200, int(15 * YEAR)))
    granted = life.recent(2)
    life.say("daca_grant", granted, until=iso(granted + 730), litigation=False)
    life.stand("DACA")


def victim(life: Life) -> None:
    draw, what = life.draw, life.draw.pick(("U", "U", "VAWA", "T"))
    life.hide("entry_without_inspection", life.recent(12, 1))
    filed = life.recent(5, 18)
    decided = life.before_today(filed + 200, filed + 1500)
    state = "approved" if decided and draw.chance(0.5) else "pending"
    life.say("protected_filing", filed, what=what, state=state)
    life.stand(what)
    if state == "approved" and decided and what != "VAWA":
        life.say("admission", decided, **{"class": f"{what}1", "admit_until": iso(decided + 4 * 365)})


def juvenile(life: Life) -> None:
    life.hide("entry_without_inspection", life.recent(6))
    life.say("sij_approval", life.recent(2))
    life.stand("SIJ")


def diplomat(life: Life) -> None:
    day, code = life.recent(5, 25), life.one_of("diplomat")
    life.say("diplomat", day, **{"class": code})
    life.admit(day, code, None)
    life.stand("NIV")
    if life.draw.chance(0.4):
        life.leave(life.draw.between(day, life.today - 1))


#: The functions above by the names that lives.toml gives them.
_PATHS: Final[Mapping[str, Callable[[Life], None]]] = {
    path.__name__: path
    for path in (
        *(us_born, national, compact, visitor, visa_waiver, land_visitor, student, worker, farm_worker, immigrant),
        *(marriage, child_of_citizen, born_abroad_citizen, refugee, asylum, parolee, border, removed),
        *(temporary_protection, childhood_arrival, victim, juvenile, diplomat),
    )
}


def live(life: Life) -> None:
    """Lead the life to today along one of the paths open to it, then its brushes with the courts and its end."""
    path = life.draw.weighted(_open_paths(life.person.country, int(life.age_on(life.today))))
    life.path = path
    life.say("birth", life.born, **_birth_place(life))
    _PATHS[path](life)
    crime(life)
    if life.age_on(life.today) > 55 and life.draw.chance(0.03):
        life.say("death", life.recent(6, 50))
        life.present = False


def _birth_place(life: Life) -> dict[str, str]:
    country = life.person.country
    place = {"country": country}
    return place | {"state": life.draw.pick(LIVES["court"]["states"])} if country == "US" else place


@cache
def _open_paths(country: str, age: int) -> Weighted[str]:
    """Paths and shares open to people of a country and age; those for that country alone where there are any."""
    rules = {name: rule for name, rule in LIVES["path"].items() if _is_open(rule, country, age)}
    own = {name: rule for name, rule in rules.items() if rule.get("only")}
    return Weighted((name, rule["share"]) for name, rule in (own or rules).items())


def _is_open(rule: Mapping[str, Any], country: str, age: int) -> bool:
    youngest, oldest = rule.get("ages", (0, 200))
    return youngest <= age <= oldest and ("countries" not in rule or country in rule["countries"].split())
