"""XML bytes to its elements, in one pass and without a tree (messages-contract.md, "XML and JSON").

A DOCTYPE ends the reading before anything of it is read, so there are no entities to expand and nothing to fetch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final
from xml.parsers import expat

from muniment.formats.faults import Broken, broken, shown
from muniment.formats.profile import Limits

_UTF8: Final = ("utf-8", "utf8")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_ASCII: Final = ("us-ascii", "ascii")
_SPACE: Final = re.compile("[ \t\r\n]+")

#: What the words of the parser mean for who wrote the message.
_WHY: Final[Mapping[str, str]] = {
    expat.errors.XML_ERROR_NO_ELEMENTS: "there is no element, or it does not end",
    expat.errors.XML_ERROR_INVALID_TOKEN: "this sign may not stand here; in a text & is written &amp; and < is &lt;",
    expat.errors.XML_ERROR_UNCLOSED_TOKEN: "what begins here does not end; the message may be cut",
    expat.errors.XML_ERROR_TAG_MISMATCH: "what ends here is another element than began last; one end is missing",
    expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE: "an attribute stands twice",
    expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: "behind its end there is more; each message is sent alone",
    expat.errors.XML_ERROR_UNDEFINED_ENTITY: "only &amp; &lt; &gt; &quot; &apos; and numbers may stand behind &",
    expat.errors.XML_ERROR_UNBOUND_PREFIX: "the prefix of this element is declared nowhere, as by xmlns:nc",
    expat.errors.XML_ERROR_MISPLACED_XML_PI: "before the XML declaration stands something, perhaps a blank line",
}

#: Names as `uri name`, from below the root down.
Path = tuple[str, ...]
#: One element: where it stands, its own text as sent, and whether it has elements in it.
Element = tuple[Path, str, bool]


@dataclass(slots=True)
class Document:
    """The elements below the root in the order in which they end; `twice` are those that their parent has already.

    `cut` tells that there are more than are kept.
    """

    root: str = ""
    cut: bool = False
    elements: list[Element] = field(default_factory=list)
    twice: Sequence[Path] = ()


def _twice(elements: Sequence[Element]) -> Sequence[Path]:
    """Those that came before since their parent ended last."""
    if len({path[-1] for path, _, _ in elements}) == len(elements):
        return ()  # no two elements of one name, wherever they stand
    inside: dict[Path, set[Path]] = {}
    found = []
    for path, _, _ in elements:
        inside.pop(path, None)
        here = inside.setdefault(path[:-1], set())
        if path in here:
            found.append(path)
        here.add(path)
    return found


def trimmed(text: str) -> str:
    """Text without white space at its ends and with one blank for a run of it. Other blanks are signs like any."""
    return " ".join(text.split()) if text.isascii() else _SPACE.sub(" ", text).strip(" ")


def document(raw: bytes, limits: Limits) -> Document:
    """The elements of a message. Raises `Broken` for what is no message that may be read."""
    ascii_only = raw.isascii()
    try:
        if not ascii_only:
            raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        there = f"byte {fault.start + 1} of this one is hex {raw[fault.start]:02X}"
        raise _encoding("this one begins as UTF-16 does" if raw.startswith(_UTF16) else there) from None
    found = Document()
    try:
        _parser(found, limits, ascii_only=ascii_only).Parse(raw, True)
    except expat.ExpatError as fault:
        why = _WHY.get(expat.errors.messages.get(fault.code, ""), expat.ErrorString(fault.code))
        says = f"This is no well-formed XML, line {fault.lineno} column {fault.offset + 1}: {why}."
        raise broken(None, "xml.malformed", says) from None
    found.cut = len(found.elements) > limits.elements
    del found.elements[limits.elements + 1 :]
    found.twice = _twice(found.elements)
    return found


def _encoding(but: str) -> Broken:
    return broken(None, "charset.invalid", f"A message in XML is UTF-8 or ASCII; {but}.")


def _parser(found: Document, limits: Limits, *, ascii_only: bool) -> expat.XMLParserType:
    """A parser that puts elements into `found`; it opens nothing."""
    texts: list[str] = []
    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    parser.XmlDeclHandler = partial(_declaration, ascii_only)
    parser.StartDoctypeDeclHandler = _doctype
    parser.CharacterDataHandler = texts.append  # comments and instructions in a text are left out
    parser.StartElementHandler, parser.EndElementHandler = _handlers(found, texts, limits)
    return parser


def _declaration(ascii_only: bool, version: str, encoding: str | None, _standalone: int) -> None:
    """The encoding is one that is read here, and the bytes are of it."""
    if version != "1.0":
        raise broken(None, "xml.malformed", f"A message is XML 1.0; this one says {shown(version)}.")
    declared = (encoding or "utf-8").lower()
    if declared not in _UTF8 and not (declared in _ASCII and ascii_only):
        raise _encoding(f"this one declares {shown(encoding or '')}")


def _doctype(*_: object) -> None:
    """There is none."""
    says = "A message holds no DOCTYPE and no entities of its own; nothing was expanded or fetched."
    raise broken(None, "xml.entity", says)


def _handlers(
    found: Document, texts: list[str], limits: Limits
) -> tuple[Callable[[str, object], None], Callable[[str], None]]:
    """What is called where an element begins and where it ends: some fifty times a message, so it is kept short."""
    add, depth = found.elements.append, limits.depth
    around: list[tuple[Path, int]] = []  # of each open element: the path around it, where its texts begin
    path: Path = ()
    leaf = True

    def start(name: str, _attributes: object) -> None:
        nonlocal path, leaf
        if len(around) == depth:
            raise broken(None, "depth.exceeded", f"A message has at most {depth} levels; this one has more.")
        around.append((path, len(texts)))
        if found.root:
            path = (*path, name)
        else:
            found.root = name
        leaf = True

    def end(_name: str) -> None:
        nonlocal path, leaf
        ended = path
        path, mark = around.pop()
        if ended:
            add((ended, "".join(texts[mark:]), not leaf))
        del texts[mark:]
        leaf = False

    return start, end
