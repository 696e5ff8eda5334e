"""The XML form of a message object: an IAQ, or the text of an answer with its header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from muniment.formats.nlets_xml.reader import KIND
from muniment.formats.profile import Profile
from muniment.formats.writing import Body, free_text, mismatch, texts

_LOCAL: Final = re.compile("[A-Za-z_][A-Za-z0-9_.-]*")

#: An element: its name, and its text or the elements in it.
Node = tuple[str, "str | list[Node]"]


def written(profile: Profile) -> tuple[str, ...]:
    """Kinds that are written; IAQ for simulators and tests."""
    return (KIND, *profile.xml.answers)


def wire(body: Body, profile: Profile) -> bytes:
    """The bytes of an object of one of these kinds."""
    form = profile.xml
    inside: list[Node] = [(form.header, list(_header(body, profile)))]
    if body["kind"] == KIND:
        inside.append((form.inquiry, _inquiry(body, profile)))
    else:
        text = "\n".join(free_text(body["text"], profile.limits.columns))
        inside.append((form.response, [(form.text, text)]))
    spaces = "".join(f' xmlns:{prefix}="{escape(uri)}"' for prefix, uri in form.namespaces.items())
    version = f' {form.root.partition(":")[0]}:version="{form.version}"'
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<{form.root}{spaces}{version}>"]
    lines += [line for node in inside for line in _lines(node, " ")]
    return "\n".join([*lines, f"</{form.root}>", ""]).encode("utf-8")


def _header(body: Body, profile: Profile) -> Iterator[Node]:
    parts = profile.xml.parts
    yield parts.kind, body["kind"]
    yield parts.sender, body["sender"]
    for each in body["destination"]:
        yield parts.destination, each
    if body.get("control") is not None:
        yield parts.control, body["control"]


def _inquiry(body: Body, profile: Profile) -> list[Node]:
    """Fields in the order of the table, those of one element together, then extra by name."""
    nodes: list[Node] = []
    for about in profile.fields[KIND]:
        path = about.xml.replace("//", "/").split("/")
        once = len(about.xml.partition("//")[0].split("/")) if "//" in about.xml else 0
        for text in texts(about, body):
            _put(nodes, path, once, text)
    for name, text in sorted((body.get("extra") or {}).items()):
        if not _LOCAL.fullmatch(name):
            raise mismatch("extra has a name that no element can have")
        nodes.append((name, text))
    return nodes


def _put(nodes: list[Node], path: Sequence[str], once: int, text: str) -> None:
    """Add a value below `path`; the first `once` elements of the path are there once."""
    for depth, name in enumerate(path[:-1]):
        there = next((inside for other, inside in nodes if other == name and depth < once), None)
        if not isinstance(there, list):
            there = []
            nodes.append((name, there))
        nodes = there
    nodes.append((path[-1], text))


def _lines(node: Node, indent: str) -> Iterator[str]:
    name, inside = node
    if isinstance(inside, str):
        yield f"{indent}<{name}>{escape(inside, quote=False)}</{name}>"
        return
    yield f"{indent}<{name}>"
    for each in inside:
        yield from _lines(each, indent + " ")
    yield f"{indent}</{name}>"
