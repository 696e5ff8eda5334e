"""The words of an answer: where its text begins, and everything that keeps a text from being signed."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from typing import Final

from muniment.actions import determining, stops
from muniment.core.errors import Refused
from muniment.core.record import SYSTEMS
from muniment.status.answer_classes import texts
from muniment.status.answers import ANSWER_CLASSES, TextFault, asked_line, draft, replacing, text_faults
from muniment.status.determination import ADVERSE_CLASSES
from muniment.status.drafts import wrapped
from muniment.store import access
from muniment.store.models import Determination, Inquiry

#: What an answer by hand to a hit confirmation request must say: the confirmation itself is a YR.
NO_CONFIRMATION: Final[str] = texts()["hit"]["needed"]


def tidy(text: str) -> str:
    """The text with LF line ends and no blanks at the ends of lines."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip("\n")


def text_hash(text: str) -> str:
    """SHA-256 of the text in hex; line ends count as one LF, so that a browser's CR LF changes nothing."""
    return hashlib.sha256(tidy(text).encode()).hexdigest()


def words(inquiry: Inquiry, made: Determination, answer_class: str) -> str:
    """The center's own words for a class, from what police may know; empty where the class may not be drafted."""
    own = _own_words(inquiry, made, answer_class)
    return "\n".join([*first_lines(inquiry), own]) if own else ""


def first_lines(inquiry: Inquiry) -> tuple[str, ...]:
    """The lines with which the answer must begin: those that say which earlier answer it replaces."""
    earlier = access.replaced_by_next(inquiry)
    return replacing(earlier.leaves) if earlier is not None and earlier.leaves else ()


def _own_words(inquiry: Inquiry, made: Determination, answer_class: str) -> str:
    call_back = access.installation().call_back
    if inquiry.kind == "YQ":
        values = {"about": inquiry.about, "nic": (inquiry.message.content or {})["nic"], "call_back": call_back}
        return "\n".join(part for line in texts()["hit"]["lines"] for part in wrapped(line.format_map(values)))
    if answer_class not in ANSWER_CLASSES:
        return ""
    if answer_class in ADVERSE_CLASSES and not stops.may_be_adverse(inquiry, determining.found(made)):
        return ""
    police = determining.police_found(made)
    with suppress(Refused):
        lines = draft(
            answer_class,
            police,
            about=inquiry.about,
            as_of=made.made,
            asked=list(SYSTEMS),
            silent=inquiry.silent,
            call_back=call_back,
            expires=police.expires,
        )
        return "\n".join(lines)
    return ""


def faults(inquiry: Inquiry, answer_class: str, text: str, made: Determination) -> list[TextFault]:
    """Everything that keeps this text from being signed, in reading order; an empty list means nothing does."""
    first = first_lines(inquiry)
    found = text_faults(text, answer_class, determining.found(made), about=inquiry.about, first=first)
    found += _silence(inquiry, text)
    if inquiry.kind != "YQ":
        return found
    kept = [fault for fault in found if fault.rule != "answer.unknown"]  # an answer by hand has no class
    if NO_CONFIRMATION in text:
        return kept
    return [*kept, TextFault("hit.needed", f"The text must say “{NO_CONFIRMATION}”.", text.count("\n") + 1, 1)]


#: How an answer says which systems were asked and which stayed silent.
ASKED: Final = re.compile(r"SYSTEMS ASKED \d+, SILENT [^.]*\.")


def _silence(inquiry: Inquiry, text: str) -> list[TextFault]:
    """Where a text says which systems were silent, it must say what is so now: one may have answered since."""
    right = asked_line(list(SYSTEMS), inquiry.silent)
    said = ASKED.search(" ".join(text.split()))
    if said is None or said[0] == right:
        return []
    return [TextFault("text.silent", f"It says “{said[0]}”; now it is “{right}”. Take the center's words anew.", 1, 1)]
