"""This program, training included: python by_muniment.py OUT LEFT [RIGHT]."""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

from muniment.identity.training import train
from muniment.linkage import duck, tables
from muniment.linkage.job import Job

THRESHOLD = 0.5


def main(out: str, *files: str) -> None:
    """Train without labels, compare, write."""
    paths = [Path(file) for file in files]
    left, *right = (list(tables.people(path).values()) for path in paths)
    began = time.process_time()
    trained = train(left, right[0] if right else None)
    training = time.process_time() - began
    told = duck.run(Job(paths[0], paths[1] if right else None, Path(out), trained.model), lambda *_: None)
    about = {"version": version("muniment"), "threshold": THRESHOLD, "pairs": told.compared, "training": training}
    print(json.dumps(about))


if __name__ == "__main__":
    main(*sys.argv[1:])
