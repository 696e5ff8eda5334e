"""The folder in which a run works: what is done stays done when it is stopped, and nothing is left when it ends."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from typing import Any

from muniment.core.errors import SenderFault, WrongState
from muniment.identity import keys
from muniment.identity.model import Model
from muniment.linkage.job import Job


def folder_of(out: Path) -> Path:
    """Where a run that writes `out` works: beside it, so that the result is moved and not copied."""
    return out.with_name(out.name + ".work")


@contextmanager
def workplace(job: Job, engine: str) -> Iterator[Path]:
    """The folder, with what an earlier run of the same job has done; empty where there was none.

    It is taken away when the work is done and when the input is at fault; what stops the run otherwise leaves it, and
    the same command goes on. Raises `WrongState` while another process works there.
    """
    folder, about = folder_of(job.out), _about(job, engine)
    if "?" in str(folder.resolve()):
        raise SenderFault(f"{folder.resolve()} has a question mark in its path, which DuckDB cannot open.", field="out")
    with _alone(folder):
        if _known(folder) != about:
            _emptied(folder)
            (folder / "ABOUT").write_text(json.dumps(about), encoding="utf-8")
        try:
            yield folder
        except SenderFault:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as fault:
        raise SenderFault(f"{folder} cannot be made: {fault.strerror}.", field="out") from fault
    if any(folder.iterdir()) and not (folder / "LOCK").exists():
        raise SenderFault(f"{folder} is no folder of ours; name another file with --out.", field="out")
    with (folder / "LOCK").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            raise WrongState(f"Another process is working in {folder}; wait for it to end.") from fault
        yield


def _about(job: Job, engine: str) -> dict[str, Any]:
    """What must be the same for work that was done to be of use."""
    return {
        "engine": engine,
        "tables": [[str(path.resolve()), *_stamp(path)] for path in job.tables],
        "model": _mark(job.model),
        "keys": keys.VERSION,
        "most": job.most,
        "memory": job.memory,
        "processes": job.processes,
    }


def _mark(model: Model) -> str:
    """Sixteen signs that differ where anything in the model does: a reader may change a weight and not the version."""
    content = json.dumps(asdict(model), default=sorted, sort_keys=True)
    return blake2b(content.encode(), digest_size=8).hexdigest()


def _stamp(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError as fault:
        raise SenderFault(f"{path} cannot be read: {fault.strerror}.", field="file") from fault
    return stat.st_size, stat.st_mtime_ns


def _known(folder: Path) -> Mapping[str, Any] | None:
    try:
        found: Mapping[str, Any] = json.loads((folder / "ABOUT").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def _emptied(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != "LOCK":
            path.unlink()


def finished(part: Path, new: Path) -> None:
    """Name a part that is whole: it is there or not, whatever happens."""
    with new.open("rb") as file:
        os.fsync(file.fileno())
    new.replace(part)
