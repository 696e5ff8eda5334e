"""The HTTPS endpoint: the same line as over TCP, for who speaks HTTP. One POST a message, a long poll for what leaves.

`gateway/https.json` describes it (OpenAPI); it is also served, and copied to docs/reference.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import logging
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from importlib.resources import files
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from django.db import InterfaceError, OperationalError, connection

from muniment.actions import sending
from muniment.actions.context import Actor
from muniment.core.errors import MunimentError, OurFault
from muniment.gateway import line as tcp
from muniment.gateway.frames import LARGEST
from muniment.gateway.taking import RETRY_AFTER, NotTaken, take
from muniment.store import access
from muniment.store.access import FarEnd
from muniment.store.models import Delivery, Line

log = logging.getLogger(__name__)

MOST_BYTES: Final = LARGEST - 1
LONGEST_WAIT: Final = 60.0
SPECIFICATION: Final = (files("muniment.gateway") / "https.json").read_bytes()


class Problem(MunimentError):
    """The request was not served."""

    def __init__(self, status: int, code: str, text: str, **headers: str) -> None:
        super().__init__(text, rule=code)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def body(self) -> dict[str, Any]:
        """RFC 9457; `code` is what the TCP line says in its N frame."""
        title = HTTPStatus(self.status).phrase
        return {"title": title, "status": self.status, "code": self.rule, "detail": str(self)}


class Server(tcp.Server):
    """The listening side. It trusts the certificates that lines have now, those and no authority's."""

    def __init__(self, address: tuple[str, int], certificate: str, key: str) -> None:
        self.files = (certificate, key)
        self._lock = threading.Lock()
        self._trusted: list[str] = []
        self._context = self._made([])
        super().__init__(address, Exchange)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Speak TLS first; what comes beyond `MOST_CONNECTIONS` is told so."""
        place = self.places.acquire(blocking=False)
        try:
            request.settimeout(tcp.FRAME_SECONDS if place else 2.0)
            with self._now().wrap_socket(request, server_side=True) as secured:
                (Exchange if place else TurnedAway)(secured, client_address, self)
        except (OSError, InterfaceError, OperationalError) as fault:
            log.info("connection ended: %s", type(fault).__name__)
        finally:
            if place:
                self.places.release()
            connection.close()

    def _now(self) -> ssl.SSLContext:
        """The context of this moment; without a database that of the moment before."""
        try:
            certificates = access.line_certificates()
        except (InterfaceError, OperationalError):
            connection.close()
            return self._context
        with self._lock:
            if certificates != self._trusted:
                self._context, self._trusted = self._made(certificates), certificates
            return self._context

    def _made(self, certificates: list[str]) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(*self.files)
        context.verify_mode = ssl.CERT_OPTIONAL
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # a line's own certificate is trusted, not its issuer
        if certificates:
            context.load_verify_locations(cadata="\n".join(certificates))
        return context


class _Patient(io.RawIOBase):
    """Reading that waits for a request until the server stops, but `FRAME_SECONDS` for it to end."""

    def __init__(self, sock: socket.socket, stopping: threading.Event) -> None:
        self.sock, self.stopping = sock, stopping
        self.begin()

    def begin(self) -> None:
        """A new request may take its time."""
        self.end = time.monotonic() + tcp.FRAME_SECONDS
        self.begun = False

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Bytes as they come; none when it is over."""
        while self.begun or not self.stopping.is_set():
            if self.stopping.is_set():
                self.end = min(self.end, time.monotonic() + tcp.LAST_SECONDS)
            self.sock.settimeout(max(0.01, min(0.5, self.end - time.monotonic())))
            try:
                got = self.sock.recv_into(buffer)
            except TimeoutError:
                if time.monotonic() >= self.end:
                    raise
            else:
                self.begun = True
                return got
        return 0


class Exchange(BaseHTTPRequestHandler):
    """One connection; several requests, one after the other."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server
    connection: ssl.SSLSocket

    def setup(self) -> None:
        """Bound the time of every request."""
        super().setup()
        self.patient = _Patient(self.connection, self.server.stopping)
        self.rfile = io.BufferedReader(self.patient)

    def handle_one_request(self) -> None:
        """Give each request the same time."""
        self.patient.begin()
        super().handle_one_request()

    def _serve(self) -> None:
        self.owed = self._length()
        try:
            action, number = self._route()
            action(self, *number)
        except Problem as problem:
            self._refuse(problem)
        except (InterfaceError, OperationalError):
            connection.close()
            self._refuse(Problem(503, "center.down", "The center's database is away; nothing was done.", **_LATER))

    # The names are those that the library looks for.
    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815  see above

    def _route(self) -> tuple[Callable[..., None], tuple[str, ...]]:
        path = urlsplit(self.path).path
        known = [
            (method, action, match) for (method, form), action in ROUTES.items() if (match := form.fullmatch(path))
        ]
        if not known:
            raise Problem(404, "path.unknown", "There is no such path; GET /v1/openapi.json lists those there are.")
        for method, action, match in known:
            if method == self.command:
                return action, match.groups()
        methods = ", ".join(method for method, _, _ in known)
        raise Problem(405, "method.unknown", f"This path knows {methods}.", Allow=methods)

    # Who is it

    def _line(self) -> Line:
        """The line of the key, of the certificate, or of both when both are shown."""
        by_certificate = self._line_of_certificate()
        shown = re.fullmatch(r"Bearer +(.+?) *", self.headers.get("Authorization", ""), re.IGNORECASE)
        if shown is None:
            return by_certificate or _unknown()
        by_key = access.line_with_key(hashlib.sha256(shown[1].encode("latin-1")).hexdigest()) or _unknown()
        if by_certificate is not None and by_certificate != by_key:
            raise Problem(403, "certificate.other_line", "The certificate is of one line and the key of another.")
        return by_key

    def _line_of_certificate(self) -> Line | None:
        shown = self.connection.getpeercert(binary_form=True)
        if shown is None:
            return None
        line = access.line_with_certificate(hashlib.sha256(shown).hexdigest())
        if line is None:
            raise Problem(403, "certificate.unknown", "The certificate is of no line of this center.")
        return line

    # What is asked

    def _message(self) -> None:
        line = self._line()
        answer = take(Actor.line(line.name), line, self._body())
        if isinstance(answer, NotTaken):
            raise _problem(answer)
        self._send(201, {"message": answer.message, "sha256": answer.sha256, "repeat": answer.repeat})

    def _deliveries(self) -> None:
        """Wait for what may leave; the disclosure is written down before a byte of it leaves."""
        line = self._line()
        wait, own = _asked(urlsplit(self.path).query)
        since = access.line_asks(line.name)
        end, beat = time.monotonic() + wait, time.monotonic() + tcp.BEAT
        rows = _handed_over(line, since, own)
        while not rows and time.monotonic() < end and not self.server.stopping.wait(tcp.POLL):
            if time.monotonic() >= beat:
                beat = time.monotonic() + tcp.BEAT
                access.line_asks(line.name)
            rows = _handed_over(line, since, own)
        self._send(200, {"deliveries": [_shown(row) for row in rows]})

    def _acknowledge(self, number: str) -> None:
        line = self._line()
        if len(number) > 18 or not access.delivered_on(line.name, int(number)):
            raise Problem(404, "delivery.unknown", "No delivery with this number was handed over on this line.")
        sending.acknowledge(Actor.line(line.name), line.name, int(number))
        self._send(200, {"delivery": int(number)})

    def _openapi(self) -> None:
        self._send_bytes(200, SPECIFICATION, "application/json", {})

    def _health(self) -> None:
        access.db_now()
        self._send(200, {"status": "ok"})

    # Bytes in

    def _length(self) -> int | None:
        """Bytes of the body, still to be read; None where the request does not say."""
        said = self.headers.get_all("Content-Length") or []
        if self.headers.get("Transfer-Encoding") or len(said) > 1 or (said and not re.fullmatch(r"\d{1,12}", said[0])):
            return None
        return int(said[0]) if said else 0

    def _body(self) -> bytes:
        if self.owed is None or "Content-Length" not in self.headers:
            raise Problem(411, "length.missing", "Say once, in Content-Length, how many bytes the message has.")
        if self.owed > MOST_BYTES:
            raise Problem(413, "size.exceeded", f"A message has at most {MOST_BYTES} bytes; this one says {self.owed}.")
        try:
            raw = self.rfile.read(self.owed)
        except TimeoutError:
            text = f"The message was not whole after {tcp.FRAME_SECONDS:.0f} s; nothing of it was stored."
            raise Problem(408, "frame.slow", text) from None
        if len(raw) < self.owed:
            raise Problem(400, "frame.truncated", "The request ended inside the message; nothing of it was stored.")
        self.owed = 0
        return raw

    def _drain(self) -> None:
        """Read what the far end still writes, so that it can read the answer."""
        left = min(self.owed or 0, LARGEST)
        while left > 0 and (part := self.rfile.read1(65536)):
            left -= len(part)

    # Bytes out

    def _refuse(self, problem: Problem) -> None:
        """The problem as JSON; after it the connection ends, because what was not read may still stand in it."""
        body = json.dumps(problem.body(), sort_keys=True).encode("ascii")
        self._send_bytes(problem.status, body, "application/problem+json", {**problem.headers, "Connection": "close"})
        self._drain()

    def _send(self, status: int, body: Mapping[str, Any]) -> None:
        ends = {"Connection": "close"} if self.owed != 0 else {}
        self._send_bytes(status, json.dumps(body, sort_keys=True).encode("ascii"), "application/json", ends)

    def _send_bytes(self, status: int, body: bytes, media: str, headers: Mapping[str, str]) -> None:
        self.connection.settimeout(tcp.FRAME_SECONDS)
        self.send_response(status)
        fixed = {"Content-Type": media, "Content-Length": str(len(body)), "Cache-Control": "no-store"}
        for name, value in (fixed | dict(headers)).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002  the form of the base class
        """What the library itself refuses: a request that is none."""
        self.owed = None
        self._refuse(Problem(code, "request.malformed", message or HTTPStatus(code).phrase))

    def version_string(self) -> str:
        """No versions for strangers."""
        return "muniment"

    def log_message(self, format: str, *args: Any) -> None:
        """The ledger keeps what happened; what was asked may hold anything and stays out of the log."""


class TurnedAway(Exchange):
    """A connection for which there is no place."""

    def _route(self) -> tuple[Callable[..., None], tuple[str, ...]]:
        raise Problem(503, "line.full", "All places of this line are taken; connect again later.", **_LATER)


_LATER: Final = {"Retry_After": str(RETRY_AFTER)}

ROUTES: Final[Mapping[tuple[str, re.Pattern[str]], Callable[..., None]]] = {
    ("POST", re.compile(r"/v1/messages")): Exchange._message,
    ("GET", re.compile(r"/v1/deliveries")): Exchange._deliveries,
    ("POST", re.compile(r"/v1/deliveries/(\d+)/acknowledge")): Exchange._acknowledge,
    ("GET", re.compile(r"/v1/openapi\.json")): Exchange._openapi,
    ("GET", re.compile(r"/v1/health")): Exchange._health,
}


def _unknown() -> Line:
    raise Problem(401, "line.unknown", "No such line, or not its key.", WWW_Authenticate='Bearer realm="line"')


def _problem(answer: NotTaken) -> Problem:
    if answer.code == "line.busy":
        return Problem(429, answer.code, answer.text, **_LATER)
    ours = answer.fault is None or isinstance(answer.fault, OurFault)
    return Problem(503 if ours else 422, answer.code, answer.text, **_LATER)


def _asked(query: str) -> tuple[float, set[int] | None]:
    """How long to wait, and about which messages (None: all of the line)."""
    fields = parse_qs(query)
    try:
        wait = float(fields.get("wait", ["0"])[0])
        own = {int(number) for number in fields.get("message", [])}
    except ValueError:
        raise Problem(400, "query.malformed", "wait is a number of seconds, message the number of a message.") from None
    if not 0 <= wait <= LONGEST_WAIT or len(own) > 100 or any(not 0 <= number < 2**63 for number in own):
        text = f"wait is at most {LONGEST_WAIT:.0f} seconds, and at most 100 messages may be named."
        raise Problem(400, "query.malformed", text)
    return wait, own or None


def _handed_over(line: Line, since: datetime, own: set[int] | None) -> list[Delivery]:
    return sending.hand_over(Actor.line(line.name), FarEnd(line.name, since, own), tcp.WINDOW)


def _shown(row: Delivery) -> dict[str, Any]:
    kind = "notice" if row.kind == "notice" else "message"
    content = base64.b64encode(bytes(row.wire)).decode("ascii")
    return {"delivery": row.pk, "kind": kind, "message": row.message_id, "content": content}


def serve(host: str, port: int, certificate: str, key: str) -> Server:
    """Listen; the caller runs `serve_forever` and `stop`."""
    try:
        return Server((host, port), certificate, key)
    except (ssl.SSLError, FileNotFoundError, PermissionError) as fault:
        text = (
            f"The certificate “{certificate}” or the key “{key}” of the HTTPS line cannot be used: {fault}. "
            "MUNIMENT_LINE_TLS_CERTIFICATE and MUNIMENT_LINE_TLS_KEY name them."
        )
        raise OurFault(text, rule="line.certificate") from fault
