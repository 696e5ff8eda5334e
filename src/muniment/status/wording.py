"""The last look at a text before it is signed: characters, width, and words that `words.toml` says may not go out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from muniment.status.answer_classes import ANSWER_CLASSES, texts
from muniment.status.classes import TEMPORARY, classes
from muniment.status.determination import ADVERSE_CLASSES, Determination
from muniment.status.drafts import WIDTH, wrapped

_FAR: Final = r"[\W_]*"  # between letters of a word: blanks, hyphens, line breaks
_NEAR: Final = r"[.\-]?"
_BEFORE: Final = r"(?<![A-Z0-9])"
_AFTER: Final = r"(?![A-Z0-9])"
#: Figures and signs that stand for letters in a word that shall not be seen.
_FIGURES: Final = {
    "A": "A4@",
    "B": "B8",
    "E": "E3",
    "G": "G69",
    "I": "I1!|L",
    "L": "L1!|I",
    "O": "O0",
    "S": "S5$",
    "T": "T7",
}


@dataclass(frozen=True, slots=True)
class TextFault:
    """What is wrong with a text: the rule, a plain sentence, and where (line and column count from 1)."""

    rule: str
    text: str
    line: int
    column: int


def text_faults(
    text: str, code: str, determination: Determination, *, about: str = "", first: Sequence[str] = ()
) -> list[TextFault]:
    """Why `text` may not go out as an answer of class `code`; an empty list says that it may.

    `about` is the name that the answer speaks of, as the sender gave it: its own lines are not read for words. `first`
    are lines with which it must begin.
    """
    words = _words(_without_name(text, about, len(first)), determination)
    found = [*_form(text), *_first(text, first), *words, *_class(code, determination), *_foot(text)]
    return sorted(found, key=lambda fault: (fault.line, fault.column, fault.rule))


# Form


def _form(text: str) -> Iterator[TextFault]:
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > WIDTH:
            yield TextFault(
                "text.width", f"A line may have {WIDTH} columns; this one has {len(line)}.", number, WIDTH + 1
            )
        for column, sign in enumerate(line, 1):
            if not " " <= sign <= "~":
                yield TextFault("text.character", f"The character U+{ord(sign):04X} cannot be sent.", number, column)
                break
        if small := re.search("[a-z]", line):
            yield TextFault("text.case", "The text must be in upper case.", number, small.start() + 1)


def _first(text: str, first: Sequence[str]) -> Iterator[TextFault]:
    if text.split("\n")[: len(first)] != list(first):
        yield TextFault("text.replaces", f"The text must begin with “{' '.join(first)}”.", 1, 1)


def _foot(text: str) -> Iterator[TextFault]:
    plain = " ".join(text.split())
    for line in texts()["needed"]:
        if line not in plain:
            yield TextFault("text.foot", f"The text must say “{line}”.", text.count("\n") + 1, 1)


def _class(code: str, determination: Determination) -> Iterator[TextFault]:
    if code not in ANSWER_CLASSES:
        yield TextFault("answer.unknown", f"There is no answer class {code}.", 1, 1)
    elif code in ADVERSE_CLASSES and determination.blocked:
        yield TextFault("answer.blocked", f"{code} may not be sent while a stop or a hold stands.", 1, 1)
    elif code in ADVERSE_CLASSES and code != determination.answer_class:
        yield TextFault("answer.adverse", f"The records do not support {code}.", 1, 1)


# Words


@cache
def _lists() -> Mapping[str, Any]:
    return tomllib.loads((files("muniment.status") / "words.toml").read_text("utf-8"))


@cache
def _patterns() -> Mapping[str, tuple[re.Pattern[str], ...]]:
    lists = _lists()
    return {
        "forbidden": tuple(re.compile(_hidden(word)) for word in lists["forbidden"]["words"]),
        "protected": (*(re.compile(_entry(word)) for word in lists["protected"]["words"]), _class_codes()),
        "adverse": tuple(re.compile(_entry(word)) for word in lists["adverse"]["words"]),
    }


def _hidden(word: str) -> str:
    return _FAR.join(f"[{re.escape(_FIGURES.get(letter, letter))}]" for letter in word)


def _entry(entry: str) -> str:
    words = entry.rstrip("*").replace("-", " ").split()
    ending = r"\w*" if entry.endswith("*") else _AFTER
    return _BEFORE + r"[\W_]+".join(map(_spelled, words)) + ending


def _spelled(word: str) -> str:
    """A word that may be broken: a long one anyhow, a short one only by a point or a hyphen."""
    return (_FAR if len(word) >= 5 else _NEAR).join(map(re.escape, word))


def _class_codes() -> re.Pattern[str]:
    """Codes of protected and permanent classes, where a text says that they are one."""
    told = TEMPORARY - {"T", "U"} | {"parole"}
    codes = sorted(code for code, one in classes().items() if one.protected or one.group not in told)
    return re.compile(rf"{_BEFORE}(?:CLASS|COA|CODE|STATUS)[\W_]+(?:{'|'.join(codes)}){_AFTER}")


def _words(text: str, determination: Determination) -> Iterator[TextFault]:
    raised = text.upper() if text.isascii() else "".join(sign.upper()[:1] or sign for sign in text)
    for name, patterns in _patterns().items():
        if name == "adverse" and not determination.blocked:
            continue
        for pattern in patterns:
            for found in pattern.finditer(raised):
                yield _said(name, " ".join(found[0].split()), *_place(text, found.start()))


def _said(name: str, word: str, line: int, column: int) -> TextFault:
    if name == "forbidden":
        return TextFault("text.forbidden", f"No answer may use the word “{word}”.", line, column)
    if name == "protected":
        return TextFault("text.protected", f"“{word}” would tell a basis that is protected.", line, column)
    return TextFault("text.adverse", f"“{word}” may not be said while a stop or a hold stands.", line, column)


def _place(text: str, index: int) -> tuple[int, int]:
    before = text[:index]
    return before.count("\n") + 1, index - before.rfind("\n")


def _without_name(text: str, about: str, before: int) -> str:
    """The text with the lines of the name blanked, so that a surname is no word and every place stays the same.

    `before` is how many lines stand before them.
    """
    lines = text.split("\n")
    named: Sequence[str] = wrapped(f"RE: {about}") if about else []
    if lines[before : before + len(named)] == list(named):
        lines[before : before + len(named)] = [" " * len(line) for line in named]
    return "\n".join(lines)
