"""Messages as agencies write them, all synthetic."""

from __future__ import annotations

from muniment import formats


def iaq(
    control: str = "SYN0000001",
    *,
    ori: str = "ZZ0010100",
    name: str = "TESTPERSON, ALPHA BETA",
    purpose: str = "C",
    custody: str = "Y",
    **more: str,
) -> bytes:
    """A status inquiry; further fields as `ARN="900000123"`."""
    fields = {
        "PUR": purpose,
        "ATN": "OFC T EXAMPLE",
        "PHN": "5550100100",
        "NAM": name,
        "DOB": "19850314",
        "SEX": "M",
        "POB": "MM",
        "CUS": custody,
        "OFF": "0399",
        **more,
    }
    body = ".".join(f"{prefix}/{value}" for prefix, value in fields.items() if value)
    return f"IAQ.{ori}.AX.*{control}.TXT\r\n{body}".encode("ascii")


def iaq_in(form: str, control: str = "SYN0000001", **more: str) -> bytes:
    """The same inquiry in another form: `nlets-xml` or `niem-json`."""
    wire = formats.compose(formats.message_object(formats.read(iaq(control, **more))), format=form)
    assert isinstance(wire, bytes), wire
    return wire


def yq(control: str = "SYN0000002", *, ori: str = "ZZ0010100", priority: str = "U") -> bytes:
    """A hit confirmation request."""
    return (
        f"YQ.{ori}.VTICE0900.*{control}.TXT\r\nRTY/WP.RNO/1.PRI/{priority}.OCA/SYN-0001.NIC/N900000001.\r\n"
        "NAM/TESTPERSON, ALPHA BETA.DOB/19850314.SEX/M.RNA/OFC T EXAMPLE.RAG/SYNTHETIC PD.PHO/5550100100"
    ).encode("ascii")


def free(kind: str, control: str, text: str, *, ori: str = "ZZ0010100") -> bytes:
    """An AM, ER or SM to the center."""
    return f"{kind}.{ori}.VTICE0900.*{control}.TXT\r\n{text}".encode("ascii")


def error(wire: bytes, number: int = 1, text: str = "MESSAGE TYPE NOT ALLOWED TO DESTINATION") -> bytes:
    """An ER of the switch about what left the center, with the first 100 characters of it; no control field."""
    head = f"ER.NL0000000\r\n08:00 01/01/2025 {number:05}\r\n08:00 01/01/2025 {number + 1:05} VTICE0900\r\nTXT\r\n"
    return f"{head}.02. {text}\r\nORIGINAL MESSAGE\r\n".encode("ascii") + wire[:100]
