"""The sheet that is signed: exactly what goes out, under which class, and whether a second person will look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from muniment.actions import responding, wording
from muniment.core.lanes import URGENT
from muniment.core.workflow import InquiryState
from muniment.store import access
from muniment.store.models import Determination, Inquiry, User
from muniment.web import answer, queue, workbench
from muniment.web.queue import Due
from muniment.web.words import clause


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the signature will stand under."""

    answer_class: str
    label: str
    wire: str
    text_sha256: str
    determination: int
    faults: Sequence[str]
    second_reason: str
    second: bool
    at_once: bool
    due: Due
    now: datetime


def sheet_of(inquiry: Inquiry, user: User) -> Sheet | None:
    """The sheet for this person, or None where this person has nothing to sign now."""
    response = access.standing_response(inquiry)
    if not access.revealed(inquiry, user):
        return None
    if workbench.may_second(inquiry, user, response) and response is not None and response.determination is not None:
        return _sheet(inquiry, response.determination, response.answer_class, response.text, second=True)
    draft, determination = access.draft(inquiry), access.latest_determination(inquiry)
    holds = inquiry.state == InquiryState.IN_HAND and inquiry.holder_id == user.pk
    if not holds or draft is None or determination is None:
        return None
    return _sheet(inquiry, determination, draft.answer_class, draft.text, second=False)


def _sheet(inquiry: Inquiry, determination: Determination, answer_class: str, text: str, *, second: bool) -> Sheet:
    now = access.db_now()
    asked = responding.required_second(answer_class, determination, access.replaced_by_next(inquiry))
    return Sheet(
        answer_class=answer_class,
        label=answer.label_of(answer_class),
        wire=answer.wire(inquiry, text),
        text_sha256=wording.text_hash(text),
        determination=determination.version,
        faults=[] if second else _faults(inquiry, determination, answer_class, text),
        second_reason="" if second else clause(asked),
        second=second,
        at_once=inquiry.lane in URGENT,
        due=queue.due(inquiry, now),
        now=now,
    )


def _faults(inquiry: Inquiry, determination: Determination, answer_class: str, text: str) -> list[str]:
    options = answer.options(inquiry, determination, answer_class)
    unsupported = [f"{each.code}: {each.why}." for each in options if each.chosen and not each.supported]
    if options and not any(each.chosen for each in options):
        unsupported = ["Choose one of the answer classes."]
    found = wording.faults(inquiry, answer_class, text, determination)
    return [*unsupported, *(fault.text for fault in found)]
