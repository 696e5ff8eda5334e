"""How many rules broken by machine the worked cases notice: of every change that `tests/status/broken.py` can make.

Some changes decide nothing about anybody (in which order two sure facts are asked), so not all can be noticed; those
that somebody wrote down as wrong answers must be, and `make test` checks them.
"""

from __future__ import annotations

from tests.status.broken import generated, noticed


def score() -> float:
    """Per cent of the changes that a case notices; the others are printed."""
    changes = list(generated())
    missed = [change for change in changes if noticed(change) is None]
    for change in missed:
        print(f"not noticed: {change.file} {change.breaks}")
    return 100 * (1 - len(missed) / len(changes))


if __name__ == "__main__":
    print(f"{score():.1f} % noticed")
