"""Messages in XML: bombs and doubt are refused, everything else is read as in the text form; the schema agrees."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from muniment import formats
from muniment.core.message import Accepted, FreeText, Rejected, StatusInquiry
from muniment.formats.profile import DEFAULT
from muniment.formats.schemas import schema_file, xsd
from tests.formats.generated import TODAY, free_texts, inquiries
from tests.formats.shape import faults, good, require_shape
from tests.formats.work import require_little_work
from tests.messages import iaq_in

FORM = "nlets-xml"
GOOD = iaq_in(FORM, ARN="900000123", AKA="OTHER, GAMMA", REM="SYNTHETIC").decode()


def with_(old: str, new: str, text: str = GOOD) -> str:
    """The message with one change."""
    assert old in text, old
    return text.replace(old, new, 1)


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


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("<n2:NLETS ", "<!DOCTYPE n2:NLETS SYSTEM 'file:///etc/passwd'><n2:NLETS ", [(None, "xml.entity")]),
        ("<n2:NLETS ", "<!DOCTYPE a [<!ENTITY % b SYSTEM 'http://192.0.2.1/'> %b;]><n2:NLETS ", [(None, "xml.entity")]),
        (">C<", ">&undeclared;<", [(None, "xml.malformed")]),
        (">C<", ">&#0;<", [(None, "xml.malformed")]),
        (">C<", ">&#127;<", [("PUR", "charset.invalid")]),
        (">C<", ">\u00a0C<", [("PUR", "charset.invalid")]),
        (">C<", ">\u0421<", [("PUR", "charset.invalid")]),
        (">C<", "><n2:A/>C<", [("PUR", "purpose.invalid")]),
        (">C<", ">J<", [("PUR", "purpose.invalid")]),
        ('encoding="UTF-8"', 'encoding="ISO-8859-1"', [(None, "charset.invalid")]),
        ('encoding="UTF-8"', 'encoding="UTF-16"', [(None, "charset.invalid")]),
        ('version="1.0"', 'version="2.0"', [(None, "xml.malformed")]),
        ("<n2:NLETS ", "<n2:Other ", [(None, "xml.malformed")]),
        ("http://www.nlets.org/niem/1.0", "urn:other", [(None, "xml.malformed")]),
        ("<n2:Person>", "<n2:Person>" + "<a>" * 30, [(None, "depth.exceeded")]),
        (">IAQ<", ">YQ<", [("header", "mke.unknown")]),
        (">IAQ<", ">IAR<", [("header", "mke.unknown")]),
        (">IAQ<", "><", [("header", "header.bad")]),
        (">IAQ<", ">IAQX<", [("header", "header.bad")]),
        (">ZZ0010100<", "> <", [("header", "header.bad")]),
        (">ZZ0010100<", ">ZZ001010<", [("sender", "sender.invalid")]),
        (">ZZ0010100<", ">ZZ00\u013110100<", [("sender", "sender.invalid")]),
        (">AX<", ">VT<", [("destination", "destination.invalid")]),
        (">AX<", ">AX,VT<", [("destination", "destination.invalid")]),
        ("<nh2:DestinationORIID>AX</nh2:DestinationORIID>", "", [("header", "header.bad")]),
        (">SYN0000001<", ">SYN.1<", [("control", "control.invalid")]),
        (">SYN0000001<", ">SYN 1<", [("control", "control.invalid")]),
        (">SYN0000001<", "><a/>SYN1<", [("header", "header.bad")]),
        (
            "</n2:NLETSMessageHeader>",
            "<nh2:OriginatingORIID>ZZ0010100</nh2:OriginatingORIID></n2:NLETSMessageHeader>",
            [("header", "field.duplicate")],
        ),
        ("<n2:NLETSInquiryData>", "<n2:NLETSMessageHeader/><n2:NLETSInquiryData>", [("header", "field.duplicate")]),
        ("<n2:Person>", "<n2:PurposeCode>C</n2:PurposeCode><n2:Person>", [("PUR", "field.duplicate")]),
        ("<n2:Person>", "<n2:Person><n2:PurposeCode/>", [("PUR", "field.duplicate")]),
        ("<n2:Person>", "<n2:Person><a>1</a><b><a>2</a></b>", [("a", "field.duplicate")]),
        ("</n2:Person>", "</n2:Person><n2:Person/>", [("Person", "field.duplicate")]),
        (
            "<nc:PersonFullName>OTHER",
            "<nc:PersonFullName>OTHER</nc:PersonFullName><nc:PersonFullName>OTHER",
            [("AKA", "field.duplicate")],
        ),
        ("<n2:Person>", "<n2:Person><a>\u00e9</a>", [("a", "charset.invalid")]),
        ("1985-03-14", "1985-02-30", [("DOB", "dob.invalid")]),
        ("1985-03-14", "03/14/1985", [("DOB", "dob.invalid")]),
        ("1985-03-14", "2026-11-25", [("DOB", "dob.future")]),
        (">TESTPERSON, ALPHA BETA<", ">TESTPERSON, ALPHA 2<", [("NAM", "name.invalid")]),
        (">TESTPERSON, ALPHA BETA<", ">" + "T" * 31 + "<", [("NAM", "field.too_long")]),
        (">TESTPERSON, ALPHA BETA<", ">\u0422EST<", [("NAM", "charset.invalid")]),
        ("<n2:Person>", "<n2:Person>" + "".join(f"<a{n}>1</a{n}>" for n in range(101)), [(None, "field.too_many")]),
    ],
)
def test_each_fault_has_its_code_and_field(old: str, new: str, expected: list[tuple[str | None, str]]) -> None:
    assert faults(with_(old, new), FORM) == expected


def test_a_header_that_could_be_read_addresses_the_reject() -> None:
    body = require_shape(with_("<n2:Person>", "<n2:PurposeCode>C</n2:PurposeCode><n2:Person>").encode(), FORM)
    assert (body["kind"], body["sender"], body["control"]) == ("IAQ", "ZZ0010100", "SYN0000001")


@pytest.mark.parametrize(
    "raw", [GOOD.encode("utf-16"), b"\xff" + GOOD.encode(), GOOD.encode().replace(b">C<", b">\xd1<")]
)
def test_other_encodings_are_refused(raw: bytes) -> None:
    assert faults(raw, FORM) == [(None, "charset.invalid")]


def test_bytes_beyond_ascii_belie_a_declared_ascii() -> None:
    ascii_only = with_("UTF-8", "US-ASCII")
    good(ascii_only, FORM)
    assert faults(with_("GAMMA", "GAMM\u00c1", ascii_only), FORM) == [(None, "charset.invalid")]


def test_prefixes_are_free_and_comments_joined() -> None:
    other = GOOD.replace("n2:", "x:").replace("xmlns:n2", "xmlns:x").replace("nc:", "").replace("xmlns:nc", "xmlns")
    other = with_(">TESTPERSON, ALPHA BETA<", "> TEST<!-- x -->PERSON,\n\t<?pi?>ALPHA   <![CDATA[beta]]> <", other)
    assert good(other, FORM)["subject"] == good(GOOD, FORM)["subject"]


def test_a_letter_beyond_ascii_is_kept_in_a_name_with_a_warning() -> None:
    body = good(with_(">TESTPERSON, ALPHA BETA<", ">mun\u0303oz, jose\u0301 \u00df<"), FORM)
    assert body["subject"]["names"][0] | {"kind": "primary"} == {
        "kind": "primary", "family": "MU\u00d1OZ", "given": "JOS\u00c9", "middle": "\u00df", "suffix": None,
    }  # fmt: skip
    assert [(each["field"], each["code"]) for each in body["warnings"]] == [("NAM", "name.non_ascii")]


def test_unknown_elements_are_kept_and_empty_ones_are_absent() -> None:
    changed = with_("<nc:CommentText>SYNTHETIC<", "<nc:CommentText> <")
    body = good(with_("<n2:Person>", "<n2:Person><a><b>one two</b></a><c/>", changed), FORM)
    assert (body["extra"], body["remarks"]) == ({"b": "ONE TWO"}, None)
    assert [(each["field"], each["code"]) for each in body["warnings"]] == [
        ("REM", "field.empty"),
        ("b", "field.unknown"),
    ]


STAMPS = [
    ("MessageReceiveDate", "01/02/2025"),
    ("MessageReceiveTime", "14:05"),
    ("ReceiveMessageNumeric", "00017"),
]


@pytest.mark.parametrize("left_out", [0, 1, 2, None])
def test_a_time_has_all_three_parts_or_is_null(left_out: int | None) -> None:
    parts = [f"<nh2:{name}>{value}</nh2:{name}>" for at, (name, value) in enumerate(STAMPS) if at != left_out]
    body = good(with_("</n2:NLETSMessageHeader>", "".join(parts) + "</n2:NLETSMessageHeader>"), FORM)
    assert body["received"] == (None if left_out is not None else {"at": "2025-01-02T14:05", "number": "00017"})


@pytest.mark.parametrize("bad", [("01/02/2025", "02/30/2025"), ("14:05", "24:05"), ("00017", "17")])
def test_a_time_that_is_none_is_a_bad_header(bad: tuple[str, str]) -> None:
    parts = "".join(f"<nh2:{name}>{value}</nh2:{name}>" for name, value in STAMPS).replace(*bad)
    assert faults(with_("</n2:NLETSMessageHeader>", parts + "</n2:NLETSMessageHeader>"), FORM) == [
        ("header", "header.bad")
    ]


def test_a_message_cut_anywhere_is_refused() -> None:
    raw = GOOD.encode().rstrip()
    for end in range(len(raw)):
        assert not require_shape(raw[:end], FORM)["ok"]


snippets = st.sampled_from(
    ["<n2:NLETS ", "<a>", "</a>", "<![CDATA[", "]]>", "<!--", "-->", "<?", "<!DOCTYPE a [", "&#x41;", "&lt;", "\x00",
     'xmlns:n2="http://www.nlets.org/niem/1.0"', "\u00d1", GOOD[:400], GOOD[400:]]
)  # fmt: skip


@given(st.binary(max_size=200) | st.lists(snippets, max_size=20).map(lambda each: "".join(each).encode()))
def test_any_bytes_give_one_object(raw: bytes) -> None:
    require_shape(raw, FORM)


@given(st.data())
def test_a_message_with_some_bytes_changed_gives_one_object(data: Any) -> None:
    raw = bytearray(GOOD.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    require_shape(bytes(raw), FORM)


# The schema


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> xmlschema.XMLSchema11:
    """The schema that the reference publishes."""
    folder: Path = tmp_path_factory.mktemp("xsd")
    for name, text in xsd(DEFAULT).items():
        (folder / name).write_text(text, encoding="utf-8")
    return xmlschema.XMLSchema11(str(folder / schema_file("n2")))


OURS = tuple(f"{{{uri}}}" for uri in DEFAULT.xml.namespaces.values())
BROKEN = {
    "PurposeCode": ["J", "", "C C"],
    "Date": ["19850314", "1985-3-14", ""],
    "PersonSexCode": ["Q", "", "MM"],
    "StatusText": ["1", ""],
    "ChargeNCICCode": ["399", "X399", ""],
    "PersonFullName": [", ALPHA", "T3STPERSON, ALPHA", ""],
    "OriginatingORIID": ["ZZ001010", ""],
    "DestinationORIID": ["AXX", "VT", ""],
    "MessageKeyCodeText": ["YQ", "", "IAQX"],
    "DocumentControlFieldText": ["A.B", "12345678901", ""],
}


def mutated(text: str, data: Any) -> bytes:
    """The message with some of its elements moved, dropped, doubled, filled otherwise, or strangers beside them."""
    root = ET.fromstring(text)
    for _ in range(data.draw(st.integers(0, 3))):
        parents = [each for each in root.iter() if len(each)]
        if not parents:  # all of it was dropped
            break
        parent = data.draw(st.sampled_from(parents))
        child = data.draw(st.sampled_from(list(parent)))
        how = data.draw(st.sampled_from(["drop", "double", "stranger", "shuffle", "fill", "inside"]))
        if how == "drop":
            parent.remove(child)
        elif how == "double":
            parent.append(ET.fromstring(ET.tostring(child)))
        elif how == "stranger":
            stranger = ET.SubElement(parent, f"{{urn:other}}S{data.draw(st.integers(0, 10**6))}")
            stranger.text = "1"
        elif how == "shuffle":
            parent[:] = data.draw(st.permutations(list(parent)))
        else:
            leaf = data.draw(st.sampled_from([each for each in root.iter() if not len(each)]))
            name = leaf.tag.rpartition("}")[2]
            if how == "inside" and name != "NLETSInquiryData" and leaf.tag.startswith(OURS):
                ET.SubElement(leaf, "{urn:other}Inside")
            elif name in BROKEN:
                leaf.text = data.draw(st.sampled_from(BROKEN[name]))
    return ET.tostring(root)


def of_form(message: Accepted | Rejected) -> bool:
    """Whether the reader took it, as far as a schema could tell."""
    return not isinstance(message, Rejected)


@settings(max_examples=100, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(inquiries | free_texts, st.data())
def test_what_the_schema_accepts_is_read_and_what_it_does_not_is_refused(
    schema: xmlschema.XMLSchema11, message: Accepted, data: Any
) -> None:
    raw = mutated(formats.write(replace(message, format=FORM)).decode(), data)
    found = formats.read(raw, today=TODAY)
    assert schema.is_valid(raw.decode()) == of_form(found), (raw.decode(), found)


# Size

LARGE = {
    "elements": GOOD.replace("<n2:Person>", "<n2:Person>" + "".join(f"<a{n}>1</a{n}>" for n in range(15_000)), 1),
    "equal elements": GOOD.replace("<n2:Person>", "<n2:Person>" + "<a/>" * 60_000, 1),
    "text": GOOD.replace("SYNTHETIC", "A B" * 80_000),
    "white space": GOOD.replace("SYNTHETIC", " \n" * 125_000 + "A"),
    "references": GOOD.replace("SYNTHETIC", "&lt;" * 60_000),
    "comments": GOOD.replace("SYNTHETIC", "A<!---->" * 30_000),
    "attributes": GOOD.replace("<n2:Person>", "<n2:Person " + " ".join(f'a{n}=""' for n in range(20_000)) + ">", 1),
    "names": GOOD.replace("</n2:Person>", "<nc:PersonName/>" * 15_000 + "</n2:Person>", 1),
    "long name": GOOD.replace("<n2:Person>", f"<n2:Person><{'a' * 120_000}>1</{'a' * 120_000}>", 1),
    "namespaces": GOOD.replace("<n2:Person>", "<n2:Person " + "".join(f'xmlns:a{n}="u" ' for n in range(9_000)) + ">"),
    "entities": "<!DOCTYPE a [" + "".join(f'<!ENTITY e{n} "&e{n - 1};">' for n in range(8_000)) + "]><a>&e1;</a>",
    "foreign": GOOD.replace("ALPHA BETA", "\u0301" * 100_000),
}  # fmt: skip


@pytest.mark.parametrize("shape", LARGE)
def test_the_largest_messages_are_read_in_one_pass(shape: str) -> None:
    """How long the slowest takes is measured by bench/formats.py."""
    raw = LARGE[shape].encode()
    assert 60_000 < len(raw) < 262_144
    require_shape(raw, FORM)
    require_little_work(raw, FORM, TODAY)
