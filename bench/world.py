"""How fast the world is made and loaded. Loading runs in the center's environment and leaves nothing; prints JSON."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from typing import Final

from muniment.sources.world.generate import generate

#: People of one measurement; they are numbered behind any world that is loaded.
PEOPLE: Final = 20_000
BEHIND: Final = 20_000_000


def made() -> float:
    """People a second that one core makes."""
    began = time.perf_counter()
    for _ in generate(PEOPLE, 7, datetime.now(UTC).date()):
        pass
    return PEOPLE / (time.perf_counter() - began)


def loaded() -> float:
    """Records a second that are loaded, from values to rows in their tables and indexes."""
    from django.db import transaction

    from muniment.sources.world.load import file_people

    inhabitants = list(generate(PEOPLE, 7, datetime.now(UTC).date(), first=BEHIND))
    with transaction.atomic():
        began = time.perf_counter()
        file_people(inhabitants)
        took = time.perf_counter() - began
        transaction.set_rollback(True)
    return sum(len(someone.records) for someone in inhabitants) / took


def main(times: int) -> None:
    """Measure loading that often."""
    import django

    django.setup()
    rates = [loaded() for _ in range(times)]
    _clear()
    print(json.dumps(rates))


def _clear() -> None:
    """Clear away the rows that were rolled back: what is measured next must not search among them."""
    from django.db import connection

    from muniment.store.models import Identity, WorldPerson, WorldRecord

    with connection.cursor() as cursor:
        for model in (WorldPerson, WorldRecord, Identity):
            cursor.execute(f"VACUUM {model._meta.db_table}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
