"""What is asked beside what is recorded, field by field, for the first look: values and differences, no score.

A person compares before any number is shown (trust-and-ux.md 5.1), so nothing here knows weights or probabilities; the
model only serves to see which words of two names stand for each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rapidfuzz.distance import Levenshtein

from muniment.core.subject import Name, Subject
from muniment.identity import dates, identifiers, places, sex
from muniment.identity.agreement import agreement
from muniment.identity.alignment import Pair
from muniment.identity.likeness import Likeness
from muniment.identity.names import Token, normal
from muniment.identity.spans import Span, letter_spans, sign_spans

Mark = Literal["same", "close", "differs", "none"]


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field of both descriptions. `mark` is `none` when there is nothing to compare; `words` say the difference.

    The texts of `spans` joined are `recorded`.
    """

    field: str
    label: str
    asked: str
    recorded: str
    mark: Mark
    words: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Finding:
    """What comparing one field gave."""

    mark: Mark
    words: str
    spans: tuple[Span, ...] | None = None


def align(asked: Subject, recorded: Subject) -> tuple[FieldDifference, ...]:
    """All fields in the order in which people read them, whether or not anything is known of them."""
    return (
        _family(asked, recorded),
        _given(asked, recorded),
        _birth_date(asked, recorded),
        _sex(asked, recorded),
        _birth_place(asked, recorded),
        _a_number(asked, recorded),
        _other_numbers(asked, recorded),
        _aliases(asked, recorded),
    )


def _field(field: str, label: str, asked: str, recorded: str, compare: Callable[[], _Finding]) -> FieldDifference:
    nothing = _Finding("none", "nothing to compare" if recorded else "no evidence")
    found = compare() if asked and recorded else nothing
    return FieldDifference(
        field, label, asked, recorded, found.mark, found.words, found.spans or _whole(recorded, found)
    )


def _whole(text: str, found: _Finding) -> tuple[Span, ...]:
    return (Span(text, found.mark == "differs"),) if text else ()


# Names

#: Likeness of two words to its mark and to what people read.
_LIKENESS: Final[dict[Likeness, tuple[Mark, str]]] = {
    "same": ("same", "same"),
    "initial": ("same", "initial agrees"),
    "script": ("close", "another script"),
    "spelling": ("close", "another spelling"),
    "form": ("close", "another form of the name"),
    "cut": ("close", "cut short"),
    "near": ("close", "one letter differs"),
    "similar": ("close", "two letters differ, or sounds nearly alike"),
    "ending": ("close", "another ending"),
}


def _family(asked: Subject, recorded: Subject) -> FieldDifference:
    here, there = _main(asked), _main(recorded)
    return _field(
        "family_name", "Family name", here.family or "", there.family or "", lambda: _half(here, there, family=True)
    )


def _given(asked: Subject, recorded: Subject) -> FieldDifference:
    here, there = _main(asked), _main(recorded)
    return _field("given_names", "Given names", _givens(here), _givens(there), lambda: _half(here, there, family=False))


def _main(subject: Subject) -> Name:
    """The name a person is filed under, or the first alias where only aliases are known."""
    return subject.primary or next(iter(subject.names), Name(None))


def _givens(name: Name) -> str:
    return " ".join(part for part in (name.given, name.middle, name.suffix) if part)


def _half(asked: Name, recorded: Name, *, family: bool) -> _Finding:
    both = agreement(asked, recorded)
    pairs, left, right = both.of(family)
    text = (recorded.family or "") if family else _givens(recorded)
    spans = _name_spans(text, both.pairs, left, right)
    if pairs:
        return _Finding(*_pairs_said(pairs, left, right, family=family), spans)
    if left and right:
        return _Finding("differs", "differs", spans)
    if _exchanged(both.pairs):
        return _Finding("close", "family and given names exchanged", spans)
    return _Finding("none", "no evidence", (Span(text, False),))


def _exchanged(pairs: Sequence[Pair]) -> bool:
    """Whether a family name stands among the given names of the other side."""
    return any((pair.left.part == "family") != (pair.right.part == "family") for pair in pairs)


def _pairs_said(
    pairs: Sequence[Pair], left: Sequence[Token], right: Sequence[Token], *, family: bool
) -> tuple[Mark, str]:
    worst = max(pairs, key=lambda pair: list(_LIKENESS).index(pair.likeness))
    mark, said = _LIKENESS[worst.likeness]
    words = [] if mark == "same" and said == "same" and (left or right) else [_letters(worst) or said]
    if _exchanged(pairs):
        mark, words = "close", ["family and given names exchanged"]
    if left and right:
        return "differs", "; ".join([*words, f"{_said(right)} for {_said(left)}"])
    if left or right:
        return ("close" if family else mark), "; ".join([*words, _missing(left, right, family=family)])
    if all(pair.likeness == "initial" for pair in pairs):
        alike = all(pair.left.text == pair.right.text for pair in pairs)
        return ("same", "same") if alike else ("close", "initial agrees")
    return mark, "same, initial agrees" if said == "initial agrees" and len(pairs) > 1 else "; ".join(words)


def _letters(pair: Pair) -> str:
    """How the letters of two near words differ."""
    if pair.likeness != "near":
        return ""
    more = len(pair.right.text) - len(pair.left.text)
    if more == 0 and sorted(pair.left.text) == sorted(pair.right.text):
        return "two letters exchanged"
    return {1: "one letter more", -1: "one letter less"}.get(more, "one letter differs")


def _missing(left: Sequence[Token], right: Sequence[Token], *, family: bool) -> str:
    what = "second surname" if family else "a given name"
    if not family and all(len(token.text) == 1 for token in [*left, *right]):
        what = "initial"
    return f"{what} missing" if left else f"{what} more"


def _said(tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens)


def _name_spans(text: str, pairs: Sequence[Pair], left: Sequence[Token], right: Sequence[Token]) -> tuple[Span, ...]:
    """The recorded words, with the letters marked that the asked words lack."""
    asked = {pair.right.text: pair.left.text for pair in pairs if pair.likeness in _BY_LETTERS}
    asked |= {token.text: _nearest(token, left) for token in right}
    spans: list[Span] = []
    for word in re.split(r"([\s-]+)", text):
        plain = normal(word)
        spans += letter_spans(asked[plain], plain, word) if plain in asked else [Span(word, False)]
    return tuple(span for span in spans if span.text)


_BY_LETTERS: Final = ("near", "similar", "ending", "spelling")


def _nearest(token: Token, others: Sequence[Token]) -> str:
    """The word of `others` that shares most letters with `token`, if it shares half of them; else nothing."""
    near = min((other.text for other in others), key=lambda text: Levenshtein.distance(text, token.text), default="")
    return near if 2 * Levenshtein.distance(near, token.text) <= len(token.text) else ""


def _aliases(asked: Subject, recorded: Subject) -> FieldDifference:
    here, there = _alias_text(asked), _alias_text(recorded)

    def finding() -> _Finding:
        known = {_plain(name) for name in asked.names}
        hit = next((name for name in recorded.names if name.kind == "alias" and _plain(name) in known), None)
        own = next(
            (name for name in asked.names if name.kind == "alias" and _plain(name) in {_plain(_main(recorded))}), None
        )
        if hit or own:
            return _Finding("same", f"{(hit or own or _main(asked)).text} on both sides", (Span(there, False),))
        return _Finding("none", "none on both sides", (Span(there, False),))

    if (here or there) and not (here and there):
        return _one_sided_aliases(asked, recorded, here, there)
    return _field("aliases", "Other names", here, there, finding)


def _one_sided_aliases(asked: Subject, recorded: Subject, here: str, there: str) -> FieldDifference:
    """An alias of one side may be the name of the other."""
    main = _plain(_main(recorded if here else asked))
    named = any(_plain(name) == main for name in (asked if here else recorded).names if name.kind == "alias")
    who = "recorded" if here else "asked"
    mark: Mark = "same" if named else "none"
    words = f"holds the name {who}" if named else "nothing to compare"
    return FieldDifference("aliases", "Other names", here, there, mark, words, (Span(there, False),) if there else ())


def _alias_text(subject: Subject) -> str:
    return "; ".join(name.text for name in subject.names if name.kind == "alias")


def _plain(name: Name) -> tuple[str, str]:
    return normal(name.family or ""), normal(_givens(name))


# Dates, sex, places

_NUMBERS: Final = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)

_DATE_WORDS: Final[dict[dates.DateLevel, tuple[Mark, str]]] = {
    "equal": ("same", "same"),
    "equal_default": ("same", "same; 1 January may stand for an unknown day"),
    "partial_month": ("close", "same year and month, day not known"),
    "partial_year": ("close", "same year, the rest not known"),
    "swap": ("close", "month and day exchanged"),
    "year_off": ("close", "one year apart"),
    "month_off": ("close", "one month apart"),
    "digit": ("close", "one digit differs"),
    "default": ("close", "same year; 1 January may stand for an unknown day"),
    "default_near": ("close", "one year apart; 1 January may stand for an unknown day"),
    "month_differs": ("close", "month differs"),
    "day_differs": ("close", "day differs"),
    "year_only": ("differs", "only the year agrees"),
    "years_apart": ("differs", ""),
    "partial_differs": ("differs", "differs as far as known"),
    "differs": ("differs", ""),
}


def _birth_date(asked: Subject, recorded: Subject) -> FieldDifference:
    found = dates.closest(asked.birth_dates, recorded.birth_dates)

    def finding() -> _Finding:
        if found is None:
            return _Finding("none", "no evidence", (Span(", ".join(recorded.birth_dates), False),))
        level, here, there = found
        mark, words = _DATE_WORDS[level]
        spans = _date_spans(recorded.birth_dates, here, there)
        if here == there:
            mark = "same"
        return _Finding(mark, _exchanged_digits(level, here, there) or words or _years_apart(here, there), spans)

    return _field("birth_date", "Birth date", ", ".join(asked.birth_dates), ", ".join(recorded.birth_dates), finding)


def _exchanged_digits(level: dates.DateLevel, here: str, there: str) -> str:
    one, other = dates.parse(here), dates.parse(there)
    exchanged = level == "digit" and one and other and dates.exchanged(one, other)
    if not exchanged:
        return ""
    return "digits of month and day exchanged" if here[:4] == there[:4] else "two digits exchanged"


def _years_apart(here: str, there: str) -> str:
    years = abs(int(here[:4]) - int(there[:4]))
    if years == 0:
        return "differs"
    return f"{_NUMBERS[years] if years < len(_NUMBERS) else years} year{'s' if years > 1 else ''} apart"


def _date_spans(recorded: Sequence[str], here: str, there: str) -> tuple[Span, ...]:
    """The recorded dates; in the one that was compared, the digits that differ are marked."""
    spans: list[Span] = []
    for place, text in enumerate(recorded):
        spans += [Span(", ", False)] if place else []
        spans += sign_spans(here, text) if text == there else [Span(text, False)]
    return tuple(spans)


def _sex(asked: Subject, recorded: Subject) -> FieldDifference:
    def finding() -> _Finding:
        level = sex.level(asked.sex, recorded.sex)
        return _Finding(level or "none", level or "no evidence")

    return _field("sex", "Sex", asked.sex or "", recorded.sex or "", finding)


def _birth_place(asked: Subject, recorded: Subject) -> FieldDifference:
    text = places.text(recorded)

    def finding() -> _Finding:
        level = places.level(asked, recorded)
        if level is None:
            return _Finding("none", "no evidence", (Span(text, False),))
        if level == "differs":
            return _Finding("differs", "another country", _country_spans(text, places.country_name(recorded)))
        if level == "close":
            reason = places.close_because(places.country(asked) or "", places.country(recorded) or "")
            return _Finding("close", reason or "", (Span(text, False),))
        return _Finding("same", "same country" if text != places.text(asked) else "same")

    return _field("birth_place", "Birth place", places.text(asked), text, finding)


def _country_spans(text: str, country: str) -> tuple[Span, ...]:
    before, found, after = text.partition(country)
    if not found:
        return (Span(text, True),)
    return tuple(span for span in (Span(before, False), Span(country, True), Span(after, False)) if span.text)


# Numbers


def _a_number(asked: Subject, recorded: Subject) -> FieldDifference:
    here, there = (", ".join(_a_text(value) for value in each.values_of("a_number")) for each in (asked, recorded))
    return _field("a_number", "A-number", here, there, lambda: _numbers(asked, recorded, ("a_number",), there))


def _a_text(value: str) -> str:
    """`A900 412 777`, as files write it; what is no A-number stays as it is."""
    digits = identifiers.normal("a_number", value)
    return f"A{digits[:3]} {digits[3:6]} {digits[6:]}" if digits and len(digits) == 9 else value


def _other_numbers(asked: Subject, recorded: Subject) -> FieldDifference:
    kinds = [kind for kind in identifiers.kinds((asked, recorded)) if kind != "a_number"]
    here, there = (
        ", ".join(
            f"{_KINDS.get(item.kind, item.kind)} {item.value}" for item in each.identifiers if item.kind != "a_number"
        )
        for each in (asked, recorded)
    )
    return _field("identifiers", "Other numbers", here, there, lambda: _numbers(asked, recorded, kinds, there))


_KINDS: Final = {"fbi": "FBI", "sid": "SID", "license": "licence", "ssn": "SSN", "passport": "passport", "fin": "FIN"}


def _numbers(asked: Subject, recorded: Subject, kinds: Sequence[str], text: str) -> _Finding:
    """The strongest finding among the numbers of all kinds."""
    found = [(*closest, kind) for kind in kinds if (closest := identifiers.closest(asked, recorded, kind))]
    if not found:
        return _Finding("none", "nothing to compare", (Span(text, False),))
    level, here, there, kind = min(found, key=lambda each: identifiers.LEVELS.index(each[0]))
    if level == "same":
        return _Finding(
            "same", "same" if kind == "a_number" else f"same {_KINDS.get(kind, kind)}", (Span(text, False),)
        )
    if level == "differs":
        return _Finding("differs", "another number")
    return _Finding("close", "one digit differs", _number_spans(text, here, there, kind))


def _number_spans(text: str, here: str, there: str, kind: str) -> tuple[Span, ...]:
    shown, asked = (_a_text(there), _a_text(here)) if kind == "a_number" else (there, here)
    before, found, after = text.partition(shown)
    if not found or len(shown) != len(asked):
        return (Span(text, True),)
    return tuple(span for span in (Span(before, False), *sign_spans(asked, shown), Span(after, False)) if span.text)
