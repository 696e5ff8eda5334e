"""Names in other scripts: which Latin spellings a written word may stand for.

A script without vowels, or one with several romanisations, has no one transcription. So a word is not transcribed and
then compared: it is asked whether the Latin word is one of its readings. The tables are in `data/scripts.toml`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from anyascii import anyascii

from muniment.identity.eastern import same_syllables
from muniment.identity.model import MODEL

#: First and last sign of the nine Indic blocks, and the length of one.
INDIC: Final = (0x0900, 0x0D7F, 0x80)
#: First and last syllable of Hangul.
HANGUL: Final = (0xAC00, 0xD7A3)
#: Unwritten vowels between two signs of a script without vowels.
_UNWRITTEN: Final = "(?:OU|[{}])?"


@dataclass(frozen=True, slots=True)
class Script:
    """The readings of each sign of one script; `between` matches what stands unwritten between two of them."""

    readings: Mapping[str, tuple[str, ...]]
    between: str

    @property
    def longest(self) -> int:
        """Signs of the longest entry."""
        return max(map(len, self.readings))


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads((files("muniment.identity") / "data" / "scripts.toml").read_text(encoding="utf-8"))


@cache
def tables() -> Mapping[str, Script]:
    """All scripts by name."""
    return {name: _script(item) for name, item in _data().items() if isinstance(item, dict)}


def _script(item: Mapping[str, Any]) -> Script:
    readings = {
        sign: tuple(dict.fromkeys(once(one.strip("-")) for one in said.split("/")))
        for sign, _, said in (entry.partition(":") for entry in item["signs"].split())
    }
    return Script(readings, _UNWRITTEN.format(item["between"]) if "between" in item else "")


def once(word: str) -> str:
    """`word` with doubled letters written once."""
    return re.sub(r"(.)\1+", r"\1", word)


@lru_cache(maxsize=100_000)
def signs(word: str) -> str:
    """`word` in upper case without what is no letter and without marks that a reader may leave out."""
    composed = unicodedata.normalize("NFKC", word).upper().replace("\u0640", "")
    return "".join(_bare(sign) for sign in composed if _read(sign))


def _read(sign: str) -> bool:
    kind = unicodedata.category(sign)
    return kind[0] == "L" or (kind[0] == "M" and _is_indic(sign))


def _bare(sign: str) -> str:
    """Greek letters without accents, Georgian ones in the case of the table; every other sign as it is."""
    if "\u1c90" <= sign <= "\u1cbf":
        return sign.lower()
    return unicodedata.normalize("NFD", sign)[0] if "\u0370" <= sign <= "\u03ff" or "ἀ" <= sign <= "῿" else sign


def _is_indic(sign: str) -> bool:
    return INDIC[0] <= ord(sign) <= INDIC[1]


@lru_cache(maxsize=100_000)
def script_of(word: str) -> str:
    """The script of `signs(word)`, as the data name it; empty for plain Latin letters and for a mixture."""
    found = {_script_of_sign(sign) for sign in word if not "A" <= sign <= "Z"}
    if "kana" in found and found <= {"kana", "han"}:
        return "han"
    return found.pop() if len(found) == 1 and (found == {"latin"} or not re.search("[A-Z]", word)) else ""


def _script_of_sign(sign: str) -> str:
    if _is_indic(sign):
        return "indic"
    if HANGUL[0] <= ord(sign) <= HANGUL[1]:
        return "hangul"
    if "\u3040" <= sign <= "\u30ff":
        return "kana"
    if "\u3400" <= sign <= "\u9fff" or "\uf900" <= sign <= "\ufaff":
        return "han"
    return next((name for name, script in tables().items() if sign in script.readings), "")


@lru_cache(maxsize=100_000)
def _readings(word: str, script: str) -> tuple[tuple[str, ...], ...]:
    """The readings of each sign, or group of signs, of a word."""
    if script == "hangul":
        return tuple(_of_syllable(sign) for sign in word)
    if script == "han":
        return tuple(_of_character(sign) for sign in word)
    table = tables()[script]
    return tuple(_of_signs(_as_devanagari(word) if script == "indic" else word, table))


def _of_signs(word: str, table: Script) -> Iterable[tuple[str, ...]]:
    """A sign that stands twice is written once, as Latin letters are here; the L of an article may be silent."""
    place = 0
    while place < len(word):
        length = next((n for n in range(table.longest, 0, -1) if word[place : place + n] in table.readings), 1)
        sign, before = word[place : place + length], word[max(0, place - length) : place]
        silent = ("",) if sign == before or before + sign == "ال" else ()
        yield table.readings.get(sign, (sign if "A" <= sign <= "Z" else "",)) + silent
        place += length


def _as_devanagari(word: str) -> str:
    first, _, block = INDIC
    return "".join(chr(first + (ord(sign) - first) % block) if _is_indic(sign) else sign for sign in word)


def _of_syllable(sign: str) -> tuple[str, ...]:
    """A syllable of Hangul: as a family name is written, else by its parts."""
    data, number = _data()["hangul"], ord(sign) - HANGUL[0]
    parts = (number // 588, number % 588 // 28, number % 28)
    first, middle, last = (
        [one.strip("-") for one in data[name].split()[place].split("/")]
        for name, place in zip(("first", "middle", "last"), parts, strict=True)
    )
    regular = [once(a + b + c) for a in first for b in middle for c in last]
    return (*tables()["hangul"].readings.get(sign, ()), *regular)


def _of_character(sign: str) -> tuple[str, ...]:
    """A Chinese character: as Chinese names read it, then as Japanese names do; a kana as it is."""
    own = tables()["han"].readings.get(sign, ())
    plain = once(re.sub("[^A-Z]", "", anyascii(sign).upper()))
    return (*own, plain, *tables()["kanji"].readings.get(sign, ()))


@lru_cache(maxsize=100_000)
def _pattern(word: str, script: str) -> re.Pattern[str]:
    between = tables()[script].between if script in tables() else ""
    groups = ("(?:" + "|".join(sorted(set(each), key=len, reverse=True)) + ")" for each in _readings(word, script))
    return re.compile(f"^{between.join(groups)}{between}$", re.MULTILINE)


@lru_cache(maxsize=200_000)
def reads(word: str, latin: str) -> bool:
    """Whether `latin` (upper case) is a reading of `word`, a word that `signs` gave, article left out or not."""
    script = script_of(word)
    if not script:
        return False
    if script == "han" and same_syllables(chinese(word), latin):
        return True
    return any(bool(_pattern(each, script).search(once(latin))) for each in _with_and_without_article(word))


def _with_and_without_article(word: str) -> tuple[str, ...]:
    return (word, word[2:]) if word.startswith("ال") and len(word) > 4 else (word,)


def chinese(word: str) -> str:
    """A word of Chinese characters in Pinyin."""
    return "".join((tables()["han"].readings.get(sign) or (anyascii(sign).upper(),))[0] for sign in word)


@lru_cache(maxsize=100_000)
def in_latin(word: str) -> str:
    """The best-known name that `word` may stand for; where none is known, its commonest reading."""
    script = script_of(word)
    if script == "latin" or not script:
        return re.sub("[^A-Z]", "", anyascii(word).upper())
    if script == "han" and len(word) == 1:
        return chinese(word)
    known = [name for each in _with_and_without_article(word) for name in _known_as(_pattern(each, script))]
    if known:
        return max(known, key=lambda name: (_commonness(name), name))
    if script == "han":
        return chinese(word)
    return "".join(each[0] for each in _readings(_with_and_without_article(word)[-1], script))


def _known_as(pattern: re.Pattern[str]) -> Iterable[str]:
    written, names = _known()
    for found in pattern.finditer(written):
        yield names[written.count("\n", 0, found.start())]


@cache
def _known() -> tuple[str, tuple[str, ...]]:
    """The names of the model's tables, one a line, doubled letters written once; and as they are."""
    names = tuple(sorted({name for table in MODEL.frequencies.values() for name in table if name.isalpha()}))
    return "\n".join(once(name) for name in names), names


def _commonness(name: str) -> float:
    return max(table.get(name, 0.0) for table in MODEL.frequencies.values())


def family_and_given(word: str) -> tuple[str, str] | None:
    """A whole Chinese or Korean name written without a blank, taken apart; None where it is no such name."""
    if not 2 <= len(word) <= 4 or script_of(word) not in ("han", "hangul"):
        return None
    double = {*_data()["han"]["double"].split(), "남궁", "황보", "제갈", "선우", "독고", "사공"}
    cut = 2 if word[:2] in double or len(word) == 4 else 1
    return (word[:cut], word[cut:]) if len(word) > cut else None
