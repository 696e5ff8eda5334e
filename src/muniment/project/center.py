"""Sets a center up: Django, tables, and in the demo a synthetic world with its agencies and accounts."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import psycopg

from muniment.core.errors import OurFault, Refused
from muniment.project import database, environment

#: What is being done, how far, of how much.
Tell = Callable[[str, int, int], None]

SEED: Final = 24
CALL_BACK: Final = "5550100900"
#: The agencies of the demo have a line of their own, so that they do not take what `muniment send` waits for.
AGENCIES_LINE: Final = "agencies"


def program(*arguments: str) -> list[str]:
    """The command line of a part of this program, from the same environment."""
    return [str(Path(sys.executable).with_name("muniment")), *arguments]


def web_server() -> list[str]:
    """The command line of the web server."""
    return [sys.executable, "-m", "gunicorn", "-c", "python:muniment.project.web_server"]


def load_django() -> None:
    """Read the settings and the tables' models; the database need not be there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.project.settings")
    import django

    django.setup()


def stay() -> None:
    """For parts that run for long: what is loaded by now stays, so garbage is looked for beside it and less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def is_marked_synthetic() -> bool | None:
    """Whether the database is marked so; None where it has no tables yet."""
    with database.connect() as connection:
        try:
            row = connection.execute("SELECT synthetic FROM store_installation").fetchone()
        except psycopg.errors.UndefinedTable:
            return None
    return bool(row and row[0])


def wipe() -> None:
    """Remove all tables and the index. Raises `Refused` in a database with tables that is not marked synthetic."""
    if is_marked_synthetic() is False:
        raise Refused("This database is not marked synthetic; nothing of it is removed.", rule="synthetic.only")
    with database.connect() as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    shutil.rmtree(environment.home() / "index", ignore_errors=True)


def migrate() -> None:
    """Bring the tables to the shape that the program needs."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def require_ready() -> None:
    """Raise `OurFault` unless every check passes and the tables have the shape that the program needs."""
    from django.core import checks

    pending = pending_migrations()
    if pending:
        text = f"The tables are of an older release: {', '.join(pending)} not applied. Run `muniment database migrate`."
        raise OurFault(text, rule="database.migrations")
    for found in checks.run_checks(databases=["default"]):
        if found.level >= checks.ERROR:
            raise OurFault(f"{found.msg} {found.hint or ''}", rule=found.id)


def wait_until_ready() -> None:
    """For parts that are started together with the database: wait for it, then `require_ready`."""
    database.wait()
    require_ready()


def pending_migrations() -> list[str]:
    """Migrations that the database lacks."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def known_migrations() -> set[str]:
    """Every migration that this program has, as `app.name`; the database is not asked."""
    load_django()
    from django.db.migrations.loader import MigrationLoader

    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}


def fill(people: int, tell: Tell) -> None:
    """Give an empty database the demo's agencies, accounts and world; what is there already stays as it is."""
    from muniment.actions import installing
    from muniment.actions.context import Actor
    from muniment.sources.world.load import load_world
    from muniment.store.models import User, WorldPerson

    installing.mark_synthetic(Actor.program("demo"), CALL_BACK)
    if not User.objects.filter(demo=True).exists():
        installing.add_demo_accounts(Actor.program("demo"))
    _connect_agencies()
    if not WorldPerson.objects.exists():
        load_world(people, SEED, tell)


def _connect_agencies() -> None:
    from dataclasses import asdict

    from muniment.actions import installing
    from muniment.actions.context import Actor
    from muniment.sources.world.demo import demo_agencies
    from muniment.store import access

    actor = Actor.program("demo")
    installing.add_line(actor, environment.text("MUNIMENT_LINE"), environment.text("MUNIMENT_LINE_KEY"))
    installing.add_line(actor, AGENCIES_LINE, agencies_key())
    new = [agency for agency in demo_agencies() if access.find_agency(agency.ori) is None]
    installing.add_agencies(actor, (asdict(each) | {"lines": [*each.lines, AGENCIES_LINE]} for each in new))


def agencies_key() -> str:
    """The key of the demo agencies' line."""
    from django.conf import settings
    from django.utils.crypto import salted_hmac

    return salted_hmac("agencies' line", settings.SECRET_KEY, algorithm="sha256").hexdigest()


def build_index(tell: Tell) -> None:
    """Make the index of candidates where it is missing or damaged, else apply what changed."""
    from muniment.core.errors import MunimentError
    from muniment.sources import index

    try:
        index.catch_up()
    except MunimentError:
        index.rebuild(tell)


def renew_index() -> None:
    """Make the index anew: the one that is here may be of other data."""
    from muniment.sources import index

    shutil.rmtree(environment.home() / "index", ignore_errors=True)
    index.rebuild()


def is_empty() -> bool:
    """Whether the database holds nothing that a demo could spoil."""
    from muniment.store import access

    return not access.holds_anything()


def is_new() -> bool:
    """Whether the demo's agencies have never sent anything."""
    from muniment.store.models import Message

    return not Message.objects.filter(line_id=AGENCIES_LINE).exists()
