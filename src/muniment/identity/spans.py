"""A recorded text cut into pieces that are, and are not, what was asked, so that a page can mark the difference."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein


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
    pieces = [
        Span(shown[code.dest_start : code.dest_end], code.tag != "equal") for code in Levenshtein.opcodes(asked, plain)
    ]
    return [piece for piece in pieces if piece.text]


def sign_spans(here: str, there: str) -> list[Span]:
    """`there` in runs of signs that are, and are not, those at the same place in `here`."""
    spans: list[Span] = []
    for place, sign in enumerate(there):
        differs = place < len(here) and here[place] != sign
        if spans and spans[-1].differs == differs:
            spans[-1] = Span(spans[-1].text + sign, differs)
        else:
            spans.append(Span(sign, differs))
    return spans
