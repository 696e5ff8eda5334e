"""The answer as it is being written: the classes, what the records support, the text, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from muniment.actions import determining, sending, wording
from muniment.core.errors import MunimentError
from muniment.status import answers
from muniment.store import access
from muniment.store.models import Determination, Draft, Inquiry


@dataclass(frozen=True, slots=True)
class Option:
    """One answer class: whether the records support it, and why or why not."""

    code: str
    label: str
    supported: bool
    why: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Writing:
    """A class and a text. `drafted` is the class whose words the text began from."""

    answer_class: str
    text: str
    drafted: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the right side of the page shows."""

    options: Sequence[Option]
    writing: Writing
    faults: Sequence[answers.TextFault]
    wire: str
    draft: Draft | None
    own_words: bool

    @property
    def supported(self) -> list[Option]:
        """Classes that may be chosen; the one that is chosen always shows."""
        return [option for option in self.options if option.supported or option.chosen]

    @property
    def unsupported(self) -> dict[str, list[Option]]:
        """The others by the reason that keeps them from being chosen."""
        groups: dict[str, list[Option]] = {}
        for option in self.options:
            if not option.supported and not option.chosen:
                groups.setdefault(option.why.removeprefix("not supported: "), []).append(option)
        return groups

    @property
    def rows(self) -> int:
        """Lines of the field for the text."""
        return max(7, self.writing.text.count("\n") + 3)

    @property
    def saved(self) -> bool:
        """Whether what is shown is what is kept."""
        draft = self.draft
        return draft is not None and (draft.text, draft.answer_class) == (self.writing.text, self.writing.answer_class)


def answer_of(inquiry: Inquiry, determination: Determination, typed: Mapping[str, Any]) -> Answer:
    """The answer from what was typed, else from the draft, else in the center's words for what the records suggest."""
    draft = access.draft(inquiry)
    writing = written(inquiry, determination, typed) if typed else begun(inquiry, determination, draft)
    words = wording.words(inquiry, determination, writing.answer_class)
    return Answer(
        options=options(inquiry, determination, writing.answer_class),
        writing=writing,
        faults=wording.faults(inquiry, writing.answer_class, writing.text, determination),
        wire=wire(inquiry, writing.text),
        draft=draft,
        own_words=wording.tidy(writing.text) != wording.tidy(words),
    )


def begun(inquiry: Inquiry, determination: Determination, draft: Draft | None) -> Writing:
    """The kept draft, or the first words of an answer."""
    if draft is not None:
        return Writing(draft.answer_class, draft.text, draft.answer_class)
    first = "" if inquiry.kind == "YQ" else determination.result["answer_class"]
    return Writing(first, wording.words(inquiry, determination, first), first)


def written(inquiry: Inquiry, determination: Determination, typed: Mapping[str, Any]) -> Writing:
    """What was typed. Another class brings its own words, unless the person has changed the text: that is kept."""
    chosen, text, drafted = typed["answer_class"], wording.tidy(typed["text"]), typed["drafted"]
    untouched = text == wording.tidy(wording.words(inquiry, determination, drafted))
    if typed.get("fresh") or (chosen != drafted and (untouched or not text)):
        return Writing(chosen, wording.words(inquiry, determination, chosen), chosen)
    return Writing(chosen, text, drafted)


def wire(inquiry: Inquiry, text: str) -> str:
    """The response exactly as it would go out; empty where the text cannot go out as it is."""
    try:
        return sending.preview(inquiry, wording.tidy(text))
    except MunimentError:
        return ""


def options(inquiry: Inquiry, determination: Determination, chosen: str) -> list[Option]:
    """The answer classes, supported or not, with the reason; none for a hit confirmation."""
    if inquiry.kind == "YQ":
        return []
    found = answers.supported(determining.police_found(determination), silent=inquiry.silent)
    return [Option(each.code, each.title, each.supported, each.why, each.code == chosen) for each in found]


def label_of(answer_class: str) -> str:
    """What a class means."""
    known = answers.ANSWER_CLASSES.get(answer_class)
    return known.title if known else "answered by hand"
