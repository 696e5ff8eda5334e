"""One inquiry through the whole path, in one process: a real line, a real worker, a scripted specialist."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from muniment import worker
from muniment.actions import installing, scripted
from muniment.actions.context import Actor
from muniment.core.errors import OurFault
from muniment.core.ledger import Event, shown
from muniment.core.workflow import InquiryState
from muniment.gateway import line
from muniment.gateway.client import LineClient
from muniment.project import environment
from muniment.sources.world.demo import demo_messages
from muniment.store import access

PATIENCE: Final = 60.0
Found = TypeVar("Found")
MESSAGE: Final = "08-resident-with-arrest-only.msg"


def play_once() -> dict[str, Any]:
    """Send an inquiry about a specimen, answer it, take the response; gives it with its ledger entry.

    The database, the world and the index are ready when this is called; no other part of the center need run.
    """
    control, raw = _fresh(dict(demo_messages())[MESSAGE])
    with _running() as (host, port):
        client = LineClient(
            host, port, environment.text("MUNIMENT_LINE"), environment.text("MUNIMENT_LINE_KEY"), own=True
        )
        with client:
            receipt = client.send(raw)
            inquiry = _await(
                lambda: access.inquiry_with_control(client.line, control, None), "The inquiry was not read"
            )
            _await(lambda: access.inquiry_in(inquiry.pk, InquiryState.WAITING), "The search did not end")
            scripted.answer(inquiry.pk, "scripted1", "scripted2", installing.DEMO_PASSWORD)
            response = next((d for d in client.deliveries(PATIENCE) if d.content.startswith(b"IAR.")), None)
        if response is None:
            raise OurFault(f"No response came in {PATIENCE:.0f} s.", rule="demo.once")
    signed = next(entry for entry in access.ledger_of(inquiry) if entry.event == Event.RESPONSE_SIGNED)
    return {
        "inquiry": raw.decode("ascii"),
        "acknowledged": receipt,
        "response": response.content.decode("ascii"),
        "ledger": shown(signed.pk, bytes(signed.canonical)),
    }


def _fresh(raw: bytes) -> tuple[str, bytes]:
    """The message with a control field of its own: the same bytes again would get the stored reply."""
    control = f"ONCE{time.time_ns() // 1000 % 1_000_000:06}"
    head, _, rest = raw.partition(b"*")
    return control, head + b"*" + control.encode() + b"." + rest.partition(b".")[2]


@contextlib.contextmanager
def _running() -> Iterator[tuple[str, int]]:
    stop = threading.Event()
    server = line.serve("127.0.0.1", 0)
    parts = [
        threading.Thread(target=server.serve_forever, daemon=True),
        threading.Thread(target=worker.run, args=(Actor.program("worker"), stop), daemon=True),
    ]
    for part in parts:
        part.start()
    try:
        host, port = server.server_address[:2]
        yield str(host), int(port)
    finally:
        stop.set()
        server.stop()
        for part in parts:
            part.join()


def _await(look: Callable[[], Found | None], otherwise: str) -> Found:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if (found := look()) is not None:
            return found
        time.sleep(0.05)
    raise OurFault(f"{otherwise} in {PATIENCE:.0f} s.", rule="demo.once")


def as_text(played: dict[str, Any]) -> str:
    """What was played, for people."""
    entry = json.dumps(played["ledger"], indent=2, sort_keys=True)
    return f"{played['inquiry']}\n\n{played['response']}\n\nLedger entry {played['ledger']['id']}\n{entry}"
