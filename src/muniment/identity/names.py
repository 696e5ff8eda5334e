"""Names: what a written name consists of, how alike two tokens are, and which token stands for which.

The order of tokens inside a part, and of aliases, means nothing here; the part (family, given, middle) does.
"""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from itertools import permutations
from typing import Any, Final, Literal, NamedTuple

from anyascii import anyascii
from rapidfuzz.distance import OSA

from muniment.core.subject import Name
from muniment.identity import scripts
from muniment.identity.eastern import same_syllables
from muniment.identity.model import MODEL

Part = Literal["family", "given", "middle"]
Likeness = Literal["same", "script", "spelling", "form", "cut", "near", "similar", "ending", "initial"]

#: Longer names are cut: no name on a document has more parts, and time must stay bounded.
MOST_TOKENS: Final = 12
LONGEST_TOKEN: Final = 40


@dataclass(frozen=True, slots=True, order=True)
class Token:
    """One word of a name, upper case, letters A to Z only; one letter is an initial.

    `script` is the word in the signs it was written in, where those have readings of their own. `sure` says that the
    part was told and not guessed.
    """

    part: Part
    text: str
    particle: bool = False
    script: str = ""
    sure: bool = True


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
    lists = ("placeholders", "placeholders_alone", "particles", "prefixes", "joined")
    found = {key: frozenset(data[key].split()) for key in lists}
    nobodies = frozenset(frozenset(each.split()) for each in data["nobodies"])
    return data | found | {"phrases": frozenset(data["phrases"]), "nobodies": nobodies}


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


@cache
def _forms() -> Mapping[str, frozenset[int]]:
    """Name to the lines of forms on which it, or another spelling of it, stands."""
    spelling, form = variants()["spelling"], variants()["form"]
    mates: dict[int, set[str]] = {}
    for name, lines in spelling.items():
        for line in lines:
            mates.setdefault(line, set()).add(name)
    found = dict(form)
    for name, lines in spelling.items():
        others = {mate for line in lines for mate in mates[line]}
        found[name] = frozenset().union(*(form.get(other, frozenset()) for other in others | {name}))
    return found


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
    suffix = _suffix(name.suffix or "")
    tokens: list[Token] = []
    for part, text in (("family", name.family), ("given", name.given), ("middle", name.middle)):
        found, last = _without_suffix(_split(text or ""))
        if part != "family" and _says_nothing(found):
            continue
        suffix = suffix or last
        tokens += [_token(part, each, found) for each in found]  # type: ignore[arg-type]  # the three parts above
    if frozenset(token.text for token in tokens) in vocabulary()["nobodies"]:
        return Words((), suffix)
    return Words(tuple(sorted(_placed(tokens[:MOST_TOKENS]))), suffix)


def _placed(tokens: list[Token]) -> Iterable[Token]:
    """Where only one part is filled its words may be of any; of given names alone commonness makes a guess."""
    if len({token.part == "family" for token in tokens}) != 1:
        return tokens
    apart = scripts.family_and_given(tokens[0].script) if len(tokens) == 1 else None
    if apart:
        halves = zip(("family", "given"), apart, strict=True)
        return [Token(part, scripts.in_latin(sign), script=sign, sure=False) for part, sign in halves]  # type: ignore[arg-type]  # the two parts above
    guessed = len(tokens) > 1 and tokens[0].part != "family"
    return [replace(token, part=_likelier(token) if guessed else token.part, sure=False) for token in tokens]


def _likelier(token: Token) -> Part:
    family, given = (MODEL.frequencies[part].get(token.text, 0.0) for part in ("family", "given"))
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
    alone = all(each.text in particles for each in beside)
    return Token(part, word.text, word.text in particles and len(word.text) > 1 and not alone, word.script)


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
    if _together(variants()["spelling"], left, right):
        return "spelling"
    if _only_the_ending(short, long):
        return "ending"
    if (len(short) > 2 and sound(left) == sound(right)) or _but_for_an_article(left, right) or _nisba(left, right):
        return "spelling"
    if _together(_forms(), left, right) or same_syllables(left, right):
        return "form"
    if len(short) >= 4 and (long.startswith(short) or long.endswith(short)):
        return "near" if len(long) == len(short) + 1 else "cut"
    return _by_letters(short, long)


@lru_cache(maxsize=200_000)
def alike(left: Token, right: Token) -> Likeness | None:
    """How alike two tokens are; words of other scripts are asked whether they read as the other."""
    found = likeness(left.text, right.text)
    if found in ("same", "spelling") or not (left.script or right.script):
        return found
    read = any(one.script and scripts.reads(one.script, other.text) for one, other in ((left, right), (right, left)))
    return "script" if read else found


def _together(lines: Mapping[str, frozenset[int]], left: str, right: str) -> bool:
    return bool(lines.get(left, frozenset()) & lines.get(right, frozenset()))


def _but_for_an_article(left: str, right: str) -> bool:
    """ALHASSANI and HASSANI, ELSHERBINY and ALSHERBINI, VANDERPROEF and PROEF."""
    one, other = _bare(left), _bare(right)
    if one == left and other == right:
        return False
    return sound(one) == sound(other) or _together(variants()["spelling"], one, other)


def _nisba(left: str, right: str) -> bool:
    """HOSSEINI and HUSEINY: names made of two spellings of one name."""
    return {left[-1], right[-1]} <= {"I", "Y"} and _together(variants()["spelling"], left[:-1], right[:-1])


@lru_cache(maxsize=200_000)
def _bare(word: str) -> str:
    """`word` without an article or particle written together with it."""
    for length in range(6, 1, -1):
        if len(word) >= length + 4 and word[:length] in vocabulary()["joined"]:
            return word[length:]
    return word


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
            level = alike(left, right)
            if level:
                pair = Pair(left, right, level)
                yield (level == "initial", -worth(pair), min(left, right), max(left, right)), pair


def _merged(tokens: Sequence[Token], other: Sequence[Token]) -> list[Token]:
    """`tokens` without particles; those that `other` writes together are one: XIAO MING for XIAOMING, ABD EL KARIM."""
    left = list(tokens)
    own = {token.text for token in tokens}
    missing = [token for token in other if token.text not in own and len(token.text) > 3]
    for count in (2, 3) if missing and len(tokens) > 1 else ():
        for some in permutations(tokens, count):
            if len({token.part == "family" for token in some}) == 1 and all(token in left for token in some):
                whole = _whole(some)
                if any(_written_together(whole, each) for each in missing):
                    left = [token for token in left if token not in some] + [whole]
    return sorted(token for token in left if not token.particle)


def _whole(some: Sequence[Token]) -> Token:
    text, script = ("".join(getattr(token, name) for token in some) for name in ("text", "script"))
    return Token(some[-1].part, text, script=script, sure=some[-1].sure)


def _written_together(whole: Token, other: Token) -> bool:
    if whole.text == other.text:
        return True
    if abs(len(whole.text) - len(other.text)) <= 3 and likeness(whole.text, other.text) in ("spelling", "form"):
        return True
    return any(one.script and scripts.reads(one.script, two.text) for one, two in ((whole, other), (other, whole)))
