"""A message explained: whatever was sent, people see its fields, what was wrong, and where."""

from __future__ import annotations

import random
import tomllib
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from muniment import formats
from muniment.formats.explaining import explain
from tests.formats.fuzzing import broken
from tests.formats.generated import TODAY
from tests.formats.prints import file
from tests.messages import iaq, iaq_in, yq

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "broken-messages.toml").read_text(encoding="utf-8"))[
    "broken"
]


def broken_message(case: dict[str, Any]) -> bytes:
    """The message of a case."""
    right = {"nlets": iaq, "hit": yq, "ebts": file}.get(case["form"], lambda: iaq_in(case["form"]))()
    assert right.count(case["from"].encode()) == 1
    return right.replace(case["from"].encode(), case["to"].encode())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["who"])
def test_who_broke_a_message_is_told_what_and_where_and_what_is_right(case: dict[str, Any]) -> None:
    found = explain(broken_message(case), today=TODAY)
    [fault] = found.object["errors"]
    assert fault["code"] == case["code"]
    for part in case["says"]:
        assert part in fault["text"]
    if "marked" in case:
        assert [each.text for each in found.message if each.field] == case["marked"]
    assert case.get("right", "") in "".join(row.right for row in found.rows if row.wrong)


def test_broken_messages_are_explained_too() -> None:
    for form, raw in islice(broken(random.Random(TODAY.toordinal())), 3_000):
        found = explain(raw, format=form, today=TODAY)
        if not found.object["ok"]:
            told = [text for row in found.rows for text in row.wrong]
            assert len(told) == len(found.object["errors"])
        assert all(text.isprintable() for row in found.rows for text in (row.field, row.meaning, *row.wrong))


@pytest.mark.parametrize(
    ("raw", "field", "text"),
    [
        (iaq(SEX="Q"), "SEX", "SEX/Q"),
        (iaq().replace(b"AX", b"VT"), "destination", "VT"),
        (iaq(ori="ZZ00"), "sender", "ZZ00"),
        (iaq("A B"), "control", "*A B"),
        (iaq().replace(b"IAQ", b"QQQ"), "header", "QQQ"),
        (iaq().replace(b"ALPHA", b"\xd1LPHA"), "message", "<D1>"),
        (iaq_in("nlets-xml", ARN="9" * 9).replace(b">999999999<", b">9<"), "ARN", "<nc:IdentificationID>9"),
        (iaq_in("nlets-xml").replace(b">AX<", b">VT<"), "destination", "<nh2:DestinationORIID>VT"),
        (iaq_in("niem-json", FBI="ZZ9").replace(b'"ZZ9"', b'"-"'), "FBI", '"nc:IdentificationID": "-"'),
        (iaq_in("niem-json").replace(b'"0399"', b'"1"'), "OFF", '"ncic:ChargeCode": "1"'),
        (file({"1.009": b"short"}), "1.009", "1.009:short"),
        (yq().replace(b"RNO/1", b"RNO/4"), "RNO", "RNO/4"),
        (iaq(name="ST. TESTPERSON, A"), "message", "TESTPERSON, A"),
        (iaq().replace(b"0001.TXT", b"0001TXT"), "header", "*SYN0000001TXT"),
        (iaq_in("nlets-xml").replace(b"</n2:Person>", b""), "message", "</n2:NLETSInquiryData>"),
        (iaq_in("niem-json").replace(b'"C",', b'"C",,'), "message", ","),
    ],
)
def test_the_place_of_a_fault_is_marked(raw: bytes, field: str, text: str) -> None:
    marked = [(each.field, each.text.strip()) for each in explain(raw, today=TODAY).message if each.field]
    assert marked == [(field, text)]


@pytest.mark.parametrize("raw", [iaq(), iaq_in("nlets-xml"), iaq_in("niem-json"), yq(), file()])
def test_the_whole_message_is_shown(raw: bytes) -> None:
    found = explain(raw, today=TODAY)
    assert found.object == formats.message_object(formats.read(raw, today=TODAY))
    assert len("".join(each.text for each in found.message)) >= len(raw.replace(b"\r\n", b"\n"))
