"""A real PostgreSQL for all tests: embedded, in a state folder of its own, gone afterwards. Nothing need be installed.

`MUNIMENT_DATABASE_URL`, where set, names the server instead. The settings module is named here and not in
pyproject.toml, because pytest-django would then read it before this file has named the state folder.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import hypothesis
import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db.backends.postgresql.operations import DatabaseOperations

_HOME = Path(tempfile.mkdtemp(prefix="muniment-tests-", dir="/tmp"))
_HOME.chmod(0o711)  # the account of the server must get through to its own folder
(_HOME / "static").mkdir()  # nothing is collected; pages name the files where they are installed
os.environ["MUNIMENT_HOME"] = str(_HOME)
os.environ["DJANGO_SETTINGS_MODULE"] = "muniment.project.settings"
for _name in [name for name in os.environ if name.startswith("MUNIMENT_")]:
    if _name not in {"MUNIMENT_HOME", "MUNIMENT_DATABASE_URL"}:
        del os.environ[_name]  # a developer's own settings must not change what is tested

django.setup()  # so that the fixtures below may import tables
logging.raiseExceptions = False  # the handler has the standard error of this moment, which pytest closes
pytest_plugins = ["tests.parts", "tests.people"]

hypothesis.settings.register_profile("muniment", deadline=None)  # a busy machine is no fault of the code
hypothesis.settings.load_profile("muniment")
PBKDF2PasswordHasher.iterations = 1_000  # the same algorithm, fast enough for hundreds of accounts


def pytest_xdist_setupnodes() -> None:
    """Each of several processes names its own state folder and must not read the settings before."""
    del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure() -> None:
    """The state folder of this run is no longer needed."""
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def muniment_home() -> Path:
    """The state folder that the settings name."""
    return _HOME


@pytest.fixture(scope="session")
def database_server() -> Iterator[None]:
    """The server runs while a test needs it; the first one to ask starts it."""
    from muniment.project import database

    with database.ensure_running():
        if not os.environ.get("MUNIMENT_DATABASE_URL"):
            with database.connect(administrator=True) as connection:
                connection.execute("GRANT SET ON PARAMETER session_replication_role TO muniment")
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_server: None, django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Start the server before pytest-django creates its database in it, for each process one of its own name."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """The tests' database cannot be dropped while threads keep connections to it, free ones or such that still wait."""
    yield
    from django.db import connection

    from muniment.project import database
    from muniment.sources import federate

    federate.dismiss()
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    with database.connect() as outside:
        outside.execute(ended, [connection.settings_dict["NAME"]])


def _flush(self: DatabaseOperations, statements: list[str]) -> None:
    """Empty the tables after a test that commits; the walls of the ledger would refuse even that."""
    with self.connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("RESET session_replication_role")


DatabaseOperations.execute_sql_flush = _flush
