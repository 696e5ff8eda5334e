"""What a supervisor looks at: lists that name people, so each look is written down."""

from __future__ import annotations

from muniment.actions.context import Actor, step
from muniment.core.ledger import Event
from muniment.core.permissions import Permission
from muniment.store import access
from muniment.store.models import Inquiry


def view_called_for(actor: Actor) -> list[Inquiry]:
    """Open inquiries whose time runs out, by deadline; at most 100."""
    with step(actor, Permission.BOARD_VIEW) as s:
        rows = list(access.called_for(actor.person())[:100])
        s.record(Event.QUEUE_VIEWED, which="runs out of time", shown=len(rows))
        return rows


def view_late(actor: Actor) -> list[Inquiry]:
    """Inquiries whose deadline was missed: open ones, then those answered in the last 24 hours."""
    with step(actor, Permission.BOARD_VIEW) as s:
        rows = access.late(actor.person(), s.now)
        s.record(Event.QUEUE_VIEWED, which="late", shown=len(rows))
        return rows


def view_disagreed(actor: Actor) -> list[Inquiry]:
    """Inquiries on which a second person disagreed in the last 24 hours."""
    with step(actor, Permission.BOARD_VIEW) as s:
        rows = list(access.disagreed(actor.person(), s.now))
        s.record(Event.QUEUE_VIEWED, which="second person disagreed", shown=len(rows))
        return rows
