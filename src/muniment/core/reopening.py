"""Why an answered inquiry waits for a person again. The reason in words stands in a note; these are its kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CITIZEN: Final = "citizen"
LATE: Final = "late"

#: Kinds that a person may choose, with their words.
CHOSEN: Final[Mapping[str, str]] = {
    "called": "the agency called back",
    "record": "a record came late",
    "error": "an error was found",
    "refused": "the answer was refused (ER)",
    CITIZEN: "a sign of US citizenship came up after the answer",
}
#: All kinds; the others are the program's own.
WHY: Final[Mapping[str, str]] = {**CHOSEN, LATE: "a record system answered late"}
#: The lane of an inquiry in which a sign of citizenship came after an adverse answer (domain.md 0, G1): the first.
CITIZEN_LANE: Final = 1
