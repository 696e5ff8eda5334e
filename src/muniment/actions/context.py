"""Who acts, and the transaction in which a step, its ledger entry and the work that follows stand or fall together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from muniment.core.errors import NotAllowed
from muniment.core.ledger import Entry, Event
from muniment.core.permissions import Permission, allowed
from muniment.store import access
from muniment.store.models import Inquiry, LedgerEntry, Message, User, Work

_whole: ContextVar[bool] = ContextVar("whole", default=False)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts. `where` is the component it acts through."""

    name: str
    where: str
    user: User | None = None

    @classmethod
    def of(cls, user: User, where: str = "web") -> Actor:
        """A person (or scripted account) at the center."""
        return cls(f"user:{user.pk}", where, user)

    @classmethod
    def program(cls, name: str) -> Actor:
        """A part of this program, such as `worker`; it never decides."""
        return cls(f"program:{name}", name)

    @classmethod
    def line(cls, name: str) -> Actor:
        """The far end of a line."""
        return cls(f"line:{name}", f"line {name}")

    def person(self) -> User:
        """The person; a step that needs a named human refuses anything else."""
        if self.user is None or not self.user.is_active:
            raise NotAllowed("This step needs a named person.")
        return self.user


@dataclass(slots=True)
class Step:
    """One thing that happens: `now` is the database's clock at its beginning."""

    actor: Actor
    now: datetime

    def record(
        self,
        event: Event,
        *,
        inquiry: Inquiry | None = None,
        message: Message | None = None,
        outcome: str = "done",
        objects: Mapping[str, str | int] | None = None,
        **detail: Any,
    ) -> LedgerEntry:
        """Write the ledger entry of this step; `detail` must hold no names and no text of a message."""
        entry = self.entry(event, inquiry=inquiry, message=message, outcome=outcome, objects=objects, **detail)
        self.record_all([entry])
        return entry

    def record_all(self, entries: Sequence[LedgerEntry]) -> None:
        """Write several entries of this step, made by `entry`, at once."""
        access.insert(entries)

    def entry(
        self,
        event: Event,
        *,
        inquiry: Inquiry | None = None,
        message: Message | None = None,
        outcome: str = "done",
        objects: Mapping[str, str | int] | None = None,
        **detail: Any,
    ) -> LedgerEntry:
        """A ledger entry that is not written yet, for `record_all`; its words are those of `record`."""
        ids: dict[str, str | int] = dict(objects or {})
        if inquiry is not None:
            ids |= {"inquiry": inquiry.pk, "message": inquiry.message_id}
        if message is not None:
            ids["message"] = message.pk
        entry = Entry(event, self.now, self.actor.where, self.actor.name, outcome, ids, detail)
        canonical = entry.canonical()
        return LedgerEntry(
            at=self.now,
            event=event,
            actor=self.actor.name,
            outcome=outcome,
            inquiry_id=ids.get("inquiry"),
            message_id=ids.get("message"),
            canonical=canonical,
            sha256=hashlib.sha256(canonical).digest(),
        )

    def owe(self, task: str, target: int, *, lane: int, due: datetime | None = None, once: bool = False) -> None:
        """Add work that follows from this step; with `once`, nothing where the same is owed already."""
        row = Work(task=task, target=target, lane=lane, due=due or self.now)
        if once:
            Work.objects.bulk_create([row], ignore_conflicts=True)
        else:
            access.insert([row])


@contextmanager
def step(actor: Actor, permission: Permission | None = None, *, inquiry_id: int | None = None) -> Iterator[Step]:
    """A transaction for one step. A missing permission is written down as refused before `NotAllowed` is raised."""
    if permission is not None and not allowed(actor.person().roles, permission):
        refuse(actor, permission, inquiry_id)
        raise NotAllowed(rule=permission)
    with transaction.atomic(savepoint=not _whole.get()):
        yield Step(actor, access.db_now())


@contextmanager
def whole() -> Iterator[None]:
    """A transaction that falls as a whole when a step within it fails: the step then needs no savepoint."""
    before = _whole.set(True)
    try:
        with transaction.atomic():
            yield
    finally:
        _whole.reset(before)


def refuse(actor: Actor, rule: str, inquiry_id: int | None = None) -> None:
    """Write down that a step was refused, in a transaction of its own because the step's is rolled back."""
    objects: dict[str, str | int] = {} if inquiry_id is None else {"inquiry": inquiry_id}
    with transaction.atomic():
        Step(actor, access.db_now()).record(Event.ACCESS_DENIED, outcome="refused", objects=objects, rule=rule)
