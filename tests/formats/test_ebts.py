"""Files with fingerprints: cut by length alone, read beyond doubt or refused with one code."""

from __future__ import annotations

import hashlib
import tracemalloc
from typing import Any

import nistitl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment import formats
from muniment.core.message import PrintInquiry
from tests.formats.generated import TODAY, days, plain
from tests.formats.prints import TYPE_1, TYPE_2, file, image, large_image, record
from tests.formats.shape import faults, require_shape
from tests.formats.work import ALWAYS, calls, require_little_work

PICTURES = st.lists(
    st.tuples(st.sampled_from([4, 14]), st.integers(1, 99), st.binary(max_size=60)),
    max_size=4,
    unique_by=lambda p: p[1],
)


def framed(pictures: list[tuple[int, int, bytes]]) -> list[tuple[int, int, bytes]]:
    """Images as records."""
    return [(kind, idc, (image if kind == 4 else large_image)(idc, data)) for kind, idc, data in pictures]


def read(raw: bytes) -> PrintInquiry:
    """A file that is right."""
    message = formats.read(raw, today=TODAY)
    assert isinstance(message, PrintInquiry), message
    return message


@given(PICTURES, plain, plain, days)
def test_what_was_put_into_a_file_is_read_and_hashed(
    pictures: list[tuple[int, int, bytes]], family: str, given_name: str, born: str
) -> None:
    images = framed(pictures)
    name, day = f"{family},{given_name}".encode(), born.replace("-", "").encode()
    message = read(file(type_2={"2.018": name, "2.022": day}, images=images))
    [found] = message.subject.names
    assert (found.family, found.given, message.subject.birth_dates) == (family, given_name, (born,))
    assert [(each.type, int(each.idc), each.bytes, each.sha256) for each in message.records] == [
        (kind, idc, len(raw), hashlib.sha256(raw).hexdigest()) for kind, idc, raw in images
    ]


@given(PICTURES, plain)
def test_another_reader_finds_the_same_records_and_fields(pictures: list[tuple[int, int, bytes]], family: str) -> None:
    raw = file(type_2={"2.018": f"{family},ALPHA".encode()}, images=framed(pictures))
    other = nistitl.Message()
    other.parse(raw)
    message = read(raw)
    first, second, *others = other
    assert [(each.type, int(each.IDC)) for each in others] == [(each.type, int(each.idc)) for each in message.records]
    assert (first.TCN, first.TOT, second._018) == (message.tcn, message.tot, f"{family},ALPHA")


@given(PICTURES, st.data())
def test_a_file_cut_anywhere_is_refused(pictures: list[tuple[int, int, bytes]], data: Any) -> None:
    raw = file(images=framed(pictures))
    cut = raw[: data.draw(st.integers(0, len(raw) - 1))]
    body = require_shape(cut, "ebts")
    assert not body["ok"]
    assert body["tcn"] in (None, "SYN-20250102-000001")


@given(PICTURES, st.data())
def test_a_file_with_some_bytes_changed_gives_one_object(pictures: list[tuple[int, int, bytes]], data: Any) -> None:
    raw = bytearray(file(images=framed(pictures)))
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    require_shape(bytes(raw), "ebts")


@given(st.binary(max_size=200) | st.binary(max_size=100).map(lambda tail: b"1.001:" + tail))
def test_any_bytes_give_one_object(raw: bytes) -> None:
    require_shape(raw, "ebts")


@pytest.mark.parametrize(
    ("type_1", "type_2", "expected"),
    [
        ({"1.002": b"400"}, {}, [("1.002", "ebts.field")]),
        ({"1.002": None}, {}, [("1.002", "field.missing")]),
        ({"1.003": b"1\x1f1"}, {}, [("1.003", "ebts.count")]),
        ({"1.003": b"1\x1f2\x1e2\x1f00\x1e2\x1f01"}, {}, [("1.003", "ebts.count")]),
        ({"1.003": None}, {}, [("1.003", "ebts.count")]),
        ({"1.003": b"1\x1f1\x1e2\x1f07"}, {}, [("1.003", "ebts.count")]),
        ({"1.003": b"1\x1f1\x1e4\x1f01"}, {}, [("1.003", "ebts.count")]),
        ({"1.004": b"NFUF"}, {}, [("2.037", "field.missing")]),
        ({"1.005": b"20250230"}, {}, [("1.005", "ebts.field")]),
        ({"1.005": b"20261126"}, {}, [("1.005", "ebts.field")]),
        ({"1.006": b"0"}, {}, [("1.006", "ebts.field")]),
        ({"1.007": b"ZZFBI000"}, {"2.024": b"U"}, [("1.007", "ebts.field"), ("2.024", "sex.invalid")]),
        ({"1.009": b"SYN-2025 \x80-000001"}, {}, [("1.009", "charset.invalid")]),
        ({"1.010": b"short"}, {}, [("1.010", "ebts.field")]),
        ({"1.011": b"1969"}, {}, [("1.011", "ebts.field")]),
        ({"1.015": b"UTF"}, {}, [("1.015", "ebts.field")]),
        ({}, {"2.006": b"AB"}, [("2.006", "ebts.field")]),
        ({}, {"2.006": b"SGT. EXAMPLE"}, [("2.006", "ebts.field")]),
        ({}, {"2.014": b"\x1e".join([b"ZZ9"] * 6)}, [("2.014", "field.too_many")]),
        ({}, {"2.017": b"900000123"}, [("2.017", "identifier.invalid")]),
        ({}, {"2.017": b"AR-90"}, [("2.017", "identifier.invalid")]),
        ({}, {"2.018": b"TESTPERSON,ALPHA\x1fBETA"}, [("2.018", "ebts.field")]),
        ({}, {"2.018": b"TESTPERSON,ALPHA\x1eOTHER,BETA"}, [("2.018", "field.too_many")]),
        ({}, {"2.018": "MUÑOZ,ALPHA".encode()}, [("2.018", "charset.invalid")]),
        ({"1.015": b"003"}, {"2.018": b"MU\xd1OZ,ALPHA"}, [("2.018", "charset.invalid")]),
        ({"1.015": b"003"}, {"2.006": "MUÑOZ".encode()}, [("2.006", "charset.invalid")]),
        ({}, {"2.018": None, "2.020": b"CN"}, [("2.018", "field.missing"), ("2.020", "pob.unknown")]),
        ({}, {"2.022": b"850314"}, [("2.022", "dob.invalid")]),
        ({}, {"2.022": b"20261125"}, [("2.022", "dob.future")]),
        ({}, {"2.047": b"20250101\x1f" + b"A" * 501}, [("2.047", "field.too_long")]),
        ({}, {"1.013": b"NORAM"}, [("1.013", "ebts.field")]),
        ({}, {"2.18": b"OTHER,GAMMA"}, [("2.018", "field.duplicate")]),
        ({}, {"2.002": b"01"}, [("1.003", "ebts.count")]),
        ({}, {"2.099": b"\x00"}, [("2.099", "charset.invalid")]),
    ],
)
def test_each_fault_has_its_code_and_tag(type_1: Any, type_2: Any, expected: list[tuple[str, str]]) -> None:
    assert faults(file(type_1, type_2), "ebts") == expected


GOOD = file()
FIRST = len(GOOD) - len(record(2, TYPE_2))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", ("1.001", "ebts.field")),
        (b"2.001:10\x1d", ("1.001", "ebts.field")),
        (b"1.0", ("1.001", "ebts.truncated")),
        (b"1.001:", ("1.001", "ebts.truncated")),
        (b"1.001:12345678901\x1d", ("1.001", "ebts.length")),
        (b"1.001:X\x1d", ("1.001", "ebts.length")),
        (b"1.001:4\x1d\x1c", ("1.001", "ebts.length")),
        (b"1.001:2000000000\x1d", ("1.001", "ebts.truncated")),
        (GOOD[:FIRST] + b"2.0", ("2.001", "ebts.truncated")),
        (GOOD[:FIRST] + b"XYZ", ("2.001", "ebts.length")),
        (GOOD[:FIRST] + record(3, {}), ("1.003", "ebts.count")),
        (GOOD[:FIRST], ("1.003", "ebts.count")),
        (GOOD + b"\x00", ("1.003", "ebts.count")),
        (GOOD.replace(b"2.006:", b"2_006:"), (None, "ebts.field")),
        (GOOD.replace(b"2.006:", b"3.006:"), ("3.006", "ebts.field")),
        (GOOD.replace(b"ALPHA BETA", b"ALPHA\x1cBETA"), ("2.001", "ebts.length")),
        (file(images=[(4, 1, b"\x00\x00\x00\x04\x01")]), ("4.001", "ebts.length")),
        (file(images=[(4, 1, b"\x7f\xff\xff\xff\x01")]), ("4.001", "ebts.truncated")),
        (file(images=[(4, 1, b"\x00\x00")]), ("4.001", "ebts.truncated")),
        (file(images=[(4, 2, image(1, b"X"))]), ("1.003", "ebts.count")),
        (file(images=[(14, 1, record(14, {"14.999": b"X"}))]), ("14.002", "ebts.field")),
        (file(images=[(14, 1, record(14, {}))]), ("14.002", "ebts.field")),
        (file(images=[(10, 1, large_image(1, b"X"))]), ("1.003", "ebts.count")),
    ],
)
def test_a_file_whose_records_do_not_fit_is_refused(raw: bytes, expected: tuple[str | None, str]) -> None:
    assert faults(raw, "ebts") == [expected]


def test_what_type_1_gave_stays_unless_its_framing_is_bad() -> None:
    body = require_shape(GOOD + b"\x00", "ebts")
    assert (body["tcn"], body["sender"], body["destination"]) == ("SYN-20250102-000001", "ZZ0010000", ["ZZFBI0000"])
    body = require_shape(GOOD[1:], "ebts")
    assert (body["kind"], body["tcn"], body["sender"]) == (None, None, None)


def test_values_are_mapped_with_a_warning_where_they_say_less() -> None:
    message = read(
        file(
            {"1.006": None, "1.014": b"20250102120000Z"},
            {
                "2.017": b"AR-A900000123\x1ePP-SYN900001\x1eFN-900001\x1eQQ-77",
                "2.022": b"19850314\x1e00000000",
                "2.024": b"G",
                "2.073": b"zz0020000\x1eZZ0030000",
                "2.200": b"own",
            },
        )
    )
    assert message.subject.birth_dates == ("1985-03-14",)
    assert (message.subject.sex, message.sender, message.ori, message.priority) == ("U", "ZZ0020000", "ZZ0010000", 9)
    assert [(each.kind, each.value) for each in message.subject.identifiers] == [
        ("a_number", "900000123"),
        ("passport", "SYN900001"),
        ("fin", "900001"),
    ]
    assert message.extra["2.017"] == [["QQ-77"]]
    assert [(each.field, each.code) for each in message.warnings] == [
        ("2.017", "identifier.unknown"),
        ("2.022", "dob.unknown"),
        ("2.024", "sex.mapped"),
        ("1.014", "field.unknown"),
        ("2.200", "field.unknown"),
    ]


def test_a_large_file_is_read_without_a_second_copy() -> None:
    raw = file(images=[(14, 1, large_image(1, b"\x1c\x1d\x1e\x1f" * 2_500_000))])
    tracemalloc.start()
    read(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert calls(lambda: read(raw)) < ALWAYS
    assert peak < 1_000_000


HUGE = {
    "subfields": file(type_2={"2.051": b"\x1e" * 200_000}),
    "items": file(type_2={"2.019": b"\x1f" * 200_000}),
    "fields": file(type_2={"2.018": b"\x1d" * 200_000}),
    "records": record(1, {**TYPE_1, "1.003": b"1\x1f999\x1e" + b"\x1e".join([b"4\x1f01"] * 999)}),
    "list": record(1, {**TYPE_1, "1.003": b"\x1e" * 200_000}),
    "long record": file(type_2={"2.075": b"A" * 600_000}),
    "foreign": file({"1.015": b"003"}, {"2.018": "Ñ".encode() * 100_000}),
    "separators": b"1.001:200000\x1d" + b"1.1" * 66_000 + b"\x1c",
}


@pytest.mark.parametrize("shape", HUGE)
def test_the_worst_files_are_refused_in_one_pass(shape: str) -> None:
    assert not require_shape(HUGE[shape], "ebts")["ok"]
    require_little_work(HUGE[shape], "ebts", TODAY)
