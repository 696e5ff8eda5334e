"""What is left of a firearm check 24 hours after it was closed: that it was asked and answered, by whom and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from muniment.store import access
from muniment.store.models import Inquiry, Response, User
from muniment.web import story
from muniment.web.answer import label_of
from muniment.web.story import Line


@dataclass(frozen=True, slots=True)
class Left:
    """The page of a purged inquiry."""

    answers: Sequence[tuple[Response, str]]
    story: Sequence[Line]


def left_of(inquiry: Inquiry, viewer: User) -> Left:
    """Answers in the order in which they were signed, each with the name of its class."""
    answers = [(response, label_of(response.answer_class)) for response in access.signed_responses(inquiry)]
    return Left(answers, story.so_far(inquiry, viewer, blind=False))
