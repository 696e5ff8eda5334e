"""Our index of the identities that record systems export, kept on this host and fed from their change rows.

Every process may search; one at a time writes, behind a lock on the folder `settings.MUNIMENT_INDEX`. The index is
derived from the table of identities: when it is missing or damaged it is made anew, never mourned.
"""

from __future__ import annotations

import fcntl
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db import connection

from muniment.core.subject import Subject, subject_from_json
from muniment.identity.index import Index, IndexDamaged
from muniment.identity.score import Score, compare
from muniment.store.models import Identity

#: What is being done, how far, of how much: the form of progress that loading the world uses.
Progress = Callable[[str, int, int], None]

log = logging.getLogger(__name__)

_BATCH: Final = 2000
_opened: dict[Path, Index] = {}
_opening = threading.Lock()


class Ranked(NamedTuple):
    """An identity that may be the person asked about."""

    system: str
    record_id: str
    subject: Subject
    score: Score


def search(subject: Subject, limit: int = 50) -> list[tuple[str, str]]:
    """System and record id of the identities that may be `subject`, best first; what was just exported is found."""
    try:
        catch_up()
        hits = _index().search(subject, limit)
    except IndexDamaged:
        _repair()
        hits = _index().search(subject, limit)
    return [_system_and_id(hit.key) for hit in hits]


def ranked(subject: Subject, limit: int = 10) -> list[Ranked]:
    """The identities most probably `subject`, each with its score, best first."""
    found = search(subject, max(5 * limit, 50))
    wanted = Identity.objects.filter(
        system__in={system for system, _ in found}, record_id__in={id_ for _, id_ in found}
    )
    subjects = {(row.system, row.record_id): subject_from_json(row.subject) for row in wanted.iterator(_BATCH)}
    scored = [Ranked(*key, subjects[key], compare(subject, subjects[key])) for key in found if key in subjects]
    return sorted(scored, key=lambda one: (-one.score.weight, one.system, one.record_id))[:limit]


def catch_up() -> int:
    """Apply what changed since the index was written; how many rows that were. While another process writes, 0.

    Raises `IndexDamaged` when there is no index that can be read.
    """
    index = _index()
    if index.mark == _mark():
        return 0
    with _writing(wait=False) as mine:
        return _apply(index) if mine else 0


def rebuild(progress: Progress | None = None) -> int:
    """Make the index anew from all identities, while the old one serves; how many there are."""
    with _writing(wait=True):
        return _rebuild(progress)


def forget() -> None:
    """Close what is open; the next search opens it again."""
    with _opening:
        _opened.clear()


def status() -> dict[str, Any]:
    """What `muniment index status` prints. Raises `IndexDamaged` when the index is missing or its sums are wrong."""
    index = Index.open(_path())
    index.verify()
    return {
        "path": str(_path()),
        "identities": index.count,
        "bytes": index.size,
        "complete_to": index.mark["change"],
        "behind": Identity.objects.filter(change__gt=index.mark["change"]).count(),
    }


def _path() -> Path:
    return Path(settings.MUNIMENT_INDEX)


def _index() -> Index:
    with _opening:
        if _path() not in _opened:
            _opened[_path()] = Index.open(_path())
        return _opened[_path()]


def _mark() -> dict[str, int]:
    """The newest change, and the first row, whose id tells whether the table was filled anew."""
    with connection.cursor() as cursor:  # asked for each inquiry: the ORM would take longer than the answer
        cursor.execute(f"SELECT max(change), min(id) FROM {Identity._meta.db_table}")  # noqa: S608  our own table
        change, first = cursor.fetchone()
    return {"change": change or 0, "first": first or 0}


def _repair() -> None:
    """Make a damaged index anew, unless another process just did."""
    with _writing(wait=True), _opening:
        _opened.pop(_path(), None)
        try:
            _opened[_path()] = Index.open(_path())
        except IndexDamaged:
            log.warning("the index of identities cannot be read and is made anew")
    if _path() not in _opened:
        rebuild()


def _rebuild(progress: Progress | None = None) -> int:
    mark = _mark()
    total = Identity.objects.filter(gone=False).count()
    index = Index.rebuild(_path(), _told(_people(), total, progress), mark)
    with _opening:
        _opened[_path()] = index
    return total


def _apply(index: Index) -> int:
    newest = _mark()
    if newest["first"] != index.mark["first"]:
        return _rebuild()
    rows = Identity.objects.filter(change__gt=index.mark["change"], change__lte=newest["change"]).order_by("change")
    changed, removed = [], []
    for row in rows.iterator(_BATCH):
        if row.gone:
            removed.append(_key(row))
        else:
            changed.append((_key(row), subject_from_json(row.subject)))
    index.update(changed, removed, newest)
    return len(changed) + len(removed)


def _people() -> Iterator[tuple[str, Subject]]:
    for row in Identity.objects.filter(gone=False).order_by("id").iterator(_BATCH):
        yield _key(row), subject_from_json(row.subject)


def _told(
    people: Iterator[tuple[str, Subject]], total: int, progress: Progress | None
) -> Iterator[tuple[str, Subject]]:
    for done, person in enumerate(people, start=1):
        if progress and (done % _BATCH == 0 or done == total):
            progress("identities in the index", done, total)
        yield person


def _key(row: Identity) -> str:
    return f"{row.system}:{row.record_id}"


def _system_and_id(key: str) -> tuple[str, str]:
    system, _, record_id = key.partition(":")
    return system, record_id


@contextmanager
def _writing(*, wait: bool) -> Iterator[bool]:
    """Hold the right to write; False when another process (or thread) has it and `wait` is not set."""
    _path().mkdir(parents=True, exist_ok=True)
    with (_path() / "LOCK").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True
