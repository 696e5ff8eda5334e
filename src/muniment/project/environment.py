"""Every setting that comes from the environment: its name, what it is when unset, and what it means.

`docs/reference/settings.md` is generated from `SETTINGS`; nothing else in the program reads `MUNIMENT_*`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from muniment.core.errors import OurFault


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable. `default` is used where it is unset or empty."""

    name: str
    default: str
    meaning: str


SETTINGS: Final = (
    Setting(
        "MUNIMENT_ADDRESS",
        "127.0.0.1:8000",
        "Host and port on which the web server listens.",
    ),
    Setting(
        "MUNIMENT_ASK_AGAIN_SECONDS",
        "30,120,600,3600",
        "After how many seconds record systems that did not answer are asked again, one pause after the other; the "
        "last one comes back while the inquiry is open and for 24 hours after its answer.",
    ),
    Setting(
        "MUNIMENT_DATABASE_URL",
        "",
        "A PostgreSQL 16 or newer, as postgresql://user:password@host:port/name. Unset: the embedded server in "
        "MUNIMENT_HOME.",
    ),
    Setting(
        "MUNIMENT_DISK_FLOOR_MB",
        "500",
        "Below this many megabytes free, lines are told `center.full` and no message is taken.",
    ),
    Setting(
        "MUNIMENT_HOME",
        "",
        "The folder of the embedded database, the index and the keys. Unset: var/ in a checkout that may be written "
        "to, else ~/.local/share/muniment.",
    ),
    Setting(
        "MUNIMENT_HOSTS",
        "127.0.0.1,localhost,[::1]",
        "Names under which browsers may ask for pages, separated by commas.",
    ),
    Setting(
        "MUNIMENT_HTTPS",
        "off",
        "on: pages are reached by https, here or at a proxy; cookies and headers are made stricter.",
    ),
    Setting(
        "MUNIMENT_HTTPS_PORT",
        "",
        "The TCP port on which `muniment gateway` also takes messages by HTTPS, on the address of the lines. Unset: it "
        "does not; the demo takes the port after MUNIMENT_LINE_PORT.",
    ),
    Setting(
        "MUNIMENT_IDLE_MINUTES",
        "15",
        "Minutes without a step or a look of the holder after which an inquiry in hand goes back to the queue.",
    ),
    Setting(
        "MUNIMENT_INDEX_HITS",
        "50",
        "The most records that the index may propose for one inquiry.",
    ),
    Setting(
        "MUNIMENT_LINE",
        "demo",
        "The line that `muniment send` speaks on.",
    ),
    Setting(
        "MUNIMENT_LINE_HOST",
        "127.0.0.1",
        "The address on which `muniment gateway` listens for lines, and which `muniment send` calls.",
    ),
    Setting(
        "MUNIMENT_LINE_KEY",
        "demo-line-key",
        "The key of that line.",
    ),
    Setting(
        "MUNIMENT_LINE_PORT",
        "8700",
        "The TCP port of the lines.",
    ),
    Setting(
        "MUNIMENT_LINE_TLS_CERTIFICATE",
        "",
        "The PEM file of the certificate that the HTTPS line shows. Unset: MUNIMENT_TLS_CERTIFICATE.",
    ),
    Setting(
        "MUNIMENT_LINE_TLS_KEY",
        "",
        "The PEM file of its private key. Unset: MUNIMENT_TLS_KEY.",
    ),
    Setting(
        "MUNIMENT_LOG_LEVEL",
        "INFO",
        "DEBUG, INFO, WARNING or ERROR. No level logs names or messages.",
    ),
    Setting(
        "MUNIMENT_SEARCH_SECONDS",
        "3.0",
        "How long a search waits for the record systems before it names those that did not answer.",
    ),
    Setting(
        "MUNIMENT_TLS_CERTIFICATE",
        "",
        "A PEM file with which the web server itself speaks https; needs MUNIMENT_TLS_KEY.",
    ),
    Setting(
        "MUNIMENT_TLS_KEY",
        "",
        "The PEM file of the private key of MUNIMENT_TLS_CERTIFICATE.",
    ),
    Setting(
        "MUNIMENT_WATCH_TOKEN",
        "",
        "Who shows it as a bearer token may read /watch/ from another machine. Unset: only this machine may.",
    ),
    Setting(
        "MUNIMENT_WEB_THREADS",
        "8",
        "Requests that the web server answers at once.",
    ),
)
_DEFAULTS: Final = {setting.name: setting.default for setting in SETTINGS}


def text(name: str) -> str:
    """The value of a setting named in `SETTINGS`."""
    return os.environ.get(name) or _DEFAULTS[name]


def whole(name: str) -> int:
    """The value as a whole number; raises `OurFault` for anything else."""
    try:
        return int(text(name))
    except ValueError:
        raise OurFault(f"{name} must be a whole number, not “{text(name)}”.", field=name) from None


def decimal(name: str) -> float:
    """The value as a number; raises `OurFault` for anything else."""
    try:
        return float(text(name))
    except ValueError:
        raise OurFault(f"{name} must be a number such as 2.5, not “{text(name)}”.", field=name) from None


def switch(name: str) -> bool:
    """Whether the value is on; raises `OurFault` unless it is on or off."""
    value = text(name).lower()
    if value not in {"on", "off"}:
        raise OurFault(f"{name} must be on or off, not “{text(name)}”.", field=name)
    return value == "on"


def give(name: str, value: str) -> None:
    """Set a setting named in `SETTINGS`, for this process and those that it starts from now on."""
    assert name in _DEFAULTS
    os.environ[name] = value


def listed(name: str) -> list[str]:
    """The values between the commas."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def decimals(name: str) -> tuple[float, ...]:
    """The numbers between the commas, one at least; raises `OurFault` for anything else."""
    try:
        numbers = tuple(float(part) for part in listed(name))
    except ValueError:
        numbers = ()
    if not numbers or min(numbers) <= 0:
        raise OurFault(f"{name} must be numbers above 0 such as 30,120, not “{text(name)}”.", field=name)
    return numbers


def home() -> Path:
    """The state folder. It is not created here."""
    if named := text("MUNIMENT_HOME"):
        return Path(named).expanduser().resolve()
    checkout = Path(__file__).resolve().parents[3]
    var = checkout / "var"
    if (checkout / "pyproject.toml").exists() and os.access(var if var.exists() else checkout, os.W_OK):
        return var
    return Path.home() / ".local" / "share" / "muniment"
