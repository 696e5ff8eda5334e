"""The numbered checks: each can fail, and says what to do."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import checks
from django.db import connection

from muniment.actions import installing
from muniment.actions.context import Actor
from muniment.store.models import Installation, Line, User


def failing() -> dict[str | None, checks.CheckMessage]:
    """Everything that the checks find, by number."""
    found = {message.id: message for message in checks.run_checks(databases=["default"])}
    assert all(message.hint for message in found.values())
    return found


@pytest.mark.django_db
def test_a_center_as_it_should_be_passes() -> None:
    assert failing() == {}


@pytest.mark.django_db
def test_demo_accounts_pass_only_where_the_database_is_marked_synthetic(center: Line) -> None:
    installing.add_demo_accounts(Actor.program("test"))
    assert "muniment.E004" not in failing()
    Installation.objects.update(synthetic=False)
    assert "muniment.E004" in failing()
    User.objects.update(is_active=False)
    assert "muniment.E004" not in failing()


@pytest.mark.django_db
def test_missing_tables_are_a_warning() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE store_installation RENAME TO store_elsewhere")
    assert "muniment.W001" in {message.id for message in checks.run_checks(databases=["default"])}


@pytest.mark.django_db
def test_debugging_pages_are_refused(settings: Any) -> None:
    settings.DEBUG = True
    assert "muniment.E001" in failing()


@pytest.mark.django_db
def test_pages_for_other_machines_need_https(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["center.example"]
    assert "muniment.E002" in failing()
    settings.HTTPS = True
    assert "muniment.E002" not in failing()


@pytest.mark.django_db
def test_a_database_that_could_lose_commits_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUNIMENT_DATABASE_URL", "postgresql://muster@127.0.0.1:1/center")
    assert "cannot be reached" in str(failing()["muniment.E003"].msg)
