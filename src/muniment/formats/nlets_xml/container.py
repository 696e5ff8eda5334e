"""XML bytes to its elements, in one pass and without a tree (messages-contract.md, "XML and JSON").

A DOCTYPE ends the reading before anything of it is read, so there are no entities to expand and nothing to fetch.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from muniment.formats.faults import Broken, broken, shown
from muniment.formats.profile import Limits

_UTF8: Final = ("utf-8", "utf8")
_ASCII: Final = ("us-ascii", "ascii")
_SPACE: Final = re.compile("[ \t\r\n]+")

#: Names as `uri name`, from below the root down.
Path = tuple[str, ...]


@dataclass(slots=True)
class Element:
    """One element: its own text as sent, and whether it has elements in it."""

    path: Path
    text: str
    inner: bool


@dataclass(slots=True)
class Document:
    """The elements below the root in the order in which they end; `twice` are those that their parent has already.

    `cut` tells that there are more than are kept.
    """

    root: str = ""
    cut: bool = False
    elements: list[Element] = field(default_factory=list)
    twice: list[Path] = field(default_factory=list)


def trimmed(text: str) -> str:
    """Text without white space at its ends and with one blank for a run of it. Other blanks are signs like any."""
    return " ".join(text.split()) if text.isascii() else _SPACE.sub(" ", text).strip(" ")


def document(raw: bytes, limits: Limits) -> Document:
    """The elements of a message. Raises `Broken` for what is no message that may be read."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise _encoding(f"byte {fault.start + 1} of this one is hex {raw[fault.start]:02X}") from None
    handlers = _Handlers(limits, ascii_only=raw.isascii())
    try:
        handlers.parser().Parse(raw, True)
    except expat.ExpatError as fault:
        says = f"This is no well-formed XML: {expat.ErrorString(fault.code)}, line {fault.lineno}."
        raise broken(None, "xml.malformed", says) from None
    return handlers.found


def _encoding(but: str) -> Broken:
    return broken(None, "charset.invalid", f"A message in XML is UTF-8 or ASCII; {but}.")


class _Handlers:
    """What the parser calls."""

    def __init__(self, limits: Limits, *, ascii_only: bool) -> None:
        self.depth, self.most, self.ascii_only = limits.depth, limits.elements, ascii_only
        self.found = Document()
        self.path: list[str] = []
        self.texts: list[list[str]] = []
        self.inside: list[set[str]] = []

    def parser(self) -> expat.XMLParserType:
        """A parser that calls these; it opens nothing."""
        parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text = True
        parser.XmlDeclHandler = self.declaration
        parser.StartDoctypeDeclHandler = self.doctype
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        return parser

    def declaration(self, version: str, encoding: str | None, _standalone: int) -> None:
        """The encoding is one that is read here, and the bytes are of it."""
        if version != "1.0":
            raise broken(None, "xml.malformed", f"A message is XML 1.0; this one says {shown(version)}.")
        declared = (encoding or "utf-8").lower()
        if declared not in _UTF8 and not (declared in _ASCII and self.ascii_only):
            raise _encoding(f"this one declares {shown(encoding or '')}")

    def doctype(self, *_: object) -> None:
        """There is none."""
        says = "A message holds no DOCTYPE and no entities of its own; nothing was expanded or fetched."
        raise broken(None, "xml.entity", says)

    def start(self, name: str, _attributes: object) -> None:
        """An element begins."""
        if len(self.path) == self.depth:
            raise broken(None, "depth.exceeded", f"A message has at most {self.depth} levels; this one has more.")
        self.path.append(name)
        if self.inside:
            self.found.cut |= len(self.found.elements) > self.most
            if name in self.inside[-1] and not self.found.cut:
                self.found.twice.append(tuple(self.path[1:]))
            self.inside[-1].add(name)
        else:
            self.found.root = name
        self.inside.append(set())
        self.texts.append([])

    def end(self, _name: str) -> None:
        """An element ends."""
        inner, text = bool(self.inside.pop()), "".join(self.texts.pop())
        if len(self.path) > 1 and not self.found.cut:
            self.found.elements.append(Element(tuple(self.path[1:]), text, inner))
        self.path.pop()

    def characters(self, text: str) -> None:
        """Text, in CDATA or not; comments and instructions in it are left out."""
        self.texts[-1].append(text)
