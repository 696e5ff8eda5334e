"""A message for people: its fields by name, what was read, what was wrong and where, what a right value looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Final

from muniment import formats
from muniment.core.message import Fault, Rejected
from muniment.core.places import birth_places
from muniment.formats.ebts.values import EBTS
from muniment.formats.faults import shown
from muniment.formats.niem_json.reader import JSON
from muniment.formats.nlets import grammar
from muniment.formats.nlets_xml.reader import XML
from muniment.formats.profile import DEFAULT, Field, Profile
from muniment.formats.values import TEXT, Form
from muniment.formats.writing import at, name_text

FORMS: Final[Mapping[str, Form]] = {"nlets": TEXT, "nlets-xml": XML, "niem-json": JSON, "ebts": EBTS}
NAMES: Final[Mapping[str, str]] = {
    "nlets": "text (Nlets)",
    "nlets-xml": "XML (Nlets)",
    "niem-json": "JSON (NIEM)",
    "ebts": "file with fingerprints (EBTS)",
}
#: What stands before a body, in the order of the header.
HEADER: Final[Mapping[str, str]] = {
    "header": "key of the message",
    "sender": "who sends it",
    "destination": "whom it is for",
    "control": "by which the answer is matched",
}
_SHOWN: Final = 4_000  # bytes of a message that are shown


@dataclass(frozen=True, slots=True)
class Row:
    """One field: `read` is its value in words (empty where it could not be read), `right` what it should look like."""

    field: str
    meaning: str
    read: str = ""
    wrong: Sequence[str] = ()
    noted: Sequence[str] = ()
    right: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the message as it is shown; `field` names what is wrong there, or is empty."""

    text: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A message explained; `object` is what `muniment parse` prints."""

    object: Mapping[str, Any]
    rows: Sequence[Row]
    message: Sequence[Stretch]

    @property
    def form(self) -> str:
        """The form of the message in words."""
        return NAMES[self.object["format"]]


def explain(raw: bytes, *, format: str = "auto", today: date | None = None, profile: Profile = DEFAULT) -> Explanation:
    """Read a message and explain it. Total, as `formats.read` is."""
    message = formats.read(raw, format=format, today=today, profile=profile)
    body = formats.message_object(message)
    rows = list(_rows(body, profile))
    if isinstance(message, Rejected):
        found = [(each.field or "", places(raw, body["format"], each, profile)) for each in message.errors]
    else:
        found = []
    return Explanation(body, rows, _stretches(raw, [(name, span) for name, spans in found for span in spans]))


# Fields


def _rows(body: Mapping[str, Any], profile: Profile) -> Iterator[Row]:
    said = body["warnings"] if body["ok"] else body["errors"]
    told: dict[str, list[str]] = {}
    for each in said:
        told.setdefault(each["field"] or "", []).append(f"{each['text']} [{each['code']}]")
    table = _table(body, profile)
    yield from (Row("", "whole message", wrong=[text]) for text in told.pop("", ()))
    for name, meaning in HEADER.items():
        yield from _row(name, meaning, _of_header(name, body), told.pop(name, []), body["ok"])
    for about in table:
        right = _right(about, body["format"], profile)
        yield from _row(
            about.prefix, about.label, words(about, body, profile), told.pop(about.prefix, []), body["ok"], right
        )
    for name, value in (body.get("extra") or {}).items():
        yield from _row(name, "kept as it is", _plain(value), told.pop(name, []), body["ok"])
    for name, texts in told.items():
        yield from _row(name, "", "", texts, body["ok"])
    if body.get("text"):
        yield Row("text", "text", body["text"])


def _right(about: Field, format: str, profile: Profile) -> str:
    """An example, and all codes in words where there are few."""
    form = FORMS[format]
    codes = {} if form is JSON and about.rule == "custody" else getattr(profile.words, about.rule, {})
    listed = ", ".join(f"{code} {word}" for code, word in codes.items())
    return f"{form.right(about)} ({listed})" if listed else form.right(about)


def _row(name: str, meaning: str, read: str, told: list[str], ok: bool, right: str = "") -> Iterator[Row]:
    if read or told:
        wrong, noted = ([], told) if ok else (told, [])
        yield Row(_ascii(name), meaning, _ascii(read, keep=True), wrong, noted, right if wrong else "")


def _ascii(text: str, *, keep: bool = False) -> str:
    """Names of strangers' fields without signs that could mislead; values may have letters of names."""
    return text if keep and text.isprintable() else shown(text, 400)[1:-1]


def _table(body: Mapping[str, Any], profile: Profile) -> Sequence[Field]:
    if body["format"] == "ebts":
        return profile.ebts.fields
    return profile.fields.get(body["kind"] or "", ())


def _of_header(name: str, body: Mapping[str, Any]) -> str:
    value = body["kind"] if name == "header" else body[name]
    return ", ".join(value) if isinstance(value, list) else value or ""


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(map(_plain, value))
    return str(value)


def words(about: Field, body: Mapping[str, Any], profile: Profile) -> str:
    """The value of a field as people read it; empty where there is none."""
    if not body["ok"]:
        return ""
    found = list(_values(about, body))
    return "; ".join(_word(about, value, profile) for value in found)


def _values(about: Field, body: Mapping[str, Any]) -> Iterator[Any]:
    if about.to == "subject.names":
        wanted = "alias" if about.repeats else "primary"
        yield from (name_text(name) for name in at(about.to, body) if name["kind"] == wanted)
    elif about.to == "subject.birth_dates":
        yield from at(about.to, body)
    elif about.to.startswith("subject.identifiers"):
        kind = about.to.removeprefix("subject.identifiers").removeprefix(".")
        others = ("a_number", "passport", "fin")
        for item in at("subject.identifiers", body):
            if item["kind"] == kind or (not kind and item["kind"] in others):
                yield item["value"] if kind else f"{item['kind']} {item['value']}"
    else:
        value = body["destination"][0] if about.rule == "ori" and about.to == "destination" else at(about.to, body)
        yield from [value] if value is not None else []


def _word(about: Field, value: Any, profile: Profile) -> str:
    if about.rule == "custody":
        value = "Y" if value else "N"
    code = str(value)
    if about.rule == "birth_place":
        place = birth_places().get(code)
        said = place.name if place else ""
    elif about.rule == "offense":
        said = profile.offenses.get(code) or profile.offenses.get(code[:2], "")
    elif about.rule == "transaction":
        said = profile.ebts.transactions[code].label
    else:
        said = getattr(profile.words, about.rule.removeprefix("file_"), {}).get(code, "")
    return f"{code} ({said})" if said else code


# Places


Span = tuple[int, int]
_TAG: Final = re.compile(rb"</?[^\s<>/]{1,80}>?")
#: What stands at the place of faults that name none, by code.
_MARKS: Final[Mapping[str, re.Pattern[bytes]]] = {
    "xml.entity": re.compile(rb"<!DOCTYPE[^>\[]{0,80}"),
    "xml.malformed": re.compile(rb"<[A-Za-z_][^\s/>]{0,80}"),  # another root
}


def places(raw: bytes, format: str, fault: Fault, profile: Profile) -> list[Span]:
    """First byte and end of what a fault speaks of, as far as it can be found again; of what stands twice, of both."""
    if fault.field is None or fault.field == "header":
        bad = grammar.bad_byte(raw) if format == "nlets" and fault.code == "charset.invalid" else None
        found = _letter(raw, bad) if bad is not None else _told(raw, fault)
        if found is not None or fault.field is None:
            return [found] if found else []
    finders = {"nlets": _in_text, "nlets-xml": _in_xml, "niem-json": _in_json, "ebts": _in_file}
    where = re.finditer(finders[format](fault.field, profile), raw, re.IGNORECASE)
    return [each.span("here") for each in islice(where, 2 if fault.code == "field.duplicate" else 1)]


def _letter(raw: bytes, at: int) -> Span:
    """A byte, and those behind it that make one letter of UTF-8 with it."""
    letter = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{1,3}").match(raw, at)
    return letter.span() if letter else (at, at + 1)


def _told(raw: bytes, fault: Fault) -> Span | None:
    """The place that the sentence itself names: a line and column, or the words that stand there."""
    if match := re.search(r"line ([0-9]+) column ([0-9]+)", fault.text):
        start = sum(map(len, raw.splitlines(keepends=True)[: int(match[1]) - 1])) + int(match[2]) - 1
        start -= next((len(sign) for sign in (b"&", b"</") if raw[:start].endswith(sign)), 0)  # it stops behind them
        tag = _TAG.match(raw, start)
        return tag.span() if tag else (start, start + 1) if start < len(raw) else None
    if match := re.search(r'"([^"<>]+?)(?:[.]{3})?"(?:[.]|; each)', fault.text) or re.match(
        r'"([^"<>]+)" stands', fault.text
    ):
        body = re.search(rb"TXT", raw, re.IGNORECASE) if fault.code == "field.bad" else None
        start = raw.find(match[1].encode(), body.end() if body else 0)
        return (start, start + len(match[1])) if start >= 0 else None
    mark = _MARKS[fault.code].search(raw) if fault.code in _MARKS else None
    return mark.span() if mark else None


def _in_text(field: str, _profile: Profile) -> bytes:
    header = {
        "header": rb"\A\s*(?P<here>[^\r\n]{1,80})",
        "sender": rb"\A\s*\w+\.(?P<here>[^.\r\n]+)",
        "destination": rb"\A\s*\w+\.[^.]+\.(?P<here>[^.\r\n]+)",
        "control": rb"\.(?P<here>\*[^.\r\n]*)",
    }
    return header.get(field) or rb"(?:TXT|[.\r\n\x7f ])(?P<here>" + re.escape(field.encode()) + rb"/[^.]*)"


def _in_xml(field: str, profile: Profile) -> bytes:
    parts = profile.xml.parts
    known = {"header": profile.xml.header, "sender": parts.sender, "destination": parts.destination}
    known |= {"control": parts.control} | {about.prefix: about.xml for about in profile.fields["IAQ"]}
    end = known.get(field, field).rpartition("//")[2].split("/")
    *around, last = (rb"<(?:[\w.-]+:)?" + re.escape(_local(name)) + rb"(?:\s[^>]*)?/?>" for name in end)
    return b"".join(each + rb"\s*" for each in around) + rb"(?P<here>" + last + rb"[^<]*)"


def _local(name: str) -> bytes:
    return name.rpartition(":")[2].encode()


def _in_json(field: str, profile: Profile) -> bytes:
    parts = profile.json.parts
    known = {"header": parts.kind, "sender": parts.sender, "destination": parts.destination, "control": parts.control}
    known |= {about.prefix: about.json for about in profile.fields["IAQ"]}
    path = [re.escape(f'"{name}"'.encode()) for name in known.get(field, field).split("/")]
    around = path[-2] + rb"\s*:\s*\{\s*" if len(path) > 1 and b"IdentificationID" in path[-1] else b""
    return around + rb"(?P<here>" + path[-1] + rb"\s*:\s*(?:\"[^\"]*\"|[^,}\]]*))"


def _in_file(field: str, _profile: Profile) -> bytes:
    kind, _, number = field.partition(".")
    if not number.isdigit():
        return rb"\A(?P<here>1\.0?01:[^\x1d]*)"
    tag = kind.encode() + rb"\.0*" + str(int(number)).encode()
    return rb"(?:\A|[\x1c\x1d])(?P<here>" + tag + rb":[^\x1c\x1d]*)"


def _stretches(raw: bytes, places: Sequence[tuple[str, tuple[int, int]]]) -> list[Stretch]:
    """The message, cut after its first bytes, with what is wrong marked. Places do not overlap."""
    found: list[Stretch] = []
    done = 0
    for name, (start, end) in sorted(places, key=lambda each: each[1]):
        if start >= done and start < _SHOWN:
            found += [Stretch(_readable(raw[done:start])), Stretch(_readable(raw[start:end][:400]), name or "message")]
            done = end
    rest = raw[done:_SHOWN] if done < _SHOWN else b""
    found.append(Stretch(_readable(rest)))
    if len(raw) > max(done, _SHOWN):
        found.append(Stretch(f"\n... {len(raw) - max(done, _SHOWN):,} bytes more"))
    return [each for each in found if each.text]


def _readable(raw: bytes) -> str:
    """Bytes for the eye: line ends as such, letters as letters, everything else as its code in hex."""
    text = raw.decode("utf-8", "surrogateescape").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        sign
        if sign == "\n" or sign.isprintable()
        else f"<{ord(sign) & 0xFF if ord(sign) >= 0xDC80 else ord(sign):02X}>"
        for sign in text
    )
