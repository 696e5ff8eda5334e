from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from muniment.core.record import Record
from muniment.core.subject import Identifier, Name, Subject
from muniment.identity.basis import basis
from muniment.identity.grouping import group

PULLED = datetime(2026, 11, 24, tzinfo=UTC)


def record(name: str, born: str = "", **numbers: str) -> Record:
    found = tuple(Identifier(kind, value) for kind, value in numbers.items())
    return Record("CIS", name, Subject((Name("MUSTER", "ANTON"),), (born,) if born else (), identifiers=found), PULLED)


def grouped(*records: Record) -> list[list[str]]:
    return [[each.record_id for each in members] for members in group(records)]


def test_a_shared_number_and_birth_date_tie_records_together() -> None:
    one, other = record("1", "1984-09-09", a_number="900412777"), record("2", "1984-09-09", a_number="A900412777")
    assert grouped(one, record("3"), other) == [["1", "2"], ["3"]]


def test_a_shared_number_alone_does_not() -> None:
    assert grouped(record("1", "1984-09-09", fbi="123456FA7"), record("2", "1985-09-09", fbi="123456FA7")) == [
        ["1"],
        ["2"],
    ]
    assert grouped(record("1", fbi="123456FA7"), record("2", fbi="123456FA7")) == [["1"], ["2"]]
    assert grouped(record("1", "1984", fbi="123456FA7"), record("2", "1984", fbi="123456FA7")) == [["1"], ["2"]]


def test_name_and_birth_date_alone_do_not() -> None:
    assert grouped(record("1", "1984-09-09"), record("2", "1984-09-09")) == [["1"], ["2"]]


def test_filler_and_numbers_of_other_kinds_do_not() -> None:
    born = "1984-09-09"
    assert grouped(record("1", born, a_number="000000000"), record("2", born, a_number="000000000")) == [["1"], ["2"]]
    assert grouped(record("1", born, license="D1234567"), record("2", born, license="D1234567")) == [["1"], ["2"]]
    assert grouped(record("1", born, a_number="900412777"), record("2", born, fin="900412777")) == [["1"], ["2"]]


def test_a_record_may_tie_two_others_together() -> None:
    born = "1984-09-09"
    first, second = record("1", born, a_number="900412777"), record("2", born, fbi="123456FA7")
    assert grouped(first, second, record("3", born, a_number="900412777", fbi="123456FA7")) == [["1", "2", "3"]]


numbers = st.fixed_dictionaries({}, optional={"a_number": st.sampled_from(["900412777", "901555123", "905131869"])})
records = st.lists(st.tuples(st.sampled_from(["1984-09-09", "1985-01-02"]), numbers), max_size=8).map(
    lambda rows: [record(str(place), born, **values) for place, (born, values) in enumerate(rows)]
)


@given(records, st.randoms(use_true_random=False))
def test_every_record_stands_in_one_candidate_whatever_the_order(found: list[Record], rng: st.DataObject) -> None:
    mixed = rng.sample(found, len(found))  # type: ignore[attr-defined]  # a random.Random, of which hypothesis has no type
    assert sorted(each.record_id for members in group(found) for each in members) == sorted(r.record_id for r in found)
    assert {frozenset(r.record_id for r in members) for members in group(found)} == {
        frozenset(r.record_id for r in members) for members in group(mixed)
    }


def test_a_record_is_tied_by_a_unique_number_or_by_biography() -> None:
    asked = record("1", "1984-09-09", a_number="900412777").subject
    assert basis(asked, [record("2").subject, record("3", a_number="A900412777").subject]) == "identifier"
    assert basis(asked, [record("2", "1984-09-09").subject]) == "biographic"
    assert basis(asked, []) == "biographic"
