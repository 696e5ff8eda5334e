"""How a reader stops: one or more faults, each with a sentence that says what was read and what is right."""

from __future__ import annotations

from muniment.core.message import Fault


class Broken(Exception):
    """What was sent breaks a rule; reading ends here and `faults` are reported."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*(fault.text for fault in faults))
        self.faults = faults


def broken(field: str | None, code: str, text: str) -> Broken:
    """The common case: one fault."""
    return Broken(Fault(field, code, text))


def shown(text: str, most: int = 40) -> str:
    """Text as a sentence may quote it: cut after `most` characters, foreign characters as their code in hex."""
    cut = text if len(text) <= most else f"{text[:most]}..."
    return '"' + "".join(sign if " " <= sign <= "~" else f"<{_code(sign):02X}>" for sign in cut) + '"'


def _code(sign: str) -> int:
    """The code of a sign; of a byte that could not be decoded (surrogateescape) the byte."""
    return ord(sign) - 0xDC00 if "\udc80" <= sign <= "\udcff" else ord(sign)
