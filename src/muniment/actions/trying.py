"""A message is tried: read and explained, never sent, searched or kept."""

from __future__ import annotations

from muniment.actions.context import Actor, step
from muniment.core.ledger import Event
from muniment.core.permissions import Permission
from muniment.formats.explaining import Explanation, explain


def try_message(actor: Actor, raw: bytes) -> Explanation:
    """What the center reads in a message. The ledger keeps its form, size and codes, nothing of what it says."""
    with step(actor, Permission.MESSAGE_TRY) as s:
        found = explain(raw, today=s.now.date())
        codes = [fault["code"] for fault in found.object.get("errors", ())]
        s.record(Event.MESSAGE_TRIED, form=found.object["format"], size=len(raw), codes=codes)
        return found
