"""The program's own settings, with the same password hashing made fast: a journey signs hundreds of times.

A system that `JOURNEY_SILENT` names gives no answer, one that `JOURNEY_FAILING` names raises; `JOURNEY_ASK_AGAIN` is
after how many seconds both are asked again, `JOURNEY_SEARCH` for how many a search waits.
`JOURNEY_HURRY` says how many times faster than in life what is owed to a line is tried again, and told.
"""

import os

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from muniment.core import outgoing
from muniment.project.settings import *  # noqa: F403  that is what this module is
from muniment.sources.registry import DEFAULT

PBKDF2PasswordHasher.iterations = 1_000
MUNIMENT_ASK_AGAIN_SECONDS = (float(os.environ.get("JOURNEY_ASK_AGAIN", "30")),)
MUNIMENT_SEARCH_SECONDS = float(os.environ.get("JOURNEY_SEARCH", "3"))
MUNIMENT_WORLD_TROUBLE = {code: {"hangs": True} for code in os.environ.get("JOURNEY_SILENT", "").split()}
for _name in ("RESEND", "CEILING", "QUIET", "PATIENCE", "URGENT_PATIENCE"):
    setattr(outgoing, _name, getattr(outgoing, _name) / float(os.environ.get("JOURNEY_HURRY", "1")))
MUNIMENT_RECORD_SYSTEMS = {
    **DEFAULT,
    **dict.fromkeys(os.environ.get("JOURNEY_FAILING", "").split(), "tests.journeys.failing.Failing"),
}
