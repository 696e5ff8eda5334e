"""A record system that its owner serves over HTTP, as `sources/http.json` (OpenAPI) asks for; attached by setting.

Who is asked about goes in the body, never in an address that some log would keep. Redirects and proxies are not
followed, and no answer may be larger or slower than is said here; whatever is wrong with one is named.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

from django.conf import settings

from muniment.core.errors import OurFault, SourceFault
from muniment.core.record import Record
from muniment.core.subject import Subject, subject_from_json, to_json

MOST_BYTES: Final = 8_000_000
TIMEOUT: Final = 2.0  # seconds, where the setting names none
HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class HttpSystem:
    """One system, from `MUNIMENT_HTTP_SYSTEMS[code]`: `url`, and where wanted `key`, `timeout`, `exports`, `authority`.

    `authority` is a PEM file of the certificates to trust instead of the machine's own. Raises `OurFault` where the
    setting is missing, or would send names in the clear over a network.
    """

    def __init__(self, code: str) -> None:
        given: Mapping[str, Any] = getattr(settings, "MUNIMENT_HTTP_SYSTEMS", {}).get(code) or {}
        self._url = urlsplit(str(given.get("url", "")))
        if self._url.scheme != "https" and not (self._url.scheme == "http" and self._url.hostname in HERE):
            text = f"MUNIMENT_HTTP_SYSTEMS: {code} needs a url that begins with https (http only on this machine)."
            raise OurFault(text, field="MUNIMENT_HTTP_SYSTEMS", rule="system.url")
        self.code = code
        self.timeout = float(given.get("timeout", TIMEOUT))
        self.exports = bool(given.get("exports", False))
        self._headers = {"Authorization": f"Bearer {given['key']}"} if given.get("key") else {}
        self._tls = ssl.create_default_context(cafile=given.get("authority"))

    def search(self, subject: Subject) -> Sequence[str]:
        """Ids of records that may describe the person, as the system gives them."""
        return _listed(self._ask("POST", "/search", {"subject": to_json(subject)}), "record_ids")

    def fetch(self, record_ids: Sequence[str]) -> Sequence[Record]:
        """The records; whether they are those that were asked for is checked by who asked."""
        answer = self._ask("POST", "/records", {"record_ids": list(record_ids)})
        return [_record(self.code, item) for item in _listed(answer, "records")]

    def freshness(self) -> datetime:
        """When the copy that answers was read from the system of origin."""
        return _moment(self._ask("GET", "/freshness").get("read"), "its copy")

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        raw = None if body is None else json.dumps(body).encode("ascii")
        media = {} if raw is None else {"Content-Type": "application/json"}
        end = time.monotonic() + self.timeout
        try:
            with self._connected() as connection:
                connection.request(method, self._url.path.rstrip("/") + path, raw, self._headers | media)
                return _object(_whole(connection, end))
        except TimeoutError:
            raise SourceFault(f"no answer in {self.timeout:g} s", rule="system.slow") from None
        except (OSError, http.client.HTTPException) as fault:
            raise SourceFault(f"cannot be asked: {type(fault).__name__}", rule="system.unreachable") from fault

    @contextmanager
    def _connected(self) -> Iterator[http.client.HTTPConnection]:
        host, port = self._url.hostname or "", self._url.port
        if self._url.scheme == "https":
            made: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, port, timeout=self.timeout, context=self._tls
            )
        else:
            made = http.client.HTTPConnection(host, port, timeout=self.timeout)
        try:
            yield made
        finally:
            made.close()


def _whole(connection: http.client.HTTPConnection, end: float) -> bytes:
    """The body, unless it says that it is none, is too large, or comes too slowly."""
    sock = connection.sock
    sock.settimeout(max(0.01, end - time.monotonic()))
    answer = connection.getresponse()
    with answer:
        if answer.status != 200:
            _refuse(answer.status)
        raw = b""
        while part := answer.read1(65536):
            raw += part
            if len(raw) > MOST_BYTES:
                raise SourceFault(f"gave more than {MOST_BYTES} bytes", rule="system.size")
            if (left := end - time.monotonic()) <= 0:
                raise TimeoutError
            if answer.isclosed():  # newer Pythons close the socket with the last byte
                break
            sock.settimeout(left)
    return raw


def _refuse(status: int) -> NoReturn:
    if 300 <= status < 400:
        raise SourceFault(f"sends us elsewhere ({status}), which is not followed", rule="system.redirect")
    if status in {401, 403}:
        raise SourceFault(f"does not accept our key ({status})", rule="system.key")
    raise SourceFault(f"answered with status {status}", rule="system.status")


def _object(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise SourceFault("gave something that is no JSON", rule="system.json") from None
    if not isinstance(body, dict):
        raise SourceFault("gave JSON that is no object", rule="system.form")
    return body


def _listed(body: Mapping[str, Any], name: str) -> list[Any]:
    if not isinstance(found := body.get(name), list):
        raise SourceFault(f"gave no list of {name}", rule="system.form")
    return found


def _record(code: str, item: Any) -> Record:
    try:
        record_id, facts = item["record_id"], tuple(item["facts"])
        subject = subject_from_json(item["subject"])
    except (TypeError, KeyError, AttributeError):
        raise SourceFault("gave a record without record_id, subject or facts", rule="system.form") from None
    return Record(code, record_id, subject, _moment(item.get("pulled"), "a record"), facts)


def _moment(text: Any, what: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise SourceFault(f"did not say in ISO 8601 when {what} was read", rule="system.form") from None
