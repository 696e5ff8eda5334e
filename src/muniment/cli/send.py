"""`muniment send`: an agency's end of the line, for trying a center out from a shell."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from muniment import formats
from muniment.core.errors import MunimentError
from muniment.core.message import Rejected
from muniment.gateway.client import LineClient, LineDown, Received, Refusal

UNITS = {"s": 1, "m": 60, "h": 3600}

NO_ANSWER = 3


def seconds(text: str) -> float:
    """`90`, `90s`, `10m` or `2h` in seconds."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text)
    if match is None:
        raise typer.BadParameter("say a time such as 90s, 10m or 2h")
    return float(match[1]) * UNITS[match[2] or "s"]


def send(
    file: Annotated[Path, typer.Argument(help="the message as bytes; - reads standard input", allow_dash=True)],
    wait: Annotated[str, typer.Option(help="how long to wait for the answer: 90s, 10m, 2h")] = "10m",
    host: Annotated[str, typer.Option(envvar="MUNIMENT_LINE_HOST")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="MUNIMENT_LINE_PORT")] = 8700,
    line: Annotated[str, typer.Option(envvar="MUNIMENT_LINE")] = "demo",
    key: Annotated[str, typer.Option(envvar="MUNIMENT_LINE_KEY", help="the key of the line")] = "demo-line-key",
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line instead of text")] = False,
) -> None:
    """Send a message over the TCP line; print the acknowledgement at once and the answer when it comes.

    Exit status: 0 answered, 1 rejected or not taken, 2 usage, 3 no answer in time (the center still has the message:
    send the same bytes again to get the stored reply).
    """
    raw = _read(file)
    tell = _tell_json if as_json else _tell
    try:
        code = _play(LineClient(host, port, line, key, own=True), raw, seconds(wait), tell)
    except Refusal as refusal:
        tell("not taken", {"code": refusal.rule, "text": str(refusal)})
        code = 1
    except MunimentError as fault:
        typer.echo(str(fault), err=True)
        code = 2
    if code == 1 and not as_json:
        _explain(raw, file)
    raise typer.Exit(code)


def _read(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as fault:
        raise typer.BadParameter(f"{file} cannot be read: {fault.strerror}") from fault


def _play(client: LineClient, raw: bytes, patience: float, tell: Any) -> int:
    end = time.monotonic() + patience
    owed = 2 if raw.lstrip()[:3].upper() == b"YQ." else 1  # a YQ is answered by a second AM, an IAQ by an IAR
    told = False
    while (left := end - time.monotonic()) > 0:
        try:
            with client:
                receipt = client.send(raw)
                if not told:
                    tell("acknowledged", receipt)
                    told = True
                for delivery in client.deliveries(left):
                    tell(*_describe(delivery))
                    owed -= _final(delivery, hit=owed > 0 and raw.lstrip()[:3].upper() == b"YQ.")
                    if owed == 0:
                        return _code(delivery)
        except LineDown:
            if not told:
                raise
            time.sleep(1)  # the line broke while waiting: the same bytes again get the stored reply
    typer.echo(
        f"No answer in {patience:.0f} s. The center has the message; send it again to ask for the reply.", err=True
    )
    return NO_ANSWER


def _describe(delivery: Received) -> tuple[str, dict[str, Any]]:
    if delivery.notice:
        return "notice", json.loads(delivery.content)
    return _kind(delivery), {"delivery": delivery.number, "message": delivery.content.decode("ascii", "replace")}


def _kind(delivery: Received) -> str:
    """The key of a message in any of the forms in which answers come."""
    return formats.read(delivery.content).kind or "message"


def _final(delivery: Received, *, hit: bool) -> int:
    if delivery.notice or _kind(delivery) == "IAR":
        return 2 if hit else 1
    return int(hit)


def _code(delivery: Received) -> int:
    return 1 if delivery.notice or b"MESSAGE REJECTED" in delivery.content else 0


def _explain(raw: bytes, file: Path) -> None:
    """A reject carries codes; what they mean for this message, as the program reads it here.

    Without a sender that can be read it was no reject but a notice, which has the sentence in it.
    """
    message = formats.read(raw)
    if isinstance(message, Rejected):
        for fault in message.errors if message.sender else ():
            typer.echo(f"{fault.code}: {fault.text}", err=True)
        typer.echo(f"`muniment parse {file} --table` shows where it is.", err=True)


def _tell(what: str, body: dict[str, Any]) -> None:
    stamp = time.strftime("%H:%M:%S")
    if "message" in body and isinstance(body["message"], str):
        typer.echo(f"{stamp}  {what}, delivery {body['delivery']}\n{body['message']}\n")
    elif what == "acknowledged":
        again = " (it was here before)" if body["repeat"] else ""
        typer.echo(f"{stamp}  acknowledged: the center keeps it as message {body['message']}{again}\n")
    else:
        typer.echo(f"{stamp}  {what}: {body['text']} [{body['code']}]\n")


def _tell_json(what: str, body: dict[str, Any]) -> None:
    typer.echo(json.dumps({"what": what, **body}, sort_keys=True))
