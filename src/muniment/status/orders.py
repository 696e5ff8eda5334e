"""Orders of removal, their execution, voluntary departure, and proceedings. domain.md 1.2 (FO_U, FO_X, VD, PROC)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from muniment.status.facts import Fact
from muniment.status.residence import grants, is_admission, refuge
from muniment.status.sheet import Sheet

#: Grants, receipts and new proceedings that, dated after an order, put it in doubt (C8). Not WH and CAT (contract).
_LATER_ACTS: Final = (
    "lpr_grant",
    "parole",
    "stay_application",
    "adjustment_application",
    "asylum_application",
    "asylum_grant",
    "refugee_admission",
    "tps_grant",
    "daca_grant",
    "ded",
    "sij_approval",
    "protected_filing",
    "conditions_petition",
    "proceedings",
)
#: Those of them, and admissions, that begin a status; a finding that they are good lets them govern.
_BEGINNINGS: Final = frozenset({"admission", "lpr_grant", "parole", "asylum_grant", "refugee_admission"})
_OVER: Final = frozenset({"denied", "denied_final", "terminated", "dismissed", "administratively_closed"})


@dataclass(frozen=True, slots=True)
class Order:
    """A final order that stands: from `day`, final on `final`; `executed` by a fact, or not."""

    fact: Fact
    day: date
    final: date
    stayed: bool
    executed: Fact | None


@dataclass(frozen=True, slots=True)
class Ordered:
    """What orders do to the status. `code` is FO_U, FO_X, VD or UND where an order governs, else None; `order` the one
    that governs; statuses that began up to `ended_until` were ended by an order."""

    code: str | None
    fact: Fact | None = None
    order: Order | None = None
    ended_until: date | None = None


def orders(sheet: Sheet) -> Ordered:
    """Which order, or grant of voluntary departure, governs on the day."""
    _proceedings(sheet)
    _departures(sheet)
    final = [*_removal_orders(sheet), *_breaches(sheet)]
    final.sort(key=lambda order: (order.day, order.fact.id))
    if not final:
        return _without_order(sheet)
    until = final[-1].day
    open_orders = [order for order in final if order.executed is None]
    if open_orders:
        return _open(sheet, open_orders[-1], until)
    return _executed(sheet, final[-1], until)


def _open(sheet: Sheet, order: Order, until: date) -> Ordered:
    sheet.use(order.fact, f"removal ordered on {order.day}, final on {order.final}, not executed", "status.FO_U")
    admitted = [fact for fact in _admissions(sheet) if fact.date > order.day]
    later = [fact for fact in _later_acts(sheet, order.day) if fact not in admitted]
    doubts = [
        bool(admitted) and sheet.conflict("C9", order.fact, *admitted),
        bool(later) and sheet.conflict("C8", order.fact, *later),
    ]
    if not any(doubts) and any(fact.kind in _BEGINNINGS for fact in (*admitted, *later)):
        return Ordered(None, ended_until=until)
    sheet.reason("status.FO_U", order.fact)
    return Ordered("FO_U", order.fact, order, until)


def _executed(sheet: Sheet, order: Order, until: date) -> Ordered:
    """An executed order ends only with a later lawful admission; what was before the order stays ended."""
    done = order.executed
    assert done is not None, "only executed orders come here"
    sheet.use(order.fact, f"removal ordered on {order.day}, final on {order.final}", "status.FO_X")
    sheet.use(done, f"executed the order on {done.date}", "status.FO_X")
    if any(fact.date > done.date for fact in (*_admissions(sheet), *sheet.of("lpr_grant"))):
        return Ordered(None, ended_until=until)
    if later := _later_acts(sheet, done.date):
        sheet.conflict("C8", order.fact, *later)
    sheet.reason("status.FO_X", order.fact, done)
    return Ordered("UND" if order.stayed else "FO_X", order.fact, order, until)


def _admissions(sheet: Sheet) -> list[Fact]:
    return [
        fact for fact in sheet.of("admission", "lpr_grant", "refugee_admission", "asylum_grant") if is_admission(fact)
    ]


def _later_acts(sheet: Sheet, day: date) -> list[Fact]:
    return [fact for fact in sheet.of(*_LATER_ACTS) if fact.date > day and fact.text("state") not in _OVER]


# Orders


def _removal_orders(sheet: Sheet) -> list[Order]:
    found = (_final(sheet, fact) for fact in sheet.of("removal_order"))
    return [order for order in found if order]


def _final(sheet: Sheet, fact: Fact) -> Order | None:
    """The order, if it is final on the day and its finality and service are on record."""
    state, final = fact.text("state"), fact.day("final")
    if state == "reopened":
        sheet.conflict("C8", fact)
    if state == "appealed":
        sheet.use(fact, "an order under appeal is not final", "order.appealed")
    if state == "vacated":
        sheet.use(fact, "an order that was vacated", "order.vacated")
    if state not in ("standing", "stayed"):
        return None
    if state == "stayed":
        sheet.overlay("STAY", "an order whose execution is stayed", fact)
    if final is None or not fact.flag("served"):
        sheet.missing.add("service and finality of the order")
        sheet.conflict("C7", fact)
        return None
    if final > sheet.as_of:
        sheet.use(fact, f"an order that becomes final on {final}", "order.not_final")
        return None
    return Order(fact, fact.date, final, state == "stayed", _execution(sheet, fact.date))


def _execution(sheet: Sheet, day: date) -> Fact | None:
    """What executed an order of `day`: a removal, or a departure that nobody disputes (INA 101(g))."""
    done = sheet.of("removal_executed", "departure")
    return next((fact for fact in done if fact.date >= day and not fact.flag("disputed")), None)


def _departures(sheet: Sheet) -> None:
    """C12: a disputed departure, unless the person was admitted or paroled anew after it."""
    for fact in sheet.of("departure"):
        later = any(entry.date > fact.date for entry in sheet.of("admission", "parole", "lpr_grant"))
        if fact.flag("disputed") and not later:
            sheet.conflict("C12", fact)


# Voluntary departure


def _breaches(sheet: Sheet) -> list[Order]:
    """Voluntary departures that became final orders on the day after their last day."""
    return [order for fact in sheet.of("voluntary_departure") if (order := _breach(sheet, fact))]


def _breach(sheet: Sheet, fact: Fact) -> Order | None:
    until = fact.day("until")
    assert until is not None, "the contract requires it"
    if fact.text("state") == "complied" or until >= sheet.as_of or _left_in_time(sheet, fact, until):
        return None
    day = until + timedelta(days=1)
    return Order(fact, day, day, False, _execution(sheet, day))


def _left_in_time(sheet: Sheet, fact: Fact, until: date) -> bool:
    return any(fact.date <= left.date <= until for left in sheet.of("departure", "removal_executed"))


def _without_order(sheet: Sheet) -> Ordered:
    """Voluntary departure that still runs governs what is no residence or refuge; with one of those a human decides."""
    for fact in sheet.of("removal_executed"):
        sheet.missing.add("the order that was executed")
        if not any(entry.date > fact.date for entry in sheet.of("admission", "lpr_grant")):
            sheet.use(fact, "a removal without its order", "order.missing")
            sheet.reason("order.missing", fact)
            return Ordered("UND", fact)
    for fact in reversed(sheet.of("voluntary_departure")):
        if _runs(sheet, fact):
            return _voluntary(sheet, fact)
        sheet.use(fact, "voluntary departure that ended", "status.VD.ended")
    return Ordered(None)


def _runs(sheet: Sheet, fact: Fact) -> bool:
    until = fact.day("until")
    left = until is not None and _left_in_time(sheet, fact, until)
    entered = any(entry.date > fact.date for entry in sheet.of("admission", "parole", "lpr_grant"))
    return fact.text("state") != "complied" and not left and not entered


def _voluntary(sheet: Sheet, fact: Fact) -> Ordered:
    sheet.use(fact, f"voluntary departure granted to {fact.day('until')}", "status.VD")
    if fact.text("state") != "granted" or grants(sheet) or refuge(sheet):
        sheet.reason("order.voluntary", fact)
        return Ordered("UND", fact)
    sheet.reason("status.VD", fact)
    return Ordered("VD", fact)


# Proceedings


def _proceedings(sheet: Sheet) -> None:
    """PROC while the latest notice to appear is pending and no final order ended the case."""
    facts = sheet.of("proceedings")
    if not facts:
        return
    latest = [fact for fact in facts if fact.date == facts[-1].date and fact.text("state") == "pending"]
    ended = any(
        order.text("state") in ("standing", "stayed") and (order.day("final") or sheet.as_of) <= sheet.as_of
        for order in sheet.of("removal_order")
        if order.date >= facts[-1].date
    )
    for fact in latest if not ended else ():
        sheet.overlay("PROC", "a notice to appear is filed and not decided", fact)
