"""A fact file is read whole or refused at its first fault; nothing else comes out."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.core.errors import SenderFault
from muniment.status.conflicts import expiry
from muniment.status.engine import determine
from muniment.status.facts import KINDS, FactFileFault, parse, read
from muniment.status.police import police_form
from tests.status.files import files, rows

ADMISSION = {"id": "f1", "kind": "admission", "record": "ADIS:1", "date": "2026-09-01", "class": "B2"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def _file(*facts: Any, **more: Any) -> dict[str, Any]:
    return {"as_of": "2026-11-24", "facts": list(facts), **more}


def _fault(given: Any) -> str:
    with pytest.raises(FactFileFault) as refused:
        parse(given)
    return refused.value.pointer


def test_a_fault_is_the_senders_and_says_the_field_and_the_rule() -> None:
    with pytest.raises(SenderFault, match="must be a date of the calendar") as refused:
        parse({"as_of": "2026-13-01", "facts": []})
    assert refused.value.field == "/as_of"


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "7", "null", b"\xff\xfe\x00", "[" * 100_000, '{"as_of": 1e'])
def test_text_that_is_no_object_has_the_empty_pointer(text: str | bytes) -> None:
    with pytest.raises(FactFileFault) as refused:
        read(text)
    assert refused.value.pointer == ""


def test_faults_are_found_in_the_order_of_the_contract() -> None:
    given: dict[str, Any] = {
        "person": {"birth_date": "soon"},
        "links": [{"record": "CIS:1", "link": "sure"}],
        "sources": [{"system": "CIS", "state": "asleep"}],
        "facts": [{"id": 7}],
    }
    found = []
    for mended in ({"as_of": "2026-11-24"}, {"person": {}}, {"links": []}, {"sources": []}, {"facts": []}):
        found.append(_fault(given))
        given = {**given, **mended}
    assert found == ["/as_of", "/person/birth_date", "/links/0/link", "/sources/0/state", "/facts/0/id"]
    assert parse(given).facts == ()


def test_within_a_fact_id_kind_record_and_date_come_before_the_row() -> None:
    fact: dict[str, Any] = {"class": 7, "admit_until": "never"}
    found = []
    for mended in ({"id": "f1"}, {"kind": "admission"}, {"record": "ADIS:1"}, {"date": "2026-09-01"}, {"class": "B2"}):
        found.append(_fault(_file(fact)))
        fact = {**fact, **mended}
    assert found == ["/facts/0/id", "/facts/0/kind", "/facts/0/record", "/facts/0/date", "/facts/0/class"]
    assert _fault(_file(fact)) == "/facts/0/admit_until"


def test_the_first_faulty_fact_is_named_whatever_comes_after() -> None:
    assert _fault(_file(ADMISSION, {**ADMISSION, "id": "f2", "date": "x"}, 7)) == "/facts/1/date"


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_must_be_there_may_be_neither_absent_nor_null(kind: str) -> None:
    base: dict[str, Any] = {"id": "f1", "kind": kind, "record": "CIS:1", "date": "2020-01-01"}
    needed = [part.split("!")[0] for part in KINDS[kind].split() if "!:" in part]
    for name in needed[:1]:
        assert _fault(_file(base)) == f"/facts/0/{name}"
        assert _fault(_file({**base, name: None})) == f"/facts/0/{name}"
    if not needed:
        assert [fact.kind for fact in parse(_file(base)).facts] == [kind]


def test_unknown_keys_and_ids_that_name_no_fact_are_no_faults() -> None:
    fact = {**ADMISSION, "colour": "blue", "supersedes": ["nobody"]}
    dispute = {"id": "d", "kind": "dispute", "record": "REDRESS:1", "date": "2026-10-01", "facts": ["nobody"]}
    assert len(parse({**_file(fact, dispute), "more": 1}).facts) == 2


def test_null_in_a_field_that_may_be_absent_is_absence() -> None:
    given = _file({**ADMISSION, "admit_until": None, "pulled": None, "supersedes": None}, person=None, links=None)
    (fact,) = parse(given).facts
    assert (fact.day("admit_until"), fact.pulled, fact.supersedes) == (None, None, ())


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("1990-05-02", date(1990, 5, 2), date(1990, 5, 2)),
        ("1990-02", date(1990, 2, 1), date(1990, 2, 28)),
        ("1988-02", date(1988, 2, 1), date(1988, 2, 29)),
        ("1990", date(1990, 1, 1), date(1990, 12, 31)),
    ],
)
def test_a_partial_birth_date_means_every_day_that_it_can_mean(written: str, first: date, last: date) -> None:
    assert parse(_file(person={"birth_date": written})).born == (first, last)


@pytest.mark.parametrize(
    "written", ["1990-5-2", "90", "1990-00", "1990-02-30", "0000", "1990-05-02T00", "１９９０", 1990]
)
def test_what_is_no_birth_date_is_a_fault(written: object) -> None:
    assert _fault(_file(person={"birth_date": written})) == "/person/birth_date"


@pytest.mark.parametrize(
    "moment", ["2026-11-24", "2026-11-24T06:00:00", "2026-11-24T25:00:00Z", "0001-01-01T00:00:00+05:00"]
)
def test_what_is_no_moment_is_a_fault(moment: str) -> None:
    assert _fault(_file({**ADMISSION, "pulled": moment})) == "/facts/0/pulled"


@pytest.mark.parametrize("as_of", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_break_nothing(as_of: str) -> None:
    birth = {"id": "b", "kind": "birth", "record": "CIS:1", "date": as_of, "country": "US"}
    vd = {
        "id": "v",
        "kind": "voluntary_departure",
        "record": "EOIR:1",
        "date": as_of,
        "until": as_of,
        "state": "granted",
    }
    petition = {
        "id": "l",
        "kind": "lpr_grant",
        "record": "CIS:1",
        "date": as_of,
        "conditional": True,
        "pulled": "9999-12-31T23:59:59Z",
    }
    stay = {**ADMISSION, "date": as_of, "admit_until": as_of}
    for facts in ([birth], [vd], [petition], [stay], []):
        file = parse({"as_of": as_of, "facts": facts, "person": {"birth_date": as_of}})
        assert determine(file).to_text()
        assert police_form(file).to_text()


def test_an_answer_expires_with_the_calendar_at_the_latest() -> None:
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert expiry(last, 24) == last


def _many(kind: str, **values: Any) -> list[dict[str, Any]]:
    """Ten thousand facts of one kind on one person; a value may depend on its place."""
    row = {"kind": kind, "record": "CIS:A900000001", "date": "2020-01-01"}
    made = range(10_000)
    return [
        row | {"id": f"f{n}"} | {name: value(n) if callable(value) else value for name, value in values.items()}
        for n in made
    ]


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        (_many("admission", **{"class": "B2"}, admit_until="2020-06-01"), "UND"),  # alone, and of 2020
        (_many("adjustment_application", state="pending"), "PEND_AOS"),
        (_many("citizen_claim"), "UND"),
        (_many("birth", country=lambda n: "US" if n % 2 else "MX"), "USC_B"),
        (_many("charge", supersedes=lambda n: [f"f{n - 1}"]), "UND"),
    ],
    ids=["stays", "applications", "claims", "contradictions", "corrections"],
)
def test_ten_thousand_facts_on_one_person_are_determined(facts: list[dict[str, Any]], status: str) -> None:
    found = determine(parse(_file(*facts)))
    assert found.status in (status, "NRLA")
    assert len(found.used) + len(found.ignored) == len(facts)


def _pointer(value: Any) -> str | None:
    try:
        determine(parse(value))
    except FactFileFault as fault:
        return fault.pointer
    return None


@given(JSON)
def test_whatever_json_is_read_or_refused(given: Any) -> None:
    for value in (given, {"as_of": "2026-11-24", "facts": given}, {"as_of": "2026-11-24", "facts": [given]}):
        assert _pointer(value) in (None, "") or str(_pointer(value)).startswith("/")


@given(files(), rows("new"), st.data())
def test_one_broken_value_is_refused_where_it_stands(
    given: dict[str, Any], fact: dict[str, Any], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(set(fact) - {"id", "what", "statute", "result", "by"})))
    broken = {**fact, name: {"no": "value"}}
    with pytest.raises(FactFileFault) as refused:
        parse({**given, "facts": [*given["facts"], broken]})
    assert refused.value.pointer == f"/facts/{len(given['facts'])}/{name}"


@given(files())
def test_the_text_of_a_file_and_its_values_read_the_same(given: dict[str, Any]) -> None:
    assert read(json.dumps(given)) == parse(given)
