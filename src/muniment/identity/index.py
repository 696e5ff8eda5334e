"""The index of candidates: who may be the person asked about, found in well under a millisecond.

A folder holds generations (`g-…`, one Tantivy index each) and `CURRENT`, which names the one to read, so that a new one
takes over in one step. Every process reads by memory map; one process at a time may write (the caller sees to it).
What is damaged is said to be (`IndexDamaged`) and is built anew by the caller: the index is derived, never the truth.
"""

from __future__ import annotations

import json
import os
import shutil
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import uuid4

import tantivy

from muniment.core.errors import OurFault
from muniment.core.subject import Subject
from muniment.identity import keys

#: Raise it when the layout of the folder or the schema changes.
LAYOUT: Final = 1
#: Sums of all files are compared when an index is opened, up to this size; beyond it only `verify` does.
CHECKED_ON_OPENING: Final = 64_000_000
#: Most filed persons that the keys of one question may touch; beyond it the commonest keys are left out.
MOST_TOUCHED: Final = 500_000
_WRITER_MEMORY: Final = 64_000_000


class IndexDamaged(OurFault):
    """The index of identities is missing, damaged or of another version; `muniment index rebuild` makes it anew."""


class Hit(NamedTuple):
    """A person that may be meant. `score` only orders hits of one question."""

    key: str
    score: float


@dataclass(frozen=True, slots=True)
class _Generation:
    """One Tantivy index as it was opened, and the state of the files at that moment."""

    folder: Path
    index: tantivy.Index
    seen: tuple[int, int]


class Index:
    """An index that was opened for reading. It follows what other processes write."""

    def __init__(self, path: Path, generation: _Generation) -> None:
        self.path = path
        self._generation = generation

    @classmethod
    def open(cls, path: Path) -> Index:
        """Open the current generation. Raises `IndexDamaged` when there is none that can be read."""
        with _damage_named():
            return cls(path, _opened(path))

    @classmethod
    def rebuild(cls, path: Path, people: Iterable[tuple[str, Subject]], mark: Mapping[str, int]) -> Index:
        """Write a new generation beside the current one, then switch to it. `mark` is kept with it."""
        path.mkdir(parents=True, exist_ok=True)
        folder = path / f"g-{uuid4().hex[:12]}"
        folder.mkdir()
        try:
            _write(tantivy.Index(_schema(), path=str(folder)), people, ())
            _put(folder / "MARK", mark)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        before = _current(path)
        _put(path / "CURRENT", {"folder": folder.name, "layout": LAYOUT, "keys": keys.VERSION})
        _sweep(path, keep={folder.name, before})
        return cls.open(path)

    def update(self, changed: Iterable[tuple[str, Subject]], removed: Iterable[str], mark: Mapping[str, int]) -> None:
        """File `changed` people anew, take out `removed` keys, and keep `mark`. Repeating it does no harm."""
        people = list(changed)  # what goes wrong while they are read is no damage of ours
        with _damage_named():
            self._follow()
            _write(self._generation.index, people, removed)
            _put(self._generation.folder / "MARK", mark)
            self._follow()

    @property
    def mark(self) -> Mapping[str, int]:
        """What the caller gave with the last rebuild or update, to know up to where the index is complete."""
        with _damage_named():
            self._follow()
            return dict(_get(self._generation.folder / "MARK"))

    @property
    def count(self) -> int:
        """How many people are filed."""
        with _damage_named():
            self._follow()
            return int(self._generation.index.searcher().num_docs)

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(file.stat().st_size for file in self._generation.folder.iterdir())

    def verify(self) -> None:
        """Compare the sum of every file with the one written at its end. Raises `IndexDamaged`."""
        with _damage_named():
            _verify(self._generation.folder)

    def search(self, subject: Subject, limit: int = 50) -> list[Hit]:
        """The people who share most with `subject`, best first; of equal ones the smaller key first."""
        with _damage_named():
            self._follow()
            searcher = self._generation.index.searcher()
            query = _query(searcher, self._generation.index.schema, keys.wanted(subject))
            if query is None:
                return []
            found = searcher.search(query, limit, count=False).hits
            hits = [Hit(searcher.doc(address)["key"][0], round(score, 3)) for score, address in found]
            return sorted(hits, key=lambda hit: (-hit.score, hit.key))

    def _follow(self) -> None:
        """See what was written since: another generation, or a commit in this one."""
        if _current(self.path) != self._generation.folder.name:
            self._generation = _opened(self.path)
        elif _seen(self._generation.folder) != self._generation.seen:
            seen = _seen(self._generation.folder)
            self._generation.index.reload()
            self._generation = _Generation(self._generation.folder, self._generation.index, seen)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("filed", indexed=True)
    return builder.build()


def _write(index: tantivy.Index, people: Iterable[tuple[str, Subject]], removed: Iterable[str]) -> None:
    """All of it, or nothing; either way nobody holds the writer afterwards."""
    writer = index.writer(heap_size=_WRITER_MEMORY, num_threads=1)
    try:
        _file(writer, people, removed, fresh=index.searcher().num_docs == 0)
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()


def _file(
    writer: tantivy.IndexWriter, people: Iterable[tuple[str, Subject]], removed: Iterable[str], *, fresh: bool
) -> None:
    for key in removed:
        writer.delete_documents_by_term("key", key)
    for key, subject in people:
        if not fresh:
            writer.delete_documents_by_term("key", key)
        document = tantivy.Document()
        document.add_text("key", key)
        for term in keys.filed(subject):
            document.add_unsigned("filed", term)
        writer.add_document(document)


def _query(searcher: tantivy.Searcher, schema: tantivy.Schema, wanted: Mapping[int, float]) -> tantivy.Query | None:
    """Rarest keys first: each counts by its information in bits. None when nobody is filed under any of them."""
    filed = sorted((searcher.doc_freq("filed", term), term) for term in wanted)
    people, touched = searcher.num_docs, 0
    parts: list[tuple[tantivy.Occur, tantivy.Query]] = []
    for frequency, term in filed:
        if frequency == 0:
            continue
        touched += frequency
        if parts and touched > MOST_TOUCHED:
            break
        bits = wanted[term] * log2(1 + people / frequency)
        query = tantivy.Query.const_score_query(tantivy.Query.term_query(schema, "filed", term), bits)
        parts.append((tantivy.Occur.Should, query))
    return tantivy.Query.boolean_query(parts) if parts else None


def _opened(path: Path) -> _Generation:
    about = _get(path / "CURRENT")
    if (about["layout"], about["keys"]) != (LAYOUT, keys.VERSION):
        raise IndexDamaged
    folder = path / about["folder"]
    seen = _seen(folder)
    if sum(file.stat().st_size for file in folder.iterdir()) <= CHECKED_ON_OPENING:
        _verify(folder)
    return _Generation(folder, tantivy.Index.open(str(folder)), seen)


def _current(path: Path) -> str:
    try:
        return str(_get(path / "CURRENT")["folder"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _seen(folder: Path) -> tuple[int, int]:
    """What tells one commit from the next without reading it."""
    stat = (folder / "meta.json").stat()
    return stat.st_mtime_ns, stat.st_ino


def _verify(folder: Path) -> None:
    """Tantivy ends each file with its CRC-32 as JSON, the length of that JSON and a magic number."""
    for segment in _get(folder / "meta.json")["segments"]:
        for file in folder.glob(segment["segment_id"].replace("-", "") + ".*"):
            data = file.read_bytes()
            length = int.from_bytes(data[-8:-4], "little")
            footer = json.loads(data[-8 - length : -8])
            if zlib.crc32(data[: -8 - length]) != footer["crc"]:
                raise IndexDamaged


def _sweep(path: Path, keep: set[str]) -> None:
    """Take away generations that nobody opens any more; readers that still hold one keep its files."""
    for folder in path.glob("g-*"):
        if folder.name not in keep:
            shutil.rmtree(folder, ignore_errors=True)


def _get(file: Path) -> Any:
    return json.loads(file.read_text(encoding="ascii"))


def _put(file: Path, content: Mapping[str, object]) -> None:
    """Write in one step, so that a reader sees all of it or nothing."""
    new = file.with_name(file.name + ".new")
    with new.open("w", encoding="ascii") as out:
        json.dump(dict(content), out)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)


@contextmanager
def _damage_named() -> Iterator[None]:
    """Whatever goes wrong while reading or writing is damage. Tantivy panics with an exception of its own kind."""
    try:
        yield
    except IndexDamaged:
        raise
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise IndexDamaged from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise IndexDamaged from error
        raise
