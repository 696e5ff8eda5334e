"""The determination as police may know it: without protected facts, and without a sign that there are any."""

from __future__ import annotations

from muniment.status.conflicts import expiry, midnight
from muniment.status.determination import Determination
from muniment.status.engine import determine
from muniment.status.facts import FactFile
from muniment.status.masking import bare
from muniment.status.rules import rule_book


def police_form(file: FactFile) -> Determination:
    """The determination of `file` for police.

    Where the answer class was found without the protected facts, it is the determination of the file without them. Else
    it is a constant form, so that another protected fact in its place, or one more, changes no byte.
    """
    plain = determine(bare(file))
    answer = determine(file).answer_class
    return plain if answer == plain.answer_class else _constant(file, answer)


def _constant(file: FactFile, answer: str) -> Determination:
    hours = rule_book().on("conflict.C19", file.as_of).value
    return Determination("UND", answer, False, False, expiry(midnight(file.as_of), hours or 0))
