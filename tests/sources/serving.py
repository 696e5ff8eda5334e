"""An example of what the owner of a record system serves: the three operations of `sources/http.json`, in threads."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.db import connections

from muniment.core.record import Record
from muniment.core.subject import subject_from_json, to_json
from muniment.sources.protocol import RecordSystem

KEY = "key of the system"
Answering = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


def give(request: BaseHTTPRequestHandler, body: Any, status: int = 200, **headers: str) -> None:
    """Answer with JSON, or with bytes as they are."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    request.send_response(status)
    for name, value in ({"Content-Length": str(len(raw))} | headers).items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(raw)


def over(system: RecordSystem) -> Answering:
    """Serve what the system holds."""

    def answer(request: BaseHTTPRequestHandler, asked: dict[str, Any]) -> None:
        if request.headers["Authorization"] != f"Bearer {KEY}":
            give(request, {}, 401)
        elif request.path.endswith("/search"):
            give(request, {"record_ids": list(system.search(subject_from_json(asked["subject"])))})
        elif request.path.endswith("/records"):
            give(request, {"records": [written(record) for record in system.fetch(asked["record_ids"])]})
        else:
            give(request, {"read": system.freshness().isoformat()})

    return answer


def written(record: Record) -> dict[str, Any]:
    """A record as it goes over the wire."""
    subject, pulled = to_json(record.subject), record.pulled.isoformat()
    return {"record_id": record.record_id, "subject": subject, "pulled": pulled, "facts": list(record.facts)}


@contextmanager
def served(answer: Answering) -> Iterator[str]:
    """A server on this machine for the length of the block; gives its address."""

    class Request(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            try:
                length = int(self.headers.get("Content-Length", 0))
                answer(self, json.loads(self.rfile.read(length) or b"{}"))
            except ConnectionError:
                pass  # who asked has gone
            finally:
                connections.close_all()

        do_GET = do_POST  # noqa: N815  the name that the library looks for

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
