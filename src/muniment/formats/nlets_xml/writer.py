"""The XML form of a message object: an IAQ, or the text of an answer with its header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from typing import Final

from muniment.formats.nlets_xml.reader import KIND
from muniment.formats.profile import Field, Profile
from muniment.formats.writing import Body, by_place, free_text, mismatch, texts

_LOCAL: Final = re.compile("[A-Za-z_][A-Za-z0-9_.-]*")


def written(profile: Profile) -> tuple[str, ...]:
    """Kinds that are written; IAQ for simulators and tests."""
    return (KIND, *profile.xml.answers)


def wire(body: Body, profile: Profile) -> bytes:
    """The bytes of an object of one of these kinds."""
    form = profile.xml
    if body["kind"] == KIND:
        around, inside = form.inquiry, [*_fields(plan(profile), by_place(body)), *_extra(body)]
    else:
        text = "\n".join(free_text(body["text"], profile.limits.columns))
        around, inside = form.response, [_line(form.text, text)]
    return "\n".join(
        [
            _head(profile),
            f" <{form.header}>",
            *_header(body, profile),
            f" </{form.header}>",
            f" <{around}>",
            *inside,
            f" </{around}>",
            f"</{form.root}>\n",
        ]
    ).encode("utf-8")


@lru_cache(maxsize=8)
def _head(profile: Profile) -> str:
    form = profile.xml
    spaces = "".join(f' xmlns:{prefix}="{escape(uri)}"' for prefix, uri in form.namespaces.items())
    version = f'{form.root.partition(":")[0]}:version="{form.version}"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{form.root}{spaces} {version}>'


def _header(body: Body, profile: Profile) -> Iterator[str]:
    parts = profile.xml.parts
    yield _line(parts.kind, body["kind"])
    yield _line(parts.sender, body["sender"])
    for each in body["destination"]:
        yield _line(parts.destination, each)
    if body.get("control") is not None:
        yield _line(parts.control, body["control"])


def _line(name: str, text: str) -> str:
    return f"  <{name}>{escape(text, quote=False)}</{name}>"


def _extra(body: Body) -> Iterator[str]:
    for name, text in sorted((body.get("extra") or {}).items()):
        if not _LOCAL.fullmatch(name):
            raise mismatch("extra has a name that no element can have")
        yield _line(name, text)


# Fields


@dataclass(slots=True)
class Group:
    """An element that fields share: the lines around them, and the fields with what stands around each one's text."""

    before: str = ""
    after: str = ""
    groups: dict[str, Group] = field(default_factory=dict)
    members: list[Group | tuple[Field, str, str]] = field(default_factory=list)


@lru_cache(maxsize=8)
def plan(profile: Profile) -> Group:
    """Where the fields of an inquiry are written, worked out once: in the order of the table."""
    top = Group()
    for about in profile.fields[KIND]:
        shared, _, own = about.xml.rpartition("//")
        group, depth = top, 2
        for name in filter(None, shared.split("/")):
            if name not in group.groups:
                group.groups[name] = Group(" " * depth + f"<{name}>", " " * depth + f"</{name}>")
                group.members.append(group.groups[name])
            group, depth = group.groups[name], depth + 1
        group.members.append((about, *_around(own.split("/"), depth)))
    return top


def _around(path: Sequence[str], depth: int) -> tuple[str, str]:
    """What stands before a text and behind it: each field is one line, whatever elements are on the way."""
    before = "".join(f"<{name}>" for name in path)
    return " " * depth + before, "".join(f"</{name}>" for name in reversed(path))


def _fields(group: Group, found: Body) -> list[str]:
    lines: list[str] = []
    for member in group.members:
        if isinstance(member, Group):
            inside = _fields(member, found)
            lines += [member.before, *inside, member.after] if inside else ()
        else:
            about, before, after = member
            lines += [before + escape(text, quote=False) + after for text in texts(about, found)]
    return lines
