"""Files with fingerprints (EBTS) as tests write them: any fields, any images, right lengths unless told otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

FS, GS = b"\x1c", b"\x1d"
TYPE_1 = {
    "1.002": b"0400",
    "1.004": b"CAR",
    "1.005": b"20250102",
    "1.006": b"4",
    "1.007": b"ZZFBI0000",
    "1.008": b"ZZ0010000",
    "1.009": b"SYN-20250102-000001",
    "1.011": b"19.69",
    "1.012": b"19.69",
}
TYPE_2 = {
    "2.002": b"00",
    "2.006": b"SGT A EXAMPLE",
    "2.018": b"TESTPERSON,ALPHA BETA",
    "2.020": b"MM",
    "2.022": b"19850314",
    "2.024": b"M",
}


def record(kind: int, fields: Mapping[str, bytes]) -> bytes:
    """A record that is text, with its length before the fields."""
    body = GS.join(f"{tag}:".encode() + value for tag, value in fields.items()) + FS
    length = 0
    while True:
        head = f"{kind}.001:{length}".encode() + GS
        if length == len(head) + len(body):
            return head + body
        length = len(head) + len(body)


def image(idc: int, data: bytes) -> bytes:
    """A Type-4 record."""
    return (5 + len(data)).to_bytes(4, "big") + bytes([idc]) + data


def large_image(idc: int, data: bytes) -> bytes:
    """A Type-14 record, whose last field is data."""
    return record(14, {"14.002": f"{idc:02d}".encode(), "14.999": data})


def file(
    type_1: Mapping[str, bytes | None] | None = None,
    type_2: Mapping[str, bytes | None] | None = None,
    images: Sequence[tuple[int, int, bytes]] = (),
) -> bytes:
    """A file of Type-1, Type-2 and images as type, IDC and bytes; None leaves a field of the usual ones out."""
    listed = [(2, 0), *((kind, idc) for kind, idc, _ in images)]
    entries = b"\x1e".join(f"{kind}\x1f{idc:02d}".encode() for kind, idc in listed)
    first = {"1.002": b"0400", "1.003": f"1\x1f{len(listed)}\x1e".encode() + entries, **TYPE_1, **(type_1 or {})}
    second = {**TYPE_2, **(type_2 or {})}
    return b"".join(
        [
            record(1, {tag: value for tag, value in first.items() if value is not None}),
            record(2, {tag: value for tag, value in second.items() if value is not None}),
            *(raw for _, _, raw in images),
        ]
    )
