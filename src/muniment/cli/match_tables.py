"""Files that `muniment match` reads beside tables, and files that it writes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from muniment.core.errors import SenderFault
from muniment.identity.model import MODEL, Model, model_from
from muniment.linkage.tables import opened


def model_of(path: Path | None) -> Model:
    """The model in a file, or the one that ships."""
    if path is None:
        return MODEL
    with opened(path) as file:
        try:
            return model_from(json.load(file))
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise SenderFault(
                f"{path} is no model; `muniment match train` writes one ({fault}).", field="model"
            ) from fault


@contextmanager
def written(path: Path) -> Iterator[IO[str]]:
    """A file that is there whole or not at all."""
    new = path.with_name(path.name + ".new")
    try:
        with new.open("w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as fault:
        raise SenderFault(f"{path} cannot be written: {fault.strerror}.", field="out") from fault
    finally:
        new.unlink(missing_ok=True)
