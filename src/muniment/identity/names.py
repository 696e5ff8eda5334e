"""Names: what a written name consists of, how alike two tokens are, and which token stands for which.

The order of tokens inside a part, and of aliases, means nothing here; the part (family, given, middle) does.
"""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import permutations
from typing import Any, Final, Literal

from anyascii import anyascii
from rapidfuzz.distance import OSA

from muniment.core.subject import Name

Part = Literal["family", "given", "middle"]
Likeness = Literal["same", "spelling", "form", "cut", "near", "similar", "ending", "initial"]

#: Longer names are cut: no name on a document has more parts, and time must stay bounded.
MOST_TOKENS: Final = 12
LONGEST_TOKEN: Final = 40


@dataclass(frozen=True, slots=True, order=True)
class Token:
    """One word of a name, upper case, letters A to Z only; one letter is an initial."""

    part: Part
    text: str
    particle: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A name cut into tokens, sorted, without placeholders; `suffix` is `JR`, `SR`, `II`, `III`, `IV` or None."""

    tokens: tuple[Token, ...]
    suffix: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A token of one name that stands for a token of the other, and how alike they are."""

    left: Token
    right: Token
    likeness: Likeness


@cache
def vocabulary() -> Mapping[str, Any]:
    """The package's lists of placeholders, particles, prefixes, suffixes and sounds."""
    data = tomllib.loads((files("muniment.identity") / "data" / "names.toml").read_text(encoding="utf-8"))
    lists = ("placeholders", "placeholders_alone", "particles", "prefixes")
    return data | {key: frozenset(data[key].split()) for key in lists} | {"phrases": frozenset(data["phrases"])}


@cache
def variants() -> Mapping[str, Mapping[str, frozenset[int]]]:
    """Kind (`spelling`, `form`) to name to the numbers of the lines on which it stands."""
    found: dict[str, dict[str, frozenset[int]]] = {"spelling": {}, "form": {}}
    text = (files("muniment.identity") / "data" / "variants.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    for number, row in enumerate(rows):
        for name in row["names"].split():
            found[row["kind"]][name] = found[row["kind"]].get(name, frozenset()) | {number}
    return found


@lru_cache(maxsize=200_000)
def normal(text: str) -> str:
    """`text` in upper case Latin letters: accents and apostrophes gone, every other sign a blank."""
    visible = "".join(sign for sign in text if unicodedata.category(sign) not in ("Mn", "Cf", "Cc") or sign.isspace())
    latin = re.sub(r"['`’ʼʿʾ´]", "", anyascii(unicodedata.normalize("NFKC", visible)))
    return " ".join(re.sub(r"[^A-Z]+", " ", latin.upper()).split())


@lru_cache(maxsize=100_000)
def words(name: Name) -> Words:
    """The tokens of a name. A suffix is also found at the end of another part, where some systems leave it."""
    suffix = _suffix(name.suffix or "")
    tokens: list[Token] = []
    for part, text in (("family", name.family), ("given", name.given), ("middle", name.middle)):
        found, last = _without_suffix(_split(text or ""))
        if part != "family" and _says_nothing(found):
            continue
        suffix = suffix or last
        tokens += [_token(part, each, found) for each in found]  # type: ignore[arg-type]  # the three parts above
    return Words(tuple(sorted(tokens[:MOST_TOKENS])), suffix)


def _split(text: str) -> list[str]:
    """The words of one part of a name, without placeholders, prefixes joined to what follows them."""
    if normal(text) in vocabulary()["phrases"]:
        return []
    found = [word[:LONGEST_TOKEN] for word in normal(text).split()]
    return _joined_prefixes([word for word in found if word not in vocabulary()["placeholders"]])


def _says_nothing(found: Sequence[str]) -> bool:
    """BABY, BABY BOY, INFANT A: a child that had no name when somebody wrote this."""
    long = [word for word in found if len(word) > 1]
    return bool(long) and all(word in vocabulary()["placeholders_alone"] for word in long)


def _joined_prefixes(found: Sequence[str]) -> list[str]:
    joined: list[str] = []
    for word in found:
        if joined and joined[-1] in vocabulary()["prefixes"]:
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _suffix(text: str) -> str | None:
    known: Mapping[str, str] = vocabulary()["suffixes"]
    return known.get(re.sub(r"[^A-Z0-9]", "", text.upper()))


def _without_suffix(found: list[str]) -> tuple[list[str], str | None]:
    last = _suffix(found[-1]) if len(found) > 1 else None
    return (found[:-1], last) if last else (found, None)


def _token(part: Part, text: str, beside: Sequence[str]) -> Token:
    particles = vocabulary()["particles"]
    alone = all(word in particles for word in beside)
    return Token(part, text, particle=text in particles and len(text) > 1 and not alone)


@lru_cache(maxsize=200_000)
def sound(token: str) -> str:
    """`token` with the ways to write one sound made one; doubled letters single, a last H gone."""
    for written, one in vocabulary()["sounds"]:
        token = token.replace(written, one)
    single = re.sub(r"(.)\1+", r"\1", token)
    return single[:-1] if len(single) > 2 and single.endswith("H") else single


@lru_cache(maxsize=500_000)
def likeness(left: str, right: str) -> Likeness | None:
    """How alike two tokens are, from the strongest reading to the weakest; None when they are different names."""
    if left == right:
        return "initial" if len(left) == 1 else "same"
    if 1 in (len(left), len(right)):
        return "initial" if left[0] == right[0] else None
    short, long = sorted((left, right), key=len)
    if _together("spelling", left, right):
        return "spelling"
    if _only_the_ending(short, long):
        return "ending"
    if len(short) > 2 and sound(left) == sound(right):
        return "spelling"
    if _together("form", left, right):
        return "form"
    if len(short) >= 4 and long.startswith(short):
        return "near" if len(long) == len(short) + 1 else "cut"
    return _by_letters(short, long)


def _together(kind: str, left: str, right: str) -> bool:
    lines = variants()[kind]
    return bool(lines.get(left, frozenset()) & lines.get(right, frozenset()))


def _only_the_ending(short: str, long: str) -> bool:
    """MARIO and MARIA, JUAN and JUANA, FERNANDO and FERNANDA: one letter apart and two people."""
    if len(short) < 4:
        return False
    if len(short) == len(long):
        return short[:-1] == long[:-1] and {short[-1], long[-1]} <= set("AOEIY")
    return long[:-1] == short and long[-1] in "AO" and short[-1] not in "AEIOU"


def _by_letters(short: str, long: str) -> Likeness | None:
    apart = OSA.distance(short, long, score_cutoff=2)
    if apart == 1 and len(long) >= 4:
        return "near"
    heard = len(short) >= 4 and OSA.distance(sound(short), sound(long), score_cutoff=1) == 1
    return "similar" if heard or (apart == 2 and len(short) >= 8) else None


@lru_cache(maxsize=200_000)
def skeleton(token: str) -> str:
    """First letter and consonants of the sound of `token`: what survives most misspellings. For keys, not evidence."""
    heard = sound(token)
    return heard[:1] + re.sub(r"[AEIOU]", "", heard[1:])


def aligned(left: Words, right: Words, worth: Callable[[Pair], float]) -> tuple[list[Pair], list[Token], list[Token]]:
    """The tokens that stand for each other, and what is left over of either name.

    `worth(pair)` are the bits by which a pair speaks for one person; pairs are taken from the most worth down, initials
    last, so that E is not used up by EVA while ELENA waits for it. Particles are no evidence.
    """
    lefts, rights = _merged(left.tokens, right.tokens), _merged(right.tokens, left.tokens)
    pairs = []
    for _, pair in sorted(_possible(lefts, rights, worth), key=lambda item: item[0]):
        if pair.left in lefts and pair.right in rights:
            lefts.remove(pair.left)
            rights.remove(pair.right)
            pairs.append(pair)
    return pairs, lefts, rights


def _possible(
    lefts: Iterable[Token], rights: Sequence[Token], worth: Callable[[Pair], float]
) -> Iterator[tuple[tuple[bool, float, Token, Token], Pair]]:
    for left in lefts:
        for right in rights:
            level = likeness(left.text, right.text)
            if level:
                pair = Pair(left, right, level)
                yield (level == "initial", -worth(pair), min(left, right), max(left, right)), pair


def _merged(tokens: Sequence[Token], other: Sequence[Token]) -> list[Token]:
    """`tokens` without particles; two that `other` writes together are one: XIAO MING for XIAOMING, AL HASSAN."""
    left = list(tokens)
    missing = {token.text for token in other} - {token.text for token in tokens}
    for first, second in permutations(tokens, 2):
        whole = first.text + second.text
        one_half = (first.part == "family") == (second.part == "family")
        if one_half and whole in missing and first in left and second in left:
            left.remove(first)
            left.remove(second)
            left.append(Token(second.part, whole))
    return sorted(token for token in left if not token.particle)
