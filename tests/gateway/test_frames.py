"""Frames survive any cutting of the stream and refuse what is none."""

import struct
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.gateway.frames import LARGEST, TO_CENTER, Frame, FrameFault, numbered, read_frame, split_number

FRAMES = st.builds(Frame, kind=st.sampled_from("HMKANDR"), payload=st.binary(max_size=300))


def reader(data: bytes, most: int = 65536) -> Callable[[int], bytes]:
    """A connection that gives at most `most` bytes at a time."""
    left = bytearray(data)

    def receive(count: int) -> bytes:
        part = bytes(left[: min(count, most)])
        del left[: len(part)]
        return part

    return receive


@given(frames=st.lists(FRAMES, max_size=4), most=st.integers(1, 7))
def test_what_was_written_is_read_however_the_stream_is_cut(frames: list[Frame], most: int) -> None:
    receive = reader(b"".join(frame.to_bytes() for frame in frames), most)
    assert [read_frame(receive) for _ in frames] == frames
    assert read_frame(receive) is None


@given(frame=FRAMES, data=st.data())
def test_an_end_inside_a_frame_is_no_frame(frame: Frame, data: st.DataObject) -> None:
    wire = frame.to_bytes()
    cut = data.draw(st.integers(1, len(wire) - 1))
    with pytest.raises(FrameFault) as fault:
        read_frame(reader(wire[:cut]))
    assert fault.value.rule == "frame.truncated"


@pytest.mark.parametrize(
    ("wire", "rule"),
    [
        pytest.param(struct.pack(">I", 0), "frame.length", id="length zero"),
        pytest.param(struct.pack(">I", LARGEST + 1) + b"M", "size.exceeded", id="too large"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", "size.exceeded", id="a browser at the wrong door"),
        pytest.param(Frame("D", b"").to_bytes(), "frame.kind", id="a kind that only the center sends"),
    ],
)
def test_what_is_no_frame_to_the_center_is_named(wire: bytes, rule: str) -> None:
    with pytest.raises(FrameFault) as fault:
        read_frame(reader(wire), TO_CENTER)
    assert fault.value.rule == rule


@given(number=st.integers(0, 2**64 - 1), content=st.binary(max_size=50))
def test_a_delivery_number_comes_back(number: int, content: bytes) -> None:
    assert split_number(numbered("D", number, content).payload) == (number, content)


def test_a_delivery_number_is_eight_bytes() -> None:
    with pytest.raises(FrameFault, match="eight"):
        split_number(b"1234567")
