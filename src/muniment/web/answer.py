"""The answer as it is being written: the classes, what the records support, the text, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from muniment.actions import determining, responding, sending
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
    def saved(self) -> bool:
        """Whether what is shown is what is kept."""
        draft = self.draft
        return draft is not None and (draft.text, draft.answer_class) == (self.writing.text, self.writing.answer_class)


def answer_of(inquiry: Inquiry, determination: Determination, typed: Mapping[str, Any]) -> Answer:
    """The answer from what was typed, else from the draft, else in the center's words for what the records suggest."""
    draft = access.draft(inquiry)
    writing = written(inquiry, determination, typed) if typed else begun(inquiry, determination, draft)
    words = center_words(inquiry, determination, writing.answer_class)
    return Answer(
        options=options(inquiry, determination, writing.answer_class),
        writing=writing,
        faults=responding.faults(inquiry, writing.answer_class, writing.text, determination.result),
        wire=wire(inquiry, writing.text),
        draft=draft,
        own_words=responding.tidy(writing.text) != responding.tidy(words),
    )


def begun(inquiry: Inquiry, determination: Determination, draft: Draft | None) -> Writing:
    """The kept draft, or the first words of an answer."""
    if draft is not None:
        return Writing(draft.answer_class, draft.text, draft.answer_class)
    first = "" if inquiry.kind == "YQ" else determination.result["answer_class"]
    return Writing(first, center_words(inquiry, determination, first), first)


def written(inquiry: Inquiry, determination: Determination, typed: Mapping[str, Any]) -> Writing:
    """What was typed. Another class brings its own words, unless the person has changed the text: that is kept."""
    chosen, text, drafted = typed["answer_class"], responding.tidy(typed["text"]), typed["drafted"]
    untouched = text == responding.tidy(center_words(inquiry, determination, drafted))
    if typed.get("fresh") or (chosen != drafted and (untouched or not text)):
        return Writing(chosen, center_words(inquiry, determination, chosen), chosen)
    return Writing(chosen, text, drafted)


def center_words(inquiry: Inquiry, determination: Determination, answer_class: str) -> str:
    """The center's own words for a class, from what police may know; for a hit confirmation, the sentence it needs."""
    if inquiry.kind == "YQ":
        return responding.NO_CONFIRMATION
    if not answer_class:
        return ""
    return answers.draft(answer_class, determining.police_found(determination))


def wire(inquiry: Inquiry, text: str) -> str:
    """The response exactly as it would go out; empty where the text cannot go out as it is."""
    try:
        return sending.preview(inquiry, responding.tidy(text))
    except MunimentError:
        return ""


def options(inquiry: Inquiry, determination: Determination, chosen: str) -> list[Option]:
    """The answer classes, supported or not, with the reason; none for a hit confirmation."""
    if inquiry.kind == "YQ":
        return []
    found = answers.supported(determining.found(determination), silent=inquiry.silent)
    return [Option(each.code, label_of(each.code), each.supported, each.why, each.code == chosen) for each in found]


def label_of(answer_class: str) -> str:
    """What a class means."""
    return answers.label(answer_class) if answer_class else "Answered by hand"
