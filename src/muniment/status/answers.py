"""Everything an answer needs from the status engine: its classes, its draft, the last look at its text."""

from __future__ import annotations

from muniment.status.answer_classes import ANSWER_CLASSES, AnswerClass
from muniment.status.drafts import asked_line, draft, replacing
from muniment.status.options import ClassOption, second_person_required, supported
from muniment.status.sentences import sentence
from muniment.status.wording import TextFault, text_faults

__all__ = [
    "ANSWER_CLASSES",
    "AnswerClass",
    "ClassOption",
    "TextFault",
    "asked_line",
    "draft",
    "replacing",
    "second_person_required",
    "sentence",
    "supported",
    "text_faults",
]
