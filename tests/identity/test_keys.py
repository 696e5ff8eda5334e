"""Keys under which people are found again, whichever way their names were written."""

from __future__ import annotations

import pytest

from muniment.core.subject import Name, Subject
from muniment.identity.keys import WEIGHTS, filed, wanted


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("ZHANG", "XIU"), ("CHANG", "HSIU")),
        (("KIM", "YEONGSUK"), ("GIM", "YOUNGSOOK")),
        (("OGAWA", "YOKO"), ("OHGAWA", "YOHKO")),
        (("TSUCHIYA", "SHINJI"), ("TUTIYA", "SINZI")),
    ],
)
def test_each_part_of_a_romanised_name_is_found_by_the_other_way_to_write_it(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    asked, recorded = (Subject((Name(*name),), ("1988",)) for name in (one, other))
    shared = filed(asked) & filed(recorded)
    assert len([wanted(asked)[key] for key in shared if wanted(asked)[key] >= WEIGHTS["romanised and year"]]) >= 2


def test_words_of_no_eastern_language_get_no_such_key() -> None:
    plain = filed(Subject((Name("STRBSKI", "BRSTKOF"),), ("1988",)))
    assert len(plain) == 7  # word, skeleton, skeleton and year of both, family and initial


def test_every_key_that_is_filed_is_asked_for() -> None:
    someone = Subject((Name("PARK LEE", "EUN", "A"), Name("BAK", "UN", kind="alias")), ("1988-04-17", "1988"), "F")
    assert filed(someone) <= wanted(someone).keys()
