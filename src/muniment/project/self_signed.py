"""A certificate for this machine that vouches for nobody else: for the HTTPS line of the demo."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

DAYS: Final = 397  # the longest that common clients accept
SUBJECT: Final = "/O=Muniment, synthetic/CN=localhost"


def make(folder: Path) -> tuple[Path, Path] | None:
    """Certificate and key (PEM) in `folder`, made anew each time; None where this machine has no openssl command."""
    openssl = shutil.which("openssl")
    if openssl is None:
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    certificate, key = folder / "line.crt", folder / "line.key"
    kind = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", str(DAYS)]
    names = ["-subj", SUBJECT, "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    done = subprocess.run(
        [openssl, *kind, *names, "-keyout", key, "-out", certificate], capture_output=True, check=False
    )
    return (certificate, key) if done.returncode == 0 else None
