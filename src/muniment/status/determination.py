"""What the facts establish on one day, as a frozen value, and the words of its codes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

#: Every status of domain.md 1.2, in the order of its table, with its name in plain words.
STATUSES: Final[Mapping[str, str]] = {
    "USC_B": "US citizen by birth in the United States",
    "USC_A": "US citizen by birth abroad to a citizen",
    "USC_D": "US citizen by derivation from a parent",
    "USC_N": "US citizen by naturalization",
    "USC": "US citizen",
    "NATL": "US national",
    "LPR": "Permanent resident",
    "CPR": "Conditional permanent resident",
    "REF": "Refugee",
    "ASY": "Asylee",
    "NIV": "Nonimmigrant in the period of stay",
    "PAR": "Parolee",
    "TPS": "Temporary protected status",
    "DED": "Deferred enforced departure",
    "DACA": "Deferred action for childhood arrivals",
    "T": "T status, granted or asked for",
    "U": "U status, granted or asked for",
    "PEND_AOS": "Adjustment of status pending",
    "PEND_ASY": "Asylum application pending",
    "SIJ": "Special immigrant juvenile",
    "VAWA": "Self-petition on record",
    "PROC": "In proceedings",
    "FO_U": "Final order, not executed",
    "FO_X": "Final order, executed",
    "VD": "Voluntary departure granted",
    "EWI": "Entered without inspection",
    "OVS": "Recorded period of stay ended",
    "NRLA": "No record of a lawful admission found",
    "UND": "Undetermined",
}

#: Statuses that a silent or stale source, or the age of the person, leaves in place (contract: USC_* to DACA).
LAWFUL: Final = frozenset(list(STATUSES)[: list(STATUSES).index("DACA") + 1])
#: Statuses that speak against the person; one that rests on a disputed fact is undetermined.
ADVERSE: Final = frozenset({"OVS", "FO_U", "FO_X", "EWI", "VD"})
#: The answer class of each status (the table of the contract); UND and NRLA by what else is on record.
CLASSES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("USC_B", "USC_A", "USC_D", "USC_N", "USC", "NATL"), "R1"),
    **dict.fromkeys(("LPR", "CPR"), "R3"),
    **dict.fromkeys(("NIV", "PAR"), "R4"),
    **dict.fromkeys(("TPS", "DED", "DACA", "REF", "ASY", "T", "U"), "R4L"),
    "PEND_AOS": "R6",
    **dict.fromkeys(("PEND_ASY", "SIJ", "VAWA"), "R5"),
    "OVS": "R7",
    "FO_U": "R8",
    "FO_X": "R9",
    "NRLA": "R10",
    **dict.fromkeys(("EWI", "VD", "PROC", "UND"), "R12"),
}
#: Overlays in the order in which they are listed.
OVERLAYS: Final = ("TPS", "DED", "DACA", "WH", "CAT", "SIJ", "VAWA", "T", "U", "STAY", "PEND_AOS", "PEND_ASY", "PROC")
#: Answer classes that speak against the person: never drafted under a stop or a hold.
ADVERSE_CLASSES: Final = frozenset({"R7", "R8", "R9"})


@dataclass(frozen=True, slots=True)
class Use:
    """A fact that the determination uses, in words, with the rule that gives it weight."""

    fact: str
    text: str
    rule: str
    cite: str


@dataclass(frozen=True, slots=True)
class Skip:
    """A fact that the determination leaves aside, and why."""

    fact: str
    why: str
    rule: str


@dataclass(frozen=True, slots=True)
class Reason:
    """A dated rule that the determination rests on: its id, its cite, the facts, and what it says in plain words."""

    rule: str
    cite: str
    facts: tuple[str, ...]
    says: str


@dataclass(frozen=True, slots=True)
class Particulars:
    """What the governing record says in figures, for the words of an answer; absent where nothing governs.

    `class_code` is never that of a permanent resident. `until` is the last day of the recorded stay, also when it is
    past. `pending` names forms of unprotected applications that wait for a decision.
    """

    class_code: str | None = None
    class_words: str | None = None
    until: date | None = None
    duration_of_status: bool = False
    ordered: date | None = None
    final: date | None = None
    stayed: bool = False
    executed: date | None = None
    pending: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Determination:
    """The answer of the status engine (the status contract). `expires` is UTC; every tuple has a fixed order."""

    status: str
    answer_class: str
    stop: bool
    hold: bool
    expires: datetime
    conflicts: tuple[str, ...] = ()
    protections: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    overlays: tuple[str, ...] = ()
    used: tuple[Use, ...] = ()
    ignored: tuple[Skip, ...] = ()
    missing: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    particulars: Particulars = field(default_factory=Particulars)

    @property
    def blocked(self) -> bool:
        """Whether a stop or a hold stands: then nothing adverse may be drafted, by any path."""
        return self.stop or self.hold

    def as_json(self) -> dict[str, Any]:
        """The determination as the contract writes it, in plain values."""
        return {
            "status": self.status,
            "answer_class": self.answer_class,
            "stop": self.stop,
            "hold": self.hold,
            "conflicts": list(self.conflicts),
            "protections": list(self.protections),
            "warnings": list(self.warnings),
            "overlays": list(self.overlays),
            "used": [{"fact": use.fact, "as": use.text} for use in self.used],
            "ignored": [{"fact": skip.fact, "why": skip.why} for skip in self.ignored],
            "missing": list(self.missing),
            "reasons": [{"rule": r.rule, "cite": r.cite, "facts": list(r.facts)} for r in self.reasons],
            "expires": self.expires.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        }

    def to_text(self) -> str:
        """The determination as one line of JSON, the same to the byte for the same facts."""
        return json.dumps(self.as_json(), ensure_ascii=True, separators=(", ", ": "))
