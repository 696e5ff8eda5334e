"""The figures of the governing record, for the words of an answer."""

from __future__ import annotations

from muniment.status.classes import class_of
from muniment.status.determination import Particulars
from muniment.status.orders import Ordered
from muniment.status.protections import is_protected, pending
from muniment.status.sheet import Sheet
from muniment.status.stay import Stayed


def particulars(sheet: Sheet, ordered: Ordered, stayed: Stayed) -> Particulars:
    """Class, period and order of what governs. The class of a permanent resident is never among them."""
    order, stay = ordered.order, stayed.stay
    code = stay.class_code if stay else None
    return Particulars(
        class_code=code,
        class_words=class_of(code).meaning if code else None,
        until=stay.until if stay else None,
        duration_of_status=bool(stay and stay.duration_of_status),
        ordered=order.day if order else None,
        final=order.final if order else None,
        stayed=bool(order and order.stayed),
        executed=order.executed.date if order and order.executed else None,
        pending=_pending(sheet),
    )


def _pending(sheet: Sheet) -> tuple[str, ...]:
    """The forms of applications that wait and that no rule protects."""
    stays = [fact.text("form") or "I-539" for fact in pending(sheet, "stay_application") if not is_protected(fact)]
    adjustments = ["I-485" for _ in pending(sheet, "adjustment_application")]
    return tuple(sorted({*stays, *adjustments}))
