"""The fact file: what is on record about one person, as values. Reading it checks it against its contract.

Every kind of fact is one row of `KINDS`; a fault names the first field that breaks the contract as a JSON pointer, in
the order as_of, person, links, sources, facts, and within a fact id, kind, record, date, then its row.
"""

from __future__ import annotations

import json
import re
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, TypeAlias

from muniment.core.errors import SenderFault

#: kind: its fields as `name:form`. `!` marks a field that must be there; a form is a key of `_FORMS` or a listed set.
KINDS: Final[Mapping[str, str]] = {
    "birth": "country!:alpha2 state:text place_certain:flag",
    "parent": "relation:mother|father|adoptive citizen_since:day custody:flag",
    "us_passport": "kind_of!:citizen|national revoked:flag",
    "crba": "",
    "naturalization_approved": "",
    "naturalization_oath": "",
    "certificate_of_citizenship": "effective:day",
    "loss_of_nationality": "",
    "denaturalization": "",
    "citizen_claim": "by:self|family|lawyer|agency",
    "citizen_indicium": "what:text",
    "lpr_grant": "class:text conditional:flag",
    "lpr_code": "class:text",
    "conditions_petition": "filed:day state:pending|approved|denied",
    "conditions_terminated": "",
    "abandonment": "",
    "rescission": "",
    "admission": "class!:text admit_until:day duration_of_status:flag",
    "parole": "class:text until:day litigation:flag",
    "deferred_inspection": "",
    "stay_application": "form:I-539|I-129 filed:day state:pending|approved|denied class:text until:day",
    "adjustment_application": "filed:day state!:pending|approved|denied",
    "asylum_application": "filed:day state!:pending|approved|denied",
    "asylum_grant": "",
    "refugee_admission": "",
    "withholding_grant": "country:text",
    "cat_grant": "country:text",
    "tps_grant": "until:day litigation:flag",
    "daca_grant": "until:day litigation:flag",
    "ded": "until:day litigation:flag",
    "sij_approval": "",
    "protected_filing": "what:VAWA|T|U state:pending|approved|denied_final",
    "sevis": "state:active|completed|terminated",
    "departure": "disputed:flag",
    "entry_without_inspection": "proof:encounter|sworn|nta_sustained",
    "proceedings": "state!:pending|terminated|dismissed|administratively_closed reason:citizenship|other",
    "removal_order": ("final:day in_absentia:flag served:flag state!:standing|reopened|vacated|stayed|appealed"),
    "voluntary_departure": "until!:day state!:granted|complied|breached",
    "removal_executed": "",
    "conviction": (
        "statute:text sentence:amount plea:plea|finding|none vacated:none|legal_defect|rehabilitative juvenile:flag"
    ),
    "charge": "statute:text state:open|dismissed|acquitted",
    "diplomat": "class:text country:text",
    "compact_citizen": "class:text country:text",
    "us_military": "class:text country:text",
    "death": "",
    "dispute": "what:text facts:ids",
    "red_notice": "country:text checked:day",
    "finding": "closes!:ids by!:text result:text",
}

_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_BIRTH: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_RECORD: Final = re.compile(r"[^:\s]+:\S.*")
_ALPHA2: Final = re.compile(r"[A-Z]{2}")


Day: TypeAlias = date  # a fact has a field of that name


class FactFileFault(SenderFault):
    """The fact file does not follow the status contract. `pointer` is the JSON pointer of the first fault."""

    def __init__(self, pointer: str, text: str) -> None:
        super().__init__(text, field=pointer, rule="facts.contract")
        self.pointer = pointer


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of one record. `date` is the day of legal effect; `values` holds the fields of its kind that are there.

    `pulled` (UTC) is when the copy was read from its system; None means it is fresh.
    """

    id: str
    kind: str
    record: str
    date: date
    values: Mapping[str, Any]
    pulled: datetime | None = None
    supersedes: tuple[str, ...] = ()

    def text(self, name: str) -> str | None:
        """A text or a word of a listed set, or None when the fact does not say."""
        value: str | None = self.values.get(name)
        return value

    def day(self, name: str) -> Day | None:
        """A date, or None when the fact does not say."""
        value: Day | None = self.values.get(name)
        return value

    def flag(self, name: str) -> bool | None:
        """True or false, or None when the fact does not say."""
        value: bool | None = self.values.get(name)
        return value

    def ids(self, name: str) -> tuple[str, ...]:
        """Ids of other facts (or codes) that the fact names."""
        value: tuple[str, ...] = self.values.get(name, ())
        return value


@dataclass(frozen=True, slots=True)
class Link:
    """How one record was tied to the person: `link` as the contract lists it; `disagrees` speaks against the tie."""

    record: str
    link: str
    basis: str | None
    disagrees: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactFile:
    """Everything on record about one person, for the day `as_of`.

    `born` holds the first and the last day that the birth date, which may be partial, can mean. `silent` names the
    record systems that did not answer, or answered from a stale copy. No tuple has an order that means anything.
    """

    as_of: date
    facts: tuple[Fact, ...]
    born: tuple[date, date] | None = None
    links: tuple[Link, ...] = ()
    silent: tuple[str, ...] = ()


class _WrongValue(Exception):
    """A value that its form does not allow. `at` is the pointer below the field."""

    def __init__(self, text: str, at: str = "") -> None:
        super().__init__(text)
        self.at = at


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _WrongValue("must be a text")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _WrongValue("must be true or false")
    return value


def _day(value: Any) -> date:
    found = _DAY.fullmatch(_text(value))
    try:
        return date(*map(int, found.groups())) if found else _no_day()
    except ValueError:
        return _no_day()


def _no_day() -> date:
    raise _WrongValue("must be a date of the calendar, YYYY-MM-DD")


def _moment(value: Any) -> datetime:
    if not _MOMENT.fullmatch(_text(value)):
        raise _WrongValue("must be a moment with its offset, such as 2026-11-24T06:00:00Z")
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _WrongValue("must be a moment of the calendar") from None


def _birth(value: Any) -> tuple[date, date]:
    """The first and the last day that `YYYY-MM-DD`, `YYYY-MM` or `YYYY` can mean."""
    found = _BIRTH.fullmatch(_text(value))
    if not found:
        raise _WrongValue("must be YYYY-MM-DD, YYYY-MM or YYYY")
    year, month, day = found.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
        last_month = int(month or 12)
        return first, first.replace(month=last_month, day=int(day or monthrange(first.year, last_month)[1]))
    except ValueError:
        raise _WrongValue("must be a date of the calendar") from None


def _alpha2(value: Any) -> str:
    if not _ALPHA2.fullmatch(_text(value)):
        raise _WrongValue("must be an ISO 3166-1 alpha-2 code")
    return str(value)


def _amount(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _WrongValue("must be a text or a number")
    return str(value)


def _ids(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise _WrongValue("must be a list of ids")
    for index, item in enumerate(value):
        if not isinstance(item, str):
            raise _WrongValue("must be a text", f"/{index}")
    return tuple(value)


def _record(value: Any) -> str:
    if not _RECORD.fullmatch(_text(value)):
        raise _WrongValue("must be SYSTEM:record-id")
    return str(value)


def _name(value: Any) -> str:
    if not _text(value):
        raise _WrongValue("must not be empty")
    return str(value)


def _one_of(listed: str) -> Callable[[Any], str]:
    words = frozenset(listed.split("|"))

    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise _WrongValue(f"must be one of {', '.join(sorted(words))}")
        return value

    return check


_FORMS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "text": _text,
    "flag": _flag,
    "day": _day,
    "alpha2": _alpha2,
    "amount": _amount,
    "ids": _ids,
}


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    needed: bool
    check: Callable[[Any], Any]


def _row(text: str) -> tuple[_Field, ...]:
    fields = (part.split(":", 1) for part in text.split())
    return tuple(
        _Field(name.rstrip("!"), name.endswith("!"), _FORMS.get(form) or _one_of(form)) for name, form in fields
    )


_ROWS: Final = {kind: _row(text) for kind, text in KINDS.items()}
_KIND: Final = _one_of("|".join(KINDS))
_LINK: Final = (
    _Field("record", True, _record),
    _Field("link", True, _one_of("confirmed|probable|possible|rejected")),
    _Field("basis", False, _one_of("fingerprint|identifier|biographic")),
    _Field("disagrees", False, _ids),
)
_SOURCE: Final = (
    _Field("system", True, _name),
    _Field("state", True, _one_of("answered|unreachable|stale")),
)
_HEAD: Final = (
    _Field("id", True, _name),
    _Field("kind", True, _KIND),
    _Field("record", True, _record),
    _Field("date", True, _day),
)
_AS_OF: Final = _Field("as_of", True, _day)
_BIRTH_DATE: Final = _Field("birth_date", False, _birth)
_TAIL: Final = (_Field("pulled", False, _moment), _Field("supersedes", False, _ids))


def read(text: str | bytes) -> FactFile:
    """The fact file that JSON `text` holds. Raises `FactFileFault`, with the pointer "" where it is no JSON object."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise FactFileFault("", "The fact file is not JSON.") from None
    return parse(given)


def parse(given: Any) -> FactFile:
    """The fact file in `given`, the plain values of its JSON. Raises `FactFileFault` that names the first fault."""
    if not isinstance(given, Mapping):
        raise FactFileFault("", "A fact file must be a JSON object.")
    as_of: date = _value(given, _AS_OF, "")
    person = given.get("person")
    born = _value({} if person is None else person, _BIRTH_DATE, "/person")
    links = [Link(**{"basis": None, **_values(row, _LINK, at)}) for row, at in _rows(given, "links")]
    sources = [_values(row, _SOURCE, at) for row, at in _rows(given, "sources")]
    facts = _facts(given)
    silent = sorted({str(source["system"]) for source in sources if source["state"] != "answered"})
    return FactFile(as_of, facts, born, tuple(links), tuple(silent))


def _facts(given: Mapping[str, Any]) -> tuple[Fact, ...]:
    if given.get("facts") is None:
        raise FactFileFault("/facts", "A fact file must have facts; the list may be empty.")
    seen: set[str] = set()
    return tuple(_fact(row, at, seen) for row, at in _rows(given, "facts"))


def _fact(row: Mapping[str, Any], at: str, seen: set[str]) -> Fact:
    name: str = _value(row, _HEAD[0], at)
    if name in seen:
        raise FactFileFault(f"{at}/id", f"{at}/id must be unique: {name} stands there twice.")
    seen.add(name)
    head = _values(row, _HEAD[1:], at)
    values = _values(row, _ROWS[head["kind"]], at)
    return Fact(name, head["kind"], head["record"], head["date"], values, **_values(row, _TAIL, at))


def _rows(given: Mapping[str, Any], name: str) -> Sequence[tuple[Mapping[str, Any], str]]:
    rows = given.get(name)
    if rows is None:
        return ()
    if not isinstance(rows, list | tuple):
        raise FactFileFault(f"/{name}", f"/{name} must be a list.")
    return [(row, f"/{name}/{index}") for index, row in enumerate(rows)]


def _object(value: Any, at: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise FactFileFault(at, f"{at} must be an object.")
    return value


def _values(row: Any, fields: Sequence[_Field], at: str) -> dict[str, Any]:
    row = _object(row, at)
    return {field.name: _value(row, field, at) for field in fields if field.needed or row.get(field.name) is not None}


def _value(row: Any, field: _Field, at: str) -> Any:
    value = _object(row, at).get(field.name)
    where = f"{at}/{field.name}"
    if value is None:
        if field.needed:
            raise FactFileFault(where, f"{where} must be there.")
        return None
    try:
        return field.check(value)
    except _WrongValue as wrong:
        raise FactFileFault(where + wrong.at, f"{where}{wrong.at} {wrong}.") from None
