"""What a person adds to who is asked about, by the same rules as the fields of a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from muniment.core.errors import SenderFault
from muniment.core.subject import Subject
from muniment.formats.building import subject
from muniment.formats.faults import Broken
from muniment.formats.judging import Piece, by_table
from muniment.formats.profile import DEFAULT, Field, Profile
from muniment.formats.values import Reading

KIND: Final = "IAQ"  # the kind of message whose fields describe a person


def fields(profile: Profile = DEFAULT) -> tuple[Field, ...]:
    """The fields that may be added, in table order: all that describe the person, but the name that was asked for."""
    named = [about for about in profile.fields[KIND] if about.to.startswith("subject.")]
    return tuple(replace(about, needed=False) for about in named if about.to != "subject.names" or about.repeats)


def read(values: Mapping[str, str], today: date, profile: Profile = DEFAULT) -> Subject:
    """The additions as a subject, from texts by prefix. Raises `SenderFault` naming the first field and its rule."""
    pieces = [Piece(prefix, " ".join(text.split()).upper()) for prefix, text in values.items()]
    found, faults = by_table(fields(profile), [piece for piece in pieces if piece.text], Reading(profile, today))
    if faults:
        raise SenderFault(faults[0].text, field=faults[0].field, rule=faults[0].code) from Broken(*faults)
    return subject(found, profile)
