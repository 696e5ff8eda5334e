"""The tree of errors. Each says whose fault it is; its docstring is the sentence people read.

MunimentError
├── OurFault        this center's program or configuration
├── SenderFault     what was sent or typed breaks a rule; names the field and the rule
├── SourceFault     a record system did not keep its promise
├── NotAllowed      the actor lacks the right
├── WrongState      the step does not exist from the state the row is in now
├── Stale           somebody changed the row since it was read
└── Refused         a legal rule forbids the step, whoever asks
"""

from __future__ import annotations


class MunimentError(Exception):
    """Something went wrong."""

    def __init__(self, text: str | None = None, *, field: str | None = None, rule: str | None = None) -> None:
        super().__init__(text or (self.__doc__ or "").strip())
        self.field = field
        self.rule = rule


class OurFault(MunimentError):
    """This center's program or configuration is at fault."""


class SenderFault(MunimentError):
    """What was sent or typed breaks a rule."""


class SourceFault(MunimentError):
    """A record system did not keep its promise."""


class NotAllowed(MunimentError):
    """Your role does not include this step."""


class WrongState(MunimentError):
    """This step is not possible in the state the inquiry is in now."""


class Stale(MunimentError):
    """Somebody changed this inquiry since you opened it; look at it again."""


class Refused(MunimentError):
    """A rule forbids this step, whoever asks."""
