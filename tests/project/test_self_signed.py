"""The certificate of the demo's HTTPS line."""

from __future__ import annotations

import shutil
import ssl
from pathlib import Path

import pytest

from muniment.project import self_signed


@pytest.mark.skipif(shutil.which("openssl") is None, reason="without openssl there is none")
def test_certificate_and_key_belong_together_and_the_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    made = self_signed.make(tmp_path / "tls")
    assert made is not None
    certificate, key = made
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    assert key.stat().st_mode & 0o077 == 0
    ssl.create_default_context(cafile=str(certificate))


def test_without_openssl_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert self_signed.make(tmp_path) is None
