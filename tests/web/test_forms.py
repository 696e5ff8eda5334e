"""Coming in: the notice that takes an act, the name and password, the demo's accounts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from muniment.actions import installing
from muniment.actions.context import Actor
from muniment.store.models import Installation, Line
from tests.cast import PASSWORD, Cast
from tests.web.walk import look

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """Failed logins of other tests do not count."""
    cache.clear()


def log_in(client: Client, **typed: str) -> int:
    """Try; the status."""
    return client.post("/login/", {"login": "sam", "password": PASSWORD, **typed}).status_code


def test_the_notice_has_four_statements(client: Client, center: Line) -> None:
    page = look(client, "/login/")
    for statement in ("restricted", "monitored, recorded and audited", "prohibited", "consent"):
        assert statement in page.text
    assert page.html.index("restricted") < page.html.index('name="password"')


def test_nobody_comes_in_without_acknowledging_it(client: Client, cast: Cast) -> None:
    assert log_in(client) == 200
    assert "_auth_user_id" not in client.session
    assert "tick the box" in client.post("/login/", {"login": "sam", "password": PASSWORD}).content.decode()
    assert log_in(client, acknowledged="on") == 302
    assert client.session["_auth_user_id"] == str(cast.sam.pk)


def test_a_wrong_password_is_told_without_saying_which_of_the_two_is_wrong(client: Client, cast: Cast) -> None:
    texts = set()
    for name in ("sam", "nobody here"):
        answer = client.post("/login/", {"login": name, "password": "wrong", "acknowledged": "on"})
        texts |= set(re.findall(r'role="alert">(.*?)</div>', answer.content.decode(), re.DOTALL))
    assert len(texts) == 1


def test_demo_accounts_show_only_in_a_synthetic_database(client: Client, center: Line) -> None:
    installing.add_demo_accounts(Actor.program("test"))
    assert installing.DEMO_PASSWORD in look(client, "/login/").text
    assert "scripted" not in look(client, "/login/").text
    Installation.objects.update(synthetic=False)
    page = look(client, "/login/")
    assert installing.DEMO_PASSWORD not in page.text
    assert "Synthetic data" not in page.text


def test_logging_out_takes_a_form_and_ends_the_session(at: Callable[[str], Client]) -> None:
    sam = at("sam")
    assert "Your verdicts and drafts are kept" in look(sam, "/logout/").text
    assert sam.get("/queue/").status_code == 200
    sam.post("/logout/")
    assert sam.get("/queue/")["Location"].startswith("/login/")
