"""Which record systems this installation asks: one for each code of `core.record.SYSTEMS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from django.conf import settings
from django.utils.module_loading import import_string

from muniment.core.errors import OurFault
from muniment.core.record import SYSTEMS
from muniment.sources.protocol import RecordSystem

#: Used where the setting `MUNIMENT_RECORD_SYSTEMS` is absent: the synthetic world.
DEFAULT: Final[Mapping[str, str]] = dict.fromkeys(SYSTEMS, "muniment.sources.world.systems.WorldSystem")


@cache
def record_systems() -> Mapping[str, RecordSystem]:
    """The systems by code, from `MUNIMENT_RECORD_SYSTEMS`: the dotted name of a callable that is given the code.

    Raises `OurFault` when a code is missing or unknown: every response counts the systems asked, so all must be there.
    """
    named: Mapping[str, str] = getattr(settings, "MUNIMENT_RECORD_SYSTEMS", DEFAULT)
    if set(named) != set(SYSTEMS):
        wrong = ", ".join(sorted(set(named) ^ set(SYSTEMS)))
        raise OurFault(f"MUNIMENT_RECORD_SYSTEMS must name each of {', '.join(SYSTEMS)} once; look at {wrong}")
    return {code: _made(code, named[code]) for code in SYSTEMS}


def _made(code: str, dotted: str) -> RecordSystem:
    try:
        make: Callable[[str], RecordSystem] = import_string(dotted)
    except ImportError as error:
        raise OurFault(f"MUNIMENT_RECORD_SYSTEMS: {code} names {dotted}, which cannot be imported") from error
    return make(code)
