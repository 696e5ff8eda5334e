"""Fact files for property tests: every kind and listed value, days that lie close together, links and corrections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from hypothesis import strategies as st

from muniment.status.facts import KINDS

AS_OF: Final = date(2026, 11, 24)
RECORDS: Final = ("CIS:A900000001", "EOIR:A900000001", "CIS:A900000002", "ADIS:1", "CLAIMS:1", "CLAIMS:2", "COURT:1")
CLASSES: Final = (
    "B2", "F1", "A1", "FSM", "H1B", "DT", "IR1", "CR1", "SU6", "SL6", "W16", "AS6", "RE1", "AS1", "T1", "U1", "S5",
    "AO", "384", "TPS", "ABD", "DEP", "EWI", "USC", "PEN", "ME", "M83", "QQ",
)  # fmt: skip

#: Kinds that a file on an alien holds and that end no citizenship and close nothing.
ALIEN: Final = tuple(
    kind
    for kind in KINDS
    if kind not in ("finding", "denaturalization", "loss_of_nationality", "birth", "us_passport", "dispute")
)


def days(spread: int = 4000) -> st.SearchStrategy[str]:
    """Days around the day asked for; the near ones come often, so that borders are met."""
    near = st.integers(-3, 3)
    return st.one_of(near, st.integers(-spread, 400)).map(lambda off: (AS_OF + timedelta(days=off)).isoformat())


def _value(form: str, ids: st.SearchStrategy[list[str]]) -> st.SearchStrategy[Any]:
    forms: Mapping[str, st.SearchStrategy[Any]] = {
        "text": st.just("VE"),
        "flag": st.booleans(),
        "day": days(),
        "alpha2": st.sampled_from(["US", "PR", "AS", "MX", "VE"]),
        "amount": st.sampled_from(["probation", 365]),
        "ids": ids,
    }
    return forms[form] if form in forms else st.sampled_from(form.split("|"))


@st.composite
def rows(draw: st.DrawFn, name: str, kinds: tuple[str, ...] = tuple(KINDS), corrects: bool = True) -> dict[str, Any]:
    """One fact with the id `name`, of one of `kinds`, its optional fields there or not."""
    kind = draw(st.sampled_from(kinds))
    fact: dict[str, Any] = {"id": name, "kind": kind, "record": draw(st.sampled_from(RECORDS)), "date": draw(days())}
    ids = st.lists(st.sampled_from(["f0", "f1", "f2", "f3", "C1", "C3", "C8", "C10"]), max_size=2)
    for field in KINDS[kind].split():
        label, form = field.split(":", 1)
        if label.endswith("!") or draw(st.booleans()):
            fact[label.rstrip("!")] = draw(st.sampled_from(CLASSES) if label.startswith("class") else _value(form, ids))
    if draw(st.integers(0, 3)) == 0:
        fact["pulled"] = draw(st.sampled_from(["2026-11-24T06:00:00Z", "2026-11-22T06:00:00Z"]))
    if corrects and draw(st.integers(0, 4)) == 0:
        fact["supersedes"] = draw(st.lists(st.sampled_from(["f0", "f1", "f2", "f3"]), max_size=2))
    return fact


_LINKS: Final = st.fixed_dictionaries(
    {
        "record": st.sampled_from(RECORDS),
        "link": st.sampled_from(["confirmed", "probable", "possible", "rejected"]),
        "basis": st.sampled_from(["fingerprint", "identifier", "biographic"]),
    },
    optional={"disagrees": st.just(["sex"])},
)
_BIRTHS: Final = st.sampled_from([None, "1985-05-05", "1985", "2008-11", "2008-11-24", "2010-02-28"])


@st.composite
def files(draw: st.DrawFn, kinds: tuple[str, ...] = tuple(KINDS), links: bool = True) -> dict[str, Any]:
    """A whole fact file of at most four facts."""
    count = draw(st.integers(0, 4))
    silent = draw(st.booleans()) and draw(st.booleans())
    return {
        "as_of": AS_OF.isoformat(),
        "person": {"birth_date": draw(_BIRTHS)},
        "links": draw(st.lists(_LINKS, max_size=2)) if links else [],
        "facts": [draw(rows(f"f{index}", kinds)) for index in range(count)],
        "sources": [{"system": "CIS", "state": "unreachable" if silent else "answered"}],
    }
