"""Messages in JSON: what could mean two things is refused, wrong types are told field by field; the schema agrees."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment import formats
from muniment.core.message import Accepted, FreeText, Rejected, StatusInquiry
from muniment.formats.profile import DEFAULT
from muniment.formats.schemas import json_schema
from tests.formats.generated import TODAY, free_texts, inquiries
from tests.formats.shape import faults, good, require_shape
from tests.formats.work import require_little_work
from tests.messages import iaq_in

FORM = "niem-json"
GOOD = json.loads(iaq_in(FORM, ARN="900000123", AKA="OTHER, GAMMA", REM="SYNTHETIC"))
TOP = "mun:StatusInquiry"
ABSENT = object()


def changed(path: str, value: Any) -> bytes:
    """The message with one value another, or left out."""
    body = copy.deepcopy(GOOD)
    *way, last = [TOP, *path.split("/")] if path else [TOP]
    inside = body
    for name in way:
        inside = inside.setdefault(name, {})
    inside[last] = value
    if value is ABSENT:
        del inside[last]
    return json.dumps(body).encode()


@given(inquiries)
def test_an_inquiry_is_read_back_as_it_was(message: StatusInquiry) -> None:
    wire = formats.write(replace(message, format=FORM))
    again = formats.read(wire, today=TODAY)
    assert not isinstance(again, Rejected), again
    assert replace(again, warnings=()) == replace(message, format=FORM)


@given(free_texts)
def test_the_text_of_an_answer_is_read_back_as_it_was(message: FreeText) -> None:
    again = formats.read(formats.write(replace(message, format=FORM)), today=TODAY)
    assert again == replace(message, format=FORM)


NAME = "nc:Person/nc:PersonName"
ORI = "j:OrganizationORIIdentification"
PHONE = "nc:ContactTelephoneNumber"


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("", ABSENT, [(None, "json.malformed")]),
        ("", [], [(None, "json.malformed")]),
        ("", None, [(None, "json.malformed")]),
        ("mun:MessageKeyCode", ABSENT, [("header", "header.bad")]),
        ("mun:MessageKeyCode", 7, [("header", "header.bad")]),
        ("mun:MessageKeyCode", "YQ", [("header", "mke.unknown")]),
        ("mun:MessageKeyCode", "IAQX", [("header", "header.bad")]),
        (ORI, "ZZ0010100", [("header", "header.bad")]),
        (f"{ORI}/nc:IdentificationID", 10100, [("header", "header.bad")]),
        (f"{ORI}/nc:IdentificationID", "", [("header", "header.bad")]),
        (f"{ORI}/nc:IdentificationID", " ZZ0010100", [("sender", "sender.invalid")]),
        ("mun:DestinationText", [], [("header", "header.bad")]),
        ("mun:DestinationText", ["AX", 1], [("header", "header.bad")]),
        ("mun:DestinationText", {"a": "AX"}, [("header", "header.bad")]),
        ("mun:DestinationText", ["AX", ""], [("destination", "destination.invalid")]),
        ("mun:DestinationText", ["AX"] * 6, [("destination", "destination.invalid")]),
        ("mun:DestinationText", "VT", [("destination", "destination.invalid")]),
        ("nc:MessageID", 1, [("header", "header.bad")]),
        ("nc:MessageID", "A.B", [("control", "control.invalid")]),
        ("mun:PurposeCode", ["C"], [("PUR", "purpose.invalid")]),
        ("mun:PurposeCode", None, [("PUR", "field.missing")]),
        ("mun:AttentionText", True, [("ATN", "field.bad")]),
        ("mun:AttentionText", "A\nB", [("ATN", "charset.invalid")]),
        ("mun:AttentionText", "\u00d1", [("ATN", "charset.invalid")]),
        ("mun:AttentionText", "A" * 31, [("ATN", "field.too_long")]),
        (PHONE, "5550100100", [(None, "json.malformed")]),
        (f"{PHONE}/nc:FullTelephoneNumber", [], [(None, "json.malformed")]),
        (PHONE, None, [("PHN", "field.missing")]),
        (NAME, "TESTPERSON, ALPHA", [("NAM", "name.invalid")]),
        (NAME, {}, [("NAM", "name.invalid")]),
        (NAME, [], [("NAM", "field.missing")]),
        (NAME, {"nc:PersonSurName": 7}, [("NAM", "name.invalid")]),
        (NAME, {"nc:PersonSurName": "T3ST"}, [("NAM", "name.invalid")]),
        (NAME, {"nc:PersonSurName": "A,B"}, [("NAM", "name.invalid")]),
        (NAME, {"nc:PersonSurName": "-"}, [("NAM", "name.invalid")]),
        (NAME, {"nc:PersonSurName": "LNU", "nc:PersonGivenName": "FNU"}, [("NAM", "name.invalid")]),
        (NAME, {"nc:PersonSurName": "T" * 51}, [("NAM", "field.too_long")]),
        (NAME, {"nc:PersonSurName": "\u0422EST"}, [("NAM", "charset.invalid")]),
        (NAME, [{"nc:PersonSurName": "A"}, "B"], [("AKA", "name.invalid")]),
        (NAME, [{"nc:PersonSurName": "A"}] * 12, [("AKA", "field.too_many")]),
        (NAME, [None, {"nc:PersonSurName": "A"}], [("NAM", "field.missing")]),
        ("nc:Person/nc:PersonBirthDate/nc:Date", 19850314, [("DOB", "dob.invalid")]),
        ("nc:Person/nc:PersonBirthDate/nc:Date", "19850314", [("DOB", "dob.invalid")]),
        ("nc:Person/nc:PersonBirthDate/nc:Date", "2026-11-25", [("DOB", "dob.future")]),
        ("nc:Person/ncic:PersonSexCode", 1, [("SEX", "sex.invalid")]),
        ("nc:Person/ncic:PersonBirthplaceCode", {}, [("POB", "pob.unknown")]),
        ("mun:CustodyIndicator", "Y", [("CUS", "custody.invalid")]),
        ("mun:CustodyIndicator", 1, [("CUS", "custody.invalid")]),
        ("ncic:ChargeCode", 399, [("OFF", "offense.invalid")]),
        ("nc:Person/im:Alien", "900000123", [(None, "json.malformed")]),
        ("nc:Person/nc:PersonSSNIdentification/nc:IdentificationID", 900010001, [("SOC", "identifier.invalid")]),
        ("a", "\ud800", [(None, "charset.invalid")]),
        ("\udc00", 1, [(None, "charset.invalid")]),
        ("a", "\x00", [(None, "charset.invalid")]),
        ("a", [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]], [(None, "depth.exceeded")]),
    ],
)
def test_each_fault_has_its_code_and_field(path: str, value: Any, expected: list[tuple[str | None, str]]) -> None:
    assert faults(changed(path, value), FORM) == expected


def test_a_member_of_the_inquiry_and_of_the_person_stands_twice() -> None:
    body = copy.deepcopy(GOOD)
    body[TOP]["a"] = body[TOP]["nc:Person"]["a"] = 1
    assert faults(json.dumps(body).encode(), FORM) == [("a", "field.duplicate")]


TEXT = json.dumps(GOOD)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        '{"mun:StatusInquiry": {}, "mun:StatusInquiry": {}}',
        TEXT.replace('"mun:PurposeCode": "C"', '"mun:PurposeCode": "C", "mun:PurposeCode": "C"'),
        TEXT.replace('"C"', "NaN"),
        TEXT.replace('"C"', "-Infinity"),
        TEXT.replace('"C"', "1e400"),
        TEXT.replace('"C"', "1" * 21),
        TEXT.replace('"C"', "0." + "1" * 19),
        TEXT.replace('"C"', "'C'"),
        TEXT + "{}",
        TEXT[:-1],
    ],
)
def test_what_is_no_json_or_not_of_a_message_is_malformed(text: str) -> None:
    assert faults(text.encode(), FORM) == [(None, "json.malformed")]


@pytest.mark.parametrize("raw", [TEXT.encode("utf-16"), TEXT.encode().replace(b'"C"', b'"\xff"')])
def test_other_encodings_are_refused(raw: bytes) -> None:
    assert faults(raw, FORM) == [(None, "charset.invalid")]


def test_a_mark_of_utf_8_is_allowed_and_blanks_are_trimmed() -> None:
    assert (
        good(b"\xef\xbb\xbf" + changed("mun:AttentionText", " ofc  t example "), FORM)["attention"] == "OFC T EXAMPLE"
    )


def test_names_are_taken_as_they_are() -> None:
    name = {"nc:PersonSurName": "De la Mun\u0303oz", "nc:PersonGivenName": "FNU", "nc:PersonNameSuffixText": "iii"}
    body = good(changed(NAME, name), FORM)
    assert body["subject"]["names"] == [
        {"kind": "primary", "family": "DE LA MU\u00d1OZ", "given": None, "middle": None, "suffix": "III"}
    ]
    assert [each["code"] for each in body["warnings"]] == ["name.non_ascii", "name.placeholder"]


@given(st.dictionaries(st.text(min_size=1, max_size=5).filter(lambda k: ":" not in k), st.none() | st.integers(-9, 9)))
def test_other_members_are_kept_as_they_are(extra: dict[str, Any]) -> None:
    body = copy.deepcopy(GOOD)
    body[TOP]["nc:Person"] |= extra
    found = require_shape(json.dumps(body).encode(), FORM)
    if any("\x00" in name for name in extra):
        assert not found["ok"]
    else:
        assert found["extra"] == {name: value for name, value in extra.items() if value is not None}


def test_a_message_cut_anywhere_is_refused() -> None:
    for end in range(len(TEXT)):
        assert not require_shape(TEXT[:end].encode(), FORM)["ok"]


snippets = st.sampled_from(['{"', '":', "{", "}", "[", "]", ",", "1", '"', "\\", "\\u", "null", TEXT[:300], TEXT[300:]])


@given(st.binary(max_size=200) | st.lists(snippets, max_size=60).map(lambda each: "".join(each).encode()))
def test_any_bytes_give_one_object(raw: bytes) -> None:
    require_shape(raw, FORM)


@given(st.data())
def test_a_message_with_some_bytes_changed_gives_one_object(data: Any) -> None:
    raw = bytearray(TEXT.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    require_shape(bytes(raw), FORM)


# The schema

SCHEMA = jsonschema.Draft202012Validator(json.loads(json_schema(DEFAULT)))
VALUES: list[Any] = [None, "", 7, True, False, [], {}, "C", "J", "ZZ0010100", "1985-03-14", "M", ["AX"], {"a": 1}]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every member or entry of a value, as what it is in and its name or place."""
    for name in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, name
        yield from places(value[name])


@settings(max_examples=200)
@given(inquiries | free_texts, st.data())
def test_what_the_schema_accepts_is_read_and_what_it_does_not_is_refused(message: Accepted, data: Any) -> None:
    body = json.loads(formats.write(replace(message, format=FORM)))
    for _ in range(data.draw(st.integers(0, 3))):
        inside, name = data.draw(
            st.sampled_from([each for each in places(body) if each[1] != "@context"] or [(body, "a")])
        )
        inside[name] = copy.deepcopy(data.draw(st.sampled_from(VALUES)))  # the next change may be inside it
    read = formats.read(json.dumps(body).encode(), today=TODAY)
    assert SCHEMA.is_valid(body) == (not isinstance(read, Rejected)), (body, read)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA.schema)


# Size


def inside(text: str) -> str:
    """The message with more members in its inquiry."""
    return TEXT.replace('{"mun:MessageKeyCode"', "{" + text + '"mun:MessageKeyCode"', 1)


LARGE = {
    "members": inside("".join(f'"a{n}":1,' for n in range(20_000))),
    "member twice": inside("".join(f'"a{n}":1,' for n in range(20_000)) + '"a":1,"a":2,'),
    "objects": inside('"a":[' + "{}," * 80_000 + "1],"),
    "levels": inside('"a":' + "[" * 120_000 + "]" * 120_000 + ","),
    "open levels": "[" * 240_000,
    "open text": "[" * 40 + '"' + '\\"' * 115_000,
    "escapes": inside('"a":"' + "\\ud83d\\ude00" * 20_000 + '",'),
    "numbers": inside('"a":[' + "1e99," * 48_000 + "1],"),
    "long number": inside('"a":' + "1" * 240_000 + ","),
    "names": TEXT.replace('"nc:PersonName": [', '"nc:PersonName": [' + '{"nc:PersonSurName":"A"},' * 9_500, 1),
    "blanks": TEXT.replace("OFC T EXAMPLE", " A" * 110_000),
    "foreign": TEXT.replace("TESTPERSON", "\\u0301" * 38_000),
}  # fmt: skip


@pytest.mark.parametrize("shape", LARGE)
def test_the_largest_messages_are_read_in_one_pass(shape: str) -> None:
    """How long the slowest takes is measured by bench/formats.py."""
    raw = LARGE[shape].encode()
    assert 100_000 < len(raw) < 262_144
    require_shape(raw, FORM)
    require_little_work(raw, FORM, TODAY)
