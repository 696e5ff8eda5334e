"""Stays with a period: admissions, extensions and changes, parole, entry without inspection. domain.md 1.2, 1.3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from muniment.status.age import years_after
from muniment.status.citizenship import ALIEN_KINDS
from muniment.status.classes import TEMPORARY, UNLISTED, class_of
from muniment.status.conflicts import A_NUMBER
from muniment.status.facts import Fact
from muniment.status.protections import AS_STATUS, PROGRAMMES, SHELTERS, pending
from muniment.status.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Stay:
    """One recorded period, begun by `fact`: an admission, a parole or an approval.

    `until` is its last lawful day; without it, and without duration of status, the record does not say.
    """

    fact: Fact
    class_code: str | None
    until: date | None
    duration_of_status: bool = False

    @property
    def group(self) -> str:
        """The group of the class; a parole is one whatever its class."""
        return "parole" if self.fact.kind == "parole" else class_of(self.class_code).group

    def covers(self, day: date) -> bool | None:
        """Whether the period runs on `day`, or None where the record does not say."""
        if self.duration_of_status and self.until is None:
            return True
        if self.until is None:
            return True if self.group in ("parole", "compact") else None
        return None if self.duration_of_status else self.until >= day


@dataclass(frozen=True, slots=True)
class Stayed:
    """What stays and entries give: a status `code`, or None where none governs; `rule` says why then.

    `stay` is the latest period on record, also when it has ended.
    """

    code: str | None
    rule: str | None = None
    stay: Stay | None = None


def stay(sheet: Sheet, since: date | None) -> Stayed:
    """What governs on the day, of the stays and entries that began after `since`."""
    stays = [one for one in _stays(sheet) if since is None or one.fact.date > since]
    unseen = [fact for fact in sheet.of("entry_without_inspection") if fact.text("proof")]
    if unseen and (since is None or unseen[-1].date > since) and not _entered_after(stays, unseen[-1]):
        return _unseen(sheet, stays, unseen[-1])
    if not stays:
        return Stayed(None)
    _listed(sheet, stays[-1])
    if not _agree(sheet, stays):
        return _undetermined(sheet, stays[-1], "stay.readings", "records of the latest stay differ")
    if stays[-1].group in ("T", "U"):
        return Stayed(None, "stay.ended", stays[-1])
    if _departed(sheet, stays):
        sheet.use(stays[-1].fact, "a stay that ended by departure", "stay.departed")
        return Stayed(None, "stay.departed", stays[-1])
    return _paroled(sheet, stays[-1]) if stays[-1].group == "parole" else _admitted(sheet, stays[-1])


# The periods on record


def _stays(sheet: Sheet) -> list[Stay]:
    """Every recorded period by date; an approval gives a new one and keeps the class where it names none."""
    found: list[Stay] = []
    for fact in sheet.of("admission", "parole", "stay_application"):
        if fact.kind == "parole":
            found.append(Stay(fact, fact.text("class"), fact.day("until")))
        elif fact.kind == "admission" and class_of(fact.text("class")).group in TEMPORARY | UNLISTED:
            found.append(
                Stay(fact, fact.text("class"), fact.day("admit_until"), fact.flag("duration_of_status") is True)
            )
        elif fact.kind == "stay_application" and fact.text("state") == "approved":
            found.append(_approved(fact, found))
    return found


def _approved(fact: Fact, before: Sequence[Stay]) -> Stay:
    code = fact.text("class") or (before[-1].class_code if before else None)
    open_ended = fact.day("until") is None and class_of(code).duration_of_status
    return Stay(fact, code, fact.day("until"), open_ended)


def _listed(sheet: Sheet, latest: Stay) -> None:
    if latest.class_code and class_of(latest.class_code).group in UNLISTED:
        sheet.conflict("C18", latest.fact)


def _agree(sheet: Sheet, stays: Sequence[Stay]) -> bool:
    """Whether every reading of the latest stay gives the same: records of one day, or a grant asked for before an
    admission and decided after it (domain.md 1.3, last action rule)."""
    latest = stays[-1]
    filed = latest.fact.day("filed") or latest.fact.date
    readings = [one for one in stays if one.fact.date == latest.fact.date or (_entry(one) and one.fact.date > filed)]
    return len({(one.group == "parole", one.covers(sheet.as_of)) for one in readings}) == 1


def _entry(one: Stay) -> bool:
    return one.fact.kind != "stay_application"


def _departed(sheet: Sheet, stays: Sequence[Stay]) -> bool:
    """Whether a departure that nobody disputes is dated after the last entry."""
    begun = next((one.fact for one in reversed(stays) if _entry(one)), stays[-1].fact)
    left = [fact for fact in sheet.of("departure") if fact.date > begun.date and not fact.flag("disputed")]
    left += [fact for fact in sheet.of("voluntary_departure") if fact.date > begun.date and _kept(fact)]
    for fact in left:
        sheet.use(fact, f"left on {fact.date}", "stay.departed")
    return bool(left)


def protected_stay(sheet: Sheet) -> str | None:
    """T or U where the latest stay is one that runs, with no departure after it."""
    stays = _stays(sheet)
    if not stays or stays[-1].group not in ("T", "U"):
        return None
    return stays[-1].group if stays[-1].covers(sheet.as_of) and not _departed(sheet, stays) else None


def _kept(voluntary: Fact) -> bool:
    return voluntary.text("state") == "complied"


# What governs


def _entered_after(stays: Sequence[Stay], unseen: Fact) -> bool:
    return any(_entry(one) and one.fact.date >= unseen.date for one in stays)


_PROOF: Final[Mapping[str | None, str]] = {
    "encounter": "a record of an encounter",
    "sworn": "a sworn statement",
    "nta_sustained": "a sustained notice to appear",
}


def _unseen(sheet: Sheet, stays: Sequence[Stay], fact: Fact) -> Stayed:
    """An entry without inspection after the last stay; where that stay still runs, the two records disagree."""
    sheet.use(fact, f"entry without inspection on {fact.date}, shown by {_PROOF[fact.text('proof')]}", "status.EWI")
    if stays and stays[-1].covers(sheet.as_of) is not False and not _departed(sheet, stays):
        return _undetermined(sheet, stays[-1], "stay.readings", "a stay that still runs, and a later entry unseen")
    sheet.reason("status.EWI", fact)
    return Stayed("EWI")


def _undetermined(sheet: Sheet, latest: Stay, rule: str, text: str) -> Stayed:
    sheet.use(latest.fact, text, rule)
    sheet.reason(rule, latest.fact)
    return Stayed("UND", rule, latest)


def _paroled(sheet: Sheet, latest: Stay) -> Stayed:
    if latest.fact.flag("litigation"):
        sheet.conflict("C13", latest.fact)
    if latest.covers(sheet.as_of):
        sheet.use(latest.fact, f"paroled to {latest.until or 'no recorded date'}", "status.PAR")
        sheet.reason("status.PAR", latest.fact)
        return Stayed("PAR", None, latest)
    sheet.use(latest.fact, f"parole recorded to {latest.until}", "stay.ended")
    return Stayed(None, "stay.ended", latest)


def _admitted(sheet: Sheet, latest: Stay) -> Stayed:
    covers = latest.covers(sheet.as_of)
    if covers is None:
        sheet.missing.add("period of the latest stay")
        return _undetermined(sheet, latest, "stay.unknown", "a stay whose period is not recorded")
    if covers:
        return _in_period(sheet, latest)
    sheet.use(latest.fact, f"period of stay recorded to {latest.until}", "status.OVS")
    return _passed(sheet, latest)


def _in_period(sheet: Sheet, latest: Stay) -> Stayed:
    if latest.duration_of_status:
        _students(sheet, latest)
    sheet.use(latest.fact, f"admitted as {latest.class_code} {_period(latest)}", "status.NIV")
    sheet.reason("status.NIV", latest.fact)
    return Stayed("NIV", None, latest)


def _period(latest: Stay) -> str:
    if latest.until:
        return f"to {latest.until}"
    return "for duration of status" if latest.duration_of_status else "without a fixed date"


def _students(sheet: Sheet, latest: Stay) -> None:
    """C11: the newest student record says completed or terminated, which is an entry and no finding."""
    records = sheet.of("sevis")
    newest = [fact for fact in records if fact.date == records[-1].date]
    states = {fact.text("state") for fact in newest if fact.date >= latest.fact.date}
    if states & {"completed", "terminated"} and "active" not in states:
        sheet.missing.add("finding of an officer or a judge on the duration of status")
        sheet.conflict("C11", *newest)
    for fact in newest:
        sheet.use(fact, f"student record {fact.text('state') or 'without a state'}", "stay.student")


def _passed(sheet: Sheet, latest: Stay) -> Stayed:
    """The period has ended: OVS only where every other condition of O1 to O9 holds too (domain.md 1.3)."""
    if any(code in sheet.overlays for code in AS_STATUS if code != "PROC"):
        return Stayed(None, "stay.ended", latest)
    if waiting := pending(sheet, "stay_application"):
        return _waiting(sheet, latest, waiting)
    if doubt := _doubt(sheet, latest):
        sheet.reason(doubt, latest.fact)
        return Stayed("UND", doubt, latest)
    sheet.reason("status.OVS", latest.fact)
    return Stayed("OVS", None, latest)


def _waiting(sheet: Sheet, latest: Stay, waiting: Sequence[Fact]) -> Stayed:
    sheet.missing.add("decision on the extension")
    sheet.missing.add("departure record checked against all name variants")
    for fact in waiting:
        filed = fact.day("filed") or fact.date
        sheet.use(fact, f"extension or change asked for on {filed}, not decided", "conflict.C10")
    if not sheet.conflict("C10", *waiting):
        sheet.reason("stay.pending", latest.fact, *waiting)
    return Stayed("UND", "stay.pending", latest)


def _doubt(sheet: Sheet, latest: Stay) -> str | None:
    """The rule by which an ended period may not yet be called ended, or None."""
    assert latest.until is not None, "a period without an end has not ended"
    if sheet.overlays & SHELTERS:
        return "stay.sheltered"
    if latest.group == "compact" or sheet.of("compact_citizen"):
        return "stay.compact"
    if latest.until + timedelta(days=sheet.number("stay.margin")) >= sheet.as_of:
        return "stay.margin"
    if any(fact.date == latest.fact.date for fact in sheet.of("departure")):
        return "stay.readings"
    if any(fact.date >= sheet.as_of for fact in sheet.of("stay_application")):
        return "stay.pending"
    return _gap(sheet, latest)


#: Records that speak of another status or entry. Where one is later than the stay, what began it is not on record.
_OF_OTHERS: Final = (
    "lpr_code",
    "conditions_petition",
    "conditions_terminated",
    "abandonment",
    "rescission",
    "loss_of_nationality",
    "denaturalization",
    "deferred_inspection",
    "diplomat",
)
#: Records that a visitor leaves without a file under an A-number.
_WITHOUT_FILE: Final = frozenset({"admission", "stay_application", "sevis", "lpr_code"})


def _gap(sheet: Sheet, latest: Stay) -> str | None:
    """The rule by which the records themselves show that some are missing, so that O8 of 1.3 is open; or None."""
    acts = [fact for fact in sheet.of(*ALIEN_KINDS) if fact is not latest.fact and _counts(fact)]
    if any(fact.date > latest.fact.date for fact in (*sheet.of(*_OF_OTHERS), *_enrolled(sheet))):
        sheet.missing.add("grant of the status, or admission, that a later record speaks of")
        return "stay.later"
    if _has_file(sheet, latest) and all(fact.kind in _WITHOUT_FILE for fact in acts):
        sheet.missing.add("what the file under the A-number was opened for")
        return "stay.file"
    alone = all(fact.date <= latest.fact.date for fact in acts)
    if alone and years_after(latest.fact.date, sheet.number("stay.alone")) < sheet.as_of:
        sheet.missing.add("any record of the person that is later than the stay")
        return "stay.alone"
    return None


def _counts(fact: Fact) -> bool:
    """Not an entry without proof; nor a programme that ended, without which police learn the class."""
    return fact.kind not in PROGRAMMES and (fact.kind != "entry_without_inspection" or fact.text("proof") is not None)


def _enrolled(sheet: Sheet) -> list[Fact]:
    """The newest student record, where it is active."""
    return [fact for fact in sheet.of("sevis")[-1:] if fact.text("state") == "active"]


def _has_file(sheet: Sheet, latest: Stay) -> bool:
    """Whether a file under an A-number is on record, other than one that holds the stay itself."""
    return any(A_NUMBER.fullmatch(fact.record) for fact in sheet.facts if fact.record != latest.fact.record)
