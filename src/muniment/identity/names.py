"""Names: what a written name consists of. The order of words inside a part, and of aliases, means nothing here; the
part (family, given, middle) does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from anyascii import anyascii

from muniment.core.subject import Name
from muniment.identity import scripts
from muniment.identity.model import MODEL
from muniment.identity.vocabulary import vocabulary

Part = Literal["family", "given", "middle"]

#: Longer names are cut: no name on a document has more parts, and time must stay bounded.
MOST_TOKENS: Final = 12
LONGEST_TOKEN: Final = 40


class Token(NamedTuple):
    """One word of a name, upper case, letters A to Z only; one letter is an initial.

    `script` is the word in the signs it was written in, where those have readings of their own. `sure` says that the
    part was told and not guessed.
    """

    part: Part
    text: str
    particle: bool = False
    script: str = ""
    sure: bool = True


class Words(NamedTuple):
    """A name cut into tokens, sorted, without placeholders; `suffix` is `JR`, `SR`, `II`, `III`, `IV` or None."""

    tokens: tuple[Token, ...]
    suffix: str | None = None


#: Digits that hands and scanners write for a letter inside a word.
_DIGITS: Final = str.maketrans("013458", "OIEASB")


@lru_cache(maxsize=200_000)
def normal(text: str) -> str:
    """`text` in upper case Latin letters: accents and apostrophes gone, every other sign a blank."""
    visible = "".join(sign for sign in text if unicodedata.category(sign) not in ("Mn", "Cf", "Cc") or sign.isspace())
    latin = re.sub(r"['`’ʼʿʾ´]", "", anyascii(unicodedata.normalize("NFKC", visible))).upper()
    if not latin.isalpha():
        latin = re.sub(r"(?<=[A-Z])[013458](?=[A-Z])", lambda digit: digit[0].translate(_DIGITS), latin)
    return " ".join(re.sub(r"[^A-Z]+", " ", latin).split())


class _Word(NamedTuple):
    """A word as it is read, and in its own signs where those have readings of their own."""

    text: str
    script: str


@lru_cache(maxsize=100_000)
def words(name: Name) -> Words:
    """The tokens of a name. A suffix is also found at the end of another part, where some systems leave it."""
    suffix = _suffix(name.suffix) if name.suffix else None
    tokens: list[Token] = []
    for part, text in (("family", name.family), ("given", name.given), ("middle", name.middle)):
        if text:
            found, last = _of_part(part, text)
            tokens += found
            suffix = suffix or last
    if frozenset(token.text for token in tokens) in vocabulary()["nobodies"]:
        return Words((), suffix)
    return Words(tuple(sorted(_placed(tokens[:MOST_TOKENS]))), suffix)


@lru_cache(maxsize=200_000)
def _of_part(part: Part, text: str) -> tuple[tuple[Token, ...], str | None]:
    """The tokens of one part, and the suffix at its end."""
    found, suffix = _without_suffix(_split(text))
    if part != "family" and _says_nothing(found):
        return (), None
    return tuple([_token(part, each, found) for each in found]), suffix


def _placed(tokens: list[Token]) -> Iterable[Token]:
    """Where only one part is filled its words may be of any; of given names alone commonness makes a guess."""
    if len({token.part == "family" for token in tokens}) != 1:
        return tokens
    apart = scripts.family_and_given(tokens[0].script) if len(tokens) == 1 else None
    if apart:
        halves = zip(("family", "given"), apart, strict=True)
        return [Token(part, scripts.in_latin(sign), script=sign, sure=False) for part, sign in halves]  # type: ignore[arg-type]  # the two parts above
    if len(tokens) == 1 or tokens[0].part == "family":
        return [token._replace(sure=False) for token in tokens]
    parts = [_likelier(token) for token in tokens]
    unknown: Part = "given" if "family" in parts or "given" not in parts else "family"
    return [token._replace(part=part or unknown, sure=False) for token, part in zip(tokens, parts, strict=True)]


def _likelier(token: Token) -> Part | None:
    """The part of which the word is commoner; None when no table has it."""
    family, given = (MODEL.frequencies[part].get(token.text, 0.0) for part in ("family", "given"))
    if family == given:
        return None
    return "family" if family > given else "given"


def _split(text: str) -> list[_Word]:
    """The words of one part of a name, without placeholders, prefixes joined to what follows them."""
    if normal(text) in vocabulary()["phrases"]:
        return []
    read = [_Word(word[:LONGEST_TOKEN], "") for word in normal(text).split()] if text.isascii() else _foreign(text)
    return _joined_prefixes([word for word in read if not _is_placeholder(word.text)])


def _is_placeholder(word: str) -> bool:
    return word in vocabulary()["placeholders"] or (len(word) > 3 and len(set(word)) == 1)


def _foreign(text: str) -> list[_Word]:
    """The words of a text that is not plain ASCII."""
    found: list[_Word] = []
    for raw in re.split(r"[\s\-‐–/.,·・()\[\]]+", text):
        word = scripts.signs(raw)[:LONGEST_TOKEN]
        script = scripts.script_of(word)
        latin = normal(raw).split() if script in ("", "latin", "kana") else [scripts.in_latin(word)]
        kept = word if script not in ("", "kana") and len(latin) == 1 else ""
        found += [_Word(each[:LONGEST_TOKEN], kept) for each in latin if each]
    return found


def _says_nothing(found: Sequence[_Word]) -> bool:
    """BABY, BABY BOY, INFANT A: a child that had no name when somebody wrote this."""
    long = [word.text for word in found if len(word.text) > 1]
    return bool(long) and all(word in vocabulary()["placeholders_alone"] for word in long)


def _joined_prefixes(found: Sequence[_Word]) -> list[_Word]:
    joined: list[_Word] = []
    for word in found:
        if joined and joined[-1].text in vocabulary()["prefixes"]:
            joined[-1] = _Word(joined[-1].text + word.text, joined[-1].script + word.script)
        else:
            joined.append(word)
    return joined


def _suffix(text: str) -> str | None:
    known: Mapping[str, str] = vocabulary()["suffixes"]
    return known.get(re.sub(r"[^A-Z0-9]", "", text.upper()))


def _without_suffix(found: list[_Word]) -> tuple[list[_Word], str | None]:
    last = _suffix(found[-1].text) if len(found) > 1 else None
    return (found[:-1], last) if last else (found, None)


def _token(part: Part, word: _Word, beside: Sequence[_Word]) -> Token:
    particles = vocabulary()["particles"]
    particle = word.text in particles and len(word.text) > 1 and any(each.text not in particles for each in beside)
    return Token(part, word.text, particle, word.script)
