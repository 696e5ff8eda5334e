"""What holds of every message in the text form: reading is total, writing is read back, nothing grows out of hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from muniment import formats
from muniment.core.message import Accepted, Fault, FreeText, Rejected, StatusInquiry
from muniment.formats.profile import DEFAULT
from tests.formats.generated import (
    TODAY,
    controls,
    free_texts,
    hit_replies,
    hit_requests,
    inquiries,
    oris,
    switch_notices,
)  # fmt: skip
from tests.formats.shape import require_shape
from tests.formats.work import require_little_work
from tests.messages import free, iaq, yq


@given(inquiries | hit_requests | hit_replies | free_texts | switch_notices)
def test_what_is_written_is_read_back_as_it_was(message: Accepted) -> None:
    again = formats.read(formats.write(message), today=TODAY)
    assert not isinstance(again, Rejected), again
    assert replace(again, warnings=()) == message


@given(inquiries | hit_requests | hit_replies)
def test_a_line_is_broken_only_where_it_would_pass_its_columns(message: Accepted) -> None:
    _, *body = formats.write(message).decode("ascii").split("\r\n")
    for line, following in pairwise(body):
        assert line.endswith(".")
        assert len(line) <= 80 or line.count(".") == 1
        assert len(line) + len(following.split(".")[0]) + (following.count(".") > 0) > 80


@given(
    inquiries, st.randoms(use_true_random=False), st.sampled_from(["", "\r\n", "\n", "\r", "\r\n\x7f", " \r\n \r\n"])
)
def test_order_and_wraps_between_fields_change_nothing_but_the_order_of_extra(
    message: StatusInquiry, random: Any, wrap: str
) -> None:
    head, *body = formats.write(message).decode("ascii").split("\r\n")
    pieces = [piece for piece in "".join(body).split(".") if piece]
    aliases = [piece for piece in pieces if piece.startswith("AKA/")]
    rest = [piece for piece in pieces if piece not in aliases]
    random.shuffle(rest)
    again = formats.read(f"{head}\r\n{f'.{wrap}'.join(rest + aliases)}".encode("ascii"), today=TODAY)
    assert isinstance(again, StatusInquiry)
    assert replace(again, warnings=()) == message


# Any bytes

snippets = st.sampled_from(
    [b"IAQ.", b"YQ.", b"YR.", b"ZZ0010100.", b"AX.", b"*S.", b"TXT", b"\r\n", b"\x7f", b".", b"/", b" ", b"NAM/",
     b"REM/", b"DOB/", b"AKA/A", b"14:05 01/02/2025 00017", b",", b"\xff", b"\x00", b"LNU,", b"RTY/WP.",
     b"IAQ.ZZ0010100.AX.TXT"]
)  # fmt: skip


@given(st.binary(max_size=300) | st.lists(snippets, max_size=40).map(b"".join))
@example(b"")
@example(b".\x7f")
@example(b"IAQ.ZZ0010100\n14:05 01/02/2025 00017\n14:05 01/02/2025 00017 ")
def test_any_bytes_give_one_object_of_the_contract(raw: bytes) -> None:
    require_shape(raw)


@given(st.data())
def test_a_message_with_some_bytes_changed_gives_one_object_of_the_contract(data: Any) -> None:
    raw = bytearray(data.draw(st.sampled_from([iaq(ARN="900000123", REM="A. B"), yq(), free("ER", "S", ".14. X")])))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    require_shape(bytes(raw))


DELIVERED = (
    b"IAQ.ZZ0010100.\r\n14:05 01/02/2025 00017\r\n14:05 01/02/2025 00042 AX\r\n\x7fAX.*SYN0000001.TXT\r\n"
    + iaq().split(b"TXT\r\n")[1]
)


@pytest.mark.parametrize("raw", [iaq(ARN="900000123", REM="A. B"), yq(), free("AM", "S", "A\r\nB"), DELIVERED])
def test_a_message_cut_anywhere_is_coded_or_a_shorter_message(raw: bytes) -> None:
    kind, known = raw.split(b".")[0].decode(), {"ZZ0010100", None}
    for end in range(len(raw)):
        require_shape(raw[:end])
        cut = formats.read(raw[:end], today=TODAY)
        assert cut.kind in {kind, None}
        assert cut.sender in known


# Size

HEAD = b"IAQ.ZZ0010100.AX.*S.TXT"
LARGE = {
    "periods": HEAD + b"." * 262_000,
    "blanks": b" " * 262_000,
    "line ends": b"\r\x7f" * 131_000,
    "remarks": HEAD + b"REM/" + b"A." * 130_000,
    "wraps": HEAD + b"ATN/" + b"A\n" * 130_000,
    "commas": HEAD + b"NAM/" + b"," * 260_000,
    "other names": HEAD + b"AKA/A." * 43_000,
    "destinations": b"IAQ.ZZ0010100." + b"AX," * 86_000 + b".TXT",
    "free text": HEAD.replace(b"IAQ", b"IAR") + b" \n" * 130_000 + b"A",
    "bad last byte": HEAD + b"A." * 130_000 + b"\xff",
    "open header": b"IAQ.ZZ0010100" + b" " * 262_000,
}


@pytest.mark.parametrize("shape", LARGE)
def test_the_largest_messages_are_read_in_one_pass(shape: str) -> None:
    """How long the slowest takes is measured by bench/formats.py."""
    require_shape(LARGE[shape])
    require_little_work(LARGE[shape], "nlets", TODAY)


# Rejects

faults = st.builds(
    Fault,
    st.none() | st.sampled_from(["NAM", "header", "1.003"]),
    st.sampled_from(sorted(DEFAULT.numbers)),
    st.just("x"),
)


@given(st.lists(faults, min_size=1, max_size=30), oris, controls)
def test_a_notice_goes_to_the_sender_with_its_control_field(errors: list[Fault], ori: str, control: str | None) -> None:
    rejected = Rejected(errors=tuple(errors), format="nlets", kind="IAQ", sender=ori, control=control)
    notice = formats.read(formats.write(rejected))
    assert isinstance(notice, FreeText)
    assert (notice.kind, notice.sender, notice.destination, notice.control) == ("IAR", "VTICE0900", (ori,), control)
    first, *rest = notice.text.split("\n")
    assert first == "MESSAGE REJECTED - NO SEARCH WAS MADE"
    assert [line[1:3] for line in rest] == [DEFAULT.numbers[fault.code] for fault in errors]
