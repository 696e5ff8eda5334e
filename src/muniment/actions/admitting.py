"""Whether an agency may ask what it asks, now: not suspended, for a purpose of its own, not above its ceiling."""

from __future__ import annotations

from typing import Final

from muniment.actions.context import Step
from muniment.core.ceilings import Ceiling
from muniment.core.message import Fault, HitRequest, StatusInquiry
from muniment.store import access
from muniment.store.models import Agency, Message

HIT_PURPOSE: Final = "C"


def purpose_of(content: StatusInquiry | HitRequest, agency: Agency) -> str:
    """A hit confirmation request is for criminal justice; a status inquiry says what it is for.

    One in XML may leave it open: then it is for the only purpose of its agency, and for none where that has several.
    """
    if isinstance(content, HitRequest):
        return HIT_PURPOSE
    return content.purpose or (agency.purposes[0] if len(agency.purposes) == 1 else "")


def fault_of(s: Step, message: Message, content: StatusInquiry | HitRequest, agency: Agency) -> Fault | None:
    """Why this agency, whose row is held, may not ask this; None lets the inquiry in, and counts it.

    A hit confirmation request is under no ceiling and is not counted (docs/decisions/0010-ceilings.md).
    """
    if agency.suspended:
        text = f"{agency.ori} is suspended and may not ask. Call this center at {_call_back()}."
        return Fault("sender", "agency.suspended", text)
    purpose, registered = purpose_of(content, agency), ", ".join(agency.purposes)
    if not purpose:
        text = f"The message names no purpose, and {agency.ori} is registered for more than one: {registered}."
        return Fault("PUR", "purpose.not_allowed", text)
    if purpose not in agency.purposes:
        text = f"{agency.ori} may not ask for purpose {purpose}; it is registered for {registered}."
        return Fault("PUR", "purpose.not_allowed", text)
    return None if isinstance(content, HitRequest) else _above(s, message, agency)


def _above(s: Step, message: Message, agency: Agency) -> Fault | None:
    ceiling = access.ceiling_of(agency, s.now)
    if access.let_in(agency.ori, message.received, ceiling):
        return None
    raised = access.raise_of(agency.ori, s.now)  # asked for only now: hardly any inquiry comes this far
    if raised is not None:
        ceiling = Ceiling(raised.per_hour, raised.per_day)
        if access.let_in(agency.ori, message.received, ceiling):
            return None
    text = (
        f"{agency.ori} may make {ceiling.per_hour} inquiries in an hour and {ceiling.per_day} in 24 hours; this one "
        f"would be above that. To make more, call this center at {_call_back()}, then send a new inquiry."
    )
    return Fault("sender", "agency.ceiling", text)


def _call_back() -> str:
    return access.installation().call_back
