"""`muniment demo`: a whole center on this machine, with a synthetic world in it. `make run` calls it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console, Group
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from muniment.core.errors import OurFault
from muniment.gateway.client import LineClient
from muniment.project import assets, center, database, environment, far_end, self_signed
from muniment.project.center import Tell
from muniment.project.processes import Crew, Part

PATIENCE: Final = 60.0
SAMPLE: Final = "02-visitor-with-extension.msg"
talk: Final = Console(stderr=True, highlight=False)


def demo(
    fresh: Annotated[
        bool, typer.Option("--fresh", help="start over with an empty database (synthetic ones only)")
    ] = False,
    once: Annotated[
        bool, typer.Option("--once", help="play one inquiry through the whole path, print it, end")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="with --once: print JSON")] = False,
    people: Annotated[int, typer.Option(min=0, help="people of the synthetic world, where it is made anew")] = 20_000,
) -> None:
    """Start everything on this machine and serve the workbench until Ctrl-C; what is there is kept for the next time.

    Exit status: 0 ended by you, 2 it could not start.
    """
    with _alone():
        if not once:
            _require_free_addresses()
        with _prepared(fresh, people):
            if once:
                _print_once(as_json)
            else:
                _serve()


def _print_once(as_json: bool) -> None:
    from muniment.cli.playing import as_text, play_once

    played = play_once()
    typer.echo(json.dumps(played, indent=2, sort_keys=True) if as_json else as_text(played))


# Getting ready


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Two demos in one state folder would play everything twice."""
    home = environment.home()
    home.mkdir(parents=True, exist_ok=True)
    with (home / "demo.lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            text = (
                f"Muniment already runs at {_address()} (state in {home}). End it there, or name another MUNIMENT_HOME."
            )
            raise OurFault(text, rule="demo.twice") from None
        yield


@contextlib.contextmanager
def _prepared(fresh: bool, people: int) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        with _step("Database"):
            stack.enter_context(database.ensure_running())
        with _step("Tables"):
            if fresh:
                center.wipe()
            center.load_django()
            _refuse_real_database()
            center.migrate()
            center.require_ready()
        with _step("Synthetic world") as tell:
            center.fill(people, tell)
        with _step("Index of candidates") as tell:
            center.build_index(tell)
        yield


def _refuse_real_database() -> None:
    if center.is_marked_synthetic() is False and not center.is_empty():
        raise OurFault("This database is not marked synthetic; the demo stays out of it.", rule="synthetic.only")


@contextlib.contextmanager
def _step(title: str) -> Iterator[Tell]:
    """Show that something is being done and how far it is; at its end say how long it took."""
    began = time.monotonic()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=talk, transient=True, disable=not talk.is_terminal) as bar:
        task = bar.add_task(title, total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)
    talk.print(f"[green]✓[/] {title} [dim]{time.monotonic() - began:.1f} s[/]")


# Serving


def _serve() -> None:
    stop = database.stop_on_signal()
    _dress()
    _open_https()
    with Crew(_parts()) as crew:
        with _step("Web server, workers, line"):
            _wait(crew, _web_answers, "The web server", stop)
            _wait(crew, lambda: not _free(_line_address()), "The line", stop)
        with _agencies(stop):
            if not stop.is_set():
                talk.print(_box())
            crew.keep(stop)
        talk.print("Ending: what is in hand is finished first.")


def _dress() -> None:
    """Without the design system pages work but look bare; that is no reason not to start."""
    from muniment.project import static_files

    try:
        with _step("Design system"):
            if not assets.present():
                assets.fetch()
            static_files.collect()
    except OurFault as fault:
        talk.print(f"[yellow]![/] {fault}\n  Pages work, bare or more slowly, until the next start that can do it.")


def _open_https() -> None:
    """Let the gateway take messages by HTTPS too, on the next port; where that cannot be, the TCP line is enough."""
    if environment.text("MUNIMENT_HTTPS_PORT"):
        return
    host, _, port = _line_address().rpartition(":")
    after = f"{host}:{int(port) + 1}"
    made = self_signed.make(environment.home() / "tls")
    if made is None or after == environment.text("MUNIMENT_ADDRESS") or not _free(after):
        talk.print(f"[yellow]![/] No HTTPS line: it needs the command openssl, and {after} free.")
        return
    certificate, key = made
    environment.give("MUNIMENT_HTTPS_PORT", after.rpartition(":")[2])
    environment.give("MUNIMENT_LINE_TLS_CERTIFICATE", str(certificate))
    environment.give("MUNIMENT_LINE_TLS_KEY", str(key))


def _parts() -> list[Part]:
    logs = environment.home() / "log"
    logs.mkdir(exist_ok=True)
    return [
        Part("web", center.web_server(), logs / "web.log"),
        Part("worker", center.program("worker"), logs / "worker.log"),
        Part("gateway", center.program("gateway"), logs / "gateway.log"),
    ]


@contextlib.contextmanager
def _agencies(stop: threading.Event) -> Iterator[None]:
    """The demo agencies send their messages the first time, and take their answers every time."""
    from muniment.sources.world.demo import demo_messages

    host, _, port = _line_address().rpartition(":")
    client = LineClient(host, int(port), center.AGENCIES_LINE, center.agencies_key())
    if center.is_new() and not stop.is_set():
        with _step("Messages of the demo agencies"):
            far_end.play(client, demo_messages())
    folder = environment.home() / "agencies"
    listener = threading.Thread(target=far_end.keep_listening, args=(client, folder, stop), daemon=True)
    listener.start()
    yield
    listener.join(5)


def _wait(crew: Crew, holds: Callable[[], bool], what: str, stop: threading.Event) -> None:
    end = time.monotonic() + PATIENCE
    while not stop.is_set() and not holds():
        if time.monotonic() > end:
            text = f"{what} did not start in {PATIENCE:.0f} s; {environment.home() / 'log'} says why."
            raise OurFault(text, rule="demo.start")
        crew.tend()
        stop.wait(0.1)


def _web_answers() -> bool:
    try:
        with urllib.request.urlopen(f"{_address()}/login/", timeout=5):  # noqa: S310  our own address
            return True
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False


def _require_free_addresses() -> None:
    _require_free(environment.text("MUNIMENT_ADDRESS"), "MUNIMENT_ADDRESS")
    _require_free(_line_address(), "MUNIMENT_LINE_PORT")


def _require_free(address: str, setting: str) -> None:
    if not _free(address):
        raise OurFault(f"{address} is taken by another program; choose another with {setting}.", field=setting)


def _free(address: str) -> bool:
    host, _, port = address.rpartition(":")
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((host, int(port))) != 0


def _line_address() -> str:
    return f"{environment.text('MUNIMENT_LINE_HOST')}:{environment.text('MUNIMENT_LINE_PORT')}"


def _address() -> str:
    scheme = "https" if environment.text("MUNIMENT_TLS_CERTIFICATE") else "http"
    return f"{scheme}://{environment.text('MUNIMENT_ADDRESS')}"


def _box() -> Panel:
    from muniment.actions.installing import DEMO_ACCOUNTS, DEMO_PASSWORD

    logins = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for account in DEMO_ACCOUNTS:
        if not account.scripted:
            logins.add_row(f"[bold]{account.username}[/]", account.title)
    program = _short(Path(center.program()[0]))
    message = _short(Path(str(files("muniment.sources.world"))) / "demo_messages" / SAMPLE)
    body = Group(
        f"Open [bold]{_address()}[/]\nPassword of every account: [bold]{DEMO_PASSWORD}[/]\n",
        logins,
        "\nAs [bold]specialist14[/], press [bold]?[/] for the keys, open the first inquiry,\n"
        "judge its candidates, sign the answer. What agencies get is filed\n"
        f"in {_short(environment.home() / 'agencies')}.\n\n"
        f"Ask as an agency, in another shell:\n  {program} send \\\n    {message}\n\n"
        "Ctrl-C ends it and loses nothing. All people here are invented.",
    )
    return Panel(body, title="Muniment is running", title_align="left", expand=False, border_style="green")


def _short(path: Path) -> str:
    with contextlib.suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)
