"""Sets up the center of a journey: tables, accounts, agencies, a small world, its index. Run as a program."""

from __future__ import annotations

import sys

from muniment.project import center, database


def main(people: int) -> None:
    """Everything that must be there before the first message."""
    with database.ensure_running():
        center.load_django()
        center.migrate()
        center.fill(people, lambda *_: None)
        _let_everybody_ask()
        center.build_index(lambda *_: None)


def _let_everybody_ask() -> None:
    """Few agencies stand for thousands here: their ceilings are tested elsewhere."""
    from muniment.core.ceilings import MOST
    from muniment.store.models import Agency

    Agency.objects.update(per_hour=MOST, per_day=MOST)


if __name__ == "__main__":
    main(int(sys.argv[1]))
