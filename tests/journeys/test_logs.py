"""A name goes wherever a name can go, and whatever can fail fails with it: no log of any part, at any level, has it."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
from urllib.error import HTTPError
from urllib.request import Request

import pytest

from muniment.actions.installing import DEMO_PASSWORD
from muniment.gateway.client import LineClient, Refusal
from muniment.gateway.frames import json_frame
from muniment.project import self_signed
from tests.journeys.peers import Specialist
from tests.journeys.running import RunningCenter
from tests.journeys.visitor import Visitor
from tests.messages import iaq
from tests.project import servers

NAME = "KANARIENMUSTER"
BORN = "19771103"
PARTS = ("worker", "gateway", "web")


@pytest.fixture(scope="module")
def logs() -> dict[str, str]:
    """What every part wrote at the level DEBUG, and PostgreSQL, while all that is below happened."""
    with servers.folder() as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("JOURNEY_FAILING", "VISAS")
        center = RunningCenter(home)
        made = self_signed.make(home / "tls")
        assert made is not None
        center.environment |= {
            "MUNIMENT_LOG_LEVEL": "DEBUG",
            "MUNIMENT_LINE_TLS_CERTIFICATE": str(made[0]),
            "MUNIMENT_LINE_TLS_KEY": str(made[1]),
        }
        try:
            center.start()
            over_the_lines(center)
            visitor = on_the_pages(center)
            past_the_pages(center.web_port)
            center.stopping.set()  # from now on what ends stays ended
            center.keeper.join()
            while_the_database_is_away(center, visitor)
        finally:
            center.stop()
        return {
            path.name: path.read_text(errors="replace") for path in [*home.glob("*.log"), *home.rglob("postgres/*log*")]
        }


def over_the_lines(center: RunningCenter) -> None:
    """Good, bad and unreadable messages; frames and requests that are none."""
    texts = [
        iaq("LOGS1", name=f"{NAME}, ALPHA", DOB=BORN),
        iaq("LOGS2", name=f"{NAME}, ALPHA", DOB=BORN, SEX="Q", OLN=NAME),
        iaq("LOGS3", name=f"{NAME}, ALPHA", ori="ZZ9999999"),
        f"IAQ.{NAME}".encode(),
        f"<x>{NAME}</x>".encode(),
        f'{{"kind": "IAQ", "names": "{NAME}"'.encode(),
    ]
    with LineClient("127.0.0.1", center.line_port, "demo", "demo-line-key") as line:
        for raw in texts:
            line.send(raw)
        list(line.deliveries(3))
    with contextlib.suppress(Refusal), LineClient("127.0.0.1", center.line_port, NAME, NAME):
        pass
    for raw in (f"NAM/{NAME}".encode(), json_frame("Q", {"name": NAME}).to_bytes()):
        say(center.line_port, raw)
    trusting = ssl._create_unverified_context()
    for request in (f"NAM/{NAME}.DOB/{BORN}\r\n\r\n", f"GET /v1/{NAME}?name={NAME} HTTP/1.1\r\nHost: x\r\n\r\n"):
        plain = socket.create_connection(("127.0.0.1", center.https_port), timeout=5)
        with plain, contextlib.suppress(OSError), trusting.wrap_socket(plain) as secured:
            secured.sendall(request.encode())
            secured.recv(4096)


def say(port: int, raw: bytes) -> None:
    """Bytes to a port, and wait for the end."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=3) as far:
        far.sendall(raw)
        far.recv(4096)


def on_the_pages(center: RunningCenter) -> Visitor:
    """An answer about the name, and the name in every box that takes text."""
    Visitor(center.web).log_in(NAME, NAME)
    visitor = Visitor(center.web)
    visitor.log_in("specialist14", DEMO_PASSWORD)
    visitor.get(f"/find/?q={NAME}")
    visitor.get(f"/{NAME}/")
    visitor.get(f"/ledger/{NAME}/")
    page = visitor.submit(queue := visitor.get("/queue/"), queue.form("/queue/next/"))
    for path in ("expedite/", "supplement/", "hand-over/"):
        asked = visitor.get(f"{page.address}{path}")
        form = next(form for form in asked.forms if form.action.endswith(path))
        visitor.submit(asked, form, **dict.fromkeys(form.fields.keys() - {"csrfmiddlewaretoken", "version"}, NAME))
    forged = Request(f"{page.address}judge/", f"verdict={NAME}".encode())
    with contextlib.suppress(HTTPError):
        visitor.opener.open(forged, timeout=10)
    Specialist(center, "specialist14").answer(visitor, visitor.get(page.address))
    return visitor


def past_the_pages(port: int) -> None:
    """Requests that the web server itself refuses."""
    host = f"Host: 127.0.0.1:{port}\r\n"
    say(port, f"GET /find/?q={NAME} {BORN} HTTP/9.9\r\n{host}\r\n".encode())
    say(port, f"NAM/{NAME} DOB/{BORN}\r\n{host}\r\n".encode())
    say(port, f"GET /find/?q={NAME} HTTP/1.1\r\n{host}{NAME} {BORN}\r\n\r\n".encode())
    say(port, f"GET /find/?q={NAME}{'x' * 9000} HTTP/1.1\r\n{host}\r\n".encode())
    say(port, f"GET /find/?q={NAME} HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
    say(port, f"POST /login/ HTTP/1.1\r\n{host}Content-Length: {NAME}\r\n\r\nlogin={NAME}".encode())


def while_the_database_is_away(center: RunningCenter, visitor: Visitor) -> None:
    """A page and a message fail."""
    database = center.children["database"]
    database.terminate()
    database.wait(30)
    assert visitor.get(f"/find/?q={NAME}").status == 500
    with contextlib.suppress(Exception), LineClient("127.0.0.1", center.line_port, "demo", "demo-line-key") as line:
        line.send(iaq("LOGS9", name=f"{NAME}, ALPHA", DOB=BORN))


def test_every_part_wrote_something_and_what_failed_is_there(logs: dict[str, str]) -> None:
    assert "VISAS failed" in logs["worker.log"]
    assert "ValueError" in logs["worker.log"]
    assert "database away" in logs["worker.log"]
    assert "page failed" in logs["web.log"]
    assert "OperationalError" in logs["web.log"]
    assert len(logs) > len(PARTS)


def test_no_log_has_the_name_or_the_birth_date(logs: dict[str, str]) -> None:
    lines = [(name, line) for name, text in logs.items() for line in text.splitlines()]
    found = [(name, line) for name, line in lines if NAME in line or BORN in line]
    assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize("part", PARTS)
def test_every_line_is_a_json_object_with_time_level_logger_and_text(part: str, logs: dict[str, str]) -> None:
    for line in logs[f"{part}.log"].splitlines():
        assert {"time", "level", "logger", "text"} <= json.loads(line).keys(), line
