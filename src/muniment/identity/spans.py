"""A recorded text cut into pieces that are, and are not, what was asked, so that a page can mark the difference."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import Hamming, Levenshtein


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the recorded text; `differs` says that it is not what was asked."""

    text: str
    differs: bool


def letter_spans(asked: str, plain: str, shown: str) -> list[Span]:
    """`shown` with the letters marked that are not in `asked`.

    `plain` is `shown` normalised; where that changed the number of signs the word is marked whole or not at all.
    """
    if len(plain) != len(shown):
        return [Span(shown, plain != asked)]
    if len(asked) == len(plain) and Hamming.distance(asked, plain) <= 2:
        return sign_spans(asked, plain, shown)
    pieces = [
        Span(shown[code.dest_start : code.dest_end], code.tag != "equal") for code in Levenshtein.opcodes(asked, plain)
    ]
    return [piece for piece in pieces if piece.text]


def sign_spans(here: str, there: str, shown: str | None = None) -> list[Span]:
    """`shown` (`there` itself where it is not given) in runs of signs where `there` is, and is not, what `here` has.

    Signs are compared place by place; what `here` lacks at its end is unmarked.
    """
    spans: list[Span] = []
    for place, sign in enumerate(shown or there):
        differs = place < len(here) and here[place] != there[place]
        if spans and spans[-1].differs == differs:
            spans[-1] = Span(spans[-1].text + sign, differs)
        else:
            spans.append(Span(sign, differs))
    return spans
