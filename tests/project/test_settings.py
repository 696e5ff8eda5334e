"""What the settings promise about every answer, in http and in https."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast

SHOW = """
import json
from muniment.project import settings
cookies = [f"{cookie}_COOKIE_{what}" for cookie in ("SESSION", "CSRF") for what in ("NAME", "SECURE")]
names = [*cookies, "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "DEBUG"]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def settings_with(home: Path, **environment: str) -> dict[str, Any]:
    """The settings as another environment would make them."""
    env = {"PATH": os.environ["PATH"], "MUNIMENT_HOME": str(home), **environment}
    done = subprocess.run([sys.executable, "-c", SHOW], env=env, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_https_makes_cookies_strict(tmp_path: Path) -> None:
    assert settings_with(tmp_path, MUNIMENT_HTTPS="on") == {
        "SESSION_COOKIE_NAME": "__Host-session",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "CSRF_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "DEBUG": False,
    }


def test_without_https_nothing_asks_for_it(tmp_path: Path) -> None:
    found = settings_with(tmp_path)
    assert not found["SECURE_SSL_REDIRECT"]
    assert not found["SESSION_COOKIE_SECURE"]
    assert not found["DEBUG"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/login/", "/", "/nowhere/"])
def test_no_page_is_stored_framed_or_scripted_from_elsewhere(client: Client, cast: Cast, path: str) -> None:
    if path != "/login/":
        client.force_login(cast.sam)
    headers = client.get(path).headers
    assert "no-store" in headers["Cache-Control"]
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


@pytest.mark.django_db
def test_pages_are_closed_to_strangers(client: Client, cast: Cast) -> None:
    for path in ("/", "/nowhere/"):
        response = client.get(path)
        assert response.status_code in {302, 404}
        assert b"sam" not in response.content


@pytest.mark.django_db
def test_a_session_ends_with_the_browser_or_an_hour_without_a_request(client: Client, cast: Cast) -> None:
    client.force_login(cast.sam)
    client.get("/")
    cookie = client.cookies["session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == ""
    assert client.session.get_expiry_age() == 3600


def test_passwords_are_kept_with_an_approved_function(settings: Any) -> None:
    assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
