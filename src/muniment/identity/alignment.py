"""Which word of one name stands for which of another: taken from the most worth down, in any order of words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import permutations
from typing import Final, NamedTuple

from muniment.identity import scripts
from muniment.identity.likeness import Likeness, likeness
from muniment.identity.names import Token, Words

#: Words are tried as one where another name has one about as long; so many letters may differ.
SLACK: Final = 2
_ANY: Final = ("", 0)
_FOREIGN: Final = ("", 1)
#: Of longer halves no words are tried as one.
MOST_JOINED: Final = 5
#: First letters that two spellings of one word may have: those of one class.
CLASSES: Final = str.maketrans("BPFVWGKQCXHJYZSDTLRNAEIOU", "BBBBBGGGGGGGGGGGGLLLAAAAA")


class Pair(NamedTuple):
    """A token of one name that stands for a token of the other, and how alike they are."""

    left: Token
    right: Token
    likeness: Likeness


def alike(left: Token, right: Token) -> Likeness | None:
    """How alike two tokens are; words of other scripts are asked whether they read as the other."""
    if left.script or right.script:
        return _in_scripts(left.text, left.script, right.text, right.script)
    return likeness(left.text, right.text)


@lru_cache(maxsize=200_000)
def _in_scripts(left: str, left_script: str, right: str, right_script: str) -> Likeness | None:
    found = likeness(left, right)
    if found in ("same", "spelling"):
        return found
    read = (left_script and scripts.reads(left_script, right)) or (right_script and scripts.reads(right_script, left))
    return "script" if read else found


def aligned(left: Words, right: Words, worth: Callable[[Pair], float]) -> tuple[list[Pair], list[Token], list[Token]]:
    """The tokens that stand for each other, and what is left over of either name.

    `worth(pair)` are the bits by which a pair speaks for one person; pairs are taken from the most worth down, initials
    last, so that E is not used up by EVA while ELENA waits for it. Particles are no evidence.
    """
    lefts, rights = _merged(left.tokens, right.tokens), _merged(right.tokens, left.tokens)
    found = [
        (level == "initial", -worth(pair), min(one, other), max(one, other), pair)
        for one in lefts
        for other in rights
        if (level := alike(one, other)) and (pair := Pair(one, other, level))
    ]
    if len(found) > 1:
        found.sort(key=lambda item: item[:4])
    pairs = []
    for *_, pair in found:
        if pair.left in lefts and pair.right in rights:
            lefts.remove(pair.left)
            rights.remove(pair.right)
            pairs.append(pair)
    return pairs, lefts, rights


def _merged(tokens: tuple[Token, ...], other: tuple[Token, ...]) -> list[Token]:
    """`tokens` without particles; those that `other` writes together are one: XIAO MING for XIAOMING, ABD EL KARIM."""
    if not _may_join(tokens, other) or (runs := _runs(tokens)).shapes.isdisjoint(_shapes(other)):
        return _bare(tokens)
    left = list(tokens)
    for each in other:
        for run in _as_long(runs, each):
            free = all(token in left for token in run.words)
            if free and _written_together(run.whole, each) and _alone(each, tokens):
                left = [token for token in left if token not in run.words] + [run.whole]
    return sorted(_bare(left))


def _may_join(tokens: tuple[Token, ...], other: tuple[Token, ...]) -> bool:
    """Whether a word of `other` is as long as the two shortest of a half together and begins as one of them.

    Only a quick look, which most names do not pass: `_runs` is what counts.
    """
    if any(token.script for token in (*tokens, *other)):
        return True
    for family in (True, False):
        half = [token.text for token in tokens if (token.part == "family") == family]
        if len(half) > 1:
            least = sum(sorted(map(len, half))[:2]) - SLACK
            begins = {text[0].translate(CLASSES) for text in half}
            if any(len(each.text) >= least and each.text[0].translate(CLASSES) in begins for each in other):
                return True
    return False


def _bare(tokens: Iterable[Token]) -> list[Token]:
    return [token for token in tokens if not token.particle]


def _alone(each: Token, tokens: Sequence[Token]) -> bool:
    """Whether nothing stands for `each` as it is."""
    return all(alike(token, each) in (None, "initial", "cut", "form") for token in tokens)


class _Run(NamedTuple):
    """Words of one half that are tried as one, what they are together, and shapes of words that may be that."""

    words: tuple[Token, ...]
    whole: Token
    shapes: frozenset[tuple[str, int]]


class _Runs(NamedTuple):
    """All runs of a name, and the shapes of all."""

    runs: tuple[_Run, ...]
    shapes: frozenset[tuple[str, int]]


def _as_long(runs: _Runs, each: Token) -> Iterable[_Run]:
    """Runs that begin as `each` does and are about as long."""
    shapes = _shapes((each,))
    return [run for run in runs.runs if not run.shapes.isdisjoint(shapes)]


@lru_cache(maxsize=200_000)
def _runs(tokens: tuple[Token, ...]) -> _Runs:
    """Two or three words of one half, in any order."""
    found = []
    for family in (True, False):
        half = [token for token in tokens if (token.part == "family") == family]
        for count in (2, 3) if len(half) <= MOST_JOINED else ():
            found += [_Run(run, whole := _whole(run), _near_shapes(whole)) for run in permutations(half, count)]
    return _Runs(tuple(found), frozenset().union(*(run.shapes for run in found)))


@lru_cache(maxsize=200_000)
def _shapes(tokens: tuple[Token, ...]) -> frozenset[tuple[str, int]]:
    """Class of the first letter and length of each word; words of another script are like every run."""
    found = {(token.text[0].translate(CLASSES), len(token.text)) for token in tokens if len(token.text) > SLACK}
    return frozenset(found | {_ANY} | ({_FOREIGN} if any(token.script for token in tokens) else set()))


def _near_shapes(whole: Token) -> frozenset[tuple[str, int]]:
    """Shapes of words that may be `whole`."""
    if whole.script:
        return frozenset({_ANY})
    first, length = whole.text[0].translate(CLASSES), len(whole.text)
    return frozenset({(first, length + more) for more in range(-SLACK, SLACK + 1)} | {_FOREIGN})


def _whole(some: Sequence[Token]) -> Token:
    text, script = "".join([token.text for token in some]), "".join([token.script for token in some])
    return Token(some[-1].part, text, script=script, sure=some[-1].sure)


def _written_together(whole: Token, other: Token) -> bool:
    near = abs(len(whole.text) - len(other.text)) <= SLACK
    if near and likeness(whole.text, other.text) in ("same", "spelling", "form"):
        return True
    return any(one.script and scripts.reads(one.script, two.text) for one, two in ((whole, other), (other, whole)))
