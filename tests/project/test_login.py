"""Coming in and going out, through the pages."""

from __future__ import annotations

import pytest
from django.test import Client

from muniment.store.models import LedgerEntry
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def log_in(client: Client, password: str = PASSWORD) -> None:
    """Fill in the login form as sam."""
    client.post("/login/", {"login": "sam", "password": password, "acknowledged": "on"})


def events() -> list[tuple[str, str]]:
    """Events about accounts and who acted, in order."""
    rows = LedgerEntry.objects.filter(event__startswith="account.").order_by("id")
    return [(row.event, row.actor) for row in rows]


def test_coming_in_and_going_out_are_entries(client: Client, cast: Cast) -> None:
    log_in(client)
    client.post("/logout/")
    who = f"user:{cast.sam.pk}"
    assert events() == [("account.logged_in", who), ("account.logged_out", who)]


def test_a_wrong_password_is_an_entry_without_the_name_that_was_typed(client: Client, cast: Cast) -> None:
    log_in(client, "wrong")
    assert events() == [("account.login_failed", "stranger")]
    entry = LedgerEntry.objects.get(event="account.login_failed")
    assert b"sam" not in bytes(entry.canonical)
    assert client.get("/").status_code == 302


def test_the_notice_must_be_acknowledged(client: Client, cast: Cast) -> None:
    response = client.post("/login/", {"login": "sam", "password": PASSWORD})
    assert "Read the notice" in response.content.decode()
    assert client.get("/").url.startswith("/login/")


@pytest.mark.parametrize("path", ["/signup/", "/password/reset/", "/email/", "/admin/", "/login/code/"])
def test_other_doors_of_the_login_library_are_closed(client: Client, cast: Cast, path: str) -> None:
    client.force_login(cast.sam)
    assert client.get(path).status_code == 404
