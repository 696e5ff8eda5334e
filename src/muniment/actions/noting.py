"""A person's own words about a step: kept as a `Note`, never cut; the ledger holds codes and numbers alone."""

from __future__ import annotations

from typing import Final

from muniment.actions.context import Step
from muniment.core.errors import SenderFault
from muniment.store.models import Inquiry, Note, User

LONGEST: Final = 300  # characters of a note


def keep_note(s: Step, inquiry: Inquiry, user: User, kind: str, text: str = "") -> Note:
    """Keep why this step was taken; the ledger entry of the step has the same time."""
    return Note.objects.create(inquiry=inquiry, purpose=inquiry.purpose, user=user, kind=kind, text=text, at=s.now)


def reason_in(text: str) -> str:
    """The reason without blanks around it; none, or one that would be cut, is the person's fault."""
    reason = text.strip()
    if not reason:
        raise SenderFault("Say in a few words why.", field="reason", rule="note.reason")
    return short(reason)


def short(text: str) -> str:
    """The text of a note, unless it is too long: nothing is cut."""
    if len(text) > LONGEST:
        raise SenderFault(f"A note has at most {LONGEST} characters.", field="reason", rule="note.length")
    return text
