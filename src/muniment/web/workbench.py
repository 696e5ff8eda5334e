"""What one person may see of one inquiry now: nobody sees a score, a verdict or an answer of others before the own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from muniment.actions import determining
from muniment.actions.steering import EXPEDITED
from muniment.core.permissions import Permission, allowed
from muniment.core.workflow import INQUIRY, InquiryState
from muniment.store import access
from muniment.store.models import Inquiry, Note, Response, User
from muniment.web import compare, queue, record, stops, story
from muniment.web.answer import Answer, answer_of
from muniment.web.compare import Comparison
from muniment.web.forms import NeedForm
from muniment.web.idle import Idle, idle_of
from muniment.web.news import News, news_of
from muniment.web.queue import Due
from muniment.web.record import OnRecord, SystemLine
from muniment.web.signed import Signed, signed_of
from muniment.web.stops import Shown
from muniment.web.story import Line


@dataclass(frozen=True, slots=True)
class Step:
    """One of the four steps above the page."""

    label: str
    more: str
    done: bool
    current: bool


@dataclass(frozen=True, slots=True)
class Bench:
    """The page of one inquiry for one person. What is None or empty must not, or cannot yet, be shown."""

    inquiry: Inquiry
    now: datetime
    due: Due
    state: str
    may_take: bool
    may_expedite: bool
    may_withdraw: bool
    may_claim: bool
    idle: Idle | None
    word: Note | None
    holds: bool
    seconds: bool
    asked_for: Sequence[tuple[str, str]]
    comparison: Comparison
    judged: bool
    record: OnRecord | None
    unmask: NeedForm | None
    stops: Sequence[Shown]
    systems: Sequence[SystemLine]
    answer: Answer | None
    signed: Signed | None
    sent_back: str
    news: News
    earlier: Sequence[Response]
    story: Sequence[Line]

    @property
    def judging(self) -> bool:
        """Whether this person may give verdicts now."""
        return self.holds or self.seconds

    @property
    def steps(self) -> list[Step]:
        """Where the person stands."""
        known = self.record is not None
        ends = [
            known,
            known,
            self.signed is not None and not self.seconds,
            self.signed is not None and self.signed.left,
        ]
        first = next((place for place, done in enumerate(ends) if not done), len(ends))
        labels = ("Who is it?", "What is on record?", "Answer", "Check and sign")
        more = (self.comparison.summary if known else "", "", "", "")
        return [
            Step(f"{place + 1} {label}", more[place], ends[place], place == first) for place, label in enumerate(labels)
        ]


def workbench(inquiry: Inquiry, viewer: User, typed: Mapping[str, Any], *, need: str = "") -> Bench:
    """Everything on the page; `typed` is what a refused form held, `need` why protected facts show."""
    now = access.db_now()
    response = _signed_now(inquiry)
    revealed = access.revealed(inquiry, viewer)
    own_answer = response is not None and response.signer_id == viewer.pk
    holds = inquiry.state == InquiryState.IN_HAND and inquiry.holder_id == viewer.pk
    found, replies = access.candidates(inquiry), access.system_replies(inquiry)
    table = compare.comparison(inquiry, found, viewer, revealed=revealed)
    determination = determining.looked_at(inquiry) if revealed else None
    read = record.on_record(determination, now, need=need) if determination else None
    fallen = access.sent_back(inquiry) if holds and revealed else None
    return Bench(
        inquiry=inquiry,
        now=now,
        due=queue.due(inquiry, now),
        state=queue.state(inquiry, viewer, now),
        may_take=inquiry.state == InquiryState.WAITING and allowed(viewer.roles, Permission.INQUIRY_ANSWER),
        may_expedite=may_expedite(inquiry, viewer),
        may_withdraw=inquiry.open and not inquiry.reopened and (holds or may_withdraw_any(viewer)),
        may_claim=(inquiry.state, "claim") in INQUIRY,
        idle=idle_of(inquiry, viewer, now),
        word=_word(inquiry, viewer),
        holds=holds,
        seconds=may_second(inquiry, viewer, response),
        asked_for=asked_for(inquiry),
        comparison=table,
        judged=revealed,
        record=read,
        unmask=NeedForm() if read and read.masked and allowed(viewer.roles, Permission.PROTECTED_SEE) else None,
        stops=stops.of_inquiry(inquiry, now) if determination else [],
        systems=record.systems(replies, now),
        answer=answer_of(inquiry, determination, typed) if holds and determination else None,
        signed=signed_of(inquiry, response, viewer, now) if response and (revealed or own_answer) else None,
        sent_back=fallen.note if fallen else "",
        news=news_of(inquiry, found, replies, viewer, now, revealed=revealed),
        earlier=access.earlier_answers(inquiry, now) if revealed else [],
        story=story.so_far(inquiry, viewer, blind=not revealed),
    )


def _signed_now(inquiry: Inquiry) -> Response | None:
    """The signed answer; while a reopened inquiry waits or is in hand, what was answered before is not it."""
    waits = inquiry.state in (InquiryState.WAITING, InquiryState.IN_HAND)
    return None if waits else access.standing_response(inquiry)


def may_expedite(inquiry: Inquiry, viewer: User) -> bool:
    """Whether there is a more urgent lane that this person may move it into."""
    return inquiry.open and inquiry.lane > min(EXPEDITED) and allowed(viewer.roles, Permission.INQUIRY_EXPEDITE)


def may_withdraw_any(viewer: User) -> bool:
    """Whether this person closes inquiries without having them in hand: who answers none may (supervisors)."""
    may = allowed(viewer.roles, Permission.INQUIRY_WITHDRAW)
    return may and not allowed(viewer.roles, Permission.INQUIRY_ANSWER)


def _word(inquiry: Inquiry, viewer: User) -> Note | None:
    """What the colleague wrote who handed it over to this person, until it is answered."""
    told = next((note for note in reversed(access.notes(inquiry)) if note.kind == "handed over"), None)
    if told is None or told.user_id == viewer.pk or not inquiry.open:
        return None
    return told if viewer.pk in (inquiry.handed_to_id, inquiry.holder_id) else None


def may_second(inquiry: Inquiry, viewer: User, response: Response | None) -> bool:
    """Whether the second look is this person's to give."""
    if inquiry.state != InquiryState.SECOND_LOOK or response is None or response.signer_id == viewer.pk:
        return False
    return allowed(viewer.roles, Permission.RESPONSE_SECOND)


PURPOSES = {"C": "criminal justice", "F": "firearm check"}


def asked_for(inquiry: Inquiry) -> list[tuple[str, str]]:
    """What the sender said beside who it is, as label and value; what was not said is left out."""
    content = inquiry.message.content or {}
    requester = content.get("requester") or {}
    said = [
        ("Asks", queue.asks(inquiry, content)),
        ("Purpose", f"{inquiry.purpose}, {PURPOSES.get(inquiry.purpose, '')}" if inquiry.kind == "IAQ" else ""),
        ("Custody", queue.custody(inquiry) if inquiry.kind == "IAQ" else ""),
        ("Offense", content.get("offense")),
        ("Warrant (NIC)", content.get("nic")),
        ("Their case (OCA)", content.get("oca")),
        ("Request", queue.REQUESTS.get(content.get("request_number") or 0)),
        ("Attention", content.get("attention") or requester.get("name")),
        ("Phone", content.get("phone") or requester.get("phone")),
        ("Control", inquiry.control),
        ("Remarks", content.get("remarks")),
        ("Note", inquiry.message.mark),
    ]
    return [(label, str(value)) for label, value in said if value]
