"""What was found, in one or two sentences of plain English, for the specialist."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from muniment.status.determination import STATUSES, Determination, Reason


def sentence(determination: Determination) -> str:
    """What the determination says, in plain English. It may name protected facts: never show it to police."""
    found = STATUSES[determination.status]
    said = [_conflict(reason, determination) for reason in _telling(determination)]
    parts = [found, *said, *_figures(determination)]
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in parts)


def _telling(determination: Determination) -> Iterable[Reason]:
    """The reasons that say why: for an undetermined status what speaks against a certain one, else its own rule."""
    if determination.status == "UND":
        prefixes = _WHY_HELD if determination.hold else _WHY_OPEN
        return [reason for reason in determination.reasons if reason.rule.startswith(prefixes)]
    own = f"status.{determination.status}"
    return [r for r in determination.reasons if r.rule == own or r.rule.startswith("citizen.")]


_WHY_HELD = ("indicium.", "conflict.", "identity.")
_WHY_OPEN = ("conflict.", "stay.", "residence.", "order.", "record.rule", "status.UND", "protection.P18")


def _conflict(reason: Reason, determination: Determination) -> str:
    known = determination.particulars
    if reason.rule in ("conflict.C10", "stay.pending") and known.until:
        waiting = reason.says.partition(", and ")[2]
        return f"the recorded period of stay{_as_class(known.class_words)} ended on {_day(known.until)}, and {waiting}"
    return reason.says


def _figures(determination: Determination) -> Iterable[str]:
    """The dates of what governs."""
    known = determination.particulars
    if determination.status in ("NIV", "PAR", "OVS") and known.until:
        verb = "ended" if determination.status == "OVS" else "runs to"
        yield f"the period{_as_class(known.class_words)} {verb} {'on ' if verb == 'ended' else ''}{_day(known.until)}"
    if determination.status in ("FO_U", "FO_X") and known.final:
        yield f"the order became final on {_day(known.final)}"


def _as_class(words: str | None) -> str:
    if not words:
        return ""
    return f" as {'an' if words[0] in 'aeiouAEIO' else 'a'} {words}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
