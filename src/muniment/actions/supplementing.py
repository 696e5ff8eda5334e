"""A person adds to an inquiry what was learnt since, says who said it, and the record systems are asked again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from muniment.actions import finding
from muniment.actions.adjudication import determine_for, move, require_holder
from muniment.actions.context import Actor, Step, step
from muniment.actions.noting import keep_note, reason_in
from muniment.core.errors import SenderFault, WrongState
from muniment.core.ledger import Event
from muniment.core.permissions import Permission
from muniment.core.subject import Subject, subject_from_json, to_json, with_additions
from muniment.formats import adding
from muniment.store import access
from muniment.store.models import Inquiry, Supplement

LONGEST: Final = 80  # characters of who said it


def supplement(
    actor: Actor, inquiry_id: int, version: int, values: Mapping[str, str], said_by: str, reason: str
) -> None:
    """Add to who is asked about; `values` are texts by the prefix of a message's field, read by the same rules.

    What was received is not changed. Verdicts fall where something else is compared now. Nothing can be signed before
    the systems were asked again.
    """
    with step(actor, Permission.INQUIRY_ANSWER, inquiry_id=inquiry_id) as s:
        reason, said_by = reason_in(reason), _source(said_by)
        added = adding.read(values, s.now.date())
        inquiry = access.lock_inquiry(inquiry_id, version)
        require_holder(inquiry, actor.person())
        before = subject_from_json(inquiry.subject)
        _require_additions(before, added)
        inquiry.subject = to_json(with_additions(before, added))
        move(inquiry, "supplement")
        fallen = finding.asked_anew(s, inquiry, before)
        _keep(s, inquiry, added, said_by, reason)
        fields = sorted(prefix for prefix, text in values.items() if text.strip())
        s.record(Event.INQUIRY_SUPPLEMENTED, inquiry=inquiry, fields=fields, changed=len(fallen))
        determine_for(s, inquiry, actor.person())


def _source(text: str) -> str:
    said_by = text.strip()
    if not said_by or len(said_by) > LONGEST:
        text = f"Say who told you, in at most {LONGEST} characters."
        raise SenderFault(text, field="said_by", rule="supplement.source")
    return said_by


def _require_additions(before: Subject, added: Subject) -> None:
    """Nothing that was received is changed, and something must be new."""
    if added == Subject():
        raise SenderFault("Type what was learnt into one of the fields.", field="values", rule="supplement.empty")
    after = with_additions(before, added)
    for name, told in (("sex", "SEX"), ("birth_place", "POB")):
        if getattr(added, name) and getattr(added, name) != getattr(after, name):
            text = f"{told} was received as {getattr(before, name)}. What was received is not changed; only added to."
            raise SenderFault(text, field=told, rule="supplement.received")
    if after == before:
        raise WrongState("All of this is asked already.", rule="supplement.known")


def _keep(s: Step, inquiry: Inquiry, added: Subject, said_by: str, reason: str) -> None:
    note = keep_note(s, inquiry, s.actor.person(), "supplemented", reason)
    Supplement.objects.create(
        inquiry=inquiry, purpose=inquiry.purpose, note=note, said_by=said_by, added=to_json(added)
    )
    s.owe("search again", note.pk, lane=inquiry.lane)
